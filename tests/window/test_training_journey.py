"""Real workers: train, stop, evaluate, predict and export the digits example through the panels."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGraphicsView
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.canvas.scene import GraphScene
from builder.catalog.load import load_catalog
from builder.document.project import Project
from builder.engine import messages
from builder.engine.formats import BY_NAME
from builder.engine.pool import Pool
from builder.resources import resource
from builder.storage.project_file import load
from builder.storage.runs import list_runs
from builder.window.data_panel import DataPanel
from builder.window.exporter import Exporter
from builder.window.predict_panel import PredictPanel
from builder.window.results_panel import ResultsPanel
from builder.window.runs_panel import RunsPanel
from builder.window.trainer import Trainer, TrainingState
from builder.window.training_panel import TrainingPanel
from tests.patience import ENDLESS

pytestmark = [pytest.mark.keras, pytest.mark.slow]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool()
    pool.prepare()
    yield pool
    pool.stop()


@pytest.fixture
def trainer(pool: Pool, tmp_path: Path, qtbot: QtBot) -> Iterator[Trainer]:
    assert qtbot is not None
    document = Document()
    trainer = Trainer(document, load_catalog(), pool)
    document.reset(digits(2), tmp_path / "digits.knet")
    yield trainer
    link = trainer._workers.present
    trainer.close_worker()
    if link is not None:
        qtbot.waitUntil(lambda: not link.far.alive)


def digits(epochs: int) -> Project:
    project = load(resource("examples", "digits.knet"))
    return replace(project, training=replace(project.training, epochs=epochs))


def test_train_evaluate_predict_export(trainer: Trainer, tmp_path: Path, qtbot: QtBot) -> None:
    document = trainer.document
    training = TrainingPanel(document, trainer)
    results = ResultsPanel(trainer)
    predict = PredictPanel(document, trainer)
    runs = RunsPanel(document, trainer)
    for panel in (training, results, predict, runs):
        qtbot.addWidget(panel)
        panel.resize(980, 300)
        panel.show()
    training.evaluate_wanted.connect(trainer.evaluate)
    failed: list[messages.Fault] = []
    trainer.failed.connect(failed.append)

    with qtbot.waitSignal(trainer.run_ended):
        qtbot.mouseClick(training.empty.button, Qt.MouseButton.LeftButton)
    assert not failed
    assert training.status.text() == "Completed 2 epochs"
    assert training.curves is not None
    plot = training.curves.plots["loss"]
    assert len(plot.train.series) == len(plot.validation.series) == 2
    assert len(plot.batch.series) == training.epoch_bar.maximum()
    assert training.values.cells["val_accuracy"].text() != "–"
    assert runs.list.topLevelItemCount() == 1

    with qtbot.waitSignal(trainer.evaluated) as evaluated:
        qtbot.mouseClick(training.evaluate, Qt.MouseButton.LeftButton)
    assert evaluated.args[0].rows > 200
    assert results.report is not None
    assert results.report.scores["accuracy"] > results.report.baseline["accuracy"]
    assert sum(map(sum, results.report.confusion)) == evaluated.args[0].rows

    qtbot.waitUntil(lambda: predict.pad is not None)
    assert predict.pad is not None
    with qtbot.waitSignal(trainer.predicted):
        qtbot.mousePress(predict.pad, Qt.MouseButton.LeftButton, pos=QPoint(88, 20))
        qtbot.mouseMove(predict.pad, QPoint(88, 150))
        qtbot.mouseRelease(predict.pad, Qt.MouseButton.LeftButton, pos=QPoint(88, 150))
    assert predict.answer.answers[0] in map(str, range(10))

    scene = GraphScene(document, trainer.catalog)
    view = QGraphicsView(scene)
    qtbot.addWidget(view)
    said: list[str] = []
    exporter = Exporter(document, trainer.catalog, trainer, view)
    exporter.done.connect(lambda sentence, _path: said.append(sentence))
    with qtbot.waitSignal(exporter.done):
        exporter.write(BY_NAME["keras"], tmp_path / "out.keras")
    assert (tmp_path / "out.keras").stat().st_size > 10_000
    assert "weights trained at" in said[-1]
    assert not failed


def test_stop_keeps_a_model_and_a_killed_worker_fails_its_run(
    trainer: Trainer, tmp_path: Path, qtbot: QtBot
) -> None:
    trainer.document.apply("Set epochs", digits(ENDLESS))
    with qtbot.waitSignal(trainer.batches):
        trainer.train()
    with qtbot.waitSignal(trainer.run_ended) as ended:
        trainer.stop()
    assert ended.args[0].status == "stopped"
    assert trainer.has_model
    with qtbot.waitSignal(trainer.evaluated):
        trainer.evaluate()

    with qtbot.waitSignal(trainer.batches):
        trainer.train()
    assert trainer._workers.present is not None
    with qtbot.waitSignal(trainer.failed) as failed:
        os.kill(trainer._workers.present.far.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: trainer.state is TrainingState.IDLE)
    assert "memory" in failed.args[0].message
    newest, before = list_runs(tmp_path / "digits.knet")
    assert (newest.status, before.status) == ("failed", "stopped")
    assert json.loads((newest.folder / "run.json").read_text())["error"]
    assert trainer.run is not None
    assert trainer.run.folder == before.folder, "the run before it is what one can still ask"


def test_a_table_of_ones_own(trainer: Trainer, tmp_path: Path, qtbot: QtBot) -> None:
    """Choose a CSV file, say what is predicted and what happens to gaps, start a network, train."""
    rows = [f"{i % 7},{'' if i == 3 else i % 5},{'red' if i % 2 else 'blue'}" for i in range(120)]
    (tmp_path / "own.csv").write_text("\n".join(["size,weight,colour", *rows]))
    document = trainer.document
    document.reset(Project("own"), tmp_path / "own.knet")
    data = DataPanel(document, trainer)
    qtbot.addWidget(data)
    data.show()
    with qtbot.waitSignal(document.changed):
        data.use_file(tmp_path / "own.csv")
    with qtbot.waitSignal(document.changed):
        data.target.activated.emit(data.target.findText("size"))
    with qtbot.waitSignal(document.changed):
        data.target.activated.emit(data.target.findText("colour"))
    assert data.notice.tone == "error", "an empty cell needs a choice"
    with qtbot.waitSignal(document.changed):
        data.missing.activated.emit(data.missing.findData("median"))
    assert data.notice.tone == "warning", "it can train now"
    qtbot.mouseClick(data.start, Qt.MouseButton.LeftButton)
    plan = replace(document.project.training, epochs=2)
    document.apply("Set epochs", replace(document.project, training=plan))
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    with qtbot.waitSignal(trainer.evaluated) as evaluated:
        trainer.evaluate()
    assert evaluated.args[0].targets[0].name == "colour"
    predict = PredictPanel(document, trainer)
    qtbot.addWidget(predict)
    predict.show()
    with qtbot.waitSignal(trainer.predicted):
        qtbot.waitUntil(lambda: predict.form is not None)
    assert predict.answer.answers[0] in ("red", "blue")
    with qtbot.waitSignal(trainer.predicted):
        predict.predict_file(tmp_path / "own.csv", tmp_path / "out.csv")
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 121
