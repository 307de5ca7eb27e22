"""What is wrong with each node that is shown; a block bears what is wrong inside."""

from collections.abc import Iterable, Mapping, Sequence

from builder.canvas.levels import block_of
from builder.document.graph import Graph
from builder.document.problems import Problem, Severity

_RANK: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2}


class Findings:
    """Problems by node."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._problems: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.node is not None:
                self._problems.setdefault(problem.node, []).append(problem)

    def of(self, graph: Graph, node: str) -> Sequence[Problem]:
        """The problems of a node, and for a block of all that is inside as well."""
        if not self._problems:
            return ()
        found = self._problems.get(node, ())
        block = block_of(graph, node)
        if block is None:
            return found
        inside = graph.inside((block,))
        return (*found, *(problem for id_ in inside for problem in self._problems.get(id_, ())))

    def severity(self, graph: Graph, node: str) -> Severity | None:
        """That of the worst of them."""
        found = [problem.severity for problem in self.of(graph, node)]
        return min(found, key=lambda severity: _RANK[severity], default=None)
