"""The model of a run, ready to be asked: the one just trained, or read from its folder."""

import contextlib
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
from msgspec import Struct

from builder.catalog.code import code_of
from builder.catalog.custom import FILE
from builder.catalog.load import load_catalog
from builder.codegen import CannotGenerate, Module, generate
from builder.document.project import Project
from builder.engine.worker import custom_code, run_module
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.lambdas import lambdas_of
from builder.engine.worker.unsound import refuse_unsound
from builder.storage.project_file import ProjectFileError, load
from builder.storage.runs import MODEL, PROJECT, SOURCE


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


def trained(folder: Path, trusted: str = "") -> Trained:
    """The model of a run. Raises JobError with what to do when there is none or it is damaged.

    A model file may come from somebody else: it is read in Keras's safe mode, without code of its
    own. Code of the run's project is used as far as the fingerprint `trusted` goes.
    """
    global _latest
    stamp = _stamp(folder)
    if _latest is not None and (_latest.folder, _latest.stamp) == (folder, stamp):
        custom_code.admit(_latest.project, trusted)
        return _latest
    try:
        project = load(folder / PROJECT)
    except ProjectFileError as error:
        raise JobError(f"The run {folder.name} cannot be used: {error}") from error
    custom_code.admit(project, trusted)
    try:
        model = read_model(folder / MODEL, project)
    except JobError as error:
        sentence = f"The model of the run {folder.name} cannot be read, so train again. {error}"
        raise JobError(sentence) from error
    except Exception as error:
        # Keras raises many kinds for a damaged or foreign file; each means the same to the user.
        raise JobError(
            f"The model of the run {folder.name} cannot be read ({plain(str(error))}). Train again."
        ) from error
    _latest = Trained(folder, project, model, stamp)
    return _latest


def read_model(path: Path, project: Project) -> Any:
    """A model file of a project whose code was admitted. Raises whatever Keras does.

    Its own layers and functions are the project's, whatever the file says.
    """
    known = custom_code.objects()
    if not any(text for place, text in code_of(project, load_catalog()) if place != FILE):
        refuse_unsound(path, known)
        return keras.saving.load_model(path, known, safe_mode=True)
    model = run_module.function(written(project, path.parent), "build_model")()
    with lambdas_of(model):
        refuse_unsound(path, known)
        return keras.saving.load_model(path, known, safe_mode=True)


def module_of(run: Trained) -> ModuleType:
    """The run's module, made afresh from its project: a model.py lying there is never trusted."""
    return written(run.project, run.folder)


def written(project: Project, folder: Path | None) -> ModuleType:
    """A project's module, run. Raises JobError for a project that cannot be written."""
    text = generated(project, folder).source
    return run_module.run_source(text, str((folder or Path()) / SOURCE))


def generated(project: Project, folder: Path | None) -> Module:
    """A project's module as text. Raises JobError for a project that cannot be written."""
    try:
        return generate(project, load_catalog(), folder=folder)
    except CannotGenerate as error:
        raise JobError(error.message, error.node) from error


def save_model(model: Any, path: Path) -> None:
    """Save beside the final place, then rename: there is never half a model."""
    part = path.with_name(f".writing-{path.name}")
    try:
        model.save(part)
        part.replace(path)
    except OSError as error:
        raise JobError(
            f"The model could not be saved in {path.parent}: {error.strerror or error}. Make room "
            "or save the project elsewhere, then train again."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _stamp(folder: Path) -> int:
    try:
        return (folder / MODEL).stat().st_mtime_ns
    except OSError:
        raise JobError(
            f"The run {folder.name} has no model: its training did not come to an end. Train again."
        ) from None
