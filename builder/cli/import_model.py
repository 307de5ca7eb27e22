"""`keras-builder import SOURCE -o FILE`: a model of Keras, or its Python source, as a project."""

import argparse
from pathlib import Path

from builder.catalog.custom import FILE
from builder.catalog.load import load_catalog
from builder.cli.failure import OK, UNUSABLE, CommandFailed
from builder.cli.output import note, say
from builder.cli.session import Session
from builder.engine.messages import Import, Imported, RunScript, ScriptRan
from builder.reading.applications import PREFIX
from builder.reading.places import laid_out
from builder.reading.python_faults import CannotRead
from builder.reading.python_own import read_script as read_own
from builder.storage.project_file import SUFFIX, ProjectFileError, save
from builder.storage.script_file import SUFFIX as SCRIPT
from builder.storage.script_file import ScriptError, beside, read_script


def run(options: argparse.Namespace) -> int:
    target = Path(options.output).absolute()
    if target.suffix != SUFFIX:
        raise CommandFailed(
            f"A project's name ends in {SUFFIX}; received “{target.name}”.", UNUSABLE
        )
    if target.exists():
        raise CommandFailed(f"“{target}” is there already. Choose another name.", UNUSABLE)
    source = options.source
    if not source.startswith(PREFIX):
        source = str(Path(source).absolute())
    if Path(source).suffix == SCRIPT:
        found = _script(Path(source), options)
    else:
        with Session("tensorflow", debug=options.debug) as session:
            request = Import(session.next_id(), source, str(_free(target.with_suffix(".keras"))))
            found = session.ask(request, Imported)
    try:
        save(target, found.project)
    except (OSError, ProjectFileError) as error:
        raise CommandFailed(f"“{target}” was not written: {error}") from error
    for remark in found.remarks:
        note(remark.message)
    if found.project.training.start:
        say(f"Training starts from the weights in {found.project.training.start}")
    say(f"Wrote {target}. Open it:  keras-builder {options.output}")
    return OK


def _script(path: Path, options: argparse.Namespace) -> Imported:
    """The project of a Python script: read, or with --run the one model that it makes."""
    try:
        text = read_script(path)
    except ScriptError as error:
        raise CommandFailed(str(error), UNUSABLE) from error
    if not options.run:
        try:
            own = beside(path, FILE)
            return Imported(0, laid_out(read_own(text, load_catalog(), own, path.stem)))
        except CannotRead as fault:
            way = " If you trust the file, add --run to import what it makes when it runs."
            raise CommandFailed(
                f"“{path.name}” was not imported. {fault}{way if fault.runs else ''}"
            ) from fault
    with Session("tensorflow", debug=options.debug) as session:
        ran = session.ask(RunScript(session.next_id(), str(path), text), ScriptRan)
    names = [model.project.name for model in ran.models]
    wanted = options.model or (names[0] if len(names) == 1 else "")
    if wanted not in names:
        listed = ", ".join(f"“{name}”" for name in names)
        raise CommandFailed(f"“{path.name}” makes the models {listed}. Choose one with --model.")
    return next(model for model in reversed(ran.models) if model.project.name == wanted)


def _free(path: Path) -> Path:
    """A path like this one where nothing is yet."""
    free, number = path, 2
    while free.exists():
        free, number = path.with_stem(f"{path.stem}_{number}"), number + 1
    return free
