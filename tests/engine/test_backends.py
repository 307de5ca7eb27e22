"""JAX and PyTorch do what TensorFlow does: shapes, a training, scores and the exported model."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.document.project import Backend
from builder.engine.messages import (
    Evaluate,
    Evaluated,
    Export,
    Exported,
    Inspect,
    Inspected,
    Ready,
    RunEnded,
    RunStarted,
    Train,
)
from tests.engine.listening import started
from tests.engine.runs_for_tests import run_of, starting_with

pytestmark = [pytest.mark.keras, pytest.mark.slow]


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_main_job_on_another_backend(backend: Backend, tmp_path: Path) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    project = replace(starting_with("iris"), backend=backend)
    run = run_of(project, tmp_path)
    worker, listener = started(backend=backend)
    try:
        assert listener.wait(Ready).backend == backend
        worker.send(Inspect(1, project.graph))
        reports = listener.wait(Inspected).nodes
        assert all(report.fault is None for report in reports.values())
        worker.send(Train(2, str(run), None))
        assert listener.wait(RunStarted).device
        assert listener.wait(RunEnded).epochs == project.training.epochs
        worker.send(Evaluate(3, str(run)))
        assert listener.wait(Evaluated)
        worker.send(Export(4, project, "keras", str(tmp_path / "out.keras"), str(run)))
        assert listener.wait(Exported)
    finally:
        worker.stop(grace=0.5)
