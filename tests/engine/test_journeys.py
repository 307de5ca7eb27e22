"""The main job through real worker processes, and the exported script as its own witness."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.document.plan import Csv, DataPlan
from builder.document.starter import starter
from builder.engine.kernel import Worker
from builder.engine.messages import (
    Batches,
    Describe,
    Described,
    EpochEnded,
    Evaluate,
    Evaluated,
    Export,
    Exported,
    Failed,
    Predict,
    Predicted,
    Ready,
    RunEnded,
    RunStarted,
    Stop,
    Train,
    WorkerDied,
)
from builder.storage import runs
from builder.storage.examples import list_examples
from builder.storage.project_file import load, save
from tests.engine.listening import Listener, started
from tests.engine.runs_for_tests import FAST, run_of, starting_with
from tests.patience import ENDLESS

pytestmark = [pytest.mark.keras, pytest.mark.slow]

Started = tuple[Worker, Listener]


@pytest.fixture(scope="module")
def worker() -> Iterator[Started]:
    process, listener = started()
    listener.wait(Ready)
    yield process, listener
    process.stop(grace=0.5)


def example(name: str) -> Path:
    return next(one.path for one in list_examples() if one.name == name)


def test_from_a_csv_file_to_predictions(worker: Started, tmp_path: Path) -> None:
    process, listener = worker
    shutil.copy(example("wine").with_suffix(".csv"), tmp_path / "wine.csv")
    process.send(Describe(1, DataPlan(source=Csv("wine.csv")), str(tmp_path)))
    first = listener.wait(Described)
    assert first.fatal
    chosen = tuple(
        replace(column, role="target") if column.name == "grower" else column
        for column in first.plan.columns
    )
    process.send(Describe(2, replace(first.plan, columns=chosen), str(tmp_path)))
    second = listener.wait(Described)
    assert second.problems == ()

    project = save(tmp_path / "project.knet", starter(second.plan, "wine"))
    folder = run_of(project, tmp_path)
    process.send(Train(3, str(folder), 20))
    listener.wait(RunStarted)
    ended = listener.wait(RunEnded)
    assert ended.status == "completed"

    process.send(Evaluate(4, str(folder)))
    (report,) = listener.wait(Evaluated).targets
    assert report.scores["accuracy"] > report.baseline["accuracy"] + 0.2

    output = tmp_path / "answers.csv"
    process.send(Predict(5, str(folder), input=str(tmp_path / "wine.csv"), output=str(output)))
    answer = listener.wait(Predicted)
    assert answer.count == second.rows
    with output.open() as stream, (tmp_path / "wine.csv").open() as original:
        pairs = zip(csv.DictReader(stream), csv.DictReader(original), strict=True)
        right = sum(guess["grower"] == truth["grower"] for guess, truth in pairs)
    assert right > 0.9 * second.rows

    output = str(tmp_path / "wine.keras")
    process.send(Export(6, project, "keras", output, str(folder), str(tmp_path)))
    assert listener.wait(Exported).bytes > 0


def test_a_fault_comes_back_with_its_node_and_the_worker_lives_on(
    worker: Started, tmp_path: Path
) -> None:
    process, listener = worker
    project = starting_with("iris")
    bad = replace(project.graph.by_name["table"], params={"shape": [9], "feature": "table"})
    graph = replace(project.graph, nodes={**project.graph.nodes, bad.id: bad})
    process.send(Train(11, str(run_of(replace(project, graph=graph), tmp_path))))
    assert listener.wait(Failed).fault.node == bad.id
    process.send(Train(12, str(run_of(project, tmp_path))))
    assert listener.wait(RunEnded).id == 12


def test_stop_reaches_a_running_training(worker: Started, tmp_path: Path) -> None:
    process, listener = worker
    folder = run_of(starting_with("digits", replace(FAST, epochs=ENDLESS)), tmp_path)
    process.send(Train(21, str(folder)))
    listener.wait(Batches)
    process.send(Stop(21))
    ended = listener.wait(RunEnded)
    assert ended.status == "stopped"
    process.send(Predict(22, str(folder), rows={"image": [[[0.0] * 8] * 8]}))
    assert listener.wait(Predicted).count == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_worker_killed_in_mid_epoch_leaves_an_honest_folder(tmp_path: Path) -> None:
    process, listener = started()
    try:
        folder = run_of(starting_with("digits", replace(FAST, epochs=ENDLESS)), tmp_path)
        process.send(Train(1, str(folder)))
        listener.wait(EpochEnded)
        run = runs.read_run(folder)
        assert run is not None
        assert run.status == "running"
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        listener.wait(WorkerDied)
    finally:
        process.stop(grace=0.5)
    run = runs.read_run(folder)
    assert run is not None
    assert (run.status, run.has_model) == ("interrupted", False)
    assert len(runs.read_history(folder)["loss"]) >= 1


SCRIPTS = ("digits", "breast_cancer", "diabetes", "wine")
ALONE = """
import importlib, json, sys
import keras
told = {}
for name in sys.argv[1:]:
    keras.utils.clear_session()
    module = importlib.import_module(name)
    keras.utils.set_random_seed(module.SEED)
    model = module.build_model()
    history = module.train(model, module.load_data(), epochs=3).history
    told[name] = model.count_params(), history
with open("told.json", "w") as stream:
    json.dump(told, stream)
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Parameters and history of each exported script, in one fresh process, without us."""
    folder = tmp_path_factory.mktemp("alone")
    for name in SCRIPTS:
        source = generate(load(example(name)), load_catalog(), folder=example(name).parent).source
        (folder / f"{name}.py").write_text(source)
    subprocess.run(
        [sys.executable, "-c", ALONE, *SCRIPTS], cwd=folder, check=True, capture_output=True
    )
    told: dict[str, Any] = json.loads((folder / "told.json").read_text())
    return told


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_exported_script_alone_does_the_same(
    name: str, worker: Started, alone: dict[str, Any], tmp_path: Path
) -> None:
    process, listener = worker
    table = example(name).with_suffix(".csv")
    if table.exists():
        shutil.copy(table, tmp_path)
    folder = run_of(load(example(name)), tmp_path)
    id_ = 31 + SCRIPTS.index(name)
    process.send(Train(id_, str(folder), 3))
    assert listener.wait(RunEnded).id == id_
    told = [e.logs for e in listener.heard if isinstance(e, EpochEnded) and e.id == id_]

    parameters, history = alone[name]
    assert parameters == runs.read_record(folder).parameters
    for key in ("loss", "val_loss"):
        streamed = [logs[key] for logs in told]
        # Relative for squared errors in the thousands, which float32 holds to seven digits.
        assert streamed == pytest.approx(history[key], rel=1e-5, abs=1e-5)
