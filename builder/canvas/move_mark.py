"""Moving a frame with all that stands in it, moving a note, and making either larger or smaller."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from builder.canvas.geometry import position_of
from builder.canvas.gesture import THRESHOLD, Gesture, Modifiers
from builder.canvas.mark_items import STRIP
from builder.document.frames import box_of

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

_LEAST = (80.0, STRIP + 8.0)


class MoveMark(Gesture):
    """Carries a frame or a note. With Alt a frame moves alone."""

    def __init__(self, view: "CanvasView", start: QPointF, mark: str, keys: Modifiers) -> None:
        super().__init__(view)
        self._start = start
        self._mark = mark
        nodes, marks = self.scene.marks.inside(mark)
        alone = bool(keys & Modifiers.AltModifier)
        self._nodes = frozenset() if alone else nodes
        self._marks = frozenset((mark,)) if alone else marks | {mark}
        self._moving = False

    def update(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        way = at - self._start
        if not self._moving:
            if way.manhattanLength() * self.scene.ink.scale < THRESHOLD:
                return
            self._moving = True
            self.view.crowd(len(self._nodes))
            self.scene.lift(self._nodes)
        self.scene.carry(way.x(), way.y())
        self.scene.marks.shift(self._marks, way)

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        self.update(at, keys)
        if not self._moving:
            return
        way = at - self._start
        self.cancel()
        project = self.document.project
        places = {}
        for id_ in self._nodes:
            x, y = position_of(project, id_)
            places[id_] = (round(x + way.x(), 2), round(y + way.y(), 2))
        step = (round(way.x(), 2), round(way.y(), 2))
        self.view.commands.marks.move(self._mark, self._marks, step, places)

    def cancel(self) -> None:
        if self._moving:
            self._moving = False
            self.scene.put_down()
            self.scene.marks.restore()
            self.view.crowd(0)


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
