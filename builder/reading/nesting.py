"""Groups of layers as inline blocks: the same network, shown and written in parts."""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from builder.catalog.spec import Catalog
from builder.document import topology
from builder.document.blocks import INLINE, KIND
from builder.document.edits import free_name, snake_case
from builder.document.graph import (
    BLOCK,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Wire,
    told_apart,
)
from builder.document.names import scope_name
from builder.reading.collapse import FROM, Net, collapsed


def nested(graph: Graph, catalog: Catalog) -> Graph:
    """The graph with what repeats in its larger levels gathered in inline blocks."""
    for level in ("", *(block.id for block in graph.of_type(BLOCK) if block.shares is None)):
        part = graph.level(level)
        if len(part.nodes) >= FROM:
            paths = _paths(part, catalog)
            if paths:
                graph = _Nest(graph, level, paths).graph()
    return graph


def nested_by(graph: Graph, paths: Mapping[str, tuple[str, ...]]) -> Graph:
    """The graph with nodes of its outermost level in inline blocks: the names of those around each."""
    return _Nest(graph, "", paths).graph() if paths else graph


def _paths(level: Graph, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """For each node of a level the names of the blocks to put around it."""
    ids = topology.order(level)
    place = {id_: number for number, id_ in enumerate(ids)}
    nodes = [level.nodes[id_] for id_ in ids]
    feeds = tuple(
        tuple(sorted({place[wire.source.node] for wire in level.into(id_)})) for id_ in ids
    )
    ends = {n.id for n in nodes if n.type in (INPUT, OUTPUT)}
    # Who shares a layer stands beside its owner: neither goes into a block.
    sharing = {id_ for n in nodes if n.shares is not None for id_ in (n.id, n.shares)}
    net = Net(
        tuple(node.name for node in nodes),
        feeds,
        tuple(_is_automatic(node, catalog) for node in nodes),
        frozenset(place[id_] for id_ in ends | sharing if id_ in place),
    )
    return {ids[number]: path for number, path in collapsed(net).items()}


def _is_automatic(node: Node, catalog: Catalog) -> bool:
    """Whether Keras has named a layer itself: `conv2d_12`."""
    spec = catalog.layer(node.type)
    stem = re.sub(r"_\d+\Z", "", node.name)
    return spec is not None and stem in (snake_case(spec.name), spec.name.lower(), *spec.operations)


class _Nest:
    """Puts the nodes of one level into blocks, and leads wires through their ports."""

    def __init__(self, graph: Graph, level: str, paths: Mapping[str, tuple[str, ...]]) -> None:
        self._old = graph
        self._level = level
        self._number = max((int(i[1:]) for i in graph.nodes if i[1:].isdecimal()), default=0)
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, set[str]] = {}
        self._wires: list[Wire] = []
        self._entries: dict[tuple[str, OutputRef], OutputRef] = {}
        self._exits: dict[tuple[str, OutputRef], OutputRef] = {}
        self._blocks: dict[tuple[str, ...], str] = {}
        for node in graph.level(level).nodes.values():
            if node.id not in paths:
                self._taken(level).add(node.name)
        self._homes = {id_: self._home(path) for id_, path in paths.items()}
        for node in graph.nodes.values():
            home = self._homes.get(node.id)
            self._nodes[node.id] = node if home is None else replace(node, parent=home[-1])
            if home is not None:
                self._taken(home[-1]).add(node.name)
        self._crowded = {
            block: _crossings(graph, self._homes, block) for block in self._blocks.values()
        }

    def graph(self) -> Graph:
        for wire in self._old.wires:
            source = self._homes.get(wire.source.node, ())
            target = self._homes.get(wire.target.node, ())
            common = 0
            while common < min(len(source), len(target)) and source[common] == target[common]:
                common += 1
            ref = wire.source
            for block in reversed(source[common:]):
                ref = self._out_of(block, ref)
            for block in target[common:]:
                ref = self._into(block, ref)
            self._wires.append(wire if ref is wire.source else Wire(ref, wire.target))
        return Graph(self._nodes, told_apart(self._wires))

    def _home(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The blocks of a path, made where they are not there yet."""
        home: list[str] = []
        for depth in range(1, len(path) + 1):
            key = path[:depth]
            if key not in self._blocks:
                parent = home[-1] if home else self._level
                name = self._free(parent, scope_name(path[depth - 1], "block"))
                id_ = self._new_id()
                self._nodes[id_] = Node(id_, name, BLOCK, {KIND: INLINE}, parent=parent)
                self._blocks[key] = id_
            home.append(self._blocks[key])
        return tuple(home)

    def _out_of(self, block: str, ref: OutputRef) -> OutputRef:
        """A tensor made in a block, as it is outside of it."""
        found = self._exits.get((block, ref))
        if found is None:
            port = self._port(block, OUTPUT, ref, "output")
            self._wires.append(Wire(ref, PortRef(port.id)))
            found = self._exits[block, ref] = OutputRef(block, port.name)
        return found

    def _into(self, block: str, ref: OutputRef) -> OutputRef:
        """A tensor made outside of a block, as it is inside."""
        found = self._entries.get((block, ref))
        if found is None:
            port = self._port(block, INPUT, ref, "inputs")
            self._wires.append(Wire(ref, PortRef(block, port.name)))
            found = self._entries[block, ref] = OutputRef(port.id)
        return found

    def _port(self, block: str, type_: str, ref: OutputRef, sole: str) -> Node:
        wish = sole
        if self._crowded[block][0 if type_ == INPUT else 1] > 1:
            node = self._nodes[ref.node]
            wish = node.name if ref.output == "output" else f"{node.name}_{ref.output}"
        name = free_name(self._taken(block), wish)  # as the reader of Python calls it
        self._taken(block).add(name)
        node = Node(self._new_id(), name, type_, parent=block)
        self._nodes[node.id] = node
        return node

    def _taken(self, level: str) -> set[str]:
        return self._names.setdefault(level, set())

    def _free(self, level: str, wish: str) -> str:
        name, number = wish, 2
        while name in self._taken(level):
            name, number = f"{wish}_{number}", number + 1
        self._taken(level).add(name)
        return name

    def _new_id(self) -> str:
        self._number += 1
        return f"n{self._number}"


def _crossings(graph: Graph, homes: Mapping[str, tuple[str, ...]], block: str) -> tuple[int, int]:
    """How many tensors enter and leave a block."""
    entering: set[OutputRef] = set()
    leaving: set[OutputRef] = set()
    for wire in graph.wires:
        source = block in homes.get(wire.source.node, ())
        target = block in homes.get(wire.target.node, ())
        if target and not source:
            entering.add(wire.source)
        elif source and not target:
            leaving.add(wire.source)
    return len(entering), len(leaving)
