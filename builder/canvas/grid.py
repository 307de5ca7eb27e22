"""The dotted ground of the canvas, painted as one tile so that it costs the same at every scale."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QTransform

from builder.canvas.theme import current_theme

_STEP = 24.0
_LEAST = 13.0
_RADIUS = 0.9


class Grid:
    """Dots every 24 scene pixels; further apart when that would be too dense on the screen."""

    def __init__(self) -> None:
        theme = current_theme()
        self._ground = QColor(theme.canvas)
        self._dots = QColor(theme.dots)
        self._brush = QBrush()
        self._made_for = (0.0, 0.0)

    def paint(self, painter: QPainter, rect: QRectF, scale: float, ratio: float) -> None:
        if self._made_for != (scale, ratio):
            self._brush = self._tile(scale, ratio)
            self._made_for = (scale, ratio)
        painter.fillRect(rect, self._brush)

    def _tile(self, scale: float, ratio: float) -> QBrush:
        step = _STEP
        while step * scale < _LEAST:
            step *= 2
        side = max(1, ceil(step * scale * ratio))
        pixmap = QPixmap(side, side)
        pixmap.fill(self._ground)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(self._dots)
        radius = _RADIUS * ratio * max(0.9, min(scale, 1.6))
        painter.drawEllipse(QPointF(side / 2, side / 2), radius, radius)
        painter.end()
        brush = QBrush(pixmap)
        brush.setTransform(QTransform.fromScale(step / side, step / side))
        return brush
