"""`keras-builder export`: the network as Python, as a Keras model or as a picture."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from builder.catalog.spec import Catalog
from builder.cli.failure import FAILED, OK, UNUSABLE, CommandFailed
from builder.cli.opening import chosen_run, open_catalog, open_project
from builder.cli.output import note, say
from builder.cli.pictures import write_diagram
from builder.cli.session import Session, said
from builder.codegen import CannotGenerate, Module, generate
from builder.document.project import Project
from builder.engine.messages import Export, Exported, Fault, Inspect, Inspected, NodeReport
from builder.storage.atomic import write_atomically


def run(options: argparse.Namespace) -> int:
    path, project = open_project(options.file)
    output = Path(options.output).absolute()
    if not output.parent.is_dir():
        raise CommandFailed(f"There is no folder “{output.parent}”. Create it first.", UNUSABLE)
    if options.run is not None and options.to != "keras":
        raise CommandFailed("Only the format keras takes the weights of a run.", UNUSABLE)
    if options.to in ("png", "svg") and output.suffix.lower() != f".{options.to}":
        raise CommandFailed(
            f"A picture's name ends in .{options.to}; received “{output.name}”.", UNUSABLE
        )
    catalog = open_catalog()
    if options.to in ("png", "svg"):
        _picture(project, catalog, output, options)
    elif options.to == "python":
        write(output, module_of(project, catalog, folder=path.parent).source)
    else:
        weights = None if options.run is None else str(chosen_run(path, options.run).folder)
        source = module_of(project, catalog, folder=path.parent).source
        with Session(project.backend, debug=options.debug) as session:
            request = Export(session.next_id(), source, options.to, str(output), weights)
            session.ask(request, Exported, project.graph)
    say(f"Wrote {output}")
    return OK


def _picture(project: Project, catalog: Catalog, output: Path, options: argparse.Namespace) -> None:
    """The diagram, with shapes where Keras can be asked for them."""
    reports: Mapping[str, NodeReport] = {}
    try:
        with Session(project.backend, debug=options.debug) as session:
            request = Inspect(session.next_id(), project.graph)
            reports = session.ask(request, Inspected, project.graph).nodes
    except CommandFailed as failure:
        note(f"The picture is without shapes: {failure}")
    write_diagram(project, catalog, reports, output)


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
