"""The histories of kept runs over each other, one plot per metric."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from builder.canvas.theme import Theme
from builder.window import numbers
from builder.window.curve_plot import CurvePlot, Style, as_floats
from builder.window.run_colours import run_colour

History = Mapping[str, Sequence[float | None]]

MOST_PLOTS = 2


class RunCurves(QWidget):
    """Validation values in full lines, training values dashed, one colour per run."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(20)
        self.plots: dict[str, CurvePlot] = {}

    def show_histories(self, histories: Sequence[tuple[str, History]]) -> None:
        """Draw the histories of runs, each with the name that hovering shall read out."""
        metrics: list[str] = []
        for _, history in histories:
            metrics += [name for name in history if not name.startswith("val_")]
        wanted = [m for m in numbers.loss_first(metrics) if m != "learning_rate"][:MOST_PLOTS]
        for name in [name for name in self.plots if name not in wanted]:
            plot = self.plots.pop(name)
            self._row.removeWidget(plot)
            plot.deleteLater()
        for metric in wanted:
            plot = self.plots.get(metric) or self._new_plot(metric)
            plot.clear()
            for place, (title, history) in enumerate(histories):
                self._add(plot, metric, title, history, place)
            longest = max((len(h.get(metric, ())) for _, h in histories), default=1)
            plot.show_epochs(longest)
            plot.redraw()

    def _new_plot(self, metric: str) -> CurvePlot:
        plot = self.plots[metric] = CurvePlot(metric)
        self._row.addWidget(plot, 1)
        return plot

    def _add(self, plot: CurvePlot, metric: str, title: str, history: History, place: int) -> None:
        def of_run(theme: Theme) -> QColor:
            return run_colour(theme, place)

        for name, look in (
            (f"val_{metric}", Style(of_run, symbol="o")),
            (metric, Style(of_run, dashed=True)),
        ):
            if values := history.get(name):
                line = plot.add_line(title, look, legend=False)
                line.append(np.arange(1.0, len(values) + 1), as_floats(values))
