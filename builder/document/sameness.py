"""Whether two projects are the same where it matters for what a model has learned."""

from typing import Any

from builder.document.bypass import effective
from builder.document.graph import Graph
from builder.document.own import use_own
from builder.document.project import Project


def same_network(one: Project, other: Project) -> bool:
    """Whether two projects make the same model of the same data; places and notes do not count."""
    same = one.data == other.data and _bare(one.graph) == _bare(other.graph)
    return same and (one.custom == other.custom or not use_own(one.graph.nodes.values()))


def _bare(graph: Graph) -> tuple[Any, ...]:
    graph = effective(graph)
    nodes = {
        id_: (node.name, node.type, node.params, node.call, node.shares, node.parent)
        for id_, node in graph.nodes.items()
    }
    return nodes, graph.wires
