"""Moves the view while a gesture holds the mouse near its edge."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

EDGE = 30
_TICK_MS = 16
_FASTEST = 18


class AutoPan(QObject):
    """Runs a timer only while there is something to move."""

    def __init__(self, view: "CanvasView") -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._step)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def follow(self) -> None:
        """The mouse moved in a gesture: start near an edge, stop away from it."""
        if self._way().isNull():
            self.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _step(self) -> None:
        view, hand = self._view, self._view.hand
        if hand.gesture is None:
            self.stop()
            return
        view.pan(self._way())
        hand.change(QApplication.keyboardModifiers())

    def _way(self) -> QPoint:
        """How far to move now: further, the nearer the mouse is to the edge."""
        room, mouse = self._view.viewport().rect(), self._view.hand.at
        left, right = EDGE - mouse.x(), mouse.x() - (room.width() - EDGE)
        top, bottom = EDGE - mouse.y(), mouse.y() - (room.height() - EDGE)
        across = _speed(left) - _speed(right)
        return QPoint(across, _speed(top) - _speed(bottom))


def _speed(depth: int) -> int:
    return 0 if depth <= 0 else min(_FASTEST, 2 + depth // 2)
