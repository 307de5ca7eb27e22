"""Run folders for tests: a project of a few nodes, ready to be trained."""

from pathlib import Path

from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.document.plan import Bundled, DataPlan, KerasObject, TrainingPlan
from builder.document.project import Project
from builder.document.starter import starter
from builder.engine.messages import Describe, Described
from builder.engine.worker.data import describe
from builder.storage.runs import create_run
from tests.engine.recording import Recording

FAST = TrainingPlan(
    epochs=3, optimizer=KerasObject("keras.optimizers.Adam", {"learning_rate": 0.01})
)


def completed(plan: DataPlan, folder: Path | str = "") -> DataPlan:
    """The plan as the data panel would complete it."""
    recording = Recording()
    describe(Describe(1, plan, str(folder)), recording.context)
    return recording.only(Described).plan


def starting_with(name: str, training: TrainingPlan = FAST) -> Project:
    """The starter network of a bundled set."""
    plan = completed(DataPlan(source=Bundled(name)))
    return replace(starter(plan, name), training=training)


def run_of(project: Project, folder: Path) -> Path:
    """A run folder of a project that is saved in `folder`."""
    module = generate(project, load_catalog(), folder=folder)
    return create_run(project, module, folder / "project.knet")
