"""Blocks and shared layers as actions: make, dissolve, enter and leave a block, use a layer again."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from builder.canvas.holding import held
from builder.canvas.levels import block_of
from builder.canvas.view import CanvasView
from builder.document.framing import marks_of
from builder.document.graph import INPUT, OUTPUT


class BlockActions(QObject):
    """The actions of one view, enabled only while they would do something.

    `menu` is how they stand in a menu; `of_nodes` are those about the selection.
    """

    def __init__(self, view: CanvasView, make: Callable[..., QAction]) -> None:
        super().__init__(view)
        self._view = view
        self._document = view.document
        self.make_block = make("Make block", self._make_block, "Ctrl+Shift+G")
        self.make_block.setToolTip("Put the selected layers into a block, a model in the model")
        self.ungroup = make("Ungroup", lambda: view.commands.blocks.ungroup(), "Ctrl+Shift+U")
        self.ungroup.setToolTip("Dissolve the block; its layers stay")
        self.enter = make("Enter block", self._enter, ("Return", "Enter"))
        self.leave = make("Leave block", view.document.leave, "Alt+Up")
        self.use_again = make("Use this layer again", self._use_again, "Ctrl+Shift+D")
        self.use_again.setToolTip("A second node with the same weights")
        self.of_nodes = (self.make_block, self.ungroup, self.enter, self.use_again)
        self.menu = (self.make_block, self.ungroup, self.enter, self.leave, None, self.use_again)
        view.document.state_changed.connect(self._refresh)
        view.document.selection_changed.connect(self._refresh)
        view.document.marks_selected.connect(self._refresh)
        view.document.level_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        document = self._document
        graph = document.project.graph
        chosen = [graph.nodes[id_] for id_ in document.selection if id_ in graph.nodes]
        is_block = [block_of(graph, node.id) is not None for node in chosen]
        alone = len(chosen) == 1
        marks = document.selected_marks & marks_of(document.project.layout).keys()
        self.make_block.setEnabled(bool(chosen or held(document.shown, (), marks).nodes))
        self.ungroup.setEnabled(any(is_block))
        self.enter.setEnabled(alone and any(is_block))
        self.leave.setEnabled(bool(document.level))
        self.use_again.setEnabled(alone and chosen[0].type not in (INPUT, OUTPUT))

    def _make_block(self) -> None:
        commands = self._view.commands.blocks
        block = commands.make()
        if block is not None:
            self._view.floating.rename(block, commands.name)

    def _enter(self) -> None:
        for node in self._document.selection:
            self._document.enter(node)

    def _use_again(self) -> None:
        for node in self._document.selection:
            again = self._view.commands.blocks.use_again(node)
            if again is not None:
                self._view.reveal(again)
