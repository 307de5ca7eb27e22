"""Shapes, parameters and faults of a graph, told by Keras itself, and only where it changed.

Node by node the Inspector evaluates the very expressions that codegen writes, on symbolic
tensors. It remembers what came of them: a node is made anew only when its text changed or what it
receives has another shape, and not even then if another node, or the same one before an undo, was
alike. So an edit costs what it changes. Layers are built without weights.
"""

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import keras
from keras.src.backend.common import global_state
from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, Fragment, fragment
from builder.codegen.literals import string
from builder.document import topology
from builder.document.graph import INPUT, OUTPUT, Graph, Node
from builder.engine.messages import Fault, Inspect, Inspected, NodeReport, TensorSpec
from builder.engine.worker import limits
from builder.engine.worker.case import Case, Feed
from builder.engine.worker.context import Context
from builder.engine.worker.flops import flops
from builder.engine.worker.sentences import keras_fault
from builder.engine.worker.unfit import unfit

_WAITING = NodeReport()

# How many different layers to remember; one takes about 2 kB.
_LIMIT = 10_000

# All that an expression can see. It is text from codegen, which writes every string as data.
_SCOPE = {"__builtins__": {}, "keras": keras, "layers": keras.layers, "ops": keras.ops}

Tensor = Any  # a keras.KerasTensor; Keras comes without types


def inspect(request: Inspect, context: Context) -> None:
    """Answer an Inspect, unless a newer one came meanwhile."""
    reports = _inspector().inspect(request.graph, context.stopping.is_set)
    if not context.stopping.is_set():
        context.send(Inspected(request.id, reports))


@cache
def _inspector() -> "Inspector":
    return Inspector(load_catalog())


class _Signature(Struct, frozen=True):
    """All that decides what Keras makes of a node: equal signatures, equal reports.

    `maker` is without the node's name. `inputs` are the specs of the tensors in the order of the
    call. `layer` is the identity of the layer that another node has made and this one calls again.
    """

    maker: str
    arguments: str
    inputs: tuple[tuple[Any, ...], ...]
    layer: int | None = None


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
        self._memory: dict[str, _Made] = {}
        self._alike: dict[_Signature, _Made] = {}

    def inspect(
        self, graph: Graph, stopping: Callable[[], bool] = lambda: False
    ) -> dict[str, NodeReport]:
        """Reports by node id, for all nodes. Ends early, with fewer, once `stopping()` is true."""
        visit = _Visit(self._catalog, graph, self._memory, self._alike)
        if len(self._alike) > _LIMIT:
            self._alike.clear()
        with _weightless():
            for id_ in topology.order(graph):
                if stopping():
                    # What is known of the rest stays known for the next time.
                    self._memory = {**self._memory, **visit.made}
                    return {key: made.report for key, made in visit.made.items()}
                visit.made[id_] = visit.node(graph.nodes[id_])
        self._memory = visit.made
        return {
            id_: visit.made[id_].report if id_ in visit.made else _WAITING for id_ in graph.nodes
        }


class _Visit:
    """One walk over a graph.

    `made` is what came of its nodes so far. `memory` is what came of them at the last walk, and
    `alike` of anything ever. Layers that several nodes call are kept by their owner's id.
    """

    def __init__(
        self,
        catalog: Catalog,
        graph: Graph,
        memory: Mapping[str, _Made],
        alike: dict[_Signature, _Made],
    ) -> None:
        self._catalog = catalog
        self._graph = graph
        self._memory = memory
        self._alike = alike
        self._owners = {node.shares for node in graph.nodes.values() if node.shares is not None}
        self._layers: dict[str, Any] = {}
        self.made: dict[str, _Made] = {}

    def node(self, node: Node) -> _Made:
        """What comes of a node, all whose sources have been visited."""
        owner = self._graph.nodes.get(node.shares, node) if node.shares else node
        received = self._received(node, owner)
        if received is None or node.type == OUTPUT:
            return _Made(_WAITING)
        feeds = tuple(feed for feed, _ in received)
        tensors = tuple(tensor for _, tensor in received)
        known = self._memory.get(node.id)
        try:
            text = self._text(node, owner, feeds, known)
        except CannotGenerate as refusal:
            return _Made(NodeReport(fault=Fault(refusal.message, node.id)))
        shared = owner.id in self._owners
        layer = self._layers.get(owner.id) if shared else None
        signature = _Signature(
            text.maker if shared else _nameless(text.maker, node.name),
            text.arguments,
            tuple(_spec(tensor) for tensor in tensors),
            None if layer is None else id(layer),
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
            self._layers.setdefault(owner.id, result.layer)
        elif not shared:
            result.layer = None
            if result.report.fault is None:
                self._alike[signature] = result
        return result

    def _received(self, node: Node, owner: Node) -> list[tuple[Feed, Tensor]] | None:
        """The tensors that reach a node, in the order of its ports; None while one is missing."""
        ports = self._catalog.ports_of(owner).inputs
        place = {port.name: rank for rank, port in enumerate(ports)}
        wires = self._graph.into(node.id)
        fed = {wire.target.port for wire in wires}
        if any(not port.optional and port.name not in fed for port in ports):
            return None
        received = []
        for wire in sorted(wires, key=lambda wire: place.get(wire.target.port, len(place))):
            source = self.made.get(wire.source.node)
            tensor = source.tensors.get(wire.source.output) if source is not None else None
            if tensor is None:
                return None
            name = self._graph.nodes[wire.source.node].name
            received.append((Feed(wire.target.port, name, tensor.shape, tensor.dtype), tensor))
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
        calling = owner if owner is node else replace(owner, id=node.id, call=node.call)
        return fragment(calling, variables, self._catalog)

    def _make(self, result: _Made, node: Node, owner: Node, tensors: Sequence[Tensor]) -> None:
        """Evaluate a node's text and fill in what comes of it."""
        assert result.text is not None
        spec = self._catalog.layers[owner.type]
        case = Case(node.id, node.name, spec.name, result.feeds, owner.params)
        again = result.layer is not None
        message = limits.refusal(owner) or unfit(case, spec)
        if message is not None:
            result.report = NodeReport(fault=Fault(message, node.id))
            result.layer = None
            return
        scope = {**_SCOPE, **{f"x{place}": tensor for place, tensor in enumerate(tensors)}}
        try:
            layer = result.layer if again else _evaluated(result.text.maker, scope)
            scope["layer"] = layer
            call = "layer" + result.text.arguments
            made = layer if owner.type == INPUT else _evaluated(call, scope)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises is its fault's reason
            result.report = NodeReport(fault=keras_fault(error, case))
            result.layer = None
            return
        names = [port.name for port in self._catalog.ports_of(owner).outputs]
        outputs = dict(zip(names, map(_bare, keras.tree.flatten(made)), strict=False))
        weights = _counts(layer)
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


def _evaluated(text: str, scope: dict[str, Any]) -> Any:
    """What an expression of codegen's gives; in it every string of the project is data."""
    return eval(text, scope)  # noqa: S307 - see the sentence above


@contextmanager
def _weightless() -> Iterator[None]:
    """Let Keras make layers whose weights have a shape but no values.

    Under a stateless scope Keras puts the making of weights off and keeps a list of them, which
    would keep every layer of the past alive: the list is emptied. Warnings of half-built
    networks would only fill the log.
    """
    with keras.StatelessScope(initialize_variables=False), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            global_state.set_global_attribute("uninitialized_variables", [])


def _bare(tensor: Tensor) -> Tensor:
    """The same tensor without its history, which would keep all layers before it alive."""
    bare = keras.KerasTensor(
        tensor.shape,
        tensor.dtype,
        sparse=tensor.sparse,
        ragged=tensor.ragged,
    )
    mask = getattr(tensor, "_keras_mask", None)
    if mask is not None:
        bare._keras_mask = _bare(mask)  # noqa: SLF001 - where Keras itself keeps it
    return bare


def _spec(tensor: Tensor) -> tuple[Any, ...]:
    """All of a tensor that a layer can see."""
    mask = getattr(tensor, "_keras_mask", None)
    return (
        tensor.shape,
        tensor.dtype,
        tensor.sparse,
        tensor.ragged,
        None if mask is None else mask.shape,
    )


def _nameless(maker: str, name: str) -> str:
    """A constructor's text without the layer's name, by which alike layers are found."""
    return maker.replace(f"name={string(name)}", "name", 1)


def _counts(layer: Any) -> tuple[int, int]:
    """Scalars in a layer's weights, all and trainable. An op or an Input has none."""
    if not isinstance(layer, keras.layers.Layer):
        return 0, 0
    trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
    return sum(math.prod(weight.shape) for weight in layer.weights), trainable
