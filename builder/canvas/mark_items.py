"""Frames and notes as painted: calm, behind the network."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.ink import BLOCKS, Ink, pen
from builder.canvas.theme import colour, mixed
from builder.document.frames import Frame, Mark, Note, box_of

STRIP = 22.0
ROUND = 10.0
GRIP = 14.0
INSET = 10.0
NOTE_WIDTH = 220.0
_LEAST_NOTE = 36.0
_EDGE = 0.5
_NO_LIMIT = 10_000.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def note_height(text: str, width: float) -> float:
    """How high a note must be to show a text."""
    room = QRectF(0, 0, width - 2 * INSET, _NO_LIMIT)
    metrics = Ink().text_metrics
    return max(_LEAST_NOTE, metrics.boundingRect(room, int(_WRAP), text).height() + 2 * INSET)


class MarkItem(QGraphicsRectItem):
    """A frame or a note. The layer tells it what to show: `mark`, `chosen`, `hovered`."""

    def __init__(self, mark: Mark, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.mark = mark
        self.chosen = False
        self.take(mark)

    def take(self, mark: Mark) -> None:
        """Show another value."""
        self.mark = mark
        left, top, width, height = box_of(mark)
        self.setPos(left, top)
        self.setRect(-3, -3, width + 6, height + 6)
        self.setZValue(-3 if isinstance(mark, Frame) else -1)
        self.update()

    @property
    def box(self) -> QRectF:
        """Its rectangle in the scene, as it is shown now."""
        rect = self.rect().adjusted(3, 3, -3, -3)
        return rect.translated(self.scenePos())

    @property
    def handle(self) -> QRectF:
        """Where it is taken hold of: a frame at its title, a note anywhere."""
        box = self.box
        return QRectF(box.left(), box.top(), box.width(), STRIP) if self.is_frame else box

    @property
    def words(self) -> QRectF:
        """Where its text stands in the scene: a frame's title, all of a note."""
        box = self.box
        if not isinstance(self.mark, Frame):
            return box
        room = box.width() - 2 * INSET
        width = min(room, self._ink.name_metrics.horizontalAdvance(self.mark.title))
        return QRectF(box.left() + INSET + 2, box.top() + 1, width, STRIP)

    @property
    def is_frame(self) -> bool:
        return isinstance(self.mark, Frame)

    @property
    def tint(self) -> str:
        """The colour that its edge and its ground are a shade of."""
        theme = self._ink.theme
        if isinstance(self.mark, Note):
            return theme.warning
        return theme.category(self.mark.colour) if self.mark.colour else theme.faint

    @property
    def grip(self) -> QRectF:
        """The corner that is drawn at to make it larger or smaller."""
        corner = self.box.bottomRight()
        return QRectF(corner - QPointF(GRIP, GRIP), corner)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(3, 3, -3, -3)
        if isinstance(self.mark, Note):
            self._paint_note(painter, box, self.mark)
        else:
            self._paint_frame(painter, box, self.mark)
        if self.chosen:
            painter.setPen(self._ink.ring_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), ROUND, ROUND)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ink.accent)
            corner = box.bottomRight() - QPointF(2, 2)
            legs = (corner, corner - QPointF(9, 0), corner - QPointF(0, 9))
            painter.drawPolygon(QPolygonF(legs))

    def _paint_frame(self, painter: QPainter, box: QRectF, frame: Frame) -> None:
        ink = self._ink
        tint = self.tint
        # A large area and its edge are painted ten times faster when the one is not smoothed and
        # the other not transparent. The edge hides what is not smooth.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tint, 20))
        painter.drawRoundedRect(box, ROUND, ROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(mixed(tint, ink.theme.canvas, _EDGE), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, ROUND, ROUND)
        if ink.scale < BLOCKS:
            return
        painter.setFont(ink.name_font)
        painter.setPen(ink.secondary)
        room = QRectF(box.left() + INSET + 2, box.top() + 1, box.width() - 2 * INSET, STRIP)
        title = ink.name_metrics.elidedText(frame.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)

    def _paint_note(self, painter: QPainter, box: QRectF, note: Note) -> None:
        ink = self._ink
        edge = pen(self.tint, 1.0)
        edge.setColor(colour(self.tint, 110))
        painter.setPen(edge)
        painter.setBrush(ink.canvas)
        painter.drawRoundedRect(box, 6, 6)
        painter.setBrush(colour(self.tint, 30))
        painter.drawRoundedRect(box, 6, 6)
        if ink.scale < BLOCKS:
            return
        painter.setFont(ink.text_font)
        painter.setPen(ink.text)
        room = box.adjusted(INSET, INSET, -INSET, -INSET)
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.drawText(room, int(_WRAP), note.text)
        painter.setClipping(False)
