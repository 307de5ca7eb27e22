"""A small grey image to draw on with the mouse, of as many pixels as the network takes."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from builder.canvas.theme import current_theme, theme_changed

SIDE = 160
BRUSH = 0.85  # in pixels of the image


class DrawPad(QWidget):
    """Draw with the left button, rub out with the right. Signal `drawn()`: the image is another.

    The first stroke over an image that was not drawn here begins a new one.
    """

    drawn = Signal()

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.rows, self.columns = height, width
        self.ink = [[0.0] * width for _ in range(height)]
        self._foreign = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(f"Draw pad, {height} by {width} pixels")
        self.setToolTip("Draw with the left mouse button, rub out with the right one")
        theme_changed.connect(self.update)

    @property
    def is_blank(self) -> bool:
        return not any(map(any, self.ink))

    def clear(self) -> None:
        self.show_image([[0.0] * self.columns for _ in range(self.rows)])

    def show_image(self, ink: Sequence[Sequence[float]]) -> None:
        """Take an image in 0..1."""
        self.ink = [list(row) for row in ink]
        self._foreign = not self.is_blank
        self.update()
        self.drawn.emit()

    def sizeHint(self) -> QSize:
        pixel = SIDE // max(self.rows, self.columns)
        return QSize(pixel * self.columns + 2, pixel * self.rows + 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._foreign and event.button() == Qt.MouseButton.LeftButton:
            self.clear()
        self._foreign = False
        self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._stroke(event)

    def _stroke(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.touch(event.position(), 1.0)
        elif event.buttons() & Qt.MouseButton.RightButton:
            self.touch(event.position(), 0.0)

    def touch(self, position: QPointF, ink: float) -> None:
        """Draw (1) or rub out (0) around a place; ink fades towards the brush's edge."""
        pixel = self._pixel()
        x, y = (position.x() - 1) / pixel - 0.5, (position.y() - 1) / pixel - 0.5
        changed = False
        for row in range(max(int(y) - 1, 0), min(int(y) + 3, self.rows)):
            for column in range(max(int(x) - 1, 0), min(int(x) + 3, self.columns)):
                distance = ((row - y) ** 2 + (column - x) ** 2) ** 0.5
                force = max(0.0, min(1.0, 1.0 + BRUSH / 2 - distance / BRUSH))
                before = self.ink[row][column]
                after = max(before, force) if ink else min(before, 1.0 - force)
                if after != before:
                    self.ink[row][column] = after
                    changed = True
        if changed:
            self.update()
            self.drawn.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        pixel = self._pixel()
        painter.fillRect(self.rect(), QColor("#000000"))
        for row, line in enumerate(self.ink):
            for column, ink in enumerate(line):
                if ink:
                    grey = round(255 * ink)
                    area = QRectF(1 + column * pixel, 1 + row * pixel, pixel, pixel)
                    painter.fillRect(area, QColor(grey, grey, grey))
        painter.setPen(QPen(QColor(current_theme().border)))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _pixel(self) -> float:
        return (self.width() - 2) / self.columns
