"""The trainer against a far side that is a plain function."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.codegen import CannotGenerate
from builder.document import edits
from builder.document.graph import OUTPUT
from builder.document.project import Project
from builder.engine import messages
from builder.engine.messages import Event, Fault, Request
from builder.window.run_store import CurrentRun
from builder.window.sparks import MOST_POINTS, Sparks
from builder.window.trainer import NO_DATA, TRAIN_FIRST, Trainer, TrainingState
from tests.build import SMALL, chain
from tests.window import far

Make = Callable[..., tuple[Trainer, far.PlainPool, far.PlainRuns]]


def project() -> Project:
    return replace(chain("Input", "Dense", "Output"), data=far.DIGITS)


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Make:
    """Makes a trainer with a plain far side; `qtbot` gives it an event loop."""
    assert qtbot is not None

    def making(answer: far.Answer = far.silent) -> tuple[Trainer, far.PlainPool, far.PlainRuns]:
        pool, runs = far.PlainPool(answer), far.PlainRuns(tmp_path)
        return Trainer(Document(project()), SMALL, pool, runs), pool, runs

    return making


def trains(request: Request, report: far.Report) -> None:
    if isinstance(request, messages.Train):
        far.train(report, request.id, epochs=2)


def test_a_training_goes_from_start_to_a_model(make: Make, qtbot: QtBot) -> None:
    trainer, pool, runs = make(trains)
    states: list[TrainingState] = []
    batches: list[messages.Batches] = []
    trainer.state_changed.connect(states.append)
    trainer.batches.connect(batches.append)
    assert not trainer.has_model
    with qtbot.waitSignal(trainer.run_ended) as ended:
        trainer.train()
    assert states == [TrainingState.STARTING, TrainingState.RUNNING, TrainingState.IDLE]
    assert ended.args[0].status == "completed"
    assert sum(len(event.values["loss"]) for event in batches) == 80
    assert trainer.has_model
    assert trainer.run is not None
    assert trainer.run.folder == runs.folder / "run-1"
    assert pool.workers[0].requests[0] == messages.Train(1, str(runs.folder / "run-1"))


def test_the_losses_of_the_output_reach_its_sparkline(make: Make, qtbot: QtBot) -> None:
    trainer, _, _ = make(trains)
    shown: list[tuple[str, tuple[float, ...], str]] = []
    trainer.progress.connect(lambda *args: shown.append(args))
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    output = trainer.document.project.graph.of_type(OUTPUT)[0].id
    assert {node for node, _, _ in shown} == {output}
    assert len(shown[-1][1]) == 80
    assert shown[-1][2].startswith("loss 0.1")


def test_sparks_stay_small_and_keep_the_end() -> None:
    network = project().graph
    sparks = Sparks(network)
    last: tuple[float, ...] = ()
    for batch in range(10_000):
        for _, losses, _ in sparks.add({"loss": [float(batch)]}):
            last = losses
    assert len(last) <= MOST_POINTS
    assert last[0] == 0
    assert last[-1] > 9_800
    assert list(last) == sorted(last)


def test_a_second_training_is_refused_while_one_runs(make: Make, qtbot: QtBot) -> None:
    trainer, pool, runs = make()
    trainer.train()
    with qtbot.waitSignal(trainer.refused) as refused:
        trainer.train()
    assert "under way" in refused.args[0]
    assert len(pool.workers[0].requests) == 1
    assert len(runs.begun) == 1
    assert trainer.state is TrainingState.STARTING


def test_training_needs_data(make: Make, qtbot: QtBot) -> None:
    trainer, pool, _ = make()
    trainer.document.reset(chain("Input", "Dense", "Output"))
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.train()
    assert failed.args[0].message == NO_DATA
    assert not pool.workers


def test_what_cannot_be_written_as_code_names_its_node(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, pool, runs = make()

    def refuse(_project: Project, _path: Path | None) -> Path:
        raise CannotGenerate("“dense” has no input. Connect a layer to it.", "n2")

    monkeypatch.setattr(runs, "begin", refuse)
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.train()
    assert failed.args[0] == Fault("“dense” has no input. Connect a layer to it.", "n2")
    assert trainer.state is TrainingState.IDLE
    assert not pool.workers


def test_a_full_disk_is_said(make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, _, runs = make()

    def full(_project: Project, _path: Path | None) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs, "begin", full)
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.train()
    assert "No space left on device" in failed.args[0].message


def test_stop_keeps_the_model(make: Make, qtbot: QtBot) -> None:
    def answer(request: Request, report: far.Report) -> None:
        if isinstance(request, messages.Train):
            far.train(report, request.id, until=30)
        if isinstance(request, messages.Stop):
            report(messages.RunEnded(request.id, "stopped", 1, 0.5, "model.keras"))

    trainer, pool, _ = make(answer)
    with qtbot.waitSignal(trainer.batches):
        trainer.train()
    with qtbot.waitSignal(trainer.run_ended):
        trainer.stop()
        assert trainer.state is TrainingState.STOPPING
        trainer.stop()
    assert trainer.has_model
    assert pool.workers[0].requests[1:] == [messages.Stop(1)]


def test_a_batch_that_takes_too_long_may_be_killed(make: Make, qtbot: QtBot) -> None:
    trainer, pool, runs = make()
    trainer._patience.setInterval(1)
    trainer.train()
    with qtbot.waitSignal(trainer.stop_overdue):
        trainer.stop()
    with qtbot.waitSignal(trainer.failed):
        trainer.kill()
    qtbot.waitUntil(lambda: not pool.workers[0].alive)
    assert trainer.state is TrainingState.IDLE
    assert len(runs.failed) == 1


def test_a_worker_that_dies_fails_the_run_and_the_next_training_works(
    make: Make, qtbot: QtBot
) -> None:
    def dies_once(request: Request, report: far.Report) -> None:
        if not isinstance(request, messages.Train):
            return
        if request.id == 1:
            far.train(report, request.id, until=30)
            report(messages.WorkerDied(-9, "The system ended the worker."))
        else:
            far.train(report, request.id, epochs=1)

    trainer, pool, runs = make(dies_once)
    before = trainer.document.project
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.train()
    assert "The system ended the worker." in failed.args[0].message
    qtbot.waitUntil(lambda: trainer.state is TrainingState.IDLE)
    assert [folder.name for folder, _ in runs.failed] == ["run-1"]
    assert trainer.document.project is before
    assert not trainer.has_model
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    assert len(pool.workers) == 2
    assert trainer.has_model


def test_a_failure_in_the_run_names_its_node(make: Make, qtbot: QtBot) -> None:
    fault = Fault("“dense”: the loss needs 10 units; received 64.", "n2", "Traceback")

    def fails(request: Request, report: far.Report) -> None:
        report(messages.Failed(request.id, fault))  # type: ignore[union-attr]

    trainer, _, runs = make(fails)
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.train()
    assert failed.args[0] == fault
    assert runs.failed[0][1] == fault.message
    assert trainer.state is TrainingState.IDLE


def test_without_a_model_evaluate_and_predict_say_train_first(make: Make, qtbot: QtBot) -> None:
    trainer, pool, _ = make()
    for ask in (trainer.evaluate, lambda: trainer.predict({"image": []})):
        with qtbot.waitSignal(trainer.refused) as refused:
            ask()
        assert refused.args[0] == TRAIN_FIRST
    assert not pool.workers


def test_of_many_predictions_the_newest_waits(make: Make, qtbot: QtBot) -> None:
    trainer, pool, _ = make(trains)
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    worker = pool.workers[0]
    for value in range(5):
        trainer.predict({"x": [value]})
    asked = [r for r in worker.requests if isinstance(r, messages.Predict)]
    assert [r.rows for r in asked] == [{"x": [0]}]
    with qtbot.waitSignal(trainer.predicted):
        worker.report(messages.Predicted(asked[0].id, 1, ()))
    asked = [r for r in worker.requests if isinstance(r, messages.Predict)]
    assert [r.rows for r in asked] == [{"x": [0]}, {"x": [4]}]


def test_each_training_has_a_fresh_worker_and_a_fresh_one_may_read_data_first(
    make: Make, qtbot: QtBot
) -> None:
    trainer, pool, _ = make(trains)
    trainer.describe(far.DIGITS)
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    assert len(pool.workers) == 1
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    assert len(pool.workers) == 2
    qtbot.waitUntil(lambda: not pool.workers[0].alive)


def test_data_is_read_by_another_worker_while_one_trains(make: Make, qtbot: QtBot) -> None:
    trainer, pool, _ = make()
    trainer.train()
    number = trainer.describe(far.DIGITS)
    with qtbot.waitSignal(trainer.described) as described:
        pool.workers[1].report(messages.Described(number, far.DIGITS, 1797))
    assert described.args[0].id == number
    number = trainer.describe(far.DIGITS)
    with qtbot.waitSignal(trainer.describe_failed) as failed:
        pool.workers[1].report(messages.WorkerDied(-9, "The worker was ended."))
    assert failed.args[0] == number
    assert trainer.state is TrainingState.STARTING


def test_a_description_asked_of_a_worker_that_dies_fails_though_another_took_its_place(
    make: Make, qtbot: QtBot
) -> None:
    trainer, pool, _ = make()
    lost = trainer.describe(far.DIGITS)
    pool.workers[0].alive = False  # it has died, and its death is not told yet
    kept = trainer.describe(far.DIGITS)
    with qtbot.waitSignal(trainer.describe_failed) as failed:
        pool.workers[0].report(messages.WorkerDied(-9, "Memory ran out."))
    assert failed.args == [lost, Fault("Memory ran out.")]
    with qtbot.waitSignal(trainer.described) as described:
        pool.workers[1].report(messages.Described(kept, far.DIGITS, 1797))
    assert described.args[0].id == kept


def test_a_description_fails_when_its_worker_is_given_up(make: Make, qtbot: QtBot) -> None:
    trainer, pool, _ = make(trains)
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    number = trainer.describe(far.DIGITS)
    with qtbot.waitSignals([trainer.describe_failed, trainer.run_ended]):
        trainer.train()
    pool.answer = far.silent
    trainer.train()
    again = trainer.describe(far.DIGITS)
    with qtbot.waitSignal(trainer.describe_failed) as failed:
        trainer.kill()
    assert failed.args[0] == again > number
    assert "Ask again" in failed.args[1].message


def test_a_job_whose_worker_has_died_ends_whatever_is_asked_meanwhile(
    make: Make, qtbot: QtBot
) -> None:
    trainer, pool, _ = make()
    trainer.train()
    pool.workers[0].alive = False
    trainer.describe(far.DIGITS)
    trainer.stop()
    with qtbot.waitSignal(trainer.failed):
        pool.workers[0].report(messages.WorkerDied(-9, "Memory ran out."))
    assert trainer.state is TrainingState.IDLE


def test_late_events_of_a_worker_given_up_are_dropped(make: Make, qtbot: QtBot) -> None:
    trainer, pool, _ = make()
    trainer.train()
    trainer.kill()
    heard: list[Event] = []
    trainer.run_ended.connect(heard.append)
    pool.workers[0].report(messages.RunEnded(1, "completed", 1, 1.0, "model.keras"))
    with qtbot.waitSignal(trainer.log):
        pool.workers[0].report(messages.LogLine("the end"))
    assert not heard
    assert trainer.state is TrainingState.IDLE


def test_results_of_a_changed_network_say_so(make: Make, qtbot: QtBot) -> None:
    trainer, _, _ = make(trains)
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    document = trainer.document
    node = next(iter(document.project.graph.nodes))
    document.apply("Move", edits.move(document.project, {node: (5.0, 5.0)}))
    document.apply("Note", edits.set_comment(document.project, node, "the picture"))
    assert trainer.run_note() == ""
    document.apply("Rename", edits.rename(document.project, node, "picture"))
    assert trainer.run is not None
    assert f"as it was at {trainer.run.trained_at:%H:%M}" in trainer.run_note()
    document.undo()
    assert trainer.run_note() == ""


def test_a_training_whose_project_was_closed_is_stopped_and_keeps_its_model(
    make: Make, qtbot: QtBot
) -> None:
    trainer, pool, _ = make()
    trainer.train()
    far.train(pool.workers[0].report, 1, until=30)
    qtbot.waitUntil(lambda: trainer.state is TrainingState.RUNNING)
    trainer.document.reset(project())
    assert pool.workers[0].requests[-1] == messages.Stop(1)
    shown: list[str] = []
    trainer.progress.connect(lambda node, _losses, _text: shown.append(node))
    far.train(pool.workers[0].report, 1, until=30)
    with qtbot.waitSignal(trainer.run_ended):
        pool.workers[0].report(messages.RunEnded(1, "stopped", 1, 0.5, "model.keras"))
    assert not shown, "it is another project's output"
    assert not trainer.has_model


def test_another_project_has_other_runs(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    trainer, _, runs = make(trains)
    with qtbot.waitSignal(trainer.run_ended):
        trainer.train()
    assert trainer.run is not None
    kept = CurrentRun(tmp_path / "kept", project(), trainer.run.trained_at, usable=True)
    runs.kept[tmp_path / "other.knet"] = kept
    with qtbot.waitSignal(trainer.run_changed):
        trainer.document.reset(project(), tmp_path / "other.knet")
    assert trainer.run == kept
    trainer.document.reset(Project())
    assert not trainer.has_model
