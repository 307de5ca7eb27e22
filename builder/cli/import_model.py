"""`keras-builder import SOURCE -o FILE`: a model of Keras as a project."""

import argparse
from pathlib import Path

from builder.cli.failure import OK, UNUSABLE, CommandFailed
from builder.cli.output import note, say
from builder.cli.session import Session
from builder.engine.messages import Import, Imported
from builder.reading.applications import PREFIX
from builder.storage.project_file import SUFFIX, ProjectFileError, save


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


def _free(path: Path) -> Path:
    """A path like this one where nothing is yet."""
    free, number = path, 2
    while free.exists():
        free, number = path.with_stem(f"{path.stem}_{number}"), number + 1
    return free
