"""The weights of imported models: they wait in the user's data folder for their project's file."""

import contextlib
import shutil
from datetime import datetime
from pathlib import Path

import platformdirs
from msgspec.structs import replace

from builder.document.project import Project

_KEPT = 7 * 24 * 3600.0
"""Seconds that those of a project wait which is never saved."""


def waiting_place(name: str) -> Path:
    """Where the weights of an imported model may be kept until its project has a place.

    Those of projects that were never saved go after a week.
    """
    folder = _folder()
    now = datetime.now().astimezone()
    for old in folder.glob("*.keras"):
        with contextlib.suppress(OSError):
            if now.timestamp() - old.stat().st_mtime > _KEPT:
                old.unlink()
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)[:60] or "model"
    return folder / f"{safe}_{now:%Y-%m-%d_%H%M%S_%f}.keras"


def adopted(project: Project, path: Path) -> Project:
    """The project with weights that waited for its first file moved beside it. Raises OSError."""
    start = Path(project.training.start)
    if start.parent != _folder() or not start.is_file():
        return project
    target, number = path.with_suffix(".keras"), 2
    while target.exists():
        target, number = path.with_name(f"{path.stem}_{number}.keras"), number + 1
    shutil.move(start, target)
    training = replace(project.training, start=target.as_posix())
    return replace(project, training=training)


def _folder() -> Path:
    return platformdirs.user_data_path("keras-builder") / "imported"
