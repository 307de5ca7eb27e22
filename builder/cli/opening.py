"""What most commands begin with: the project, the catalogue, the run that is meant."""

from pathlib import Path

from builder.catalog.spec import Catalog
from builder.cli.failure import UNUSABLE, CommandFailed
from builder.document.project import Project
from builder.storage.project_file import ProjectFileError, load
from builder.storage.runs import Run, latest_run, list_runs


def open_project(file: str) -> tuple[Path, Project]:
    """The project in a file, with the file's full path."""
    path = Path(file).absolute()
    try:
        return path, load(path)
    except ProjectFileError as error:
        raise CommandFailed(str(error), UNUSABLE) from error


def open_catalog() -> Catalog:
    from builder.catalog.load import load_catalog

    return load_catalog()


def chosen_run(path: Path, wish: str | None) -> Run:
    """The run of that name, or the newest one that has a model."""
    if wish in (None, "latest"):
        run = latest_run(path)
        if run is None:
            raise CommandFailed(
                f"“{path.name}” has no trained model yet. Run:  keras-builder train {path.name}"
            )
        return run
    runs = list_runs(path)
    found = next((run for run in runs if run.id == wish), None)
    if found is None:
        known = ", ".join(run.id for run in runs[:5]) or "none"
        raise CommandFailed(f"There is no run “{wish}”. The newest runs: {known}.", UNUSABLE)
    if not found.has_model:
        raise CommandFailed(
            f"The run “{found.id}” ({found.status}) left no model. Choose another run."
        )
    return found
