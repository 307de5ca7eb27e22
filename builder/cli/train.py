"""`keras-builder train`: train here and now; the run folder keeps what came of it."""

import argparse
import contextlib
from pathlib import Path

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.cli.export import module_of
from builder.cli.failure import OK, CommandFailed
from builder.cli.opening import open_catalog, open_project
from builder.cli.output import say, say_json, scores_line
from builder.cli.progress import Progress
from builder.cli.session import Interrupted, Session
from builder.cli.trust import trusted_code
from builder.document.graph import Graph
from builder.document.project import Project
from builder.engine.messages import Batches, EpochEnded, RunEnded, RunStarted, Stop, Train
from builder.storage.project_file import ProjectFileError
from builder.storage.runs import create_run, read_history, record, unwritten


class Trained(Struct, frozen=True):
    """What came of a training: its folder, its end, and every epoch's values by name."""

    folder: Path
    ended: RunEnded
    history: dict[str, list[float | None]]

    @property
    def last(self) -> dict[str, float | None]:
        """The values of the last epoch."""
        return {name: values[-1] for name, values in self.history.items() if values}


def run(options: argparse.Namespace) -> int:
    path, project = open_project(options.file)
    catalog = open_catalog()
    trusted = trusted_code(project, catalog, trust=options.trust)
    folder = begin(project, path, catalog)
    with Session(project.backend, debug=options.debug) as session:
        done = train(
            session, folder, project.graph, options.epochs, json=options.json, trusted=trusted
        )
    if options.json:
        say_json(
            {
                "run": folder.name,
                "folder": str(folder),
                "status": done.ended.status,
                "epochs": done.ended.epochs,
                "seconds": done.ended.seconds,
                "model": str(folder / done.ended.model),
                "history": done.history,
            }
        )
    else:
        say_trained(done)
    return OK


def begin(project: Project, path: Path, catalog: Catalog) -> Path:
    """Make the folder of a new run. Raises CommandFailed for a project that has errors."""
    module = module_of(project, catalog, folder=path.parent)
    if project.data.source is None:
        raise CommandFailed(
            f"“{path.name}” names no data to train on. Open it in the window and choose some."
        )
    try:
        return create_run(project, module, path)
    except (OSError, ProjectFileError) as error:
        raise CommandFailed(unwritten(error)) from error


def train(
    session: Session,
    folder: Path,
    graph: Graph,
    epochs: int | None = None,
    *,
    json: bool = False,
    trusted: str = "",
) -> Trained:
    """Train in a run folder and show how it goes. The first Ctrl+C stops it, the second ends it."""
    job = session.next_id()
    stopping = False
    with session.listening_for_interrupt(), Progress(json=json) as progress:
        session.send(Train(job, str(folder), epochs, trusted))
        try:
            for event in session.events(graph):
                match event:
                    case RunStarted():
                        progress.started(event)
                    case Batches():
                        progress.batches(event)
                    case EpochEnded():
                        progress.epoch_ended(event)
                    case RunEnded():
                        return Trained(folder, event, read_history(folder))
                    case Interrupted() if stopping:
                        session.end(grace=0.0)
                        raise CommandFailed("The training was ended at once; no model was kept.")
                    case Interrupted():
                        stopping = True
                        session.send(Stop(job))
                        progress.tell("Stopping after this batch … (Ctrl+C again ends it at once)")
        except CommandFailed as failure:
            with contextlib.suppress(OSError):  # a full disk must not hide what went wrong
                record(folder, status="failed", error=str(failure))
            raise
    raise AssertionError("events() never ends by itself")


def say_trained(done: Trained) -> None:
    ended = done.ended
    verb = "Stopped after" if ended.status == "stopped" else "Trained"
    epochs = "epoch" if ended.epochs == 1 else "epochs"
    say(f"{verb} {ended.epochs} {epochs} in {ended.seconds:.1f} s: {scores_line(done.last)}")
    say(f"The model and the curves are in {done.folder}")
