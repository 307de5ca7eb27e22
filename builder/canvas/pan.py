"""Panning with the mouse."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt

from builder.canvas.gesture import Gesture, Modifiers

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class Pan(Gesture):
    """Moves the view with the mouse. Not a change of the document."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: "CanvasView", start: QPoint) -> None:
        super().__init__(view)
        self._last = start

    def update(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        now = self.view.hand.at
        self.view.pan(now - self._last)
        self._last = now

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        pass

    def cancel(self) -> None:
        pass
