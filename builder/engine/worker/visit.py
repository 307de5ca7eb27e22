"""One walk over a graph: what comes of each node, of those that changed and of those inside blocks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.code import runs_code
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, Fragment, fragment
from builder.codegen.blocks import judge_block
from builder.codegen.network import reading_order
from builder.document import topology
from builder.document.blocks import is_inline, repeats
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef
from builder.engine.messages import Fault, NodeReport, TensorSpec
from builder.engine.worker import limits
from builder.engine.worker.case import Feed
from builder.engine.worker.custom_code import Permit
from builder.engine.worker.levels import (
    Key,
    Level,
    Tensor,
    Total,
    fault_inside,
    takes_shape,
    unfit_shape,
)
from builder.engine.worker.outcome import (
    WAITING,
    Call,
    Outcome,
    Signature,
    calling,
    entered,
    nameless,
    outcome_of,
)
from builder.engine.worker.symbolic import maskless, seen


class Stopped(Exception):
    """A newer question arrived."""


class Visited(Struct, frozen=True):
    """What came of one node, and all that it came from."""

    outcome: Outcome
    node: Node | None = None
    owner: Node | None = None
    feeds: tuple[Feed, ...] = ()
    text: Fragment | None = None
    signature: Signature | None = None

    def serves(self, signature: Signature, node: Node, feeds: tuple[Feed, ...]) -> bool:
        """Whether the outcome is that of a node with this signature: a fault tells names."""
        named = self.outcome.report.fault is not None
        return self.signature == signature and (
            not named or (self.feeds == feeds and self.node == node)
        )


class Visit:
    """One walk over a graph, level by level.

    `visited` are its nodes so far, in each copy of the blocks around them; `reports` are those of
    the first copy. `memory` are the nodes of the last walk, and `alike` what came of anything
    ever. Layers that several nodes call are kept by their owner's place.
    """

    def __init__(
        self,
        catalog: Catalog,
        graph: Graph,
        memory: Mapping[Key, Visited],
        alike: dict[Signature, Outcome],
        stopping: Callable[[], bool],
        code: Permit,
    ) -> None:
        self._code = code
        self._catalog = catalog
        self._graph = graph
        self._memory = memory
        self._alike = alike
        self._owners = {node.shares for node in graph.nodes.values() if node.shares is not None}
        self._stopping = stopping
        self._layers: dict[Key, Any] = {}
        # The Inputs of blocks that are called again: they keep the shapes of the first call.
        self._entries: dict[Key, Mapping[str, Tensor]] = {}
        self.visited: dict[Key, Visited] = {}
        self.reports: dict[str, NodeReport] = {}

    def walk(self, level: Level) -> None:
        """Visit all nodes of a level, in order. Raises Stopped."""
        for id_ in _order(level.graph):
            if self._stopping():
                raise Stopped
            visited = self._visit(level.graph.nodes[id_], level)
            self.visited[level.key_of(id_)] = visited
            self.reports.setdefault(id_, visited.outcome.report)

    def _visit(self, node: Node, level: Level) -> Visited:
        """What comes of a node, all whose sources have been visited."""
        owner = self._graph.nodes.get(node.shares, node) if node.shares else node
        if owner.type == BLOCK:
            return Visited(self._block(node, owner, level))
        if level.direct and node.type == INPUT:
            return Visited(entered(level.given.get(node.name)))
        received = self._received(node, owner, level)
        if received is None or node.type == OUTPUT:
            return Visited(WAITING)
        feeds = tuple(feed for feed, _ in received)
        tensors = tuple(tensor for _, tensor in received)
        known = self._memory.get(level.key_of(node.id))
        try:
            text = self._text(node, owner, feeds, known)
        except CannotGenerate as refusal:
            return Visited(_refused(node, refusal.message))
        own = runs_code(owner, self._catalog)
        if own and not self._code.trusted:
            return Visited(WAITING)
        shared = level.kept or owner.id in self._owners
        place = (*level.layers, owner.id)
        layer = self._layers.get(place) if shared else None
        signature = Signature(
            text.maker if shared else nameless(text.maker, node.name),
            text.arguments,
            tuple(seen(tensor) for tensor in tensors),
            None if layer is None else id(layer),
            self._code.source if own else "",
        )
        twin = None if shared else self._alike.get(signature)
        if known is not None and known.serves(signature, node, feeds):
            outcome = known.outcome
        elif twin is not None:
            outcome = twin
        else:
            call = Call(node, owner, text, feeds, tensors, layer, own)
            outcome = outcome_of(call, self._catalog, self._code)
        if not shared:
            outcome = self._remember(signature, outcome)
        elif outcome.layer is not None:
            self._layers.setdefault(place, outcome.layer)
        return Visited(outcome, node, owner, feeds, text, signature)

    def _remember(self, signature: Signature, outcome: Outcome) -> Outcome:
        """Keep what came of a layer that nobody else calls for those alike, without the layer."""
        light = outcome if outcome.layer is None else replace(outcome, layer=None)
        if light.report.fault is None:
            self._alike[signature] = light
        return light

    def _block(self, node: Node, owner: Node, level: Level) -> Outcome:
        """What comes of a block: its inside, copy after copy."""
        ports = [port.name for port in self._graph.ports(node, self._catalog.ports_of).inputs]
        try:
            judge_block(self._graph, node, owner, dict.fromkeys(ports, ("x",)), self._catalog)
        except CannotGenerate as refusal:
            return _refused(node, refusal.message)
        given: dict[str, Tensor] = {}
        for wire in level.graph.into(node.id):
            tensor = self._tensor(level, wire.source)
            if tensor is not None:
                given[wire.target.port] = tensor if is_inline(owner) else maskless(tensor)
        total, before, outputs = Total(), None, dict[str, Tensor]()
        copied: list[NodeReport] = []
        for copy in range(1, repeats(owner) + 1):
            arriving = [seen(tensor) for tensor in given.values()]
            if arriving == before:  # and so will all that follow
                total.add(copied, repeats(owner) - copy + 1)
                break
            inside = Level(
                self._graph.level(owner.id),
                (*level.key_of(node.id), copy),
                (*level.layers, owner.id, copy),
                given,
                inner=True,
                direct=is_inline(owner),
                kept=level.kept or owner.id in self._owners,
            )
            fault = unfit_shape(node, inside, self._entries.get(inside.layers, {}))
            if fault is not None:
                return Outcome(NodeReport(fault=fault))
            self.walk(inside)
            if any(port not in given for port in ports):
                return WAITING
            found = self._outcome(node, copy, inside)
            if isinstance(found, Fault):
                return Outcome(NodeReport(fault=found))
            before, outputs = arriving, found
            ends = [end.id for end in inside.graph.of_type(OUTPUT)]
            leading = reading_order(inside.graph, ends)  # the others are in no model
            copied = [self.visited[inside.key_of(id_)].outcome.report for id_ in leading]
            total.add(copied)
            given = dict(zip(ports, outputs.values(), strict=False))
        message = limits.too_big(node.name, total.parameters, ())
        if message is not None:
            return _refused(node, message)
        counted = (total.parameters, total.trainable) if owner is node else (0, 0)
        specs = {name: TensorSpec(t.shape, t.dtype) for name, t in outputs.items()}
        return Outcome(NodeReport(specs, *counted, total.flops), outputs)

    def _outcome(self, node: Node, copy: int, inside: Level) -> dict[str, Tensor] | Fault:
        """The outputs of one copy of a block that was walked, or what is wrong with it."""
        entries = {
            entry.name: self._tensor(inside, OutputRef(entry.id))
            for entry in inside.graph.of_type(INPUT)
        }
        outputs = self._outputs(inside)
        if inside.direct and outputs is not None:
            return outputs
        if outputs is None or any(tensor is None for tensor in entries.values()):
            return fault_inside(node, copy, inside.graph, self._reports(inside))
        fault = unfit_shape(node, inside, entries)
        if fault is not None:
            return fault
        if inside.kept:
            self._entries.setdefault(inside.layers, entries)
        if all(seen(entries[name])[:2] == seen(t)[:2] for name, t in inside.given.items()):
            return outputs
        # The model was made for one shape, such as (None, None, 8), and is called with another.
        called = replace(inside, key=(*inside.key, "called"), direct=True)
        self.walk(called)
        outputs = self._outputs(called)
        if outputs is None:
            return fault_inside(node, copy, called.graph, self._reports(called))
        return outputs

    def _reports(self, level: Level) -> dict[str, NodeReport]:
        """Those of the nodes of a level that was walked; nodes in a circle have none."""
        visited = {id_: self.visited.get(level.key_of(id_)) for id_ in level.graph.nodes}
        return {id_: one.outcome.report for id_, one in visited.items() if one is not None}

    def _tensor(self, level: Level, source: OutputRef) -> Tensor | None:
        """What came out at an output; None where nothing did."""
        visited = self.visited.get(level.key_of(source.node))
        return None if visited is None else visited.outcome.tensors.get(source.output)

    def _outputs(self, inside: Level) -> dict[str, Tensor] | None:
        """The tensors that reach the outputs of a level, by name; None while one is missing."""
        found: dict[str, Tensor] = {}
        for output in inside.graph.of_type(OUTPUT):
            for wire in inside.graph.into(output.id)[:1]:
                tensor = self._tensor(inside, wire.source)
                if tensor is not None:
                    found[output.name] = maskless(tensor)
        return found if len(found) == len(inside.graph.of_type(OUTPUT)) else None

    def _received(self, node: Node, owner: Node, level: Level) -> list[tuple[Feed, Tensor]] | None:
        """The tensors that reach a node, in the order of its ports; None while one is missing."""
        if level.inner and node.type == INPUT:
            if not takes_shape(node):
                return []
            tensor = level.given.get(node.name)
            if tensor is None:
                return None
            return [(Feed("shape", node.name, tensor.shape, tensor.dtype), tensor)]
        ports = self._catalog.ports_of(calling(node, owner)).inputs
        place = {port.name: rank for rank, port in enumerate(ports)}
        wires = level.graph.into(node.id)
        fed = {wire.target.port for wire in wires}
        if any(not port.optional and port.name not in fed for port in ports):
            return None
        received = []
        for wire in sorted(wires, key=lambda wire: place.get(wire.target.port, len(place))):
            tensor = self._tensor(level, wire.source)
            if tensor is None:
                return None
            feeding = self._graph.nodes[wire.source.node]
            layer = self._graph.nodes.get(feeding.shares or "", feeding).type.rpartition(".")[2]
            feed = Feed(
                wire.target.port, feeding.name, tensor.shape, tensor.dtype, feeding.id, layer
            )
            received.append((feed, tensor))
        return received

    def _text(
        self, node: Node, owner: Node, feeds: Sequence[Feed], known: Visited | None
    ) -> Fragment:
        """Codegen's text for a node, with x0, x1... for what it receives, in order."""
        if (
            known is not None
            and known.text is not None
            and [feed.port for feed in known.feeds] == [feed.port for feed in feeds]
            and known.node == node
            and known.owner == owner
        ):
            return known.text
        variables: dict[str, list[str]] = {}
        for place, feed in enumerate(feeds):
            variables.setdefault(feed.port, []).append(f"x{place}")
        # A node that shares a layer has no constructor of its own: its owner's text makes it,
        # whichever of them is called first.
        return fragment(calling(node, owner), variables, self._catalog)


def _refused(node: Node, message: str) -> Outcome:
    return Outcome(NodeReport(fault=Fault(message, node.id)))


def _order(graph: Graph) -> list[str]:
    """The nodes in the order in which code calls them: the first call of a layer makes its weights.

    What leads to no Output follows.
    """
    ids = dict.fromkeys(reading_order(graph, [end.id for end in graph.of_type(OUTPUT)]))
    return [*ids, *(id_ for id_ in topology.order(graph) if id_ not in ids)]
