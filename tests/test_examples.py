"""The examples that come with the program: whole, readable, and theirs the data they name."""

from pathlib import Path

import pytest

from builder.document import topology
from builder.document.fitting import fit_to_data
from builder.document.plan import Csv
from builder.engine.messages import Describe, Described, Evaluate, Evaluated, Train
from builder.engine.worker.data import describe
from builder.storage.examples import Example, list_examples
from builder.storage.project_file import encode, load
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import run_of

EXAMPLES = [pytest.param(example, id=example.name) for example in list_examples()]


def test_there_are_examples_of_every_task() -> None:
    tasks = {load(e.path).data.targets[0].task for e in list_examples()}
    assert tasks == {"multiclass", "binary", "regression"}
    assert next(e.name for e in list_examples()) == "digits"
    sources = [load(e.path).data.source for e in list_examples()]
    assert any(isinstance(source, Csv) for source in sources)


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_file_is_as_the_program_writes_it(example: Example) -> None:
    assert encode(load(example.path)) == example.path.read_bytes()
    assert example.title
    assert example.about.endswith((".", "?"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_network_fits_its_data(example: Example) -> None:
    project = load(example.path)
    assert fit_to_data(project) == project
    assert topology.cycle(project.graph) == ()
    assert set(project.layout.positions) == set(project.graph.nodes)


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_data_is_there_and_free_of_problems(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    plan = load(example.path).data
    recording = Recording()
    describe(Describe(1, plan, str(example.path.parent)), recording.context)
    answer = recording.only(Described)
    assert answer.problems == ()
    assert answer.plan == plan


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "score", "least"),
    [("digits", "accuracy", 0.97), ("breast_cancer", "accuracy", 0.955), ("diabetes", "R2", 0.31)],
)
def test_it_learns_as_well_as_promised(name: str, score: str, least: float, tmp_path: Path) -> None:
    from builder.engine.worker.evaluate import evaluate
    from builder.engine.worker.train import train

    run = run_of(load(next(e.path for e in list_examples() if e.name == name)), tmp_path)
    recording = Recording()
    train(Train(1, str(run)), recording.context)
    evaluate(Evaluate(2, str(run)), recording.context)
    (report,) = recording.only(Evaluated).targets
    assert report.scores[score] >= least
