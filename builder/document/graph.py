"""The layer graph as a frozen value: nodes, the ports they offer, and the wires between them.

Values hold plain mappings for speed of decoding; nothing may change one after it was made.
An edit (see `edits`) makes a new value that shares every part it did not touch.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

INPUT = "keras.Input"
OUTPUT = "output"

Passing = Literal["positional", "keyword", "item"]


class Port(Struct, frozen=True, omit_defaults=True):
    """A named place where a wire can end (or, for outputs, begin).

    `passing` says how the tensor reaches the layer's call: as a positional argument, as a
    keyword, or as one item of a single list argument (`Attention([query, value])`).
    A variadic port takes any number of wires, in order, and passes them as one list.
    The port exists only while the node's parameters equal those in `when`.
    """

    name: str
    variadic: bool = False
    optional: bool = False
    passing: Passing = "positional"
    when: Mapping[str, Any] = {}
    doc: str = ""


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


class Wire(Struct, frozen=True, order=True):
    source: OutputRef
    target: PortRef


class Node(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One layer, input, output or op on the canvas.

    `type` is the public dotted path (`keras.layers.Conv2D`), `keras.Input` or `output`.
    `params` holds only what the user set, as JSON values; tuples are lists, and an object such
    as an initializer is `{"type": "keras.initializers.HeNormal", "params": {...}}`.
    `shares` is the id of the node whose layer (and weights) this node calls again.
    """

    id: str
    name: str
    type: str
    params: Mapping[str, Any] = {}
    call: Mapping[str, Any] = {}
    shares: str | None = None
    comment: str = ""


PortsOf = Callable[[Node], Ports]


class Graph(Struct, frozen=True, dict=True):
    """Nodes by id, in the order they were made, and wires in the order they were drawn."""

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
    def by_name(self) -> Mapping[str, Node]:
        """Nodes by name; of several with one name, the first."""
        return {node.name: node for node in reversed(tuple(self.nodes.values()))}

    def into(self, node: str, port: str | None = None) -> tuple[Wire, ...]:
        """The wires that end at a node, or at one port of it."""
        wires = self.incoming.get(node, ())
        return wires if port is None else tuple(w for w in wires if w.target.port == port)

    def out_of(self, node: str) -> tuple[Wire, ...]:
        return self.outgoing.get(node, ())

    def of_type(self, type_: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.type == type_)


def _grouped(wires: tuple[Wire, ...], key: Callable[[Wire], str]) -> Mapping[str, tuple[Wire, ...]]:
    groups: dict[str, list[Wire]] = defaultdict(list)
    for wire in wires:
        groups[key(wire)].append(wire)
    return {node: tuple(group) for node, group in groups.items()}
