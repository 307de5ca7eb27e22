"""`keras-builder new EXAMPLE -o FILE`: a bundled example as a project of one's own."""

import argparse
from pathlib import Path

from builder.cli.failure import OK, UNUSABLE, CommandFailed
from builder.cli.opening import open_project
from builder.cli.output import say
from builder.document.plan import Csv
from builder.storage.atomic import write_atomically
from builder.storage.examples import list_examples
from builder.storage.project_file import ProjectFileError, save


def run(options: argparse.Namespace) -> int:
    examples = {example.name: example for example in list_examples()}
    example = examples.get(options.example)
    if example is None:
        known = ", ".join(examples)
        raise CommandFailed(
            f"There is no example “{options.example}”. There are: {known}.", UNUSABLE
        )
    target = Path(options.output).absolute()
    if target.exists():
        raise CommandFailed(f"“{target}” is there already. Choose another name.", UNUSABLE)
    source, project = open_project(str(example.path))
    try:
        if isinstance(project.data.source, Csv):
            _copy(source.parent / project.data.source.path, target.parent)
        save(target, project)
    except (OSError, ProjectFileError) as error:
        raise CommandFailed(f"“{target}” was not written: {error}") from error
    say(f"Wrote {target}. Open it:  keras-builder {options.output}")
    return OK


def _copy(table: Path, folder: Path) -> None:
    """Put the example's table beside the project, where its relative path finds it."""
    data, target = table.read_bytes(), folder / table.name
    if target.exists() and target.read_bytes() != data:
        raise CommandFailed(
            f"Another “{target}” is there already. Choose another folder.", UNUSABLE
        )
    write_atomically(target, data)
