"""`keras-builder runs`: the trainings of a project, newest first."""

import argparse

from msgspec.structs import asdict

from builder.cli.failure import OK
from builder.cli.opening import open_project
from builder.cli.output import say, say_json, say_table, scores_line
from builder.storage.runs import Run, list_runs


def run(options: argparse.Namespace) -> int:
    path, _ = open_project(options.file)
    runs = list_runs(path)
    if options.json:
        say_json({"runs": [_as_json(each) for each in runs]})
    elif not runs:
        say(f"“{path.name}” was not trained yet. Run:  keras-builder train {options.file}")
    else:
        header = ("RUN", "STATUS", "MODEL", "EPOCHS", "SECONDS", "SCORES")
        say_table(header, [_row(each) for each in runs])
    return OK


def _as_json(run: Run) -> dict[str, object]:
    return {**asdict(run), "folder": str(run.folder)}


def _row(run: Run) -> tuple[str, ...]:
    model = "yes" if run.has_model else "no"
    return (
        run.id,
        run.status,
        model,
        str(run.epochs),
        f"{run.seconds:.1f}",
        run.error or scores_line(run.scores),
    )
