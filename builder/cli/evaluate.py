"""`keras-builder evaluate`: how well a trained model does on rows it has never seen."""

import argparse

from builder.cli.asking import imported_run, known_run
from builder.cli.failure import OK
from builder.cli.opening import open_project
from builder.cli.output import number, say, say_json, say_table
from builder.cli.session import Session
from builder.cli.trust import run_code
from builder.engine.messages import Evaluate, Evaluated, TargetReport


def run(options: argparse.Namespace) -> int:
    path, project = open_project(options.file)
    known = known_run(path, project, options.run)
    trusted = run_code(known, project, trust=options.trust)
    with Session(project.backend, debug=options.debug) as session:
        chosen = known or imported_run(session, path, project, trusted)
        request = Evaluate(session.next_id(), str(chosen.folder), trusted)
        result = session.ask(request, Evaluated, project.graph)
    if options.json:
        say_json(
            {
                "run": chosen.id,
                "rows": result.rows,
                "loss": result.loss,
                "targets": result.targets,
            }
        )
    else:
        say(f"Run {chosen.id}")
        say_evaluated(result)
    return OK


def say_evaluated(result: Evaluated) -> None:
    say(f"On {result.rows:,} test rows, loss {number(result.loss)}")
    for target in result.targets:
        say()
        _say_target(target)


def _say_target(target: TargetReport) -> None:
    header = (target.name.upper(), "MODEL", target.baseline_name.upper())
    rows = []
    for place, (name, value) in enumerate(target.scores.items()):
        interval = ""
        if place == 0 and target.interval is not None:
            low, high = target.interval
            interval = f" ({number(low)} to {number(high)})"
        rows.append((name, number(value) + interval, number(target.baseline.get(name))))
    say_table(header, rows)
    if target.classes:
        say()
        say_table(
            ("CLASS", "PRECISION", "RECALL", "F1", "ROWS"),
            [
                (c.name, number(c.precision), number(c.recall), number(c.f1), str(c.support))
                for c in target.classes
            ],
            right=1,
        )
