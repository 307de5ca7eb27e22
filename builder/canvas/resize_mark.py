"""Making a frame or a note larger or smaller."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from builder.canvas.gesture import Gesture, Modifiers
from builder.canvas.holding import held
from builder.canvas.mark_items import STRIP, note_height
from builder.canvas.neighbours import neighbours
from builder.canvas.snap import REACH, Lines, Snap, snap_corner
from builder.document.frames import Note, box_of

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

_LEAST = (80.0, STRIP + 8.0)


class ResizeMark(Gesture):
    """Draws at the corner of a frame or a note, which stays large enough for its words.

    Near an edge of a neighbour the corner stands in line with it, unless Ctrl is down. What stands
    in a frame is no neighbour: the frame goes around it.
    """

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, view: "CanvasView", start: QPointF, mark: str) -> None:
        super().__init__(view)
        self._start = start
        self._mark = mark
        self._value = self.scene.marks.items[mark].mark
        self._left, self._top, *self._before = box_of(self._value)
        self._others: Lines | None = None
        self._size = QPointF(*self._before)

    def update(self, at: QPointF, keys: Modifiers) -> None:
        way = at - self._start
        width, height = self._before[0] + way.x(), self._before[1] + way.y()
        found = Snap()
        if not way.isNull() and not keys & Modifiers.ControlModifier:
            found = self._snap(width, height)
        wanted = QPointF(round(width + found.way[0], 2), round(height + found.way[1], 2))
        width = max(_LEAST[0], wanted.x())
        self._size = QPointF(width, max(self._lowest(width), wanted.y()))
        self.scene.marks.stretch(self._mark, self._size)
        self.view.overlay.show_guides(found.guides if self._size == wanted else ())

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        self.update(at, keys)
        size = (self._size.x(), self._size.y())
        self.cancel()
        if at != self._start and [*size] != self._before:
            self.view.commands.marks.resize(self._mark, size)

    def cancel(self) -> None:
        self.view.overlay.show_guides(())
        self.scene.marks.restore()

    def _lowest(self, width: float) -> float:
        """How low it can be: a note shows all that is written in it."""
        note = self._value if isinstance(self._value, Note) else None
        return _LEAST[1] if note is None else note_height(note.text, width)

    def _snap(self, width: float, height: float) -> Snap:
        """How much further for the corner to be in line with a neighbour in sight."""
        if self._others is None:
            mark = frozenset((self._mark,))
            self._others = neighbours(self.view, held(self.document.shown, (), mark))
        box = (self._left, self._top, self._left + width, self._top + height)
        return snap_corner(box, self._others, REACH / self.scene.ink.scale)
