"""The canvas's commands as actions, for menus, toolbars and keys: one action, one shortcut."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from builder.canvas.align_actions import AlignActions
from builder.canvas.block_actions import BlockActions
from builder.canvas.context_menu import ContextMenu
from builder.canvas.first_actions import FirstActions, Key
from builder.canvas.holding import Things, held
from builder.canvas.mark_actions import MarkActions
from builder.canvas.view import CanvasView
from builder.document.freezing import is_frozen

Menu = tuple[QAction | None, ...]
"""What stands in a menu, in its order; None is a separator."""


class CanvasActions(QObject):
    """Named actions of one view, enabled only while they would do something.

    Keys that a text field needs too (Delete, arrows, Ctrl+C) work only in the canvas; undo, redo,
    zoom and tidy work in the whole window.
    """

    def __init__(self, view: CanvasView, first: FirstActions) -> None:
        super().__init__(view)
        self._view = view
        self._document = view.document
        make, scene, document = first.make, view.graph_scene, view.document
        self.undo, self.redo, self.fit, self.tidy = first.undo, first.redo, first.fit, first.tidy
        self.cut = make("Cut", lambda: view.commands.parts.cut(*self._chosen()), Key.Cut)
        self.copy = make(
            "Copy", lambda: view.commands.parts.copy(*self._chosen()), Key.Copy, "copy"
        )
        self.paste = make("Paste", view.paste, Key.Paste)
        self.duplicate = make("Duplicate", self._duplicate, "Ctrl+D")
        self.delete = make("Delete", self._delete, ("Del", "Backspace"), "delete")
        self.dissolve = make("Delete and reconnect", self._dissolve, "Ctrl+Del")
        self.dissolve.setToolTip("Delete, and join what fed the layer to what it fed")
        self.select_all = make("Select all", view.choose_all, Key.SelectAll)
        flow = view.choose_flow
        self.upstream = make("Select upstream", lambda: flow("up"), "Shift+Left")
        self.upstream.setToolTip("Select everything that the selection is fed by")
        self.downstream = make("Select downstream", lambda: flow("down"), "Shift+Right")
        self.downstream.setToolTip("Select everything that the selection feeds")
        self.replace = make("Replace by…", self._replace, "R")
        self.replace.setToolTip("Choose another layer; wires and parameters that fit both stay")
        self.bypass = make("Bypass", self._bypass, "M")
        self.bypass.setCheckable(True)
        self.bypass.setToolTip("Keep the layer here and leave it out of the model")
        self.freeze = make("Freeze", self._freeze, "F")
        self.freeze.setCheckable(True)
        self.freeze.setToolTip("Keep the weights as they are while others learn")
        self.disconnect_all = make("Disconnect", self._disconnect, "Shift+Alt+X")
        self.disconnect_all.setToolTip("Cut every wire of the selected layers")
        self.rename = make("Rename", self._rename, "F2")
        self.add = make("Add layer…", view.quick_add, "Tab", "add")
        self.fit_selection = make("Fit selection", self._fit_selection, ".")
        self.zoom_100 = make("Zoom to 100 %", lambda: view.zoom_to(1.0), "Ctrl+0", everywhere=True)
        self.zoom_in = make("Zoom in", lambda: view.zoom_by(1.25), Key.ZoomIn, everywhere=True)
        self.zoom_out = make("Zoom out", lambda: view.zoom_by(0.8), Key.ZoomOut, everywhere=True)
        self.minimap = make("Minimap", self._show_minimap, "Alt+M", everywhere=True)
        self.minimap.setCheckable(True)
        self.minimap.setChecked(view.minimap.wanted)
        self.minimap.setToolTip(
            "Show the whole network in a corner while part of it is out of sight"
        )
        self.marks = MarkActions(view, make)
        self.align = AlignActions(view, make)
        self.copy_picture = make("Copy as picture", self._copy_picture, "", "picture")
        self.copy_picture.setToolTip("The selection as a picture, or the whole network")
        self.blocks = BlockActions(view, make)
        document.state_changed.connect(self._refresh)
        document.selection_changed.connect(self._refresh)
        scene.wires_chosen.connect(self._refresh)
        document.marks_selected.connect(self._refresh)
        self.context = ContextMenu(view, self)
        self._refresh()

    # --- menus

    @property
    def edit_menu(self) -> Menu:
        return (
            self.undo,
            self.redo,
            None,
            self.cut,
            self.copy,
            self.paste,
            self.duplicate,
            None,
            self.delete,
            self.dissolve,
            None,
            self.rename,
            self.replace,
            self.bypass,
            self.freeze,
            self.disconnect_all,
            None,
            *self.marks.of_mark,
            None,
            self.select_all,
            self.upstream,
            self.downstream,
            None,
            self.copy_picture,
        )

    @property
    def view_menu(self) -> Menu:
        return (
            self.zoom_in,
            self.zoom_out,
            self.zoom_100,
            None,
            self.fit,
            self.fit_selection,
            None,
            self.minimap,
        )

    @property
    def insert_menu(self) -> Menu:
        return (self.add, None, *self.marks.menu)

    @property
    def model_menu(self) -> Menu:
        return (
            self.tidy,
            self.align.menu,
            None,
            *self.blocks.menu,
            None,
        )

    # --- inner parts

    def _refresh(self) -> None:
        document = self._document
        chosen, any_ = document.selection, bool(document.shown.graph.nodes)
        for action in (
            self.dissolve,
            self.upstream,
            self.downstream,
            self.replace,
            self.bypass,
        ):
            action.setEnabled(bool(chosen))
        scene = self._view.graph_scene
        marks = document.selected_marks
        self.delete.setEnabled(bool(chosen or scene.chosen_wires or marks))
        for action in (self.cut, self.copy, self.duplicate, self.fit_selection):
            action.setEnabled(bool(chosen or marks))
        graph = document.project.graph
        joined = any(graph.into(id_) or graph.out_of(id_) for id_ in chosen)
        self.disconnect_all.setEnabled(joined)
        self.bypass.setChecked(bool(chosen) and all(graph.nodes[i].bypassed for i in chosen))
        layers = self._view.commands.freezing.layers(chosen) if chosen else []
        self.freeze.setEnabled(bool(layers))
        self.freeze.setChecked(is_frozen(layers))
        self.rename.setEnabled(len(chosen) + len(marks) == 1)
        for action in (self.select_all, self.copy_picture):
            action.setEnabled(any_ or bool(scene.marks.items))

    def _chosen(self) -> Things:
        return Things(self._document.selection, self._document.selected_marks)

    def _copy_picture(self) -> None:
        from builder.canvas.picture import copy_picture  # not needed before the first paint

        shown = self._document.shown
        copy_picture(self._view.graph_scene, only=held(shown, *self._chosen()))

    def _delete(self) -> None:
        nodes, marks = self._chosen()
        self._view.commands.delete(nodes, self._view.graph_scene.chosen_wires, marks)

    def _duplicate(self) -> None:
        self._view.commands.parts.duplicate(*self._chosen())

    def _dissolve(self) -> None:
        self._view.commands.dissolve(self._document.selection)

    def _replace(self) -> None:
        self._view.floating.replace(self._document.selection)

    def _bypass(self) -> None:
        scene, chosen = self._view.graph_scene, self._document.selection
        if chosen and not self._view.commands.bypass(chosen, scene.report_of):
            self._refresh()  # the check mark was set by the click

    def _freeze(self) -> None:
        self._view.commands.freezing.freeze(self._document.selection)

    def _disconnect(self) -> None:
        graph, chosen = self._document.project.graph, self._document.selection
        wires = {w for id_ in chosen for w in (*graph.into(id_), *graph.out_of(id_))}
        self._view.commands.cut_wires(wires)

    def _show_minimap(self) -> None:
        self._view.minimap.want(self.minimap.isChecked())

    def _rename(self) -> None:
        for node in self._document.selection:
            self._view.rename(node)
        for mark in self._document.selected_marks:
            self._view.mark_editors.open(mark)

    def _fit_selection(self) -> None:
        self._view.motion.show(lambda: self._view.fit(*self._chosen()))
