"""The loss of an Output node as a small curve beside it, with the present value in words."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.geometry import HEIGHT, RADIUS, WIDTH
from builder.canvas.ink import BLOCKS, PLAIN, Ink, pen

GAP = 16.0
CARD = QRectF(WIDTH + GAP, 0.5, 150, HEIGHT - 1)
_POINTS = 120


class SparkItem(QGraphicsRectItem):
    """A card docked to the right of an Output node; it moves with the node."""

    def __init__(self, parent: QGraphicsItem, ink: Ink) -> None:
        super().__init__(CARD.adjusted(-1, -1, 1, 1), parent)
        self._ink = ink
        self.losses: tuple[float, ...] = ()
        self.text = ""
        self._curve = QPolygonF()

    def plot(self, losses: Sequence[float], text: str) -> None:
        self.losses, self.text = tuple(losses), text
        self._curve = _curve(self.losses)
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._ink
        if ink.scale < BLOCKS:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink.border_pen)
        painter.setBrush(ink.raised)
        painter.drawRoundedRect(CARD, RADIUS, RADIUS)
        painter.setPen(pen(ink.theme.curve_train, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(self._curve)
        if ink.scale >= PLAIN:
            painter.setPen(ink.secondary)
            painter.setFont(ink.text_font)
            words = ink.text_metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, 126)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            painter.drawText(CARD.adjusted(12, 5, -11, -4), align, words)


def _curve(losses: Sequence[float]) -> QPolygonF:
    """The losses as a line across the card, thinned to what can be seen."""
    finite = [loss for loss in losses if loss == loss and abs(loss) != float("inf")]
    if len(finite) < 2:
        return QPolygonF()
    step = max(1, len(finite) // _POINTS)
    shown = [*finite[:-1:step], finite[-1]]
    low, high = min(shown), max(shown)
    room = CARD.adjusted(11, 13, -11, -8)
    scale = room.height() / ((high - low) or 1.0)
    stride = room.width() / (len(shown) - 1)
    return QPolygonF(
        [
            QPointF(room.left() + i * stride, room.bottom() - (loss - low) * scale)
            for i, loss in enumerate(shown)
        ]
    )
