"""Figures that the results are read from, drawn the same on the screen, as PNG and as SVG."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from builder.canvas.fonts import ui_font
from builder.canvas.theme import LIGHT, Theme, colour, current_theme, theme_changed
from builder.window import numbers

PICTURE = QSize(640, 560)
MOST_LABEL_ROOM = 78.0
_FOOT = 36.0
"""Room below a frame, for its numbers and for the words under them."""

_CENTRE = Qt.AlignmentFlag.AlignCenter
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight


class Figure(QWidget):
    """A widget whose picture can be saved. `draw` paints it anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(168, 160)
        theme_changed.connect(self.update)

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        raise NotImplementedError

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, QRectF(self.rect()), current_theme())

    def save(self, path: Path) -> None:
        """Write the figure in the light theme: SVG by the file's ending, else PNG.

        Raises OSError when it cannot be written.
        """
        area = QRectF(16, 16, PICTURE.width() - 32, PICTURE.height() - 32)
        if path.suffix.lower() == ".svg":
            target = QSvgGenerator()
            target.setFileName(str(path))
            target.setSize(PICTURE)
            target.setViewBox(QRectF(QPointF(0, 0), PICTURE.toSizeF()))
            target.setTitle(self.accessibleName())
            painter = QPainter()
            if not painter.begin(target):
                raise OSError(0, "the file cannot be written", str(path))
            painter.fillRect(QRectF(QPointF(0, 0), PICTURE.toSizeF()), QColor(LIGHT.panel))
            self.draw(painter, area, LIGHT)
            painter.end()
            return
        image = QImage(PICTURE * 2, QImage.Format.Format_ARGB32)
        image.fill(QColor(LIGHT.panel))
        painter = QPainter(image)
        painter.scale(2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, area, LIGHT)
        painter.end()
        if not image.save(str(path)):
            raise OSError(0, "the file cannot be written", str(path))


class ConfusionFigure(Figure):
    """Rows by true class (down) and predicted class (across); darker is a larger share of its row.

    Signal `read(str)`: a cell was clicked; the sentence says what it counts.
    """

    read = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._names: Sequence[str] = ()
        self._counts: Sequence[Sequence[int]] = ()
        self._room = MOST_LABEL_ROOM
        self.setMouseTracking(True)

    def show_counts(self, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        self._names, self._counts = names, counts
        metrics = QFontMetricsF(ui_font(11))
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        self._room = min(max(widest + 12, 46.0), MOST_LABEL_ROOM)
        right = sum(counts[i][i] for i in range(len(counts)))
        total = sum(map(sum, counts))
        self.setAccessibleName(
            f"Confusion matrix: {numbers.count(right)} of {numbers.count(total)} rows right"
        )
        self.update()

    def sentence(self, row: int, column: int) -> str:
        """What one cell counts, in words."""
        rows, total = self._counts[row][column], sum(self._counts[row])
        part = numbers.share(rows / total) if total else "none"
        true, guess = self._names[row], self._names[column]
        of = f"{numbers.count(rows)} of {numbers.plural(total, 'row')} of class “{true}”"
        if row == column:
            return f"{of} were recognised ({part})."
        return f"{of} were taken for “{guess}” ({part})."

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        size = len(self._names)
        if not size:
            return
        grid = self._grid(area)
        side = grid.width() / size
        painter.setFont(ui_font(11))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(theme.secondary))
        self._draw_names(painter, metrics, grid, side)
        small = side < 13
        painter.setFont(ui_font(11 if side >= 18 else 9))
        for row in range(size):
            total = sum(self._counts[row]) or 1
            for column in range(size):
                count = self._counts[row][column]
                cell = QRectF(grid.left() + column * side, grid.top() + row * side, side, side)
                share = count / total
                ink = theme.accent if row == column else theme.error
                painter.fillRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), QColor(theme.field))
                if count:
                    shade = colour(ink, round(40 + 215 * share))
                    painter.fillRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), shade)
                if count and not small:
                    loud = row == column and share > 0.5
                    painter.setPen(QColor(theme.on_accent if loud else theme.text))
                    painter.drawText(cell, _CENTRE, numbers.count(count))

    def _draw_names(
        self, painter: QPainter, metrics: QFontMetricsF, grid: QRectF, side: float
    ) -> None:
        every = max(1, round(14 / side)) if side < 14 else 1
        for place, name in enumerate(self._names):
            if place % every:
                continue
            across = metrics.elidedText(name, Qt.TextElideMode.ElideRight, side * every)
            down = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._room - 8)
            top = QRectF(grid.left() + place * side, grid.top() - 18, side * every, 16)
            painter.drawText(top, _CENTRE, across)
            left = QRectF(grid.left() - self._room, grid.top() + place * side, self._room - 6, side)
            painter.drawText(left, _MIDDLE | _RIGHT, down)
        head = QRectF(grid.left(), grid.top() - 36, max(grid.width(), 90), 16)
        painter.drawText(head, _MIDDLE, "predicted →")
        corner = QRectF(grid.left() - self._room, grid.top() - 18, self._room - 6, 16)
        painter.drawText(corner, _MIDDLE | _RIGHT, "true ↓")

    def _grid(self, area: QRectF) -> QRectF:
        side = min(area.width() - self._room - 4, area.height() - 40)
        return QRectF(area.left() + self._room, area.top() + 36, side, side)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        grid = self._grid(QRectF(self.rect()))
        if not self._names or not grid.contains(position):
            return None
        side = grid.width() / len(self._names)
        last = len(self._names) - 1
        row = min(int((position.y() - grid.top()) / side), last)
        return row, min(int((position.x() - grid.left()) / side), last)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (cell := self.cell_at(event.position())) is not None:
            self.read.emit(self.sentence(*cell))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        place: QPoint = event.globalPosition().toPoint()
        QToolTip.showText(place, self.sentence(*cell) if cell else "", self)


class ScatterFigure(Figure):
    """Predicted against true numbers; on the diagonal they are equal."""

    def __init__(self) -> None:
        super().__init__()
        self._pairs: Sequence[tuple[float, float]] = ()

    def show_pairs(self, pairs: Sequence[tuple[float, float]]) -> None:
        self._pairs = pairs
        self.setAccessibleName(f"Predicted against true values of {len(pairs)} rows")
        self.update()

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        if not self._pairs:
            return
        low = min(min(pair) for pair in self._pairs)
        high = max(max(pair) for pair in self._pairs)
        span = (high - low) or 1.0
        side = min(area.width() - 58, area.height() - 20 - _FOOT)
        frame = QRectF(area.left() + 52, area.top() + 20, side, side)
        _draw_frame(painter, frame, theme, (low, high), (low, high))
        painter.drawText(QRectF(area.left(), area.top(), 160, 16), _MIDDLE, "predicted ↑")
        painter.drawText(_under(frame), _CENTRE, "true →")
        painter.setPen(QPen(QColor(theme.faint), 1, Qt.PenStyle.DashLine))
        painter.drawLine(frame.bottomLeft(), frame.topRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.accent, 150))
        for true, guess in self._pairs:
            x = frame.left() + side * (true - low) / span
            y = frame.bottom() - side * (guess - low) / span
            painter.drawEllipse(QPointF(x, y), 2.6, 2.6)


class ResidualFigure(Figure):
    """How often predictions miss by how much: predicted minus true."""

    BARS = 24

    def __init__(self) -> None:
        super().__init__()
        self._residuals: list[float] = []

    def show_pairs(self, pairs: Sequence[tuple[float, float]]) -> None:
        self._residuals = [guess - true for true, guess in pairs]
        self.setAccessibleName(f"Histogram of the errors of {len(pairs)} predictions")
        self.update()

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        if not self._residuals:
            return
        most = max(map(abs, self._residuals)) or 1.0
        bars = [0] * self.BARS
        for value in self._residuals:
            bars[min(int((value + most) / (2 * most) * self.BARS), self.BARS - 1)] += 1
        frame = area.adjusted(52, 20, -6, -_FOOT)
        _draw_frame(painter, frame, theme, (-most, most), (0, max(bars)))
        painter.drawText(QRectF(area.left(), area.top(), 160, 16), _MIDDLE, "rows ↑")
        painter.drawText(_under(frame), _CENTRE, "error: predicted − true")
        width = frame.width() / self.BARS
        for place, count in enumerate(bars):
            height = frame.height() * count / max(bars)
            left = frame.left() + place * width
            bar = QRectF(left + 0.5, frame.bottom() - height, width - 1, height)
            painter.fillRect(bar, QColor(theme.accent))
        centre = frame.center().x()
        painter.setPen(QPen(QColor(theme.faint), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(centre, frame.top()), QPointF(centre, frame.bottom()))


def _draw_frame(
    painter: QPainter,
    frame: QRectF,
    theme: Theme,
    across: tuple[float, float],
    up: tuple[float, float],
) -> None:
    """Two axes with the numbers at their ends. Leaves the pen for labels."""
    painter.setFont(ui_font(11))
    painter.setPen(QColor(theme.line))
    painter.drawLine(frame.topLeft(), frame.bottomLeft())
    painter.drawLine(frame.bottomLeft(), frame.bottomRight())
    painter.setPen(QColor(theme.secondary))
    for value, y in ((up[1], frame.top()), (up[0], frame.bottom())):
        place = QRectF(frame.left() - 56, y - 8, 50, 16)
        painter.drawText(place, _MIDDLE | _RIGHT, _short(value))
    for value, x, side in (
        (across[0], frame.left(), Qt.AlignmentFlag.AlignLeft),
        (across[1], frame.right() - 60, _RIGHT),
    ):
        painter.drawText(QRectF(x, frame.bottom() + 4, 60, 16), _MIDDLE | side, _short(value))


def _under(frame: QRectF) -> QRectF:
    """Where the words of the lower axis stand: below its numbers, which may be long."""
    return QRectF(frame.left() - 20, frame.bottom() + 19, frame.width() + 40, 16)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
