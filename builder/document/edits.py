"""Edits: functions from a project to the next project. The judge is the doer.

An edit either returns the new value or raises EditRefused with a sentence for the user; there
is no separate `can_...`. Hovering a wire over a port and releasing it there call the same function.
"""

import re
from collections.abc import Collection, Container, Iterable, Mapping
from itertools import count
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from builder.document import topology
from builder.document.graph import (
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    PortsOf,
    Wire,
)
from builder.document.names import is_scope_name, scope_name
from builder.document.project import Point, Project

PASTE_OFFSET = (24.0, 24.0)


class EditRefused(Exception):
    """The edit would make a project that makes no sense; the message says why."""


class Part(Struct, frozen=True):
    """A piece of a network, as it travels over the clipboard: its wires join only its own nodes."""

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...] = ()
    positions: Mapping[str, Point] = {}


# --- nodes


def add(
    project: Project,
    type_: str,
    at: Point,
    *,
    name: str,
    params: Mapping[str, Any] | None = None,
) -> tuple[Project, str]:
    """Put a new node on the canvas with its top left corner at `at`. Returns its id as well.

    `name` is a wish: a number is appended when it is taken.
    """
    graph = project.graph
    node = Node(f"n{_free_number(graph)}", unique_name(graph, name), type_, dict(params or {}))
    return _placed(_with_nodes(project, {**graph.nodes, node.id: node}), {node.id: at}), node.id


def remove(project: Project, nodes: Collection[str], wires: Collection[Wire] = ()) -> Project:
    """Take nodes away, with every wire that touches them, and the given wires."""
    gone, cut = set(nodes), set(wires)
    kept = {id_: node for id_, node in project.graph.nodes.items() if id_ not in gone}
    kept = _owners_renewed(project.graph, kept)
    left = tuple(
        wire
        for wire in project.graph.wires
        if wire not in cut and wire.source.node not in gone and wire.target.node not in gone
    )
    positions = {id_: at for id_, at in project.layout.positions.items() if id_ not in gone}
    return replace(
        project,
        graph=Graph(kept, left),
        layout=replace(project.layout, positions=positions),
    )


def dissolve(project: Project, node: str) -> Project:
    """Take a node away and join what fed its first port to what it fed, in the old order."""
    feeding = project.graph.into(node)
    if not feeding:
        return remove(project, {node})
    source = feeding[0].source
    joined = (
        Wire(source, wire.target) if wire.source.node == node else wire
        for wire in project.graph.wires
        if wire.target.node != node
    )
    wires = tuple(dict.fromkeys(joined))
    return remove(replace(project, graph=Graph(project.graph.nodes, wires)), {node})


def rename(project: Project, node: str, name: str) -> Project:
    """Give a node another name.

    Raises EditRefused for an empty name, one that Keras or a backend refuses, or one that another
    node has.
    """
    name = name.strip()
    if not name:
        raise EditRefused("A layer needs a name; received nothing. Type at least one letter.")
    if not is_scope_name(name):
        wish = scope_name(name, "layer")
        raise EditRefused(
            f"A layer's name is letters A to Z, digits and _ . - only; received “{name}”. "
            f"Try “{wish}”."
        )
    other = next((n for n in project.graph.nodes.values() if n.name == name), None)
    if other is not None and other.id != node:
        raise EditRefused(f"Another layer is called “{name}” already. Names are unique.")
    return _changed(project, replace(project.graph.nodes[node], name=name))


def set_params(project: Project, values: Mapping[str, Mapping[str, Any]]) -> Project:
    """Set parameters, by node id and parameter name."""
    nodes = dict(project.graph.nodes)
    for id_, params in values.items():
        owner = owner_of(project.graph, id_)
        nodes[owner.id] = replace(nodes[owner.id], params={**nodes[owner.id].params, **params})
    return _with_nodes(project, nodes)


def reset_params(project: Project, nodes: Iterable[str], names: Collection[str]) -> Project:
    """Give parameters their defaults back."""
    result = dict(project.graph.nodes)
    for id_ in nodes:
        owner = owner_of(project.graph, id_)
        kept = {k: v for k, v in result[owner.id].params.items() if k not in names}
        result[owner.id] = replace(result[owner.id], params=kept)
    return _with_nodes(project, result)


def set_comment(project: Project, node: str, comment: str) -> Project:
    return _changed(project, replace(project.graph.nodes[node], comment=comment))


def owner_of(graph: Graph, node: str) -> Node:
    """The node that holds the layer: the node itself, or the one whose layer it shares."""
    found = graph.nodes[node]
    return graph.nodes[found.shares] if found.shares is not None else found


# --- wires


def connect(project: Project, wire: Wire, ports_of: PortsOf) -> Project:
    """Draw a wire. An occupied port that takes one wire gives up the one it had.

    Raises EditRefused when an end does not exist, the wire is there already, or it would close
    a cycle. A wrong shape is no reason: people build in any order.
    """
    graph = project.graph
    source, target = _ends(graph, wire)
    if ports_of(source).output(wire.source.output) is None:
        raise EditRefused(f"“{source.name}” has no output called “{wire.source.output}”.")
    port = ports_of(target).input(wire.target.port)
    if port is None:
        raise EditRefused(f"“{target.name}” has no input called “{wire.target.port}”.")
    if wire in graph.wires:
        raise EditRefused(f"“{source.name}” already feeds “{target.name}” here.")
    if topology.reaches(graph, wire.target.node, wire.source.node):
        raise EditRefused(
            f"“{target.name}” already feeds “{source.name}”: this wire would close a cycle, "
            "and a Keras model runs in one direction."
        )
    kept = graph.wires
    if not port.variadic:
        kept = tuple(w for w in kept if w.target != wire.target)
    return replace(project, graph=Graph(graph.nodes, (*kept, wire)))


def best_port(project: Project, target: str, ports_of: PortsOf) -> PortRef:
    """The port that a wire dropped on a node's body means: the first free one, else the first.

    Raises EditRefused when the node takes no input.
    """
    node = project.graph.nodes[target]
    inputs = ports_of(node).inputs
    if not inputs:
        raise EditRefused(f"“{node.name}” takes no input.")
    for port in inputs:
        if port.variadic or not project.graph.into(target, port.name):
            return PortRef(target, port.name)
    return PortRef(target, inputs[0].name)


def disconnect(project: Project, wires: Collection[Wire]) -> Project:
    return remove(project, (), wires)


def insert(project: Project, node: str, wire: Wire, ports_of: PortsOf) -> Project:
    """Put a node that is on the canvas into a wire: what fed the wire feeds the node instead.

    Where the wire stood in the order of a variadic port, the new one stands.
    """
    inner = ports_of(project.graph.nodes[node])
    if not inner.inputs or not inner.outputs:
        name = project.graph.nodes[node].name
        raise EditRefused(f"“{name}” needs an input and an output to stand in a wire.")
    if node in (wire.source.node, wire.target.node):
        raise EditRefused("A layer cannot stand in its own wire.")
    result = connect(
        disconnect(project, (wire,)),
        Wire(wire.source, PortRef(node, inner.inputs[0].name)),
        ports_of,
    )
    onward = Wire(OutputRef(node, inner.outputs[0].name), wire.target)
    result = connect(result, onward, ports_of)
    position = [w for w in project.graph.wires if w.target == wire.target].index(wire)
    siblings = [w for w in result.graph.wires if w.target == wire.target and w != onward]
    siblings.insert(position, onward)
    others = [w for w in result.graph.wires if w.target != wire.target]
    return replace(result, graph=Graph(result.graph.nodes, (*others, *siblings)))


# --- places


def move(project: Project, positions: Mapping[str, Point]) -> Project:
    """Move nodes to new places (top left corners in scene pixels)."""
    return _placed(project, positions)


# --- parts


def copy(project: Project, nodes: Collection[str]) -> Part:
    """The chosen nodes with the wires among them, in the project's order."""
    chosen = set(nodes)
    return Part(
        tuple(
            _detached(project.graph, n, chosen)
            for i, n in project.graph.nodes.items()
            if i in chosen
        ),
        tuple(w for w in project.graph.wires if {w.source.node, w.target.node} <= chosen),
        {i: at for i, at in project.layout.positions.items() if i in chosen},
    )


def paste(project: Project, part: Part, at: Point | None = None) -> tuple[Project, tuple[str, ...]]:
    """Add a part under new ids and free names. Returns the new ids as well.

    `at` is where the part's top left corner goes; without it the part lands beside where it was.
    Raises EditRefused when the part names nodes it does not hold.
    """
    ids: dict[str, str] = {}
    nodes = dict(project.graph.nodes)
    names = set(project.graph.by_name)
    for number, node in enumerate(part.nodes, start=_free_number(project.graph)):
        fresh = f"n{number}"
        name = _free_name(names, node.name)
        names.add(name)
        if node.id in ids or (node.shares is not None and node.shares not in ids):
            raise EditRefused("The clipboard holds a part that does not fit together.")
        shares = None if node.shares is None else ids[node.shares]
        nodes[fresh] = replace(node, id=fresh, name=name, shares=shares)
        ids[node.id] = fresh
    try:
        wires = tuple(
            Wire(
                OutputRef(ids[w.source.node], w.source.output),
                PortRef(ids[w.target.node], w.target.port),
            )
            for w in part.wires
        )
    except KeyError:
        raise EditRefused("The clipboard holds wires without their layers.") from None
    graph = Graph(nodes, (*project.graph.wires, *wires))
    if wires and topology.cycle(graph):
        raise EditRefused("The clipboard holds layers that feed each other in a circle.")
    corner = _corner(part.positions.values())
    dx, dy = PASTE_OFFSET if at is None else (at[0] - corner[0], at[1] - corner[1])
    positions = {ids[i]: (x + dx, y + dy) for i, (x, y) in part.positions.items() if i in ids}
    for fresh in ids.values():
        positions.setdefault(fresh, at or corner)
    return _placed(replace(project, graph=graph), positions), tuple(ids.values())


# --- names


def unique_name(graph: Graph, wish: str) -> str:
    """The wish itself, or with the first free number behind it: conv, conv_2, conv_3."""
    return _free_name(graph.by_name, wish)


def snake_case(class_name: str) -> str:
    """The name Keras itself would give: Conv2D -> conv2d, MaxPooling2D -> max_pooling2d."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", class_name)
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", parted)
    return parted.lower().strip("_")


# --- inner parts


def _ends(graph: Graph, wire: Wire) -> tuple[Node, Node]:
    source, target = graph.nodes.get(wire.source.node), graph.nodes.get(wire.target.node)
    if source is None or target is None:
        raise EditRefused("A wire needs a layer at both ends; one of them is gone.")
    if source is target:
        raise EditRefused(f"“{source.name}” cannot feed itself.")
    if source.type == OUTPUT:
        raise EditRefused(f"“{source.name}” is an output of the model; nothing comes after it.")
    return source, target


def _free_number(graph: Graph) -> int:
    """The number from which on no id `n1`, `n2` ... is taken."""
    numbers = (int(i[1:]) for i in graph.nodes if i[:1] == "n" and i[1:].isdecimal())
    return max(numbers, default=0) + 1


def _free_name(taken: Container[str], wish: str) -> str:
    if wish not in taken:
        return wish
    stem = re.sub(r"_\d+$", "", wish) or wish
    return next(name for n in count(2) if (name := f"{stem}_{n}") not in taken)


def _changed(project: Project, node: Node) -> Project:
    return _with_nodes(project, {**project.graph.nodes, node.id: node})


def _with_nodes(project: Project, nodes: Mapping[str, Node]) -> Project:
    return replace(project, graph=Graph(nodes, project.graph.wires))


def _placed(project: Project, positions: Mapping[str, Point]) -> Project:
    places = {**project.layout.positions, **positions}
    return replace(project, layout=replace(project.layout, positions=places))


def _owners_renewed(graph: Graph, kept: dict[str, Node]) -> dict[str, Node]:
    """Where a layer's owner goes, the first node that shared it becomes the owner."""
    heirs: dict[str, str] = {}
    result = {}
    for id_, node in kept.items():
        if node.shares is not None and node.shares not in kept:
            owner = graph.nodes[node.shares]
            heir = heirs.setdefault(owner.id, id_)
            shares = None if heir == id_ else heir
            node = replace(node, shares=shares, params=owner.params if shares is None else {})
        result[id_] = node
    return result


def _detached(graph: Graph, node: Node, chosen: set[str]) -> Node:
    if node.shares is None or node.shares in chosen:
        return node
    return replace(node, shares=None, params=graph.nodes[node.shares].params)


def _corner(points: Iterable[Point]) -> Point:
    listed = list(points)
    if not listed:
        return (0.0, 0.0)
    return (min(x for x, _ in listed), min(y for _, y in listed))
