"""Freezing layers: they keep what they have learned while the others go on learning."""

from collections.abc import Callable, Collection

from builder.document import edits
from builder.document.graph import Node
from builder.document.project import Project

TRAINABLE = "trainable"


def freezable(
    project: Project, nodes: Collection[str], takes: Callable[[Node], bool]
) -> tuple[Node, ...]:
    """Those of the nodes, and of all inside them, that can be frozen: `takes` knows the types."""
    graph = project.graph
    inside = {*nodes, *graph.inside(nodes)}
    return tuple(node for id_, node in graph.nodes.items() if id_ in inside and takes(node))


def is_frozen(nodes: Collection[Node]) -> bool:
    return bool(nodes) and all(node.params.get(TRAINABLE) is False for node in nodes)


def freeze(project: Project, nodes: Collection[Node], on: bool = True) -> Project:
    """Freeze layers, or let them learn again."""
    ids = [node.id for node in nodes]
    if on:
        return edits.set_params(project, {id_: {TRAINABLE: False} for id_ in ids})
    return edits.reset_params(project, ids, (TRAINABLE,))
