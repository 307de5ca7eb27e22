"""Run folders as the trainer needs them: begun from a project, marked as failed, found again."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.codegen import generate
from builder.document.project import Project
from builder.storage import runs
from builder.storage.project_file import ProjectFileError, load, rebased


class CurrentRun(Struct, frozen=True):
    """The run whose model is evaluated, predicted with and exported.

    `project` is the project as it was trained; `usable` says that a model was saved.
    """

    folder: Path
    project: Project
    trained_at: datetime
    usable: bool


class RunStore(Protocol):
    """Where runs are kept: the run folders on disk."""

    def begin(self, project: Project, path: Path | None) -> Path:
        """Write a new run folder. Raises CannotGenerate, OSError or ProjectFileError."""
        ...

    def fail(self, folder: Path, message: str) -> None:
        """Mark a run as failed."""
        ...

    def latest(self, path: Path) -> CurrentRun | None:
        """The newest run of a project file that has a model."""
        ...

    def read(self, folder: Path, path: Path | None) -> CurrentRun | None:
        """One run of a project."""
        ...


class RunFolders:
    """The run folders on disk."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def begin(self, project: Project, path: Path | None) -> Path:
        """Write the folder of a new run. Raises CannotGenerate, OSError or ProjectFileError."""
        folder = path.parent if path else None
        return runs.create_run(project, generate(project, self._catalog, folder=folder), path)

    def fail(self, folder: Path, message: str) -> None:
        runs.record(folder, status="failed", error=message)

    def latest(self, path: Path) -> CurrentRun | None:
        found = runs.latest_run(path)
        return None if found is None else self.read(found.folder, path)

    def read(self, folder: Path, path: Path | None) -> CurrentRun | None:
        """A run as it was trained; None for a folder that cannot be read."""
        found = runs.read_run(folder)
        if found is None:
            return None
        try:
            project = load(folder / runs.PROJECT)
            started = datetime.fromisoformat(found.started)
        except (OSError, ValueError, ProjectFileError):
            return None
        if path is not None:
            project = rebased(project, folder, path.parent)
        return CurrentRun(folder, project, started, found.has_model)
