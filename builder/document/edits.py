"""Edits: functions from a project to the next project. The judge is the doer.

An edit either returns the new value or raises EditRefused with a sentence for the user; there
is no separate `can_...`. Hovering a wire over a port and releasing it there call the same function.
"""

import re
from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from builder.document import framing, topology
from builder.document.graph import (
    DEEPEST,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    PortsOf,
    Wire,
    told_apart,
)
from builder.document.names import is_scope_name, scope_name
from builder.document.project import Point, Project


class EditRefused(Exception):
    """The edit would make a project that makes no sense; the message says why."""


# --- nodes


def add(
    project: Project,
    type_: str,
    at: Point,
    *,
    name: str,
    params: Mapping[str, Any] | None = None,
    parent: str = "",
) -> tuple[Project, str]:
    """Put a new node on the canvas with its top left corner at `at`. Returns its id as well.

    `name` is a wish: a number is appended when it is taken. `parent` is the block to put it in.
    """
    graph = project.graph
    name = unique_name(graph.level(parent), name)
    node = Node(f"n{free_number(graph)}", name, type_, dict(params or {}), parent=parent)
    return move(_with_nodes(project, {**graph.nodes, node.id: node}), {node.id: at}), node.id


def remove(project: Project, nodes: Collection[str], wires: Collection[Wire] = ()) -> Project:
    """Take nodes away, with every wire that touches them, and the given wires.

    A block goes with all that is inside; a block's Input or Output goes with the wires outside.
    Where others share a layer that goes, the first of them becomes its owner.
    """
    graph = project.graph
    chosen = [graph.nodes[id_] for id_ in nodes if id_ in graph.nodes]
    cut = set(wires).union(*(_outside(graph, node) for node in chosen))
    going = {node.id for node in chosen}
    going |= graph.inside(going)
    heirs = _heirs(graph, going)
    going -= graph.inside(heirs)  # what is inside a shared block stays with its heir
    kept = {i: _inherited(graph, n, heirs) for i, n in graph.nodes.items() if i not in going}
    left = told_apart(
        wire
        for wire in graph.wires
        if wire not in cut and wire.source.node in kept and wire.target.node in kept
    )
    positions = {id_: at for id_, at in project.layout.positions.items() if id_ in kept}
    layout = framing.within(replace(project.layout, positions=positions), kept)
    return replace(project, graph=Graph(kept, left), layout=layout)


def dissolve(project: Project, node: str) -> Project:
    """Take a node away and join what fed its first port to what it fed, in the old order.

    What fed that already, beside the node, feeds it once: nobody asked for a sum of twins.
    """
    feeding = project.graph.main_wire(node)
    if feeding is None:
        return remove(project, {node})
    source = feeding.source
    joined = (
        Wire(source, wire.target, wire.again) if wire.source.node == node else wire
        for wire in project.graph.wires
        if wire.target.node != node
    )
    wires = told_apart(dict.fromkeys(joined))
    return remove(replace(project, graph=Graph(project.graph.nodes, wires)), {node})


def rename(project: Project, node: str, name: str) -> Project:
    """Give a node another name.

    Raises EditRefused for an empty name, one that Keras or a backend refuses, or one that another
    layer has; an Output may be called as a layer is.
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
    graph = project.graph
    renamed = replace(graph.nodes[node], name=name)
    for other in graph.children[renamed.parent]:
        alike = (other.type == OUTPUT) == (renamed.type == OUTPUT)
        if other.name == name and other.id != node and alike:
            raise EditRefused(f"Another layer is called “{name}” already. Names are unique.")
    # Outside a block, wires name its ports; the wires keep to the port that was renamed.
    moved = _outside(graph, graph.nodes[node])
    wires = tuple(_at_port(w, renamed) if w in moved else w for w in graph.wires)
    return replace(project, graph=Graph({**graph.nodes, node: renamed}, wires))


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


def set_call(project: Project, nodes: Iterable[str], name: str, value: Any) -> Project:
    """Set a constant argument of the nodes' own calls; None takes it away."""
    result = dict(project.graph.nodes)
    for id_ in nodes:
        kept = {key: old for key, old in result[id_].call.items() if key != name}
        call = kept if value is None else {**kept, name: value}
        result[id_] = replace(result[id_], call=call)
    return _with_nodes(project, result)


def set_comment(project: Project, node: str, comment: str) -> Project:
    return _changed(project, replace(project.graph.nodes[node], comment=comment))


def owner_of(graph: Graph, node: str) -> Node:
    """The node that holds the layer: the node itself, or the one whose layer it shares."""
    found = graph.nodes[node]
    return graph.nodes[found.shares] if found.shares is not None else found


def check_depth(graph: Graph) -> None:
    """Raises EditRefused when more blocks stand inside each other than a file may hold."""
    if graph.depth > DEEPEST:
        raise EditRefused(f"Blocks stand inside each other at most {DEEPEST} deep.")


# --- wires


def connect(project: Project, wire: Wire, ports_of: PortsOf) -> Project:
    """Draw a wire. An occupied port that takes one wire gives up the one it had.

    A port of many takes one tensor as often as it is given it (x + x).
    Raises EditRefused when an end does not exist, the wire is there already, or it would close
    a cycle. A wrong shape is no reason: people build in any order.
    """
    graph = project.graph
    ports_of = graph.lookup(ports_of)
    source, target = _ends(graph, wire)
    if ports_of(source).output(wire.source.output) is None:
        raise EditRefused(f"“{source.name}” has no output called “{wire.source.output}”.")
    port = ports_of(target).input(wire.target.port)
    if port is None:
        raise EditRefused(f"“{target.name}” has no input called “{wire.target.port}”.")
    alike = [w for w in graph.into(target.id, port.name) if w.source == wire.source]
    if alike and not port.variadic:
        raise EditRefused(f"“{source.name}” already feeds “{target.name}” here.")
    if topology.reaches(graph, wire.target.node, wire.source.node):
        raise EditRefused(
            f"“{target.name}” already feeds “{source.name}”: this wire would close a cycle, "
            "and a Keras model runs in one direction."
        )
    kept = graph.wires
    if not port.variadic:
        kept = tuple(w for w in kept if w.target != wire.target)
    fresh = wire if wire.again == len(alike) else replace(wire, again=len(alike))
    return replace(project, graph=Graph(graph.nodes, (*kept, fresh)))


def best_port(project: Project, target: str, ports_of: PortsOf) -> PortRef:
    """The port that a wire dropped on a node's body means: the first free one, else the first.

    Raises EditRefused when the node takes no input.
    """
    node = project.graph.nodes[target]
    inputs = project.graph.ports(node, ports_of).inputs
    if not inputs:
        raise EditRefused(f"“{node.name}” takes no input.")
    for port in inputs:
        if not port.rare and (port.variadic or not project.graph.into(target, port.name)):
            return PortRef(target, port.name)
    return PortRef(target, inputs[0].name)


def disconnect(project: Project, wires: Collection[Wire]) -> Project:
    return remove(project, (), wires)


def insert(project: Project, node: str, wire: Wire, ports_of: PortsOf) -> Project:
    """Put a node that is on the canvas into a wire: what fed the wire feeds the node instead.

    Where the wire stood in the order of a variadic port, the new one stands.
    """
    inner = project.graph.ports(project.graph.nodes[node], ports_of)
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
    """Put nodes at new places (top left corners in scene pixels)."""
    places = {**project.layout.positions, **positions}
    return replace(project, layout=replace(project.layout, positions=places))


# --- names


def unique_name(graph: Graph, wish: str) -> str:
    """The wish itself, or with the first free number behind it: conv, conv_2, conv_3."""
    return free_name(graph.by_name, wish)


def free_name(taken: Container[str], wish: str) -> str:
    """The wish, or with the first number behind it that makes it a name nobody has."""
    if wish not in taken:
        return wish
    stem = re.sub(r"_\d+$", "", wish) or wish
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


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
    if source.parent != target.parent:
        raise EditRefused(f"“{source.name}” and “{target.name}” are not in the same block.")
    if source.type == OUTPUT:
        raise EditRefused(f"“{source.name}” is an output of the model; nothing comes after it.")
    return source, target


def free_number(graph: Graph) -> int:
    """The number from which on no id `n1`, `n2` ... is taken."""
    return max(map(_number, graph.nodes), default=0) + 1


def _number(id_: str) -> int:
    return int(id_[1:]) if id_[:1] == "n" and id_[1:].isdecimal() else 0


def _outside(graph: Graph, node: Node) -> set[Wire]:
    """For a block's Input or Output, the wires outside that meet the block at this port."""
    if not node.parent or node.type not in (INPUT, OUTPUT):
        return set()
    users = [n.id for n in graph.nodes.values() if node.parent in (n.id, n.shares)]
    if node.type == INPUT:
        return {w for id_ in users for w in graph.into(id_, node.name)}
    return {w for id_ in users for w in graph.out_of(id_) if w.source.output == node.name}


def _at_port(wire: Wire, port: Node) -> Wire:
    if port.type == INPUT:
        return Wire(wire.source, PortRef(wire.target.node, port.name), wire.again)
    return Wire(OutputRef(wire.source.node, port.name), wire.target, wire.again)


def _changed(project: Project, node: Node) -> Project:
    return _with_nodes(project, {**project.graph.nodes, node.id: node})


def _with_nodes(project: Project, nodes: Mapping[str, Node]) -> Project:
    return replace(project, graph=Graph(nodes, project.graph.wires))


def _heirs(graph: Graph, gone: Collection[str]) -> dict[str, str]:
    """For each layer that goes though others share it, the first of those: the new owner."""
    heirs: dict[str, str] = {}
    for node in graph.nodes.values():
        if node.shares is not None and node.shares in gone and node.id not in gone:
            heirs.setdefault(node.shares, node.id)
    return heirs


def _inherited(graph: Graph, node: Node, heirs: Mapping[str, str]) -> Node:
    """A node that stays, with what it inherits from owners that go."""
    if node.parent in heirs:
        return replace(node, parent=heirs[node.parent])
    if node.shares is None or node.shares not in heirs:
        return node
    if heirs[node.shares] != node.id:
        return replace(node, shares=heirs[node.shares])
    owner = graph.nodes[node.shares]
    return replace(node, shares=None, params=owner.params)
