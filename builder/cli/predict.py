"""`keras-builder predict`: predictions for every row of a file, as a CSV file."""

import argparse
from pathlib import Path

from builder.cli.asking import imported_run, known_run
from builder.cli.failure import OK, UNUSABLE, CommandFailed
from builder.cli.opening import open_project
from builder.cli.output import note, say
from builder.cli.session import Session
from builder.cli.trust import run_code
from builder.engine.messages import Predict, Predicted


def run(options: argparse.Namespace) -> int:
    path, project = open_project(options.file)
    data, output = Path(options.input).absolute(), Path(options.output).absolute()
    if not data.is_file():
        raise CommandFailed(f"There is no file “{data}” to predict.", UNUSABLE)
    if not output.parent.is_dir():
        raise CommandFailed(f"There is no folder “{output.parent}”. Create it first.", UNUSABLE)
    known = known_run(path, project, options.run)
    trusted = run_code(known, project, trust=options.trust)
    with Session(project.backend, debug=options.debug) as session:
        chosen = known or imported_run(session, path, project, trusted)
        request = Predict(
            session.next_id(),
            str(chosen.folder),
            input=str(data),
            output=str(output),
            trusted=trusted,
        )
        answer = session.ask(request, Predicted, project.graph)
    for sentence in answer.notes:
        note(sentence)
    say(f"Wrote {answer.count:,} predictions of run {chosen.id} to {output}")
    return OK
