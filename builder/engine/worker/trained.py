"""The model of a run, ready to be asked: the one just trained, or read from its folder."""

from pathlib import Path
from types import ModuleType
from typing import Any

import keras
from msgspec import Struct

from builder.catalog.load import load_catalog
from builder.codegen import CannotGenerate, generate
from builder.document.project import Project
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.run_module import run_source
from builder.storage.project_file import ProjectFileError, load
from builder.storage.runs import MODEL, PROJECT


class Trained(Struct, frozen=True, dict=True):
    """A model with the project it was trained for."""

    folder: Path
    project: Project
    model: Any
    stamp: int


_latest: Trained | None = None


def remember(folder: Path, project: Project, model: Any) -> None:
    """Keep the model just trained, so that the first prediction need not read it again."""
    global _latest
    _latest = Trained(folder, project, model, _stamp(folder))


def forget() -> None:
    """Give the model's memory back."""
    global _latest
    _latest = None


def trained(folder: Path) -> Trained:
    """The model of a run. Raises JobError with what to do when there is none or it is damaged.

    A model file may come from somebody else: it is read in Keras's safe mode, without code.
    """
    global _latest
    stamp = _stamp(folder)
    if _latest is not None and (_latest.folder, _latest.stamp) == (folder, stamp):
        return _latest
    try:
        project = load(folder / PROJECT)
    except ProjectFileError as error:
        raise JobError(f"The run {folder.name} cannot be used: {error}") from error
    try:
        model = keras.saving.load_model(folder / MODEL, safe_mode=True)
    except Exception as error:
        # Keras raises many kinds for a damaged or foreign file; each means the same to the user.
        raise JobError(
            f"The model of the run {folder.name} cannot be read ({plain(str(error))}). Train again."
        ) from error
    _latest = Trained(folder, project, model, stamp)
    return _latest


def module_of(run: Trained) -> ModuleType:
    """The run's module, made afresh from its project: a model.py lying there is never trusted."""
    try:
        text = generate(run.project, load_catalog(), folder=run.folder).source
    except CannotGenerate as error:
        raise JobError(error.message, error.node) from error
    return run_source(text, str(run.folder / "model.py"))


def _stamp(folder: Path) -> int:
    try:
        return (folder / MODEL).stat().st_mtime_ns
    except OSError:
        raise JobError(
            f"The run {folder.name} has no model: its training did not come to an end. Train again."
        ) from None
