"""Making a frame or a note larger or smaller."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from builder.canvas.gesture import Gesture, Modifiers
from builder.canvas.mark_items import STRIP
from builder.document.frames import box_of

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

_LEAST = (80.0, STRIP + 8.0)


class ResizeMark(Gesture):
    """Draws at the corner of a frame or a note."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, view: "CanvasView", start: QPointF, mark: str) -> None:
        super().__init__(view)
        self._start = start
        self._mark = mark
        _, _, *self._before = box_of(self.scene.marks.items[mark].mark)

    def update(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        self.scene.marks.stretch(self._mark, self._size(at))

    def commit(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        size = self._size(at)
        self.cancel()
        if [size.x(), size.y()] != self._before:
            self.view.commands.marks.resize(self._mark, (size.x(), size.y()))

    def cancel(self) -> None:
        self.scene.marks.restore()

    def _size(self, at: QPointF) -> QPointF:
        way = at - self._start
        width = max(_LEAST[0], round(self._before[0] + way.x(), 2))
        return QPointF(width, max(_LEAST[1], round(self._before[1] + way.y(), 2)))
