"""`keras-builder check`: is the project in order? Exit code 1 when it has an error."""

import argparse

from builder.cli.failure import FAILED, OK
from builder.cli.findings import Findings, judged_by_keras, say_problems
from builder.cli.opening import open_catalog, open_project
from builder.cli.output import say, say_json
from builder.cli.session import Session
from builder.cli.trust import known_code
from builder.document.project import Project
from builder.engine.messages import NodeReport


def run(options: argparse.Namespace) -> int:
    path, project = open_project(options.file)
    catalog = open_catalog()
    trusted = known_code(project, catalog, trust=options.trust)
    with Session(project.backend, debug=options.debug) as session:
        findings = judged_by_keras(project, path.parent, catalog, session, trusted)
    if options.json:
        say_json(_as_json(project, findings))
    else:
        _say(project, findings)
    return FAILED if findings.errors else OK


def _say(project: Project, findings: Findings) -> None:
    say_problems(project, findings.problems)
    layers = len(project.graph.nodes)
    parameters = sum(report.parameters for report in _top_level(project, findings))
    warnings = len(findings.problems) - findings.errors
    verdict = "no problems"
    if findings.problems:
        verdict = f"{_count(findings.errors, 'error')}, {_count(warnings, 'warning')}"
    say(f"“{project.name}”: {_count(layers, 'layer')}, {parameters:,} parameters, {verdict}")


def _top_level(project: Project, findings: Findings) -> list[NodeReport]:
    """What the network comes to: the sums of a block hold those of what is inside it."""
    return [findings.reports[id_] for id_ in project.graph.level().nodes if id_ in findings.reports]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _name(project: Project, id_: str | None) -> str | None:
    node = None if id_ is None else project.graph.nodes.get(id_)
    return None if node is None else node.name


def _as_json(project: Project, findings: Findings) -> dict[str, object]:
    nodes = project.graph.nodes
    layers = [
        {
            "id": id_,
            "name": nodes[id_].name,
            "type": nodes[id_].type,
            "outputs": report.outputs,
            "parameters": report.parameters,
            "trainable": report.trainable,
            "flops": report.flops,
        }
        for id_, report in findings.reports.items()
        if id_ in nodes
    ]
    problems = [
        {
            "severity": problem.severity,
            "message": problem.message,
            "id": problem.node,
            "name": _name(project, problem.node),
        }
        for problem in findings.problems
    ]
    return {
        "name": project.name,
        "ok": not findings.errors,
        "problems": problems,
        "layers": layers,
        "parameters": sum(report.parameters for report in _top_level(project, findings)),
        "flops": sum(report.flops for report in _top_level(project, findings)),
    }
