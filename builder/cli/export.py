"""`keras-builder export`: the network as Python, in a format of Keras or of others, as a picture."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.catalog.spec import Catalog
from builder.cli.failure import FAILED, OK, UNUSABLE, CommandFailed
from builder.cli.opening import chosen_run, open_catalog, open_project
from builder.cli.output import note, say, say_json, shows_progress
from builder.cli.pictures import write_diagram
from builder.cli.session import Session, said
from builder.cli.trust import known_code, trusted_code
from builder.codegen import CannotGenerate, Module, generate
from builder.document.project import Project
from builder.document.sameness import same_network
from builder.engine.formats import BY_NAME, Format, outcome
from builder.engine.messages import (
    Export,
    Exported,
    ExportStage,
    Fault,
    Inspect,
    Inspected,
    NodeReport,
)
from builder.exports.python_files import write_python
from builder.storage.atomic import write_atomically
from builder.storage.project_file import ProjectFileError, load, rebased
from builder.storage.runs import PROJECT, Run, latest_run

FRESH = "none"
"""Instead of a run: weights that nothing has trained."""


def run(options: argparse.Namespace) -> int:
    path, project = open_project(options.file)
    format_ = BY_NAME[options.to]
    output = Path(options.output).absolute()
    _check(format_, output, options.run)
    catalog = open_catalog()
    result: dict[str, Any] = {"format": format_.name, "output": str(output)}
    if format_.of_worker:
        result |= _model(path, project, catalog, format_, output, options)
    elif format_.group == "Pictures":
        _picture(project, catalog, output, options)
        result |= {"said": [], "bytes": output.stat().st_size}
    else:
        result |= _python(path, project, catalog, format_, output)
    told = result.pop("said")
    if options.json:
        say_json(result)
        return OK
    for sentence in told:
        say(sentence)
    say(f"Wrote {output}")
    return OK


def _check(format_: Format, output: Path, run: str | None) -> None:
    """Refuse what cannot be meant. Raises CommandFailed."""
    if not output.parent.is_dir():
        raise CommandFailed(f"There is no folder “{output.parent}”. Create it first.", UNUSABLE)
    if run is not None and not format_.weights:
        weighty = ", ".join(one.name for one in BY_NAME.values() if one.weights)
        raise CommandFailed(
            f"The format {format_.name} holds no weights of a run; these do: {weighty}.", UNUSABLE
        )
    if format_.group == "Pictures" and output.suffix.lower() != format_.suffix:
        raise CommandFailed(
            f"A picture's name ends in {format_.suffix}; received “{output.name}”.", UNUSABLE
        )


# --- one function for each kind of format


def _python(
    path: Path, project: Project, catalog: Catalog, format_: Format, output: Path
) -> dict[str, Any]:
    try:
        written = write_python(format_.name, project, catalog, output, path.parent)
    except CannotGenerate as error:
        raise CommandFailed(said(Fault(error.message, error.node), project.graph)) from error
    except (OSError, ProjectFileError) as error:
        raise CommandFailed(f"“{output}” was not written: {_reason(error)}.", FAILED) from error
    return {"said": [written.note] if written.note else [], "bytes": written.bytes}


def _model(
    path: Path,
    project: Project,
    catalog: Catalog,
    format_: Format,
    output: Path,
    options: argparse.Namespace,
) -> dict[str, Any]:
    """Have a worker write it and compare it with the model."""
    of, about = _weights(path, project, options.run) if format_.weights else (None, "")
    module_of(project, catalog, folder=path.parent)
    trusted = trusted_code(project, catalog, trust=options.trust)
    with Session(project.backend, debug=options.debug) as session:
        weights = None if of is None else str(of.folder)
        request = Export(
            session.next_id(),
            project,
            format_.name,  # type: ignore[arg-type]
            str(output),
            weights,
            str(path.parent),
            trusted,
        )
        done = _answer(session, request, project)
    told = outcome(format_.name, done.bytes, done.difference, done.rows, done.sample)
    return {
        "said": [told, about] if about else [told],
        "bytes": done.bytes,
        "difference": done.difference,
        "rows": done.rows,
        "sample": done.sample,
        "run": None if of is None else of.id,
    }


def _answer(session: Session, request: Export, project: Project) -> Exported:
    session.send(request)
    for event in session.events(project.graph):
        if isinstance(event, Exported):
            return event
        if isinstance(event, ExportStage) and shows_progress():
            note(f"{event.text} …")
    raise AssertionError("events() never ends by itself")


def _weights(path: Path, project: Project, wish: str | None) -> tuple[Run | None, str]:
    """The run whose weights are exported, and a sentence on them.

    Without a wish it is the newest run of this very network.
    """
    if wish not in (None, FRESH):
        of = chosen_run(path, wish)
        return of, f"It holds the weights of the run {of.id}."
    newest = latest_run(path)
    if wish == FRESH or newest is None:
        why = "as you asked" if wish == FRESH else "the network was not trained yet"
        return None, f"It holds fresh, untrained weights: {why}."
    try:
        same = same_network(
            rebased(load(newest.folder / PROJECT), newest.folder, path.parent), project
        )
    except ProjectFileError:
        same = False
    if same:
        return newest, f"It holds the weights of the run {newest.id}."
    return None, (
        f"It holds fresh, untrained weights: the network has changed since the run {newest.id}. "
        f"Train again, or choose that run with --run {newest.id} if its layers still fit."
    )


def _picture(project: Project, catalog: Catalog, output: Path, options: argparse.Namespace) -> None:
    """The diagram, with shapes where Keras can be asked for them."""
    reports: Mapping[str, NodeReport] = {}
    try:
        with Session(project.backend, debug=options.debug) as session:
            trusted = known_code(project, catalog)
            request = Inspect(session.next_id(), project.graph, project.custom, trusted)
            reports = session.ask(request, Inspected, project.graph).nodes
    except CommandFailed as failure:
        note(f"The picture is without shapes: {failure}")
    write_diagram(project, catalog, reports, output)


# --- shared with other commands


def module_of(project: Project, catalog: Catalog, folder: Path | None = None) -> Module:
    """The project as a Python module. Raises CommandFailed naming the layer that prevents it."""
    try:
        return generate(project, catalog, folder=folder)
    except CannotGenerate as error:
        raise CommandFailed(said(Fault(error.message, error.node), project.graph)) from error


def write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise CommandFailed(f"“{path}” was not written: {error.strerror}.", FAILED) from error


def _reason(error: OSError | ProjectFileError) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")
