"""Every edit of the outline: the canvas's own commands, on what is selected, without a place."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QTreeView

from builder.canvas.commands import Commands
from builder.canvas.document import Document
from builder.canvas.holding import Things
from builder.catalog.spec import Catalog
from builder.document import edits
from builder.document.graph import OutputRef, Wire
from builder.window.connect_dialog import add_dialog, connect_dialog, disconnect_dialog

Key = QKeySequence.StandardKey


class OutlineCommands(QObject):
    """The actions of the outline's tree, for its keys and its menu.

    Attributes:
        rename, add_after, connect_to, disconnect_from, cut, copy, paste, duplicate, frame,
            note, dissolve, delete: what can be done with the selection; each is enabled only while it
            would do something.
    """

    def __init__(
        self,
        tree: QTreeView,
        document: Document,
        catalog: Catalog,
        rename: Callable[[str], object],
        write_note: Callable[[Callable[[str], object]], object],
        refuse: Callable[[str], None],
    ) -> None:
        super().__init__(tree)
        self._tree = tree
        self._document = document
        self._base = catalog
        self._refuse = refuse
        self._ask_name = rename
        self._edits = edits_ = Commands(document, catalog, refuse)
        self.rename = self._action("Rename", lambda: rename(""), "F2")
        self.add_after = self._action("Add after…", self.ask_what_to_add, "Ins")
        self.connect_to = self._action("Connect to…", self.ask_what_to_feed)
        self.disconnect_from = self._action("Disconnect from…", self.ask_what_to_disconnect)
        self.copy = self._action("Copy", lambda: edits_.parts.copy(*self._chosen()), Key.Copy)
        self.cut = self._action("Cut", lambda: edits_.parts.cut(*self._chosen()), Key.Cut)
        self.paste = self._action("Paste", edits_.parts.paste, Key.Paste)
        self.duplicate = self._action(
            "Duplicate", lambda: edits_.parts.duplicate(*self._chosen()), "Ctrl+D"
        )
        self.frame = self._action("Frame selection", self._frame, "Ctrl+G")
        self.note = self._action("Add note", lambda: write_note(edits_.marks.note))
        self.dissolve = self._action("Delete and reconnect", self._dissolve, "Ctrl+Del")
        self.delete = self._action("Delete", self._delete, ("Del", "Backspace"))
        document.selection_changed.connect(self._refresh)
        document.marks_selected.connect(self._refresh)
        document.changed.connect(self._refresh)
        self._refresh()

    def menu(self) -> QMenu:
        """A menu of all of them."""
        menu = QMenu(self._tree)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.rename, self.add_after])
        menu.addSeparator()
        menu.addActions([self.connect_to, self.disconnect_from])
        menu.addSeparator()
        menu.addActions([self.cut, self.copy, self.paste, self.duplicate])
        menu.addSeparator()
        menu.addActions([self.frame, self.note])
        menu.addSeparator()
        menu.addActions([self.dissolve, self.delete])
        return menu

    @property
    def _catalog(self) -> Catalog:
        """All layers that the open project can have."""
        return self._document.including(self._base)

    def ask_what_to_feed(self) -> None:
        """Ask what the one selected layer is to feed, and draw that wire."""
        node = self._only()
        if node is None or not self._gives_output(node):
            self._refuse("Select one layer that has an output, then choose Connect to….")
            return
        dialog = connect_dialog(self._tree, self._document.project, node, self._catalog)
        dialog.chosen.connect(lambda target: self._draw(node, target))
        dialog.open()

    def ask_what_to_disconnect(self) -> None:
        """Ask which wire of the one selected layer is to go."""
        node = self._only()
        if node is None or not self._has_wires(node):
            self._refuse("Select one layer that has wires, then choose Disconnect from…")
            return
        project = self._document.project
        dialog = disconnect_dialog(self._tree, project, node)
        dialog.chosen.connect(lambda place: self._cut(project.graph.wires[int(place)]))
        dialog.open()

    def ask_what_to_add(self) -> None:
        """Ask which layer comes after the selected one."""
        node = self._only()
        if node is None or not self._gives_output(node):
            self._refuse("Select one layer that has an output, then choose Add after….")
            return
        dialog = add_dialog(self._tree, self._document.project, node, self._catalog)
        dialog.chosen.connect(self._edits.append)
        dialog.open()

    # --- inner parts

    def _action(
        self,
        text: str,
        act: Callable[[], object],
        keys: Key | str | tuple[str, ...] = "",
    ) -> QAction:
        action = QAction(text, self._tree)
        if isinstance(keys, tuple):
            action.setShortcuts([QKeySequence(key) for key in keys])
        elif isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        else:
            action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        # Qt hands a checked mark over that no command here wants.
        action.triggered.connect(lambda _checked=False: act())
        self._tree.addAction(action)
        return action

    def _refresh(self, *_: object) -> None:
        (chosen, marks), node = self._chosen(), self._only()
        gives = node is not None and self._gives_output(node)
        self.rename.setEnabled(len(chosen) + len(marks) == 1)
        self.add_after.setEnabled(gives)
        self.connect_to.setEnabled(gives)
        self.disconnect_from.setEnabled(node is not None and self._has_wires(node))
        for action in (self.cut, self.copy, self.duplicate, self.frame, self.delete):
            action.setEnabled(bool(chosen or marks))
        self.dissolve.setEnabled(bool(chosen))

    def _chosen(self) -> Things:
        return Things(self._document.selection, self._document.selected_marks)

    def _only(self) -> str | None:
        """The one selected layer, if nothing else is selected."""
        chosen = self._document.selection & self._document.project.graph.nodes.keys()
        alone = len(chosen) == 1 and not self._document.selected_marks
        return next(iter(chosen)) if alone else None

    def _gives_output(self, node: str) -> bool:
        graph = self._document.project.graph
        return bool(graph.ports(graph.nodes[node], self._catalog.ports_of).outputs)

    def _has_wires(self, node: str) -> bool:
        graph = self._document.project.graph
        return bool(graph.into(node) or graph.out_of(node))

    def _draw(self, source: str, target: str) -> None:
        project, ports_of = self._document.project, self._catalog.ports_of
        try:
            graph = project.graph
            output = graph.ports(graph.nodes[source], ports_of).outputs[0].name
            port = edits.best_port(project, target, ports_of)
        except edits.EditRefused as refusal:
            self._refuse(str(refusal))
            return
        self._edits.connect(Wire(OutputRef(source, output), port))

    def _cut(self, wire: Wire) -> None:
        self._edits.cut_wires((wire,))

    def _dissolve(self) -> None:
        self._edits.dissolve(self._document.selection)

    def _delete(self) -> None:
        nodes, marks = self._chosen()
        self._edits.delete(nodes, (), marks)

    def _frame(self) -> None:
        """Put a frame around what is selected, and ask for its title."""
        frame = self._edits.marks.frame(*self._chosen())
        if frame is not None:
            self._document.select(frozenset(), frozenset((frame,)))
            self._ask_name(frame)
