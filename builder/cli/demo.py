"""The whole job without a window: train, evaluate, and leave pictures and code in a folder."""

from pathlib import Path

from builder.cli.evaluate import say_evaluated
from builder.cli.export import module_of, write
from builder.cli.failure import OK, CommandFailed
from builder.cli.opening import open_catalog, open_project
from builder.cli.output import note, say
from builder.cli.pictures import write_curves, write_diagram
from builder.cli.session import Session
from builder.cli.train import begin, say_trained, train
from builder.engine.messages import Evaluate, Evaluated, Inspect, Inspected
from builder.resources import resource
from builder.storage.project_file import SUFFIX, ProjectFileError, rebased, save

FOLDER = "keras-builder-demo"
EXAMPLE = "digits"

HOW_TO_SEE_IT = """\
This machine has no display, so the window did not open. To see it:
  - on your own computer:  make run
  - over ssh:              ssh -X HOST, then make run there
  - hidden, for tests:     xvfb-run -a make run"""


def demonstrate(file: str | None, *, debug: bool = False) -> int:
    """Train a project (the digits example without one) into ./keras-builder-demo."""
    note(HOW_TO_SEE_IT)
    note("")
    source, project = open_project(file or str(resource("examples", EXAMPLE + SUFFIX)))
    folder = Path.cwd() / FOLDER
    path = folder / source.name
    try:
        folder.mkdir(exist_ok=True)
        project = save(path, rebased(project, source.parent, folder))
    except (OSError, ProjectFileError) as error:
        raise CommandFailed(f"“{folder}” cannot be written to: {error}") from error
    catalog = open_catalog()
    note(f"Training “{project.name}” here instead.")
    with Session(project.backend, debug=debug) as session:
        run_folder = begin(project, path, catalog)
        done = train(session, run_folder, project.graph)
        say_trained(done)
        say()
        request = Evaluate(session.next_id(), str(run_folder))
        say_evaluated(session.ask(request, Evaluated, project.graph))
        shapes = session.ask(Inspect(session.next_id(), project.graph), Inspected, project.graph)
    stem = source.stem
    wrote = {
        "project": path,
        "curves": folder / f"{stem}-curves.png",
        "diagram": folder / f"{stem}-diagram.png",
        "Python": folder / f"{stem}.py",
        "model": run_folder / done.ended.model,
    }
    write_curves(done.history, wrote["curves"])
    write_diagram(project, catalog, shapes.nodes, wrote["diagram"])
    write(wrote["Python"], module_of(project, catalog, folder=folder).source)
    say()
    for what, where in wrote.items():
        say(f"{what:8} {where}")
    return OK
