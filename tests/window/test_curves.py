"""Curves: points are never lost, appending costs the new ones only, and hovering reads them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from builder.window.curve_plot import CurvePlot, EpochAxis, Style, ValueAxis, as_floats
from builder.window.curves import Curves
from builder.window.series import Series

pieces = st.lists(st.lists(st.floats(-1e6, 1e6), max_size=40), max_size=30)


@given(pieces, st.sampled_from([0.0, 0.6, 0.99]))
def test_a_series_is_what_was_appended(parts: list[list[float]], weight: float) -> None:
    series, whole = Series(weight), Series()
    for part in parts:
        start = len(series)
        series.append(np.arange(start, start + len(part), dtype=float), np.array(part))
    flat = [value for part in parts for value in part]
    whole.append(np.arange(len(flat), dtype=float), np.array(flat))
    whole.smooth(weight)
    assert series.y.tolist() == flat
    assert series.x.tolist() == list(range(len(flat)))
    assert np.allclose(series.shown, whole.shown)
    if flat:
        slack = 1e-6 * max(map(abs, flat)) + 1e-9
        assert series.shown.min() >= min(flat) - slack
        assert series.shown.max() <= max(flat) + slack


def test_smoothing_passes_gaps() -> None:
    series = Series(0.9)
    series.append(np.arange(4.0), np.array([math.nan, 1.0, math.nan, 1.0]))
    assert math.isnan(series.shown[0])
    assert series.shown[1:].tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_the_nearest_point_is_read() -> None:
    series = Series()
    assert series.nearest(1.0) is None
    series.append(np.array([1.0, 2.0, 4.0]), np.array([10.0, 20.0, 40.0]))
    assert [series.nearest(x) for x in (-5, 1.4, 1.6, 3.5, 99)] == [
        (1.0, 10.0),
        (1.0, 10.0),
        (2.0, 20.0),
        (4.0, 40.0),
        (4.0, 40.0),
    ]


def test_appending_copies_a_long_curve_seldom() -> None:
    series = Series(0.6)
    block = np.zeros(100)
    rooms = []
    for _ in range(3_000):
        series.append(block, block)
        if not rooms or series.x.base is not rooms[-1]:
            rooms.append(series.x.base)
    assert len(rooms) < 20


def test_curves_of_a_training(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    assert not curves.live
    curves.begin(3, 10)
    assert curves.live
    for epoch in range(3):
        curves.add_batches(epoch * 10, {"loss": [1.0] * 10, "accuracy": [0.5] * 9 + [None]})
        curves.add_epoch(
            epoch, {"loss": 1.0, "accuracy": 0.5, "val_loss": 2.0, "learning_rate": 0.001}
        )
    curves.end()
    assert not curves.live
    assert list(curves.plots) == ["loss", "accuracy"]
    loss = curves.plots["loss"]
    assert loss.batch.series.x[-1] == pytest.approx(3.0)
    assert loss.train.series.x.tolist() == [1.0, 2.0, 3.0]
    assert loss.validation.series.y.tolist() == [2.0, 2.0, 2.0]
    assert math.isnan(curves.plots["accuracy"].batch.series.y[-1])
    assert loss.train.item.getData()[0].tolist() == [1.0, 2.0, 3.0]
    curves.begin(5, 10)
    assert len(curves.plots["loss"].train.series) == 0


def test_with_several_metrics_one_is_chosen(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.show()
    curves.begin(1, 1)
    curves.add_epoch(0, {"loss": 1.0, "accuracy": 0.5, "auc": 0.7})
    assert curves.chooser.isVisible()
    assert [name for name, plot in curves.plots.items() if plot.isVisible()] == ["loss", "accuracy"]
    curves.chooser.setCurrentText("auc")
    assert [name for name, plot in curves.plots.items() if plot.isVisible()] == ["loss", "auc"]
    curves.end()


def test_a_run_of_other_metrics_takes_their_plots_away(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.show()
    for told in (
        {"loss": [1.0], "accuracy": [0.5]},
        {"loss": [1.0], "mean_absolute_error": [7.0]},
    ):
        curves.begin(1, 1)
        curves.add_batches(0, told)
        curves.add_epoch(0, {f"val_{name}": points[0] for name, points in told.items()})
        assert [name for name, plot in curves.plots.items() if plot.isVisible()] == list(told)
        assert not curves.chooser.isVisible()
    curves.end()


def test_a_logarithmic_axis_is_for_losses(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.begin(1, 1)
    curves.add_epoch(0, {"loss": 0.01, "accuracy": 0.5})
    curves.log_scale.setChecked(True)
    assert curves.plots["loss"].plot.getPlotItem().ctrl.logYCheck.isChecked()
    assert not curves.plots["accuracy"].plot.getPlotItem().ctrl.logYCheck.isChecked()
    curves.end()


def test_hovering_reads_true_values_off(qtbot: QtBot) -> None:
    plot = CurvePlot("loss")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    line = plot.add_line("train", Style(lambda _: QColor("#2463EB"), symbol="o"))
    line.append(np.array([1.0, 2.0, 3.0]), as_floats([0.5, 0.25, None]))
    plot.show_epochs(4)
    plot.set_smoothing(0.9)
    qtbot.waitUntil(lambda: plot.plot.getPlotItem().getViewBox().width() > 100)
    place = plot.plot.getPlotItem().getViewBox().mapViewToScene(QPointF(2.1, 0.4))
    plot.hover(QPointF(plot.plot.mapFromScene(place)))
    assert plot.readout.text() == "epoch 2 · train 0.250"
    plot.eventFilter(plot.plot.viewport(), QEvent(QEvent.Type.Leave))
    assert plot.readout.text() == ""


@pytest.mark.parametrize("high", [1, 3, 20, 137, 5000])
def test_epochs_are_marked_at_whole_numbers(qtbot: QtBot, high: int) -> None:
    assert qtbot is not None
    axis = EpochAxis("bottom")
    marks = [value for _, values in axis.tickValues(0, high, 400) for value in values]
    assert marks
    assert all(value == int(value) for value in marks)
    assert len(marks) <= 12


def test_values_are_marked_by_round_numbers(qtbot: QtBot) -> None:
    assert qtbot is not None
    axis = ValueAxis("left")
    ((spacing, marks),) = axis.tickValues(0.03, 0.31, 150)
    assert axis.tickStrings(marks, 1.0, spacing) == ["0.1", "0.2", "0.3"]
    assert axis.tickStrings([0.0, 2e9, 1.5e12], 1.0, 2e9) == ["0", "2e9", "1.5e12"]
    assert axis.tickStrings([0.0, 60_000.0], 1.0, 20_000) == ["0", "60,000"]
    for low in (0.0, 0.31, 0.55, 0.62, 0.95):
        ((_, marks),) = axis.tickValues(low, 1.01, 80)
        assert 2 <= len(marks) <= 6
    axis.setLogMode(False, True)
    ((_, marks),) = axis.tickValues(-2.0, 0.0, 150)
    assert axis.tickStrings(marks, 1.0, None) == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
