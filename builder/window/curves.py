"""The curves of one training: a plot per metric, fed by events, drawn at most 15 times a second."""

from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from builder.window.curve_plot import CurvePlot, Line, Style, as_floats

REDRAW_MS = 66

BATCH = Style(lambda theme: QColor(theme.curve_train), faint=True)
TRAIN = Style(lambda theme: QColor(theme.curve_train), symbol="o")
VALID = Style(lambda theme: QColor(theme.curve_validation), symbol="s")


class MetricPlot(CurvePlot):
    """One metric: per batch faint, per epoch with marks, for training and validation rows.

    The lines look the same for every metric, so the legend stands above the loss only.
    """

    def __init__(self, metric: str, batches_per_epoch: int) -> None:
        super().__init__(metric)
        self._with_legend = metric == "loss"
        self.batch: Line
        self.train: Line
        self.validation: Line
        self.restart(batches_per_epoch)

    def restart(self, batches_per_epoch: int) -> None:
        self.clear()
        self.batch = self.add_line(
            "each batch", BATCH, legend=False, per_epoch=float(batches_per_epoch)
        )
        self.train = self.add_line("train", TRAIN, legend=self._with_legend)
        self.validation = self.add_line("validation", VALID, legend=self._with_legend)


class Curves(QWidget):
    """All plots of a training: the loss at the left, one other metric at the right.

    With more than one further metric a list lets the user choose which is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.plots: dict[str, MetricPlot] = {}
        self._epochs = 1
        self._batches = 1
        self._fresh = False  # nothing has been told yet of the run that began
        self._timer = QTimer(self, interval=REDRAW_MS)
        self._timer.timeout.connect(self.redraw)
        self.chooser = QComboBox()
        self.chooser.setToolTip("Which metric is drawn beside the loss")
        self.chooser.currentTextChanged.connect(self._choose)
        self.log_scale = QCheckBox("Log scale")
        self.log_scale.setToolTip("Draw losses on a logarithmic axis")
        self.log_scale.toggled.connect(self._set_log)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 99)
        self.smoothing.setFixedWidth(96)
        self.smoothing.setToolTip("Show the trend instead of every jump; hover reads true values")
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.valueChanged.connect(self._set_smoothing)
        tools = QHBoxLayout()
        tools.setSpacing(12)
        tools.addStretch(1)
        tools.addWidget(self.chooser)
        tools.addWidget(self.log_scale)
        tools.addWidget(QLabel("Smoothing"))
        tools.addWidget(self.smoothing)
        self._row = QHBoxLayout()
        self._row.setSpacing(20)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._row, 1)
        column.addLayout(tools)
        self._plot_of("loss")
        self._list_metrics()

    @property
    def live(self) -> bool:
        """Whether the redraw timer runs."""
        return self._timer.isActive()

    def begin(self, epochs: int, batches_per_epoch: int) -> None:
        """Empty plots for a new run."""
        self._epochs, self._batches = epochs, max(batches_per_epoch, 1)
        self._fresh = True
        for plot in self.plots.values():
            plot.restart(self._batches)
            plot.show_epochs(epochs)
        self._timer.start()

    def end(self) -> None:
        """Nothing more comes: draw once and rest."""
        self._timer.stop()
        self.redraw()

    def add_batches(self, first: int, values: Mapping[str, list[float | None]]) -> None:
        self._drop_others(values)
        for name, points in values.items():
            x = (np.arange(first + 1, first + 1 + len(points))) / self._batches
            self._plot_of(name).batch.append(x, as_floats(points))

    def add_epoch(self, epoch: int, logs: Mapping[str, float | None]) -> None:
        """Values at the end of an epoch; those called `val_...` are of the validation rows."""
        self._drop_others(logs)
        for name, value in logs.items():
            if name == "learning_rate":
                continue
            plot = self._plot_of(name.removeprefix("val_"))
            line = plot.validation if name.startswith("val_") else plot.train
            line.append(np.array([epoch + 1.0]), as_floats([value]))

    def redraw(self) -> None:
        for plot in self.plots.values():
            if plot.isVisible() or not self._timer.isActive():
                plot.redraw()

    # --- inner parts

    def _drop_others(self, told: Iterable[str]) -> None:
        """As a run begins to tell, take away the plots of metrics that it does not have.

        Not before: two runs of the same metrics keep their plots, and nothing jumps.
        """
        if not self._fresh:
            return
        self._fresh = False
        kept = {"loss", *(name.removeprefix("val_") for name in told)}
        for name in self.plots.keys() - kept:
            plot = self.plots.pop(name)
            self._row.removeWidget(plot)
            plot.hide()
            plot.deleteLater()
        self._list_metrics()

    def _plot_of(self, metric: str) -> MetricPlot:
        plot = self.plots.get(metric)
        if plot is None:
            plot = self.plots[metric] = MetricPlot(metric, self._batches)
            plot.show_epochs(self._epochs)
            plot.set_smoothing(self.smoothing.value() / 100)
            self._row.addWidget(plot, 1)
            self._list_metrics()
        return plot

    def _list_metrics(self) -> None:
        others = [name for name in self.plots if name != "loss"]
        chosen = self.chooser.currentText()
        self.chooser.blockSignals(True)
        self.chooser.clear()
        self.chooser.addItems(others)
        self.chooser.setCurrentText(chosen)
        self.chooser.blockSignals(False)
        self.chooser.setVisible(len(others) > 1)
        self._choose(self.chooser.currentText())

    def _choose(self, metric: str) -> None:
        for name, plot in self.plots.items():
            plot.setVisible(name in ("loss", metric))

    def _set_log(self, on: bool) -> None:
        for name, plot in self.plots.items():
            if name.endswith("loss"):
                plot.set_log(on)

    def _set_smoothing(self, percent: int) -> None:
        for plot in self.plots.values():
            plot.set_smoothing(percent / 100)
