"""The far side as a plain function: what a worker would answer, at once and in this process."""

import math
from collections.abc import Callable
from pathlib import Path

from builder.document.plan import Bundled, Column, DataPlan, Feature, Target
from builder.document.project import Project
from builder.engine import messages
from builder.engine.messages import Event, Request
from builder.window.run_store import CurrentRun

Report = Callable[[Event], None]
Answer = Callable[[Request, Report], None]

DIGITS = DataPlan(
    Bundled("digits"),
    features=(Feature("image", (8, 8, 1)),),
    targets=(Target("digit", "multiclass", tuple("0123456789")),),
)
IRIS = DataPlan(
    Bundled("iris"),
    columns=tuple(
        Column(name)
        for name in (
            "sepal length (cm)",
            "sepal width (cm)",
            "petal length (cm)",
            "petal width (cm)",
        )
    )
    + (Column("species", "target", "category", ("setosa", "versicolor", "virginica")),),
    features=(Feature("features", (4,)),),
    targets=(Target("species", "multiclass", ("setosa", "versicolor", "virginica")),),
)


def silent(_request: Request, _report: Report) -> None:
    """Answers nothing: whoever tests reports the events itself."""


class PlainFar:
    """A worker that is a function. `requests` is what it was asked."""

    def __init__(self, answer: Answer, report: Report) -> None:
        self._answer = answer
        self.report = report
        self.requests: list[Request] = []
        self.alive = True

    def send(self, request: Request) -> None:
        self.requests.append(request)
        self._answer(request, self.report)

    def stop(self, grace: float = 2.0) -> None:
        self.alive = grace < 0


class PlainPool:
    """Gives out plain far sides: `inspectors` and `workers` are all that were given out."""

    def __init__(self, answer: Answer = silent) -> None:
        self.answer = answer
        self.inspectors: list[PlainFar] = []
        self.workers: list[PlainFar] = []

    def start_inspector(self, report: Report, backend: str = "tensorflow") -> PlainFar:
        del backend
        self.inspectors.append(PlainFar(self.answer, report))
        return self.inspectors[-1]

    def take_trainer(self, report: Report) -> PlainFar:
        self.workers.append(PlainFar(self.answer, report))
        return self.workers[-1]

    def stop(self, grace: float = 0.0) -> None:
        del grace


class PlainRuns:
    """Run folders without files in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begun: list[Project] = []
        self.failed: list[tuple[Path, str]] = []
        self.kept: dict[Path, CurrentRun] = {}

    def begin(self, project: Project, path: Path | None) -> Path:
        assert path is None or path.is_absolute()
        self.begun.append(project)
        return self.folder / f"run-{len(self.begun)}"

    def fail(self, folder: Path, message: str) -> None:
        self.failed.append((folder, message))

    def latest(self, path: Path) -> CurrentRun | None:
        return self.kept.get(path)

    def read(self, folder: Path, path: Path | None) -> CurrentRun | None:
        return self.kept.get(folder if path is None else path)


def values_at(batch: int, batches: int) -> dict[str, float]:
    return {
        "loss": 2.3 * math.exp(-3.0 * batch / batches) + 0.05,
        "accuracy": 1.0 - 0.9 * math.exp(-4.0 * batch / batches),
    }


def train(
    report: Report,
    id_: int,
    epochs: int = 20,
    per_epoch: int = 40,
    until: int | None = None,
    metrics: tuple[str, ...] = ("loss", "accuracy"),
) -> None:
    """Report a whole training, or its first `until` batches."""
    total = epochs * per_epoch
    report(messages.RunStarted(id_, epochs, per_epoch, 32, (1258, 269, 270), "CPU"))
    for first in range(0, total if until is None else until, 10):
        epoch = first // per_epoch
        points = [values_at(first + i, total) for i in range(10)]
        report(messages.Batches(id_, epoch, first, {m: [p[m] for p in points] for m in metrics}))
        if (first + 10) % per_epoch == 0:
            now = points[-1]
            logs = {m: now[m] for m in metrics}
            logs |= {f"val_{m}": now[m] * (1.12 if m == "loss" else 0.985) for m in metrics}
            report(messages.EpochEnded(id_, epoch, logs, 0.4))
    if until is None:
        report(messages.RunEnded(id_, "completed", epochs, 8.2, "best.keras"))
