"""Training: every batch is told, the model is kept, and whatever goes wrong is told in words."""

import csv
import errno
import math
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.document import edits
from builder.document.graph import Graph, OutputRef, PortRef, Wire
from builder.document.plan import Bundled, Column, Csv, DataPlan, KerasObject, TrainingPlan
from builder.document.problems import Fix
from builder.document.project import Project
from builder.document.starter import starter
from builder.engine.messages import (
    Batches,
    EpochEnded,
    Event,
    Failed,
    Fault,
    RunEnded,
    RunStarted,
    Train,
)
from builder.engine.worker.context import Context
from builder.engine.worker.faults import JobError
from builder.storage import runs
from builder.storage.claim import claim
from builder.storage.project_file import load
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import FAST, completed, run_of, starting_with

pytestmark = pytest.mark.keras


def trained(folder: Path, epochs: int | None = None) -> Recording:
    from builder.engine.worker.train import train

    recording = Recording()
    train(Train(7, str(folder), epochs), recording.context)
    return recording


def fault_of(project: Project, folder: Path) -> Fault:
    """The fault that training a project ends with; run.json tells the same."""
    run = run_of(project, folder)
    fault = trained(run).only(Failed).fault
    found = runs.read_run(run)
    assert found is not None
    assert (found.status, found.error, found.has_model) == ("failed", fault.message, False)
    return fault


def name_of(project: Project, fault: Fault) -> str:
    assert fault.node is not None
    return project.graph.nodes[fault.node].name


def with_params(project: Project, name: str, **params: object) -> Project:
    return edits.set_params(project, {project.graph.by_name[name].id: params})


# --- what is told


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recording]:
    """A run of iris, and what was told while it trained."""
    folder = run_of(starting_with("iris"), tmp_path_factory.mktemp("iris"))
    return folder, trained(folder)


def test_the_story_of_a_run(iris: tuple[Path, Recording]) -> None:
    _, told = iris
    kinds = [type(event) for event in told.events]
    assert kinds[0] is RunStarted
    assert kinds[-1] is RunEnded
    assert kinds.count(EpochEnded) == 3
    started = told.only(RunStarted)
    assert (started.epochs, started.batch_size, sum(started.rows)) == (3, 32, 150)
    assert started.batches_per_epoch == math.ceil(started.rows[0] / 32)
    assert "CPU" in started.device or "GPU" in started.device


def test_no_batch_is_left_out(iris: tuple[Path, Recording]) -> None:
    _, told = iris
    started = told.only(RunStarted)
    place = 0
    for event in told.all(Batches):
        assert event.first == place
        assert set(event.values) == {"loss", "accuracy"}
        lengths = {len(points) for points in event.values.values()}
        assert len(lengths) == 1
        assert event.epoch == place // started.batches_per_epoch
        place += lengths.pop()
    assert place == started.batches_per_epoch * started.epochs


def test_at_most_twenty_messages_of_batches_a_second(tmp_path: Path) -> None:
    from builder.engine.worker.stream import Stream

    told: list[Event] = []
    stream = Stream(1, Context(told.append), tmp_path / runs.HISTORY)
    stream.on_epoch_begin(0)
    began = time.monotonic()
    count = 0
    while time.monotonic() - began < 0.5:
        stream.on_train_batch_end(count, {"loss": 1.0})
        count += 1
    assert 1 < len(told) <= 20 * (time.monotonic() - began) + 1
    stream.on_epoch_end(0, {"loss": 1.0})
    batches = [event for event in told if isinstance(event, Batches)]
    assert sum(len(event.values["loss"]) for event in batches) == count


def test_a_value_that_begins_late_is_unknown_before(tmp_path: Path) -> None:
    from builder.engine.worker.stream import Stream

    told: list[Event] = []
    stream = Stream(1, Context(told.append), tmp_path / runs.HISTORY)
    stream.on_epoch_begin(0)
    for logs in ({"loss": 3.0}, {"loss": 2.0}, {"loss": 1.0, "extra": 5.0}):
        stream.on_train_batch_end(0, logs)
    stream.on_epoch_end(0, {"loss": 1.0})
    last = told[-2]
    assert isinstance(last, Batches)
    assert (last.first, last.values) == (1, {"loss": [2.0, 1.0], "extra": [None, 5.0]})


def test_epochs_tell_validation_too(iris: tuple[Path, Recording]) -> None:
    _, told = iris
    ends = told.all(EpochEnded)
    assert [event.epoch for event in ends] == [0, 1, 2]
    assert set(ends[0].logs) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(event.seconds > 0 for event in ends)


def test_the_folder_tells_the_same(iris: tuple[Path, Recording]) -> None:
    folder, told = iris
    history = runs.read_history(folder)
    assert history["val_loss"] == [event.logs["val_loss"] for event in told.all(EpochEnded)]
    with (folder / runs.HISTORY).open() as stream:
        assert [row["epoch"] for row in csv.DictReader(stream)] == ["0", "1", "2"]
    record = runs.read_record(folder)
    assert (record.status, record.epochs, record.planned) == ("completed", 3, 3)
    assert record.scores == told.all(EpochEnded)[-1].logs
    assert record.versions.keys() >= {"keras", "python", "numpy"}
    assert record.parameters > 0
    assert len(record.fingerprint) == 64
    assert told.only(RunEnded).model == str(folder / runs.MODEL)
    assert not [path for path in folder.iterdir() if path.name.startswith(".writing")]


def test_same_seed_same_losses_and_same_fingerprint(
    iris: tuple[Path, Recording], tmp_path: Path
) -> None:
    folder, told = iris
    again = run_of(starting_with("iris"), tmp_path)
    losses = [event.logs["loss"] for event in trained(again).all(EpochEnded)]
    assert losses == pytest.approx([event.logs["loss"] for event in told.all(EpochEnded)], abs=1e-5)
    assert runs.read_record(again).fingerprint == runs.read_record(folder).fingerprint


def test_epochs_of_the_request_win(tmp_path: Path) -> None:
    told = trained(run_of(starting_with("iris"), tmp_path), epochs=1)
    assert told.only(RunEnded).epochs == 1


def test_stop_keeps_the_model(tmp_path: Path) -> None:
    from builder.engine.worker.train import train

    folder = run_of(starting_with("iris", replace(FAST, epochs=10_000)), tmp_path)
    stopping = threading.Event()
    told: list[Event] = []

    def send(event: Event) -> None:
        told.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            stopping.set()

    train(Train(7, str(folder)), Context(send, stopping))
    ended = told[-1]
    assert isinstance(ended, RunEnded)
    assert ended.status == "stopped"
    assert ended.epochs == 4
    run = runs.read_run(folder)
    assert run is not None
    assert (run.status, run.has_model) == ("stopped", True)


def test_what_runs_is_never_read_from_the_folder(tmp_path: Path) -> None:
    """It is made of the project whose code was admitted, to the letter what stands there."""
    from builder.engine.worker.trained import generated

    lines = "\n".join(f"{i / 7:.3f},{'ab'[i % 2]}" for i in range(60))
    folder = run_of(table(tmp_path, f"x,kind\n{lines}\n"), tmp_path)
    text, marks = (folder / runs.SOURCE).read_text(), tmp_path / "was run"
    evil = f"open({str(marks)!r}, 'w').close()\n"
    (folder / runs.SOURCE).write_text(evil)
    for name in ("keras.py", "pandas.py", "custom_layers.py", "sitecustomize.py"):
        (folder / name).write_text(evil)
    trained(folder, 1).only(RunEnded)
    assert not marks.exists()
    assert generated(load(folder / runs.PROJECT), folder).source == text


def test_a_run_is_trained_by_one_process_at_a_time(tmp_path: Path) -> None:
    folder = run_of(starting_with("iris"), tmp_path)
    with claim(folder), pytest.raises(JobError, match="another process"):
        trained(folder)


# --- what goes wrong


def test_a_loss_that_becomes_nan_ends_the_run(tmp_path: Path) -> None:
    hot = TrainingPlan(
        epochs=50, optimizer=KerasObject("keras.optimizers.SGD", {"learning_rate": 1e9})
    )
    project = with_params(starting_with("diabetes", hot), "restore_units", invert=True)
    fault = fault_of(project, tmp_path)
    assert "NaN in epoch" in fault.message
    assert "learning rate" in fault.message


def test_an_input_of_another_shape(tmp_path: Path) -> None:
    project = with_params(starting_with("iris"), "table", shape=[5])
    fault = fault_of(project, tmp_path)
    assert name_of(project, fault) == "table"
    assert fault.message == "“table” expects 5 per row; the data gives 4. Set its shape to [4]."
    (fix,) = fault.fixes
    assert fix == Fix("Set its shape to [4]", {fault.node: {"shape": [4]}})


def test_an_output_with_nothing_set_learns_what_is_usual(tmp_path: Path) -> None:
    project = starting_with("iris")
    output = project.graph.by_name["species"].id
    project = edits.reset_params(project, [output], ["target", "loss", "metrics"])
    assert trained(run_of(project, tmp_path)).only(RunEnded).status == "completed"
    few = with_params(project, "scores", units=2)
    assert "Set the units of “scores” to 3" in fault_of(few, tmp_path).message


def test_too_few_units_for_the_classes(tmp_path: Path) -> None:
    project = with_params(starting_with("iris"), "scores", units=2)
    fault = fault_of(project, tmp_path)
    assert name_of(project, fault) == "scores"
    assert (
        "gives 2 per row; “species” has 3 classes, and needs one score for each. Set the units of "
        "“scores” to 3" in fault.message
    )
    assert [fix.title for fix in fault.fixes] == ["Give “scores” 3 units"]


def test_two_numbers_for_a_target_of_one(tmp_path: Path) -> None:
    project = with_params(starting_with("diabetes"), "score", units=2)
    project = edits.remove(project, {project.graph.by_name["restore_units"].id})
    names = project.graph.by_name
    wire = Wire(OutputRef(names["score"].id), PortRef(names["progression"].id))
    project = replace(project, graph=Graph(project.graph.nodes, (*project.graph.wires, wire)))
    fault = fault_of(project, tmp_path)
    assert name_of(project, fault) == "score"
    assert "gives 2 per row; “progression” is one number" in fault.message


def test_a_layer_that_cannot_be_built_is_named(tmp_path: Path) -> None:
    project = starting_with("digits")
    project = with_params(project, "conv", kernel_size=[30, 30], padding="valid")
    fault = fault_of(project, tmp_path)
    assert name_of(project, fault) == "conv"
    assert fault.message.startswith("“conv”: ")
    assert "Traceback" not in fault.message
    assert "Traceback" in fault.detail


def table(folder: Path, text: str, **plan: object) -> Project:
    (folder / "t.csv").write_text(text)
    columns = (Column("x"), Column("kind", "target"))
    source = DataPlan(source=Csv("t.csv"), columns=columns, **plan)  # type: ignore[arg-type]
    return replace(starter(completed(source, folder)), training=FAST)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    lines = "\n".join(f"{i / 7:.3f},{'ab'[i % 2]}" for i in range(60))
    project = table(tmp_path, f"x,kind\n{lines}\n")
    (tmp_path / "t.csv").unlink()
    fault = fault_of(project, tmp_path)
    assert fault.message.startswith("There is no file")
    assert "t.csv" in fault.message


def test_a_file_that_grew_an_unknown_class(tmp_path: Path) -> None:
    lines = "\n".join(f"{i / 7:.3f},{'ab'[i % 2]}" for i in range(60))
    project = table(tmp_path, f"x,kind\n{lines}\n")
    (tmp_path / "t.csv").write_text(f"x,kind\n{lines}\n" + "3,new\n" * 9)
    fault = fault_of(project, tmp_path)
    assert "changed since" in fault.message


def test_infinity_in_the_data(tmp_path: Path) -> None:
    lines = "\n".join(f"{i / 7:.3f},{'ab'[i % 2]}" for i in range(60))
    project = table(tmp_path, f"x,kind\n{lines}\n")
    (tmp_path / "t.csv").write_text(f"x,kind\n{lines}\n" + "inf,a\n" * 30)
    assert "hold no number" in fault_of(project, tmp_path).message


def test_cells_that_became_empty(tmp_path: Path) -> None:
    lines = "\n".join(f"{i / 7:.3f},{'ab'[i % 2]}" for i in range(60))
    project = table(tmp_path, f"x,kind\n{lines}\n")
    (tmp_path / "t.csv").write_text(f"x,kind\n{lines}\n,a\n")
    assert "1 of 61 rows has no value in “x”" in fault_of(project, tmp_path).message


def test_medians_are_kept_for_predictions(tmp_path: Path) -> None:
    lines = "\n".join(f"{'' if i % 9 == 0 else i},{'ab'[i % 2]}" for i in range(120))
    folder = run_of(table(tmp_path, f"x,kind\n{lines}\n", missing="median"), tmp_path)
    trained(folder).only(RunEnded)
    medians = runs.read_record(folder).medians
    assert set(medians) == {"x"}
    assert 40 < medians["x"] < 80


def test_a_network_without_data_says_so(tmp_path: Path) -> None:
    project = replace(starting_with("iris"), data=DataPlan())
    assert "Choose data" in fault_of(project, tmp_path).message


def test_words_for_what_breaks_inside_the_backend() -> None:
    from builder.engine.worker.run_module import run_fault

    graph = starting_with("iris").graph
    text = (
        "Graph execution error:\n\nDetected at node model_1/dense_2_1/MatMul defined at "
        "(most recent call last):\n<stack traces unavailable>\nIncompatible shapes: [32,3] vs. "
        "[32,1]\n\t [[{{node model_1/dense_2_1/MatMul}}]] [Op:__inference_1]"
    )
    fault = run_fault(RuntimeError(text), "model.py", (), graph)
    assert fault.message == "“dense_2”: Incompatible shapes: [32,3] vs. [32,1]"
    full = run_fault(OSError(errno.ENOSPC, "No space left on device"), "/r/model.py", (), graph)
    assert "no room left on the disk" in full.message
    memory = run_fault(RuntimeError("CUDA out of memory."), "model.py", (), graph)
    assert "Lower the batch size" in memory.message


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="cannot be used"):
        trained(tmp_path)


def test_bundled_sets_all_train(tmp_path: Path) -> None:
    for name in ("digits", "breast_cancer", "diabetes", "wine"):
        plan = completed(DataPlan(source=Bundled(name)))
        project = replace(starter(plan, name), training=replace(FAST, epochs=1))
        folder = tmp_path / name
        folder.mkdir()
        trained(run_of(project, folder)).only(RunEnded)
