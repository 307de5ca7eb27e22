"""Replacing a layer by one of another type, with all that fits both."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from builder.document import edits
from builder.document.edits import EditRefused
from builder.document.graph import (
    BLOCK,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    Port,
    PortRef,
    PortsOf,
    Wire,
    told_apart,
)
from builder.document.project import Project

Fits = Callable[[str, Any], bool]


def retype(
    project: Project,
    node: str,
    type_: str,
    *,
    name: str,
    params: Mapping[str, Any],
    fits: Fits,
    ports_of: PortsOf,
) -> Project:
    """Make a node a layer of another type, where it stands.

    `name` is the new type's own name, taken unless the node was given one. `params` are the values
    that the new type needs; those of the old one stay where `fits(name, value)`. A wire stays at
    the port of the same name, else at the one in the same place; others go.
    Raises EditRefused for a block, a block's port, and a layer whose weights are shared.
    """
    graph = project.graph
    old = graph.nodes[node]
    _refuse(graph, old)
    kept = {key: value for key, value in old.params.items() if fits(key, value)}
    fresh = replace(
        old,
        type=type_,
        name=_name(graph, old, name),
        params={**params, **kept},
        call={},
    )
    before, after = graph.ports(old, ports_of), ports_of(fresh)
    targets = _Places(before.inputs, after.inputs)
    sources = _Places(before.outputs, after.outputs)
    wires = []
    for wire in graph.wires:
        if wire.target.node == node:
            port = targets.take(wire.target.port)
            if port:
                wires.append(Wire(wire.source, PortRef(node, port)))
        elif wire.source.node == node:
            output = sources.of(wire.source.output)
            if output is not None:
                wires.append(Wire(OutputRef(node, output.name), wire.target))
        else:
            wires.append(wire)
    return replace(project, graph=Graph({**graph.nodes, node: fresh}, told_apart(wires)))


class _Places:
    """Which new port an old one becomes."""

    def __init__(self, before: tuple[Port, ...], after: tuple[Port, ...]) -> None:
        self._places = {port.name: place for place, port in enumerate(before)}
        self._after = after
        self._taken: set[str] = set()

    def of(self, name: str) -> Port | None:
        """The port of this name, else the one in the same place."""
        same = next((port for port in self._after if port.name == name), None)
        place = self._places.get(name, len(self._after))
        return same or (self._after[place] if place < len(self._after) else None)

    def take(self, name: str) -> str:
        """A port for one more wire: the one meant, or the next that is free; none is left: empty."""
        meant = self.of(name)
        usual = (port for port in self._after if not port.rare)
        for port in (meant, *usual):
            if port is not None and (port.variadic or port.name not in self._taken):
                self._taken.add(port.name)
                return port.name
        return ""


def _name(graph: Graph, old: Node, wish: str) -> str:
    own = edits.snake_case(old.type.rpartition(".")[2])
    stem, _, number = old.name.rpartition("_")
    if old.name != own and not (stem == own and number.isdecimal()):
        return old.name
    others = {n.name for n in graph.children[old.parent] if n.id != old.id}
    return edits.free_name(others, wish)


def _refuse(graph: Graph, node: Node) -> None:
    if node.type == BLOCK:
        raise EditRefused(f"“{node.name}” is a block. Ungroup it, and replace what is inside.")
    if node.parent and node.type in (INPUT, OUTPUT):
        raise EditRefused(f"“{node.name}” is a port of its block and cannot become a layer.")
    if node.shares is not None or any(n.shares == node.id for n in graph.nodes.values()):
        raise EditRefused(
            f"“{node.name}” shares its weights with another node, and both would have to change. "
            "Delete the other one first."
        )
