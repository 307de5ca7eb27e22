"""The training dock: progress, values, what follows, and what went wrong."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from builder.document.project import Project
from builder.engine import messages
from builder.engine.messages import Fault, Request
from builder.window import numbers
from builder.window.trainer import TrainingState
from builder.window.training_panel import TrainingPanel
from tests.window import far
from tests.window.desk import Desk

LEFT = Qt.MouseButton.LeftButton


def shown(desk: Desk, qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel(desk.document, desk.trainer)
    qtbot.addWidget(panel)
    panel.resize(980, 270)
    panel.show()
    return panel


def test_before_training_it_offers_to_train(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    assert panel.empty.isVisible()
    qtbot.mouseClick(panel.empty.button, LEFT)
    assert desk.trainer.state is TrainingState.STARTING
    assert not panel.empty.isVisible()
    assert panel.stop.isVisible()


def test_bars_values_and_curves_follow_a_training(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer.train()
    far.train(desk.report, 1, epochs=20, per_epoch=40, until=500)
    qtbot.waitUntil(lambda: panel.epoch_bar.value() == 500)
    assert panel.epoch_bar.maximum() == 800
    assert panel.batch_bar.value() == 20
    assert panel.status.text().startswith("epoch 13 of 20")
    assert panel.detail.text() == "CPU · 1,258 rows, 269 validation, 270 test"
    newest = numbers.score(far.values_at(499, 800)["loss"])
    assert panel.values.cells["loss"].text() == newest
    assert panel.values.cells["val_accuracy"].text() != "–"
    assert panel.curves is not None
    assert panel.curves.live
    assert len(panel.curves.plots["loss"].batch.series) == 500


def test_after_training_it_says_what_is_next(tmp_path: Path, qtbot: QtBot) -> None:
    def answer(request: Request, report: far.Report) -> None:
        if isinstance(request, messages.Train):
            far.train(report, request.id, epochs=2)

    desk = Desk(tmp_path, answer)
    panel = shown(desk, qtbot)
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    assert panel.status.text() == "Completed 2 epochs"
    assert panel.notice.text == "Finished in 8 s. The model is saved."
    assert panel.curves is not None
    assert not panel.curves.live
    assert not panel.stop.isVisible()
    with qtbot.waitSignal(panel.predict_wanted):
        qtbot.mouseClick(panel.predict, LEFT)
    with qtbot.waitSignal(panel.evaluate_wanted):
        qtbot.mouseClick(panel.evaluate, LEFT)
    desk.trainer.evaluate()
    assert not panel.evaluate.isEnabled()


def test_long_names_and_large_values_are_shown_whole(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer.train()
    far.train(desk.report, 1, until=40)
    logs = {f"{part}{name}": 9.37e7 for part in ("", "val_") for name in ("loss", "auc")}
    names = {"mean_absolute_error": 14_010.0, "val_mean_absolute_error": 14_010.0}
    desk.report(messages.EpochEnded(1, 0, {**logs, **names}, 1.0))
    qtbot.waitUntil(lambda: "val_mean_absolute_error" in panel.values.cells)
    qtbot.waitUntil(lambda: panel.side.viewport().width() >= panel.values.sizeHint().width())
    cell = panel.values.cells["val_mean_absolute_error"]
    assert cell.width() >= cell.sizeHint().width()


@pytest.mark.parametrize("width", [420, 980])
def test_curves_and_values_never_lie_on_each_other(
    tmp_path: Path, qtbot: QtBot, width: int
) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    panel.resize(width, 200)
    desk.trainer.train()
    far.train(desk.report, 1, epochs=2)
    qtbot.waitUntil(lambda: desk.trainer.state is TrainingState.IDLE)
    curves = panel.curves
    assert curves is not None
    below = width < 600
    qtbot.waitUntil(
        lambda: (
            curves.y() >= panel.side.geometry().bottom()
            if below
            else curves.x() >= panel.side.geometry().right()
        )
    )
    qtbot.waitUntil(lambda: not below or panel.side.height() >= panel.evaluate.geometry().bottom())


def test_another_project_starts_over(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer.train()
    far.train(desk.report, 1, epochs=2)
    qtbot.waitUntil(lambda: desk.trainer.state is TrainingState.IDLE)
    assert not panel.empty.isVisible()
    desk.document.reset(Project())
    assert panel.empty.isVisible()


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        (messages.RunEnded(1, "stopped", 3, 2.0, "m"), "Stopped after 3 epochs"),
        (
            messages.RunEnded(1, "completed", 7, 2.0, "m"),
            "Completed 7 of 20 epochs",
        ),
        (messages.RunEnded(1, "stopped", 1, 2.0, "m"), "Stopped after 1 epoch"),
    ],
)
def test_how_it_ended(tmp_path: Path, qtbot: QtBot, ended: messages.RunEnded, status: str) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer.train()
    far.train(desk.report, 1, until=40)
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.report(ended)
    assert panel.status.text() == status


def test_stop_and_when_it_takes_long_end_the_process(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer._patience.setInterval(1)
    desk.trainer.train()
    far.train(desk.report, 1, until=40)
    qtbot.waitUntil(lambda: desk.trainer.state is TrainingState.RUNNING)
    qtbot.mouseClick(panel.stop, LEFT)
    assert panel.status.text() == "Stopping after this batch …"
    assert not panel.stop.isEnabled()
    qtbot.waitUntil(panel.kill.isVisible)
    qtbot.mouseClick(panel.kill, LEFT)
    assert panel.notice.tone == "error"
    assert not panel.kill.isVisible()
    assert panel.curves is not None
    assert not panel.curves.live


def test_a_failed_training_says_why(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer.train()
    with qtbot.waitSignal(desk.trainer.failed):
        desk.report(messages.Failed(1, Fault("“dense” needs 10 units; it has 64.", "n2")))
    assert panel.notice.text == "“dense” needs 10 units; it has 64."
    assert panel.notice.tone == "error"
    assert not panel.epoch_bar.isVisible()


def test_a_failed_evaluation_is_no_failed_training(tmp_path: Path, qtbot: QtBot) -> None:
    def answer(request: Request, report: far.Report) -> None:
        if isinstance(request, messages.Train):
            far.train(report, request.id, epochs=1)
        if isinstance(request, messages.Evaluate):
            report(messages.Failed(request.id, Fault("The model cannot be read.")))

    desk = Desk(tmp_path, answer)
    panel = shown(desk, qtbot)
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    with qtbot.waitSignal(desk.trainer.failed):
        desk.trainer.evaluate()
    assert panel.notice.tone == "ok"


def test_many_metrics_keep_the_panel_readable(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = shown(desk, qtbot)
    desk.trainer.train()
    desk.report(messages.RunStarted(1, 1, 1, 32, (1, 1, 1), "CPU"))
    logs: dict[str, float | None] = {f"metric_{i}": 0.5 for i in range(8)}
    with qtbot.waitSignal(desk.trainer.epoch_ended):
        desk.report(messages.EpochEnded(1, 0, {"loss": 1.0, **logs}, 1.0))
    assert len(panel.values.cells) // 2 == 4
    assert panel.curves is not None
    assert len(panel.curves.plots) == 9


def test_numbers_in_words() -> None:
    assert numbers.score(None) == "–"
    assert [numbers.score(v) for v in (0.1134, 58.41, 1234.5, 123456.0, 2.31e-5, 0.0)] == [
        "0.113",
        "58.4",
        "1,234.5",
        "123,456",
        "2.31e-05",
        "0.000",
    ]
    assert [numbers.duration(s) for s in (-1, 4.2, 75, 3700)] == [
        "0 s",
        "4 s",
        "1 min 15 s",
        "1 h 1 min",
    ]
    assert [
        numbers.plural(1797, "row"),
        numbers.plural(1, "epoch"),
        numbers.plural(10, "class"),
    ] == [
        "1,797 rows",
        "1 epoch",
        "10 classes",
    ]
