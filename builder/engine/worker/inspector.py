"""Shapes, parameters and faults of a graph, told by Keras itself, and only where it changed.

Node by node the Inspector evaluates the very expressions that codegen writes, on symbolic
tensors. It remembers what came of them: a node is made anew only when its text changed or what it
receives has another shape, and not even then if another node, or the same one before an undo, was
alike. So an edit costs what it changes. Layers are built without weights.
"""

import builtins
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

import keras
from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.code import code_among, runs_code
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, Fragment, fragment
from builder.codegen.blocks import judge_block
from builder.codegen.fragments import spec_of
from builder.codegen.literals import string
from builder.codegen.network import reading_order
from builder.document import topology
from builder.document.blocks import is_inline, repeats
from builder.document.bypass import effective, passed
from builder.document.graph import BLOCK, INDEX, INPUT, OUTPUT, Graph, Node
from builder.engine.messages import Fault, Inspect, Inspected, NodeReport, TensorSpec
from builder.engine.worker import limits
from builder.engine.worker.case import Case, Feed
from builder.engine.worker.context import Context
from builder.engine.worker.custom_code import Permit, other_outputs, own_fault
from builder.engine.worker.flops import flops
from builder.engine.worker.levels import (
    Key,
    Level,
    Tensor,
    Total,
    fault_inside,
    takes_shape,
    unfit_shape,
)
from builder.engine.worker.sentences import keras_fault
from builder.engine.worker.symbolic import (
    bare,
    counts,
    judge_initializers,
    maskless,
    seen,
    weightless,
)
from builder.engine.worker.unfit import handed_on, unfit, unfit_remedies

_WAITING = NodeReport()

# How many different layers to remember; one takes about 2 kB.
_LIMIT = 10_000

# All that an expression can see. It is text from codegen, which writes every string as data.
_SCOPE = {"__builtins__": {}, "keras": keras, "layers": keras.layers, "ops": keras.ops}


def inspect(request: Inspect, context: Context) -> None:
    """Answer an Inspect, unless a newer one came meanwhile."""
    own = OwnCode(request.custom, request.trusted)
    reports = _inspector().inspect(request.graph, context.stopping.is_set, own)
    if not context.stopping.is_set():
        context.send(Inspected(request.id, reports))


@cache
def _inspector() -> "Inspector":
    return Inspector(load_catalog())


class OwnCode(Struct, frozen=True):
    """The code that a project brings along: its own layers, and the fingerprint that is trusted."""

    custom: str = ""
    trusted: str = ""


class _Signature(Struct, frozen=True):
    """All that decides what Keras makes of a node: equal signatures, equal reports.

    `maker` is without the node's name. `inputs` are the specs of the tensors in the order of the
    call. `layer` is the identity of the layer that another node has made and this one calls again.
    `custom` is the source of the project's own layers, for a node that runs code.
    """

    maker: str
    arguments: str
    inputs: tuple[tuple[Any, ...], ...]
    layer: int | None = None
    custom: str = ""


class _Made(Struct):
    """What came of one node, and all that it came from."""

    report: NodeReport
    node: Node | None = None
    owner: Node | None = None
    feeds: tuple[Feed, ...] = ()
    text: Fragment | None = None
    signature: _Signature | None = None
    layer: Any = None
    tensors: Mapping[str, Tensor] = {}

    def fits(self, node: Node, feeds: tuple[Feed, ...]) -> bool:
        """Whether the report is true of a node with the same signature: a fault tells names."""
        return self.report.fault is None or (self.feeds == feeds and self.node == node)


class Inspector:
    """Inspects graphs that follow each other in time, such as the states of one project."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._own = OwnCode()
        self._memory: dict[Key, _Made] = {}
        self._alike: dict[_Signature, _Made] = {}

    def inspect(
        self,
        graph: Graph,
        stopping: Callable[[], bool] = lambda: False,
        own: OwnCode = OwnCode(),  # noqa: B008 - a frozen value
    ) -> dict[str, NodeReport]:
        """Reports by node id, for all nodes. Ends early, with fewer, once `stopping()` is true.

        A node that runs code of the project's own is left waiting until that code is trusted.
        """
        if own != self._own:
            # Other texts and other ports may come of the same nodes.
            self._own, self._memory = own, {}
        catalog = self._catalog.including(own.custom)
        code = Permit(code_among(graph, own.custom, catalog), own.custom, own.trusted)
        whole, graph = graph, effective(graph)
        visit = _Visit(catalog, graph, self._memory, self._alike, stopping, code)
        if len(self._alike) > _LIMIT:
            self._alike.clear()
        with weightless():
            try:
                visit.walk(Level(graph.level()))
            except _Stopped:
                # What is known of the rest stays known for the next time.
                self._memory = {**self._memory, **visit.made}
                return visit.reports
        self._memory = visit.made
        reports = {id_: visit.reports.get(id_, _WAITING) for id_ in whole.nodes}
        return reports if whole is graph else {**reports, **_passed_on(whole, reports)}


def _passed_on(graph: Graph, reports: Mapping[str, NodeReport]) -> dict[str, NodeReport]:
    """Reports of bypassed nodes: each gives what it is given, at all its outputs."""
    found = {}
    for id_, source in passed(graph).items():
        given = reports.get(source.node) if source else None
        tensor = given.outputs.get(source.output) if source and given else None
        if tensor is not None:
            names = {wire.source.output for wire in graph.out_of(id_)} | {"output"}
            found[id_] = NodeReport(dict.fromkeys(sorted(names), tensor))
    return found


class _Stopped(Exception):
    """A newer question arrived."""


class _Visit:
    """One walk over a graph, level by level.

    `made` is what came of its nodes so far, in each copy of the blocks around them; `reports` are
    those of the first copy. `memory` is what came of them at the last walk, and `alike` of
    anything ever. Layers that several nodes call are kept by their owner's place.
    """

    def __init__(
        self,
        catalog: Catalog,
        graph: Graph,
        memory: Mapping[Key, _Made],
        alike: dict[_Signature, _Made],
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
        self.made: dict[Key, _Made] = {}
        self.reports: dict[str, NodeReport] = {}

    def walk(self, level: Level) -> None:
        """Visit all nodes of a level, in order. Raises _Stopped."""
        for id_ in topology.order(level.graph):
            if self._stopping():
                raise _Stopped
            made = self.made[level.key_of(id_)] = self.node(level.graph.nodes[id_], level)
            self.reports.setdefault(id_, made.report)

    def node(self, node: Node, level: Level) -> _Made:
        """What comes of a node, all whose sources have been visited."""
        owner = self._graph.nodes.get(node.shares, node) if node.shares else node
        if owner.type == BLOCK:
            return self._block(node, owner, level)
        if level.direct and node.type == INPUT:
            return _entered(level.given.get(node.name))
        received = self._received(node, owner, level)
        if received is None or node.type == OUTPUT:
            return _Made(_WAITING)
        feeds = tuple(feed for feed, _ in received)
        tensors = tuple(tensor for _, tensor in received)
        known = self._memory.get(level.key_of(node.id))
        try:
            text = self._text(node, owner, feeds, known)
        except CannotGenerate as refusal:
            return _Made(NodeReport(fault=Fault(refusal.message, node.id)))
        own = runs_code(owner, self._catalog)
        if own and not self._code.trusted:
            return _Made(_WAITING)
        shared = level.kept or owner.id in self._owners
        place = (*level.layers, owner.id)
        layer = self._layers.get(place) if shared else None
        signature = _Signature(
            text.maker if shared else _nameless(text.maker, node.name),
            text.arguments,
            tuple(seen(tensor) for tensor in tensors),
            None if layer is None else id(layer),
            self._code.source if own else "",
        )
        if known is not None and known.signature == signature and known.fits(node, feeds):
            result = known
            known.node, known.owner, known.feeds = node, owner, feeds
        else:
            result = _Made(_WAITING, node, owner, feeds, text, signature, layer)
            twin = None if shared else self._alike.get(signature)
            if twin is not None:
                result.report, result.tensors = twin.report, twin.tensors
            else:
                self._make(result, node, owner, tensors)
        if shared and result.layer is not None:
            self._layers.setdefault(place, result.layer)
        elif not shared:
            result.layer = None
            if result.report.fault is None:
                self._alike[signature] = result
        return result

    def _block(self, node: Node, owner: Node, level: Level) -> _Made:
        """What comes of a block: its inside, copy after copy."""
        ports = [port.name for port in self._graph.ports(node, self._catalog.ports_of).inputs]
        try:
            judge_block(self._graph, node, owner, dict.fromkeys(ports, ("x",)), self._catalog)
        except CannotGenerate as refusal:
            return _Made(NodeReport(fault=Fault(refusal.message, node.id)))
        given: dict[str, Tensor] = {}
        for wire in level.graph.into(node.id):
            source = self.made.get(level.key_of(wire.source.node))
            if source is not None and wire.source.output in source.tensors:
                tensor = source.tensors[wire.source.output]
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
            if (
                fault := unfit_shape(node, inside, self._entries.get(inside.layers, {}))
            ) is not None:
                return _Made(NodeReport(fault=fault))
            self.walk(inside)
            if any(port not in given for port in ports):
                return _Made(_WAITING)
            found = self._outcome(node, copy, inside)
            if isinstance(found, Fault):
                return _Made(NodeReport(fault=found))
            before, outputs = arriving, found
            ends = [end.id for end in inside.graph.of_type(OUTPUT)]
            leading = reading_order(inside.graph, ends)  # the others are in no model
            copied = [self.made[inside.key_of(id_)].report for id_ in leading]
            total.add(copied)
            given = dict(zip(ports, outputs.values(), strict=False))
        message = limits.too_big(node.name, total.parameters, ())
        if message is not None:
            return _Made(NodeReport(fault=Fault(message, node.id)))
        counted = (total.parameters, total.trainable) if owner is node else (0, 0)
        specs = {name: TensorSpec(t.shape, t.dtype) for name, t in outputs.items()}
        return _Made(NodeReport(specs, *counted, total.flops), tensors=outputs)

    def _outcome(self, node: Node, copy: int, inside: Level) -> dict[str, Tensor] | Fault:
        """The outputs of one copy of a block that was walked, or what is wrong with it."""
        entries = {
            entry.name: self.made[inside.key_of(entry.id)].tensors.get("output")
            for entry in inside.graph.of_type(INPUT)
        }
        outputs = self._outputs(inside)
        if inside.direct and outputs is not None:
            return outputs
        if outputs is None or any(tensor is None for tensor in entries.values()):
            made = {id_: self.made.get(inside.key_of(id_)) for id_ in inside.graph.nodes}
            reports = {id_: one.report for id_, one in made.items() if one is not None}
            return fault_inside(node, copy, inside.graph, reports)
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
            reports = {id_: self.made[called.key_of(id_)].report for id_ in called.graph.nodes}
            return fault_inside(node, copy, called.graph, reports)
        return outputs

    def _outputs(self, inside: Level) -> dict[str, Tensor] | None:
        """The tensors that reach the outputs of a level, by name; None while one is missing."""
        found: dict[str, Tensor] = {}
        for output in inside.graph.of_type(OUTPUT):
            for wire in inside.graph.into(output.id)[:1]:
                source = self.made.get(inside.key_of(wire.source.node))
                tensor = source.tensors.get(wire.source.output) if source is not None else None
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
        ports = self._catalog.ports_of(_calling(node, owner)).inputs
        place = {port.name: rank for rank, port in enumerate(ports)}
        wires = level.graph.into(node.id)
        fed = {wire.target.port for wire in wires}
        if any(not port.optional and port.name not in fed for port in ports):
            return None
        received = []
        for wire in sorted(wires, key=lambda wire: place.get(wire.target.port, len(place))):
            source = self.made.get(level.key_of(wire.source.node))
            tensor = source.tensors.get(wire.source.output) if source is not None else None
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
        self, node: Node, owner: Node, feeds: Sequence[Feed], known: _Made | None
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
        return fragment(_calling(node, owner), variables, self._catalog)

    def _make(self, result: _Made, node: Node, owner: Node, tensors: Sequence[Tensor]) -> None:
        """Evaluate a node's text and fill in what comes of it."""
        assert result.text is not None
        spec = spec_of(owner, self._catalog)
        case = Case(node.id, node.name, spec.name, result.feeds, owner.params)
        again = result.layer is not None
        own = runs_code(owner, self._catalog)
        message = limits.refusal(owner, trusted=self._code.trusted or not own) or unfit(case, spec)
        if message is not None:
            result.report = NodeReport(
                fault=Fault(message, node.id, fixes=unfit_remedies(case, spec))
            )
            result.layer = None
            return
        scope = {**_SCOPE, **{f"x{place}": tensor for place, tensor in enumerate(tensors)}}
        if own:
            scope["__builtins__"] = builtins
        if owner.type == INPUT and tensors:
            scope["shape"] = tensors[0].shape[1:]  # of an Input of a block
        try:
            with self._code.running(scope) if own else nullcontext():
                if owner.type == INDEX:
                    layer, made = None, _evaluated(result.text.arguments, scope)
                else:
                    layer = result.layer if again else _evaluated(result.text.maker, scope)
                    scope["layer"] = layer
                    call = "layer" + result.text.arguments
                    made = layer if owner.type == INPUT else _evaluated(call, scope)
                    judge_initializers(layer)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises is its fault's reason
            result.report = NodeReport(
                fault=own_fault(error, case) if own else keras_fault(error, case)
            )
            result.layer = None
            return
        if any(given is tensor for given in keras.tree.flatten(made) for tensor in tensors):
            result.report = NodeReport(fault=Fault(handed_on(case), node.id))
            result.layer = None
            return
        names = [port.name for port in self._catalog.ports_of(_calling(node, owner)).outputs]
        if own and (message := other_outputs(case, made, names)):
            result.report = NodeReport(fault=Fault(message, node.id))
            result.layer = None
            return
        outputs = dict(zip(names, map(bare, keras.tree.flatten(made)), strict=False))
        weights = counts(layer)
        shapes = [tensor.shape for tensor in outputs.values()]
        message = limits.too_big(node.name, weights[0], shapes)
        if message is not None:
            result.report = NodeReport(fault=Fault(message, node.id))
            result.layer = None
            return
        counted = weights if owner is node else (0, 0)
        result.layer = None if owner.type == INPUT else layer
        result.tensors = outputs
        result.report = NodeReport(
            {name: TensorSpec(tensor.shape, tensor.dtype) for name, tensor in outputs.items()},
            *counted,
            flops(layer, [tensor.shape for tensor in tensors], shapes),
        )


def _calling(node: Node, owner: Node) -> Node:
    """The owner of a layer as the node that calls it: with the arguments of that call."""
    return owner if owner is node else replace(owner, id=node.id, call=node.call)


def _entered(tensor: Tensor | None) -> _Made:
    """What comes of an Input that stands for a tensor from outside of its block."""
    if tensor is None:
        return _Made(_WAITING)
    report = NodeReport({"output": TensorSpec(tensor.shape, tensor.dtype)})
    return _Made(report, tensors={"output": bare(tensor)})


def _evaluated(text: str, scope: dict[str, Any]) -> Any:
    """What an expression of codegen's gives; in it every string of the project is data."""
    return eval(text, scope)  # noqa: S307 - see the sentence above


def _nameless(maker: str, name: str) -> str:
    """A constructor's text without the layer's name, by which alike layers are found."""
    return maker.replace(f"name={string(name)}", "name", 1)
