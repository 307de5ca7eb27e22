"""The context menus of a node, a wire, a frame, a note and the bare canvas: the same actions as in the menu bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from builder.canvas.hit import Hit
from builder.canvas.view import CanvasView

if TYPE_CHECKING:
    from builder.canvas.actions import CanvasActions


class ContextMenu(QObject):
    """Opens the menu that a view asks for. `menu` is the one opened last."""

    def __init__(self, view: CanvasView, actions: "CanvasActions") -> None:
        super().__init__(view)
        self._view = view
        self._actions = actions
        self.menu: QMenu | None = None
        view.menu_requested.connect(self._open)

    def _open(self, under: Hit, at: QPointF, place: QPoint) -> None:
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = QMenu(self._view)
        if under.node:
            self._fill_for_port(self.menu, under)
            self._fill_for_node(self.menu)
        elif under.wire is not None:
            self._fill_for_wire(self.menu, under, at)
        elif under.mark:
            self._fill_for_mark(self.menu, under.mark)
        else:
            self._fill_for_canvas(self.menu, at)
        self.menu.popup(place)

    def _fill_for_port(self, menu: QMenu, under: Hit) -> None:
        from builder.canvas.cut_wires import wires_at

        wires = wires_at(self._view, under)
        if under.slot is not None and wires:
            cut = menu.addAction(f"Disconnect “{under.slot.port}”".replace("&", "&&"))
            cut.setToolTip("Alt+click on the port does the same")
            cut.triggered.connect(lambda: self._view.commands.cut_wires(wires))
            menu.addSeparator()

    def _fill_for_node(self, menu: QMenu) -> None:
        do = self._actions
        menu.addActions([do.rename, do.replace, do.bypass, do.freeze, do.disconnect_all])
        menu.addSeparator()
        menu.addActions([do.cut, do.copy, do.duplicate])
        menu.addSeparator()
        menu.addActions([do.dissolve, do.delete])
        menu.addSeparator()
        menu.addAction(do.marks.frame)
        menu.addActions([action for action in do.blocks.of_nodes if action.isEnabled()])
        menu.addSeparator()
        if len(self._view.document.selection) > 1:
            menu.addActions([do.tidy, do.align.menu])
        menu.addAction(do.fit_selection)

    def _fill_for_mark(self, menu: QMenu, mark: str) -> None:
        do = self._actions
        is_frame = self._view.graph_scene.marks.items[mark].is_frame
        menu.addAction(do.rename if is_frame else do.marks.write)
        if do.marks.colour.isEnabled():
            menu.addAction(do.marks.colour)
        menu.addSeparator()
        menu.addActions([do.cut, do.copy, do.duplicate])
        menu.addSeparator()
        menu.addAction(do.delete)
        menu.addSeparator()
        if do.align.menu.isEnabled():
            menu.addAction(do.align.menu)
        menu.addActions([do.marks.frame, do.fit_selection])

    def _fill_for_wire(self, menu: QMenu, under: Hit, at: QPointF) -> None:
        view = self._view
        insert = menu.addAction("Insert layer…")
        insert.triggered.connect(lambda: view.quick_add(at, onto=under.wire))
        menu.addAction(self._actions.delete)

    def _fill_for_canvas(self, menu: QMenu, at: QPointF) -> None:
        do, view = self._actions, self._view
        # Actions of their own, as they act at the place of the menu; the keys act at the mouse.
        add = menu.addAction(_with_key("Add layer…", do.add))
        add.triggered.connect(lambda: view.quick_add(at))
        paste = menu.addAction(_with_key("Paste", do.paste))
        paste.triggered.connect(lambda: view.commands.parts.paste((round(at.x()), round(at.y()))))
        menu.addAction(do.marks.note)
        menu.addSeparator()
        menu.addActions([do.select_all, do.tidy, do.fit])
        if self._view.document.level:
            menu.addAction(do.blocks.leave)


def _with_key(text: str, action: QAction) -> str:
    """A text with the keys of the action that does the same, as menus show them."""
    return f"{text}\t{action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}"
