"""What is wrong with a project: the judgement of `check`, and what `train` looks at first."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.catalog.validate import validate_params
from builder.cli.output import say
from builder.cli.session import Session, said
from builder.codegen import CannotGenerate, generate
from builder.document import topology
from builder.document.graph import Node
from builder.document.problems import Problem
from builder.document.project import Project
from builder.engine.messages import Describe, Described, Fault, Inspect, Inspected, NodeReport
from builder.window.plan_checks import complaints

_WORST_FIRST = {"error": 0, "warning": 1, "info": 2}


class Findings(Struct, frozen=True):
    """Problems, worst first, and what Keras says of each layer, by node id."""

    problems: tuple[Problem, ...]
    reports: Mapping[str, NodeReport] = {}

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def judged_at_once(project: Project, catalog: Catalog) -> list[Problem]:
    """What can be said without Keras: wires, names, values that no code can be written for."""
    found = list(topology.problems(project.graph, catalog.ports_of))
    faulty = {problem.node for problem in found if problem.severity == "error"}
    for node in project.graph.nodes.values():
        words = _misfit(node, catalog)
        if words and node.id not in faulty:
            found.append(Problem("error", words, node.id))
    if not any(problem.severity == "error" for problem in found):
        try:
            generate(project, catalog)
        except CannotGenerate as error:
            found.append(Problem("error", error.message, error.node))
    return found


def _misfit(node: Node, catalog: Catalog) -> str | None:
    """What is wrong with a layer as it stands; one that shares another's layer has no values."""
    spec = catalog.layer(node.type)
    if spec is None:
        return (
            f"Keras {catalog.keras} has no layer “{node.type}”. Replace “{node.name}” by another "
            "layer, or install the Keras that has it."
        )
    return None if node.shares is not None else validate_params(node.params, spec, catalog)


def judged_by_keras(project: Project, folder: Path, catalog: Catalog, session: Session) -> Findings:
    """All that is wrong: at once, in the shapes, and in the data."""
    found = judged_at_once(project, catalog)
    faulty = {problem.node for problem in found if problem.severity == "error"}
    answer = session.ask(Inspect(session.next_id(), project.graph), Inspected, project.graph)
    for id_, report in answer.nodes.items():
        if report.fault is not None and id_ not in faulty:
            found.append(Problem("error", report.fault.message, id_))
    if project.data.source is not None:
        request = Describe(session.next_id(), project.data, str(folder))
        data = session.ask(request, Described, project.graph)
        for place, words in enumerate(data.problems):
            fatal = data.fatal and place == 0
            found.append(Problem("error" if fatal else "warning", words))
    found += [Problem("warning", words) for words in complaints(project)]
    found.sort(key=lambda problem: _WORST_FIRST[problem.severity])
    return Findings(tuple(found), answer.nodes)


def say_problems(project: Project, problems: tuple[Problem, ...] | list[Problem]) -> None:
    for problem in problems:
        say(f"{problem.severity}: {sentence(project, problem)}")


def sentence(project: Project, problem: Problem) -> str:
    """A problem's sentence, with the name of its layer where it does not name it itself."""
    return said(Fault(problem.message, problem.node), project.graph)
