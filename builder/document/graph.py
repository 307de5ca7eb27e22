"""The layer graph as a frozen value: nodes, the ports they offer, and the wires between them.

Values hold plain mappings for speed of decoding; nothing may change one after it was made.
An edit (see `edits`) makes a new value that shares every part it did not touch.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

INPUT = "keras.Input"
OUTPUT = "output"
BLOCK = "keras.Model"
INDEX = "index"
OPS = "keras.ops."

ASIDE = frozenset(
    [
        "attention_mask",
        "count_weights",
        "initial_state",
        "key_mask",
        "mask",
        "query_mask",
        "value_mask",
    ]
)
"""Ports of layers for what goes along with the tensor that they work on."""

DEEPEST = 64
"""How many blocks may stand inside each other."""

Passing = Literal["positional", "keyword", "item", "entry", "star"]


class Port(Struct, frozen=True, omit_defaults=True):
    """A named place where a wire can end (or, for outputs, begin).

    `passing` says how the tensor reaches the layer's call: as a positional argument, as a
    keyword, as one item of a single list argument (`Attention([query, value])`), or as an entry of
    a dict by the port's name (`MixUp({"images": x, "labels": y})`), whose result is such a dict too.
    A variadic port takes any number of wires, in order, and passes them as one list; with `star`
    as arguments of their own (`einsum("ij,jk->ik", a, b)`).
    The port exists only while the node's parameters equal those in `when`, whose keys may look at
    constant arguments of the call as well: `call.return_attention_scores`.
    In place of a wire, a `constant` port takes the parameter of its name. A `rare` one is shown
    while it has a wire, or one is being drawn. A `counted` output stands for as many as that
    parameter says: `part_1`, `part_2`.
    """

    name: str
    variadic: bool = False
    optional: bool = False
    passing: Passing = "positional"
    when: Mapping[str, Any] = {}
    doc: str = ""
    constant: bool = False
    rare: bool = False
    counted: str = ""


class Ports(Struct, frozen=True):
    """The ports that one node has with its present parameters, in order."""

    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()

    def input(self, name: str) -> Port | None:
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> Port | None:
        return next((port for port in self.outputs if port.name == name), None)


class OutputRef(Struct, frozen=True, order=True):
    """One output of one node: where a tensor comes from."""

    node: str
    output: str = "output"


class PortRef(Struct, frozen=True, order=True):
    """One input port of one node: where a tensor goes."""

    node: str
    port: str = "inputs"


class Wire(Struct, frozen=True, order=True, omit_defaults=True):
    """A tensor on its way to a port.

    A port of many may take one tensor several times (x + x). `again` tells those wires apart: 0 for
    the first, 1 for the next. `told_apart` keeps it so.
    """

    source: OutputRef
    target: PortRef
    again: int = 0


def told_apart(wires: Iterable[Wire]) -> tuple[Wire, ...]:
    """The wires in their order, those with the same ends numbered from 0."""
    listed = tuple(wires)
    if not any(wire.again for wire in listed) and len(set(listed)) == len(listed):
        return listed
    times: Counter[tuple[OutputRef, PortRef]] = Counter()
    found = []
    for wire in listed:
        ends = (wire.source, wire.target)
        found.append(wire if wire.again == times[ends] else replace(wire, again=times[ends]))
        times[ends] += 1
    return tuple(found)


class Node(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One layer, input, output or op on the canvas.

    `type` is the public dotted path (`keras.layers.Conv2D`), `keras.Input` or `output`.
    `params` holds only what the user set, as JSON values; tuples are lists, and an object such
    as an initializer is `{"type": "keras.initializers.HeNormal", "params": {...}}`.
    `shares` is the id of the node whose layer (and weights) this node calls again.
    `parent` is the id of the block that the node is part of, or empty at the top level. A block
    (type `keras.Model`) has its nodes beside itself in the graph; its Input and Output nodes are
    its ports, by their names. Its parameter `repeat` says how many copies of it stand in a row.
    A `bypassed` node is on the canvas and not in the model (see `bypass`).
    """

    id: str
    name: str
    type: str
    params: Mapping[str, Any] = {}
    call: Mapping[str, Any] = {}
    shares: str | None = None
    comment: str = ""
    parent: str = ""
    bypassed: bool = False


PortsOf = Callable[[Node], Ports]


class Graph(Struct, frozen=True, dict=True):
    """Nodes by id, in the order they were made, and wires in the order they were drawn.

    Nodes of all levels stand side by side, so ids are unique in the whole project; a wire joins
    two nodes of one level. What looks at one level asks for `level(block)`.
    """

    nodes: Mapping[str, Node] = {}
    wires: tuple[Wire, ...] = ()

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Wire, ...]]:
        """Wires by the id of the node they end at, in drawing order."""
        return _grouped(self.wires, lambda wire: wire.target.node)

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Wire, ...]]:
        """Wires by the id of the node they start from, in drawing order."""
        return _grouped(self.wires, lambda wire: wire.source.node)

    @cached_property
    def children(self) -> Mapping[str, tuple[Node, ...]]:
        """Nodes by the block they are part of; those at the top level under the empty name."""
        groups: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            groups[node.parent].append(node)
        return {parent: tuple(group) for parent, group in groups.items()}

    @cached_property
    def _levels(self) -> dict[str, "Graph"]:
        return {}

    def level(self, block: str = "") -> "Graph":
        """The graph of one level: the nodes directly in a block and the wires among them."""
        if not block and len(self.children.get("", ())) == len(self.nodes):
            return self
        found = self._levels.get(block)
        if found is None:
            nodes = {node.id: node for node in self.children.get(block, ())}
            wires = tuple(wire for wire in self.wires if wire.target.node in nodes)
            found = self._levels[block] = Graph(nodes, wires)
        return found

    def inside(self, blocks: Iterable[str]) -> set[str]:
        """The ids of all nodes inside the given ones, at any depth."""
        found: set[str] = set()
        waiting = list(blocks)
        while waiting:
            inner = [node.id for node in self.children.get(waiting.pop(), ())]
            found.update(inner)
            waiting += inner
        return found

    def path(self, node: str) -> tuple[str, ...]:
        """The blocks around a node, the outermost first."""
        found: list[str] = []
        parent = self.nodes[node].parent
        while parent and parent not in found:
            found.insert(0, parent)
            parent = self.nodes[parent].parent
        return tuple(found)

    @cached_property
    def depth(self) -> int:
        """How many blocks stand inside each other at the deepest place."""
        depth, level = -1, [""]
        while level:
            depth += 1
            level = [n.id for id_ in level for n in self.children.get(id_, ()) if n.type == BLOCK]
        return depth

    def ports(self, node: Node, ports_of: PortsOf) -> Ports:
        """The ports of a node: a block's are its inputs and outputs, another's are its layer's."""
        owner = self.nodes.get(node.shares or "", node)
        if owner.type != BLOCK:
            return ports_of(owner if owner is node else replace(owner, call=node.call))
        inner = self.children.get(owner.id, ())
        inputs = [n.name for n in inner if n.type == INPUT]
        passing: Passing = "item" if len(inputs) > 1 else "positional"
        return Ports(
            tuple(Port(name, passing=passing) for name in inputs),
            tuple(Port(n.name) for n in inner if n.type == OUTPUT),
        )

    def lookup(self, ports_of: PortsOf) -> PortsOf:
        """`ports_of` for this graph with its blocks and shared layers: to judge one level of it."""
        return lambda node: self.ports(node, ports_of)

    @cached_property
    def by_name(self) -> Mapping[str, Node]:
        """Nodes by name; of several with one name the first, and a layer before an Output."""
        nodes = reversed(tuple(self.nodes.values()))
        return {node.name: node for node in sorted(nodes, key=lambda one: one.type != OUTPUT)}

    def into(self, node: str, port: str | None = None) -> tuple[Wire, ...]:
        """The wires that end at a node, or at one port of it."""
        wires = self.incoming.get(node, ())
        return wires if port is None else tuple(w for w in wires if w.target.port == port)

    def main_wire(self, node: str) -> Wire | None:
        """The wire that brings what a node works on: the first that brings no mask or state."""
        wires = self.incoming.get(node, ())
        return next((w for w in wires if w.target.port not in ASIDE), wires[0] if wires else None)

    def out_of(self, node: str) -> tuple[Wire, ...]:
        return self.outgoing.get(node, ())

    def of_type(self, type_: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.type == type_)


def _grouped(wires: tuple[Wire, ...], key: Callable[[Wire], str]) -> Mapping[str, tuple[Wire, ...]]:
    groups: dict[str, list[Wire]] = defaultdict(list)
    for wire in wires:
        groups[key(wire)].append(wire)
    return {node: tuple(group) for node, group in groups.items()}
