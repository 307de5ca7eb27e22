"""Bypassing a layer: it stays on the canvas, and the model does without it.

Whoever reads a network for what it computes (code, problems, shapes) asks for `effective(graph)`.
"""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from builder.document import edits
from builder.document.edits import EditRefused
from builder.document.graph import INPUT, OUTPUT, Graph, OutputRef, Wire, told_apart
from builder.document.project import Project

_EFFECTIVE = "_bypass_effective"


def bypass(project: Project, nodes: Collection[str], on: bool = True) -> Project:
    """Leave layers out of the model, or take them in again.

    Raises EditRefused for inputs and outputs, and for layers that nothing feeds.
    """
    graph = project.graph
    changed = {id_: replace(graph.nodes[id_], bypassed=on) for id_ in nodes}
    for node in changed.values():
        if on and node.type in (INPUT, OUTPUT):
            kind = "input" if node.type == INPUT else "output"
            raise EditRefused(f"“{node.name}” is an {kind}; the model cannot do without it.")
        if on and not graph.into(node.id):
            raise EditRefused(
                f"“{node.name}” has no input that it could pass on. Connect it first."
            )
    return replace(project, graph=Graph({**graph.nodes, **changed}, graph.wires))


def passed(graph: Graph) -> Mapping[str, OutputRef | None]:
    """For each bypassed node the tensor that it passes on: that of its main wire."""
    found: dict[str, OutputRef | None] = {}
    for node in graph.nodes.values():
        if node.bypassed:
            found[node.id] = _source(graph, node.id)
    return found


def _source(graph: Graph, node: str) -> OutputRef | None:
    """Where a bypassed node's tensor comes from, past others that are bypassed as well."""
    seen: set[str] = set()
    while node not in seen:
        seen.add(node)
        feeding = graph.main_wire(node)
        if feeding is None:
            return None
        before = feeding.source
        if before.node not in graph.nodes or not graph.nodes[before.node].bypassed:
            return before
        node = before.node
    return None  # they feed each other in a circle


def effective(graph: Graph) -> Graph:
    """The network without its bypassed layers: what fed one feeds what it fed.

    It is the graph itself where no layer is bypassed. The answer is kept on the graph.
    """
    found = graph.__dict__.get(_EFFECTIVE)
    if found is None:
        found = graph.__dict__[_EFFECTIVE] = _without(graph)
    result: Graph = found
    return result


def in_effect(project: Project) -> Project:
    """The project with its effective network; itself where no layer is bypassed."""
    graph = effective(project.graph)
    return project if graph is project.graph else replace(project, graph=graph)


def _without(graph: Graph) -> Graph:
    sources = passed(graph)
    if not sources:
        return graph
    wires = []
    for wire in graph.wires:
        source = sources.get(wire.source.node, wire.source)
        if wire.target.node not in sources and source is not None:
            wires.append(wire if source is wire.source else Wire(source, wire.target))
    bare = Project(graph=Graph(graph.nodes, told_apart(wires)))
    return edits.remove(bare, sources).graph
