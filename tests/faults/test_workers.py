"""Workers that are killed while the real window uses them: it says so, goes on, loses nothing."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import SignalInstance

from builder.cli import session
from builder.document import edits
from builder.engine.formats import BY_NAME
from builder.engine.kernel import Report, Worker
from builder.engine.messages import Batches, Event
from builder.resources import resource
from builder.storage.project_file import load
from builder.storage.runs import list_runs
from builder.window.analyst import KernelState
from builder.window.exporter import Exporter
from builder.window.importer import Importer
from builder.window.trainer import TrainingState
from tests.build import chain
from tests.faults.conftest import Terminal
from tests.faults.desk import CATALOG, Desk, kill
from tests.patience import ENDLESS

pytestmark = [pytest.mark.keras, pytest.mark.slow]

TINY = json.dumps(
    {
        "class_name": "Sequential",
        "module": "keras",
        "registered_name": None,
        "config": {
            "name": "net",
            "layers": [
                {
                    "class_name": "Dense",
                    "module": "keras.layers",
                    "registered_name": None,
                    "build_config": {"input_shape": [None, 4]},
                    "config": {"name": "tiny", "units": 2},
                }
            ],
            "build_input_shape": [None, 4],
        },
    }
)


def test_a_worker_killed_in_mid_inspection(desk: Desk, tmp_path: Path) -> None:
    project = chain("Input", *["Conv2D"] * 3, "Flatten", "Dense", "Output", catalog=CATALOG)
    desk.document.reset(project)
    assert desk.window.files.save_to(tmp_path / "net.knet")
    desk.wait_settled()
    conv = project.graph.by_name["conv2d"].id
    edited = edits.set_params(project, {conv: {"filters": 7}})
    desk.pause_inspector()
    desk.apply(edited)
    assert not desk.app.analyst.analysis.settled, "the question is on its way"
    desk.kill_inspector()
    desk.wait(lambda: desk.app.analyst.kernel.state is KernelState.RESTARTING)
    assert "The Keras process ended; another is starting" in desk.status
    assert desk.document.project == edited
    assert not desk.document.is_clean
    desk.wait_ready()
    desk.wait_settled()
    reports = desk.app.analyst.analysis.reports
    assert reports[conv].outputs["output"].shape == (None, 6, 6, 7)
    assert "ready" in desk.status
    assert load(tmp_path / "net.knet") == project, "the file is as it was saved"


def test_a_worker_killed_in_mid_epoch_and_the_next_train(desk: Desk, tmp_path: Path) -> None:
    path = desk.digits(ENDLESS, tmp_path)
    saved = path.read_bytes()
    project = desk.document.project
    with desk.qtbot.waitSignal(desk.trainer.batches):
        desk.press_train()
    desk.kill_trainer()
    desk.wait(lambda: desk.trainer.state is TrainingState.IDLE)
    assert desk.training_notice.startswith("Training ended before it was done.")
    assert "Your project is untouched" in desk.training_notice
    assert desk.banner == "", "it is said once, where the curves were to be"
    assert desk.document.project == project
    assert desk.document.is_clean
    assert path.read_bytes() == saved
    (run,) = list_runs(path)
    assert run.status == "failed"
    assert not run.has_model

    desk.apply(replace(project, training=replace(project.training, epochs=2)))
    with desk.qtbot.waitSignal(desk.trainer.run_ended):
        desk.press_train()
    assert "Your project is untouched" not in desk.training_notice
    assert [run.status for run in list_runs(path)] == ["completed", "failed"]
    assert desk.window.run_actions.evaluate.isEnabled()
    with desk.qtbot.waitSignal(desk.trainer.evaluated):
        desk.window.run_actions.evaluate.trigger()


def test_a_worker_killed_at_any_other_job_and_the_next_one(desk: Desk, tmp_path: Path) -> None:
    """What stood where the job was to write stands there until the job is done once more."""
    path, trainer = desk.digits(1, tmp_path), desk.trainer
    with desk.qtbot.waitSignal(trainer.run_ended):
        desk.press_train()
    assert trainer.run is not None
    project, saved = desk.document.project, path.read_bytes()
    exporter = desk.window.findChild(Exporter)
    assert exporter is not None
    rows, answers, file = (tmp_path / name for name in ("rows.npy", "answers.csv", "d.keras"))
    np.save(rows, np.zeros((3, 8, 8, 1), "float32"))
    for place in (answers, file):
        place.write_text("as it was")
    jobs: tuple[tuple[str, Callable[[], None], SignalInstance], ...] = (
        ("Evaluating", trainer.evaluate, trainer.evaluated),
        ("Predicting", lambda: trainer.predict_file(rows, answers), trainer.predicted),
        ("Exporting", lambda: exporter.write(BY_NAME["keras"], file), trainer.exported),
    )
    for name, begin, done in jobs:
        desk.pause_trainer()
        begin()
        desk.kill_trainer()
        desk.wait(lambda: trainer.state is TrainingState.IDLE)
        assert desk.banner.startswith(f"{name} did not finish.")
        assert "Your project is untouched" in desk.banner
        assert trainer.run is not None
        assert answers.read_text().startswith("row" if name == "Exporting" else "as it was")
        assert file.read_text() == "as it was"
        with desk.qtbot.waitSignal(done):
            begin()
    assert zipfile.is_zipfile(file)
    assert (desk.document.project, path.read_bytes()) == (project, saved)
    assert [one.status for one in list_runs(path)] == ["completed"]
    left = [one.name for one in tmp_path.iterdir() if one.name.startswith(".")]
    assert left == []


def test_a_worker_killed_while_it_imports(desk: Desk, tmp_path: Path) -> None:
    importer = desk.window.findChild(Importer)
    assert importer is not None
    config = tmp_path / "net.json"
    config.write_text(TINY)
    before = desk.document.project
    importer.read(str(config))
    desk.kill_importer(importer)
    desk.wait(lambda: desk.banner.startswith("net.json was not imported."))
    assert "Your project is untouched" in desk.banner
    assert desk.document.project == before
    importer.read(str(config))
    desk.wait(lambda: desk.document.project.graph.by_name.get("tiny") is not None)


def test_a_worker_killed_while_the_terminal_trains(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digits.knet"
    path.write_bytes(resource("examples", "digits.knet").read_bytes())

    def doomed(report: Report, *, backend: str) -> Worker:
        def told(event: Event) -> None:
            report(event)
            if isinstance(event, Batches):
                kill(worker)

        worker = Worker(told, backend=backend)
        return worker

    monkeypatch.setattr(session, "Worker", doomed)
    code, said = terminal.run("train", path, "--epochs", str(ENDLESS), "--json")
    assert code == 1
    assert said.startswith("The system ended the worker, probably because memory ran out.")
    assert said.count("\n") == 1
    (run,) = list_runs(path)
    assert (run.status, run.has_model) == ("failed", False)


def test_a_second_train_while_one_runs(
    desk: Desk, keras_terminal: Terminal, tmp_path: Path
) -> None:
    path = desk.digits(ENDLESS, tmp_path)
    with desk.qtbot.waitSignal(desk.trainer.batches):
        desk.press_train()
    train = desk.window.run_actions.train
    assert not train.isEnabled()
    assert train.toolTip() == "A training is under way. Stop it to start another."
    with desk.qtbot.waitSignal(desk.trainer.refused) as refused:
        desk.trainer.train()
    assert refused.args[0] == (
        "Training is under way, so this training did not start. Stop it first, or wait until it "
        "ends."
    )
    assert desk.banner == refused.args[0]
    assert desk.trainer.state is TrainingState.RUNNING
    # Another process may train the same file: into a run folder of its own.
    code, said = keras_terminal.run("train", path, "--epochs", "1", "--json")
    assert (code, said) == (0, "")
    other = json.loads(keras_terminal.out)["run"]
    assert desk.trainer.state is TrainingState.RUNNING
    with desk.qtbot.waitSignal(desk.trainer.run_ended):
        desk.press_stop()
    statuses = {run.id: run.status for run in list_runs(path)}
    assert len(statuses) == 2
    assert statuses.pop(other) == "completed"
    assert set(statuses.values()) == {"stopped"}
