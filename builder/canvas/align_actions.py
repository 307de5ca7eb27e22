"""Aligning and distributing as actions, in one menu of their own."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from builder.canvas.align import Edge, Way
from builder.canvas.view import CanvasView

_EDGES: tuple[tuple[Edge, str, str], ...] = (
    ("left", "Align left", "Shift+Alt+A"),
    ("centre", "Align centre", "Shift+Alt+C"),
    ("right", "Align right", "Shift+Alt+D"),
    ("top", "Align top", "Shift+Alt+W"),
    ("middle", "Align middle", "Shift+Alt+M"),
    ("bottom", "Align bottom", "Shift+Alt+S"),
)
_WAYS: tuple[tuple[Way, str, str], ...] = (
    ("across", "Distribute horizontally", "Shift+Alt+H"),
    ("down", "Distribute vertically", "Shift+Alt+V"),
)


class AlignActions(QObject):
    """The actions of one view, enabled while enough is selected.

    Attributes:
        menu: the action that opens all of them.
    """

    def __init__(self, view: CanvasView, make: Callable[..., QAction]) -> None:
        super().__init__(view)
        self._view = view
        self._edges = [make(text, partial(self._align, e), keys) for e, text, keys in _EDGES]
        self._ways = [make(text, partial(self._distribute, w), keys) for w, text, keys in _WAYS]
        inner = QMenu("Align and distribute", view)
        inner.addActions(self._edges)
        inner.addSeparator()
        inner.addActions(self._ways)
        self.menu = QAction("Align and distribute", view)
        self.menu.setMenu(inner)
        view.document.selection_changed.connect(self._refresh)
        view.document.marks_selected.connect(self._refresh)
        self._refresh()

    def _align(self, edge: Edge) -> None:
        self._view.commands.places.align(edge)

    def _distribute(self, way: Way) -> None:
        self._view.commands.places.distribute(way)

    def _refresh(self) -> None:
        document = self._view.document
        count = len(document.selection) + len(document.selected_marks)
        if document.selected_marks and count > 1:
            count = len(
                self._view.commands.places.units
            )  # a frame counts with what it holds as one
        for action in (*self._edges, self.menu):
            action.setEnabled(count > 1)
        for action in self._ways:
            action.setEnabled(count > 2)
