"""The dotted ground of the canvas, painted as one tile so that it costs the same at every scale."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from builder.canvas.theme import current_theme

_STEP = 24.0
_LEAST = 13.0
_RADIUS = 0.9


class Grid:
    """Dots about every 24 scene pixels, further apart when that would be too dense.

    The distance is rounded to whole pixels of the screen: a tile that is not stretched is copied
    ten times faster and stays sharp.
    """

    def __init__(self) -> None:
        theme = current_theme()
        self._ground = QColor(theme.canvas)
        self._dots = QColor(theme.dots)
        self._brush = QBrush()
        self._made_for = (0, 0.0)

    def paint(self, painter: QPainter, rect: QRectF, scale: float, ratio: float) -> None:
        step = _STEP
        while step * scale < _LEAST:
            step *= 2
        side = round(step * scale)
        if self._made_for != (side, ratio):
            self._brush = self._tile(side, scale, ratio)
            self._made_for = (side, ratio)
        world = painter.worldTransform()
        painter.resetTransform()
        painter.setBrushOrigin(world.map(QPointF(0, 0)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        # As fast as `fillRect`, for which PySide would make the enums of gradients.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawRect(world.mapRect(rect).toAlignedRect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrushOrigin(QPointF(0, 0))
        painter.setWorldTransform(world)

    def _tile(self, side: int, scale: float, ratio: float) -> QBrush:
        pixels = max(1, round(side * ratio))
        pixmap = QPixmap(pixels, pixels)
        pixmap.setDevicePixelRatio(pixels / side)
        pixmap.fill(self._ground)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(self._dots)
        radius = _RADIUS * max(0.9, min(scale, 1.6))
        painter.drawEllipse(QPointF(side / 2, side / 2), radius, radius)
        painter.end()
        brush = QBrush()
        brush.setTexture(pixmap)
        return brush
