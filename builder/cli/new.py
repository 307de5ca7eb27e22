"""`keras-builder new EXAMPLE -o FILE`: a bundled example as a project of one's own."""

import argparse
from pathlib import Path

from builder.cli.failure import OK, UNUSABLE, CommandFailed
from builder.cli.opening import open_project
from builder.cli.output import say
from builder.storage.examples import list_examples
from builder.storage.project_file import ProjectFileError, rebased, save


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
        save(target, rebased(project, source.parent, target.parent))
    except ProjectFileError as error:
        raise CommandFailed(str(error)) from error
    say(f"Wrote {target}. Open it:  keras-builder {options.output}")
    return OK
