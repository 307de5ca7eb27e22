"""One plot of curves against epochs: lines, a legend that can be read, and values on hover.

Only this module and those drawn with it import pyqtgraph; nothing imports it before the first paint.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from builder.canvas.fonts import ui_font
from builder.canvas.theme import Theme, current_theme, theme_changed
from builder.window import numbers, style
from builder.window.series import Floats, Series

LEFT_WIDTH = 52
MOST_MARKS = 40  # of more points the marks would hide the line

Symbol = Literal["o", "s", ""]


class Style(Struct, frozen=True):
    """How a line is drawn: its colour under a theme, its marks, and whether it is faint."""

    colour: Callable[[Theme], QColor]
    symbol: Symbol = ""
    faint: bool = False
    dashed: bool = False


class EpochAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of epochs: marks stand at whole numbers only."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        step = _step(high - low, max(size / 44.0, 2.0))
        if 3 * step > high - low and high < 1000:
            step = _step(high - low, 6.0)  # the marks at both ends are often left out
        return [(max(step, 1.0), 0.0)]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [f"{value:,.0f}" for value in values]


_LONG = 1e5
"""From this step on an axis is marked in powers of ten."""


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of losses or scores: few marks, plain numbers, on a logarithmic one 1, 2 and 5."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        step = _step(high - low, max(size / 30.0, 2.0))
        # One mark alone says nothing of the scale; a fifth or more of the span gives two.
        return [(step if 2 * step <= high - low else _step(high - low, 5.0), 0.0)]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[Any, list[float]]]:
        if not self.logMode:
            found: list[tuple[Any, list[float]]] = super().tickValues(low, high, size)
            return found
        low, high = min(low, high), max(low, high)
        first, last = math.floor(low), math.ceil(high)
        factors = (1, 2, 5) if high - low < size / 60 else (1,)
        every = max(1, math.ceil((last - first) * 24 / max(size, 1)))
        marks = [e + math.log10(f) for e in range(first, last + 1, every) for f in factors]
        return [(None, [mark for mark in marks if low <= mark <= high])]

    def tickStrings(
        self, values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str]:
        if self.logMode:
            return [f"{10.0**value:.3g}" for value in values]
        if spacing is None:
            return [f"{value * scale:g}" for value in values]
        if spacing * scale >= _LONG:  # a loss in squared units has more zeros than room
            return [re.sub(r"e\+0*", "e", f"{value * scale:g}") for value in values]
        places = max(0, -math.floor(math.log10(spacing * scale) + 1e-9)) if spacing > 0 else 0
        if places > 5:
            return [f"{value * scale:.1e}" for value in values]
        return [f"{value * scale:,.{places}f}" for value in values]


def _step(span: float, most: float) -> float:
    """A round step (1, 2, 5 times a power of ten) that makes at most so many marks."""
    wanted = max(span, 1e-12) / most
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(next((f * power for f in (1, 2, 5) if f * power >= wanted), 10 * power))


class Line:
    """One curve of a plot: its points, and the item that draws them."""

    def __init__(self, label: str, style: Style, item: Any, per_epoch: float) -> None:
        self.label = label
        self.style = style
        self.item = item
        self.series = Series()
        self.dirty = False
        self._per_epoch = max(per_epoch, 1.0)

    def smooth(self, weight: float) -> None:
        """Smooth by a weight per epoch, so that dense and sparse lines lag alike."""
        self.series.smooth(weight ** (1 / self._per_epoch) if weight else 0.0)
        self.dirty = True

    def append(self, x: Floats, y: Floats) -> None:
        self.series.append(x, y)
        self.dirty = True

    def draw(self) -> None:
        if self.dirty:
            if self.style.symbol and len(self.series) > MOST_MARKS:
                self.item.setSymbol(None)
            self.item.setData(self.series.x, self.series.shown)
            self.dirty = False


class LegendMark(QWidget):
    """A piece of a line, as it is drawn in the plot."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.setFixedSize(QSize(20, 12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._style.colour(current_theme())
        pen = QPen(colour, 1.6)
        if self._style.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(1, 6), QPointF(19, 6))
        painter.setBrush(colour)
        if self._style.symbol == "o":
            painter.drawEllipse(QPointF(10, 6), 2.5, 2.5)
        elif self._style.symbol == "s":
            painter.drawRect(QRectF(7.5, 3.5, 5, 5))


class CurvePlot(QWidget):
    """Curves of one value against epochs. `redraw` shows what was appended since the last one."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.lines: list[Line] = []
        self._smoothing = 0.0
        self._epochs = 1.0
        self._title = style.label(title, "strong")
        self._legend = QHBoxLayout()
        self._legend.setSpacing(4)
        self._bottom = EpochAxis("bottom")
        self._left = ValueAxis("left")
        self.plot = pg.PlotWidget(axisItems={"bottom": self._bottom, "left": self._left})
        self.readout = style.label("")
        self.readout.setParent(self.plot)
        self.readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.readout.hide()
        self._unit = style.label("epoch", "secondary")
        self._unit.setParent(self.plot)
        self._unit.setStyleSheet("font-size: 11px;")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._set_up()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addLayout(self._legend)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        theme_changed.connect(self.dress)
        self.dress()

    def _set_up(self) -> None:
        item = self.plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=False, y=True, alpha=0.6)
        item.setClipToView(True)
        item.setDownsampling(auto=True, mode="peak")
        item.getViewBox().setDefaultPadding(0.03)
        self._left.setWidth(LEFT_WIDTH)
        self._left.setStyle(tickLength=0, tickTextOffset=6, maxTickLevel=0)
        self._bottom.setStyle(tickLength=-4, tickTextOffset=4, maxTickLevel=0)
        self._bottom.setHeight(22)
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._marker.hide()
        item.addItem(self._marker, ignoreBounds=True)
        self.plot.setMinimumSize(150, 90)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.viewport().setMouseTracking(True)
        self.plot.viewport().installEventFilter(self)
        item.setXRange(0, 1, padding=0.0)

    # --- what is drawn

    def add_line(
        self, label: str, look: Style, *, legend: bool = True, per_epoch: float = 1.0
    ) -> Line:
        """A new, empty curve of so many points per epoch. Later ones lie on top."""
        item = pg.PlotDataItem(connect="finite", antialias=bool(look.symbol))
        self.plot.addItem(item)
        line = Line(label, look, item, per_epoch)
        line.smooth(self._smoothing)
        self.lines.append(line)
        self._dress_line(line)
        if legend:
            self._legend.addWidget(LegendMark(look))
            self._legend.addWidget(style.label(label, "secondary"))
            self._legend.addSpacing(6)
        return line

    def clear(self) -> None:
        """Take every curve away."""
        for line in self.lines:
            self.plot.removeItem(line.item)
        self.lines.clear()
        while (entry := self._legend.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.deleteLater()
        self._hide_readout()

    def show_epochs(self, epochs: float) -> None:
        """Let the axis reach from 0 to this many epochs, and values set their own range."""
        self._epochs = max(epochs, 1.0)
        self.plot.getPlotItem().setXRange(0, self._epochs, padding=0.01)
        self.plot.getPlotItem().enableAutoRange(axis="y")

    def redraw(self) -> None:
        for line in self.lines:
            line.draw()

    def set_log(self, on: bool) -> None:
        self.plot.getPlotItem().setLogMode(x=False, y=on)
        self.plot.getPlotItem().enableAutoRange(axis="y")

    def set_smoothing(self, weight: float) -> None:
        self._smoothing = weight
        for line in self.lines:
            line.smooth(weight)
        self.redraw()

    # --- how it looks

    def dress(self, *_: object) -> None:
        """Take the theme's colours on."""
        theme = current_theme()
        self.plot.setBackground(QColor(theme.panel))
        for axis in (self._left, self._bottom):
            axis.setPen(pg.mkPen(QColor(theme.line), width=1))
            axis.setTickPen(pg.mkPen(QColor(theme.line), width=1))
            axis.setTextPen(pg.mkPen(QColor(theme.secondary)))
            axis.setTickFont(ui_font(11))
        self._marker.setPen(pg.mkPen(QColor(theme.faint), width=1))
        self.readout.setStyleSheet(f"background: {theme.panel}; padding: 1px 4px;")
        for line in self.lines:
            self._dress_line(line)

    def _dress_line(self, line: Line) -> None:
        colour = QColor(line.style.colour(current_theme()))
        if line.style.faint:
            colour.setAlphaF(0.55)
        pen = pg.mkPen(colour, width=1)
        if line.style.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        line.item.setPen(pen)
        line.item.setSymbol(line.style.symbol or None)
        if line.style.symbol:
            line.item.setSymbolSize(5)
            line.item.setSymbolPen(None)
            line.item.setSymbolBrush(colour)

    # --- values under the mouse

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseMove:
                self.hover(event.position())  # type: ignore[attr-defined]
            case QEvent.Type.Leave:
                self._hide_readout()
            case QEvent.Type.Resize:
                self._unit.adjustSize()
                self._unit.move(LEFT_WIDTH - 8 - self._unit.width(), self.plot.height() - 19)
            case QEvent.Type.MouseButtonDblClick:
                self.show_epochs(self._epochs)
            case _:
                pass
        return super().eventFilter(watched, event)

    def hover(self, position: QPointF) -> None:
        """Read the values off at a place in the plot's viewport."""
        box = self.plot.getPlotItem().getViewBox()
        scene = self.plot.mapToScene(position.toPoint())
        if not box.sceneBoundingRect().contains(scene):
            self._hide_readout()
            return
        x = box.mapSceneToView(scene).x()
        marked = [line for line in self.lines if line.style.symbol and len(line.series)]
        read = marked or [line for line in self.lines if len(line.series)]
        points = [(line.label, line.series.nearest(x)) for line in read]
        found = [(label, point) for label, point in points if point is not None]
        if not found:
            return
        at = found[0][1][0]
        self._marker.setPos(at)
        self._marker.show()
        epoch = f"{at:,.0f}" if at == round(at) else f"{at:,.1f}"
        values = " · ".join(f"{label} {numbers.score(point[1])}" for label, point in found)
        self.readout.setText(f"epoch {epoch} · {values}")
        self.readout.adjustSize()
        self.readout.move(max(self.plot.width() - self.readout.width() - 2, 0), 0)
        self.readout.show()

    def _hide_readout(self) -> None:
        self._marker.hide()
        self.readout.hide()
        self.readout.setText("")


def as_floats(values: Sequence[float | None]) -> Floats:
    """Numbers with gaps as an array with nan."""
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
