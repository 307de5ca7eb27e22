"""The curves of a training as a picture file: one plot per metric, training and validation rows."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from builder.canvas.fonts import ui_font
from builder.canvas.headless import application
from builder.canvas.theme import Theme, current_theme

Values = Sequence[float | None]

WIDTH, HEIGHT = 520, 320
SCALE = 2
PLOTS = 4
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 20, 64, 46
_TICKS = 5


class Plot(Struct, frozen=True):
    """One metric's values by epoch; `validation` is empty where no rows were kept for it."""

    metric: str
    train: Values
    validation: Values = ()


def plots_of(history: Mapping[str, Values]) -> tuple[Plot, ...]:
    """The loss first, then the other metrics as they come; the learning rate is none."""
    names = [
        n for n in history if not n.startswith("val_") and n not in ("seconds", "learning_rate")
    ]
    names.sort(key=lambda name: name != "loss")
    return tuple(Plot(name, history[name], history.get(f"val_{name}", ())) for name in names)


def save_curves(history: Mapping[str, Values], path: Path) -> None:
    """Paint the first plots of a training side by side into a PNG file. Raises OSError."""
    _keep = application()
    plots = plots_of(history)[:PLOTS]
    theme = current_theme()
    image = QImage(
        max(len(plots), 1) * WIDTH * SCALE,
        HEIGHT * SCALE,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(SCALE)
    image.fill(QColor(theme.panel))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, plot in enumerate(plots):
        _paint(painter, plot, QRectF(place * WIDTH, 0, WIDTH, HEIGHT), theme)
    painter.end()
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]  # the stubs want bytes
        raise OSError(None, "the picture could not be written", str(path))


def _paint(painter: QPainter, plot: Plot, area: QRectF, theme: Theme) -> None:
    frame = area.adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
    epochs = max(len(plot.train), len(plot.validation), 2)
    numbers = [v for v in (*plot.train, *plot.validation) if v is not None and math.isfinite(v)]
    ticks = tuple(nice_ticks(min(numbers, default=0.0), max(numbers, default=1.0)))
    low, high = ticks[0], ticks[-1]

    def point(epoch: int, value: float) -> QPointF:
        across = frame.left() + frame.width() * epoch / (epochs - 1)
        return QPointF(across, frame.bottom() - frame.height() * (value - low) / (high - low))

    painter.setFont(ui_font(15, semibold=True))
    painter.setPen(QColor(theme.text))
    painter.drawText(QPointF(frame.left(), area.top() + 26), plot.metric)
    painter.setFont(ui_font(12))
    for tick in ticks:
        at = point(0, tick)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(at, QPointF(frame.right(), at.y()))
        painter.setPen(QColor(theme.secondary))
        label = QRectF(area.left(), at.y() - 9, _LEFT - 8, 18)
        painter.drawText(label, _RIGHT_MIDDLE, f"{tick:.6g}")
    for epoch in sorted({0, (epochs - 1) // 2, epochs - 1}):
        label = QRectF(point(epoch, low).x() - 40, frame.bottom() + 6, 80, 18)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(epoch + 1))
    painter.drawText(
        QRectF(frame.left(), frame.bottom() + 24, frame.width(), 18),
        Qt.AlignmentFlag.AlignCenter,
        "epoch",
    )
    legend = frame.left()
    for name, values, colour in (
        ("train", plot.train, theme.curve_train),
        ("validation", plot.validation, theme.curve_validation),
    ):
        if not values:
            continue
        painter.setPen(QPen(QColor(colour), 2))
        for line in _unbroken(values):
            points = [point(epoch, value) for epoch, value in line]
            painter.drawPolyline(QPolygonF(points))
            if len(points) == 1:
                painter.drawEllipse(points[0], 2.0, 2.0)
        painter.drawLine(QPointF(legend, area.top() + 43), QPointF(legend + 16, area.top() + 43))
        painter.setPen(QColor(theme.secondary))
        painter.drawText(QPointF(legend + 22, area.top() + 47), name)
        legend += 34 + painter.fontMetrics().horizontalAdvance(name)


_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _unbroken(values: Values) -> Iterator[list[tuple[int, float]]]:
    """Runs of values without a gap, each value with its epoch."""
    line: list[tuple[int, float]] = []
    for epoch, value in enumerate(values):
        if value is not None and math.isfinite(value):
            line.append((epoch, value))
        elif line:
            yield line
            line = []
    if line:
        yield line


def nice_ticks(low: float, high: float) -> Iterator[float]:
    """About five round numbers that enclose low and high."""
    if high <= low:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    rough = (high - low) / (_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(s for s in (1, 2, 2.5, 5, 10) if s * power >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    for number in range(first, last + 1):
        yield number * step
