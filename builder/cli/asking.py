"""The run that is asked: one that was trained, or one made of imported weights."""

from pathlib import Path

from builder.cli.opening import chosen_run, open_catalog
from builder.cli.session import Session
from builder.cli.train import begin, train
from builder.document.project import Project
from builder.storage.runs import Run, latest_run


def known_run(path: Path, project: Project, wish: str | None) -> Run | None:
    """The run that is meant; None where the project has imported weights and no run yet."""
    imported = project.training.start and project.data.source is not None
    if wish in (None, "latest") and imported and latest_run(path) is None:
        return None
    return chosen_run(path, wish)


def imported_run(session: Session, path: Path, project: Project, trusted: str = "") -> Run:
    """A run of the imported weights, trained no further."""
    folder = begin(project, path, open_catalog())
    train(session, folder, project.graph, 0, json=True, trusted=trusted)
    return chosen_run(path, folder.name)
