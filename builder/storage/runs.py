"""Run folders: what one training was given, what it did and what it left, in plain files.

NAME.runs/2026-11-20_143005/ holds
  project.knet   the project as it was trained
  model.py       the text that is run; to be read, for a worker makes its own from the project
  custom_layers.py  the layers of its own, if it has some
  run.json       status, versions, seed, times, scores (see RunRecord)
  history.csv    one row per epoch
  model.keras    the trained model
  evaluation.json  scores on the test rows, after Evaluate
Only the process that trains writes run.json while it trains. A folder is useful without us.
"""

import contextlib
import csv
import errno
import math
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec
import platformdirs
from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.custom import FILE as CUSTOM
from builder.document.plan import Csv
from builder.document.project import Project
from builder.storage.atomic import write_atomically
from builder.storage.claim import is_claimed
from builder.storage.project_file import ProjectFileError, encode, rebased

RunStatus = Literal["created", "running", "completed", "stopped", "failed", "interrupted"]

PROJECT = "project.knet"
SOURCE = "model.py"
RECORD = "run.json"
HISTORY = "history.csv"
MODEL = "model.keras"
EVALUATION = "evaluation.json"

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Text(Protocol):
    """A generated module: its text."""

    @property
    def source(self) -> str: ...


class RunRecord(Struct, frozen=True):
    """The content of run.json.

    `started` is ISO 8601 with the zone. `epochs` counts those that were finished, `planned` those
    asked for. `scores` are the last epoch's values, train and `val_`. `rows` are (training,
    validation, test). `fingerprint` is the SHA-256 of the arrays that were fed. `medians` are
    those of the training rows that empty cells were filled with, by column.
    """

    name: str = ""
    status: RunStatus = "created"
    started: str = ""
    seconds: float = 0.0
    epochs: int = 0
    planned: int = 0
    batch_size: int = 0
    seed: int = 0
    backend: str = ""
    device: str = ""
    parameters: int = 0
    versions: Mapping[str, str] = {}
    rows: tuple[int, int, int] = (0, 0, 0)
    fingerprint: str = ""
    medians: Mapping[str, float] = {}
    scores: Mapping[str, float | None] = {}
    error: str = ""


class Run(Struct, frozen=True):
    """One run folder, as a list shows it. `id` is the folder's name; ids sort by time.

    `status` is "interrupted" when the process that trained is gone without having said so.
    `name` is the project's name at that time; `error` the sentence of a run that failed.
    """

    id: str
    folder: Path
    status: RunStatus
    started: str
    name: str = ""
    epochs: int = 0
    seconds: float = 0.0
    scores: Mapping[str, float | None] = {}
    error: str = ""
    has_model: bool = False


# --- folders


def runs_folder(project_path: Path | None, name: str = "model") -> Path:
    """Where a project's runs are: beside its file, or in the user's data folder without one."""
    if project_path is not None:
        return project_path.with_suffix(".runs")
    safe = "".join(c if c.isalnum() or c in "-_ " else "_" for c in name).strip() or "model"
    return platformdirs.user_data_path("keras-builder") / "runs" / safe[:80]


def create_run(project: Project, module: Text, project_path: Path | None) -> Path:
    """Make the folder of a new run with all that training needs. Returns the folder.

    Raises OSError when it cannot be written, ProjectFileError when the project has a value that
    no file can hold; then no folder is left.
    """
    parent = runs_folder(project_path, project.name)
    parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now().astimezone()
    folder: Path | None = None
    try:
        folder = _fresh_folder(parent, now.strftime("%Y-%m-%d_%H%M%S"))
        _write_all(folder, project, module, project_path, now)
    except BaseException:  # also when interrupted: a folder without its run.json is no run
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # it holds other runs
            parent.rmdir()
        raise
    return folder


def unwritten(error: OSError | ProjectFileError) -> str:
    """The sentence for what `create_run` raised."""
    if isinstance(error, ProjectFileError):
        return str(error)
    where = f" in “{Path(error.filename).parent}”" if error.filename else ""
    advice = "Make room on that disk" if error.errno in _FULL else "Save the project elsewhere"
    reason = error.strerror or error
    return f"The run folder could not be written{where}: {reason}. {advice}, then train again."


def _write_all(
    folder: Path, project: Project, module: Text, project_path: Path | None, now: datetime
) -> None:
    write_atomically(folder / PROJECT, encode(_frozen(project, project_path, folder)))
    write_atomically(folder / SOURCE, module.source.encode())
    if project.custom:
        write_atomically(folder / CUSTOM, project.custom.encode())
    training = project.training
    first = RunRecord(
        name=project.name,
        started=now.isoformat(timespec="seconds"),
        planned=training.epochs,
        batch_size=training.batch_size,
        seed=training.seed,
        backend=project.backend,
    )
    _write_record(folder, first)


def _frozen(project: Project, project_path: Path | None, folder: Path) -> Project:
    """The project with its files as seen from the run folder.

    What lies below the project's folder stays relative, so that all may be moved together.
    """
    if project_path is None:
        return rebased(project, None, folder)
    frozen = rebased(project, project_path.parent, folder)
    source, home = frozen.data.source, os.path.abspath(project_path.parent)

    def seen(path: str) -> str:
        near = bool(path) and Path(path).is_relative_to(home)
        return Path(os.path.relpath(path, os.path.abspath(folder))).as_posix() if near else path

    if isinstance(source, Csv):
        source = replace(source, path=seen(source.path))
    training = replace(frozen.training, start=seen(frozen.training.start))
    return replace(frozen, data=replace(frozen.data, source=source), training=training)


def _fresh_folder(parent: Path, stem: str) -> Path:
    """A folder that was not there. mkdir decides, so two windows never get the same one."""
    number = 1
    while True:
        folder = parent / (stem if number == 1 else f"{stem}_{number:02}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


# --- run.json


def read_record(folder: Path) -> RunRecord:
    """Raises OSError or msgspec.DecodeError."""
    return msgspec.json.decode((folder / RECORD).read_bytes(), type=RunRecord)


def record(folder: Path, **changes: Any) -> RunRecord:
    """Change values in run.json; one that cannot be read is begun anew. Raises OSError."""
    try:
        before = read_record(folder)
    except (FileNotFoundError, msgspec.DecodeError):
        before = RunRecord()
    after = replace(before, **changes)
    _write_record(folder, after)
    return after


def _write_record(folder: Path, value: RunRecord) -> None:
    write_atomically(folder / RECORD, msgspec.json.format(msgspec.json.encode(value), indent=2))


# --- reading


def list_runs(project_path: Path | None, name: str = "model") -> tuple[Run, ...]:
    """The runs of a project, newest first. What is no run folder is passed over."""
    try:
        folders = sorted(runs_folder(project_path, name).iterdir(), reverse=True)
    except OSError:
        return ()
    return tuple(run for folder in folders if (run := read_run(folder)) is not None)


def latest_run(project_path: Path) -> Run | None:
    """The newest run that has a model."""
    return next((run for run in list_runs(project_path) if run.has_model), None)


def read_run(folder: Path) -> Run | None:
    """What a run folder holds; None for a folder without a run.json."""
    try:
        found = read_record(folder)
    except msgspec.DecodeError:
        found = RunRecord(status="interrupted", error=f"{RECORD} of this run cannot be read.")
    except OSError:
        return None
    status = found.status
    if status == "running" and not is_claimed(folder):
        status = "interrupted"
    return Run(
        folder.name,
        folder,
        status,
        found.started,
        found.name,
        found.epochs,
        found.seconds,
        found.scores,
        found.error,
        (folder / MODEL).is_file(),
    )


def read_history(folder: Path) -> dict[str, list[float | None]]:
    """The values of every finished epoch by name; a cell that is no number is None.

    A row that was cut off by a crash is left out.
    """
    try:
        with (folder / HISTORY).open(newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    if not rows:
        return {}
    header = rows[0]
    whole = [row for row in rows[1:] if len(row) == len(header)]
    return {
        name: [_number(row[place]) for row in whole]
        for place, name in enumerate(header)
        if name != "epoch"
    }


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
