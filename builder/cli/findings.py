"""What is wrong with a project, Keras and its data asked as well: the judgement of `check`."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.cli.output import say
from builder.cli.session import Session, said
from builder.codegen.problems import merged, problems, untrusted
from builder.document.problems import Problem
from builder.document.project import Project
from builder.engine.messages import Describe, Described, Fault, Inspect, Inspected, NodeReport
from builder.engine.reports import reported


class Findings(Struct, frozen=True):
    """Problems, worst first, and what Keras says of each layer, by node id."""

    problems: tuple[Problem, ...]
    reports: Mapping[str, NodeReport] = {}

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def judged_by_keras(
    project: Project, folder: Path, catalog: Catalog, session: Session, trusted: str = ""
) -> Findings:
    """All that is wrong: at once, in the shapes, and in the data.

    Layers that run code of the project's own are left out unless `trusted` is its fingerprint.
    """
    request = Inspect(session.next_id(), project.graph, project.custom, trusted)
    answer = session.ask(request, Inspected, project.graph)
    in_data: list[Problem] = []
    if project.data.source is not None:
        describe = Describe(session.next_id(), project.data, str(folder))
        data = session.ask(describe, Described, project.graph)
        for place, words in enumerate(data.problems):
            fatal = data.fatal and place == 0
            in_data.append(Problem("error" if fatal else "warning", words))
    unrun = untrusted(project, catalog, trusted, "Add --trust to have it run.")
    return Findings(
        merged(problems(project, catalog), reported(project, answer.nodes), in_data, unrun),
        answer.nodes,
    )


def say_problems(project: Project, problems: tuple[Problem, ...]) -> None:
    """One line for each, with the name of its layer where the sentence does not name it itself."""
    for problem in problems:
        fault = Fault(problem.message, problem.node)
        say(f"{problem.severity}: {said(fault, project.graph)}")
