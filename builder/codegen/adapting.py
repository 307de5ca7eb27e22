"""Layers that learn from the data before the training: where they stand, and the lines for it.

A layer right behind an Input adapts to that Input's rows. Any other, inside blocks and wrappers
too, adapts to what reaches it, which the written function `adapt` computes on its way there.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.codegen.bindings import Bindings
from builder.codegen.blocks import copies_loop, copy_prefix, inner_networks
from builder.codegen.expressions import Expression, call, listing, subscript
from builder.codegen.literals import number, string
from builder.codegen.names import Names
from builder.codegen.network import Network
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate
from builder.document.blocks import repeats
from builder.document.graph import BLOCK, INPUT, Graph, Node
from builder.document.plan import object_of
from builder.document.topology import descendants

# With one of these given, a layer that adapts has its statistics already.
LEARNED = ("mean", "variance", "vocabulary", "bin_boundaries")
_TIME_DISTRIBUTED = "keras.layers.TimeDistributed"
_PIPELINE = "keras.layers.Pipeline"
_INTO = "layer"  # names of layers stand in quotes


class _Place(Struct, frozen=True):
    """One layer that adapts, seen from the top.

    `path` leads to it: names of blocks and of the layer, then places in a Pipeline, or _INTO a
    TimeDistributed. `loops` are the heads of the loops over copies that the path speaks of.
    `call` is the call at the top level that leads to it, `owner` the node of the layer.
    """

    path: tuple[str, ...]
    loops: tuple[str, ...]
    call: Node
    owner: Node
    invert: bool


def write_adapting(
    page: Page, graph: Graph, net: Network, bindings: Bindings, catalog: Catalog
) -> Page:
    """Write the function `adapt` if it is needed, and return the calls for `train`.

    Raises CannotGenerate for a layer that the data reaches in several ways.
    """
    calls = Page()
    places = tuple(_Search(graph, net, catalog).places())
    for place in places:
        _write_call(calls, place, net, bindings)
    if steps := {step for one in places if _is_behind(one, net) for step in one.path}:
        texts = any(bound.feature.dtype == "string" for bound in bindings.inputs)
        _write_function(page, steps, texts)
    return calls


class _Search:
    """Finds the layers that adapt, in the order in which data reaches them."""

    def __init__(self, graph: Graph, net: Network, catalog: Catalog) -> None:
        self._net = net
        self._catalog = catalog
        self._inner = inner_networks(graph, net)
        self._counters = Names(("model", "data", "inputs", "targets", "epochs", "callbacks"))

    def places(self) -> Iterator[_Place]:
        return self._level(self._net, (), (), None)

    def _level(
        self, net: Network, path: tuple[str, ...], loops: tuple[str, ...], top: Node | None
    ) -> Iterator[_Place]:
        taken = {node.name for node in net.graph.nodes.values()}
        seen: set[str] = set()
        for node in net.calls:
            owner = net.makers[node.id]
            if owner.id in seen:
                continue
            seen.add(owner.id)
            if owner.type != BLOCK:
                for steps, invert in _inside(owner.type, owner.params, self._catalog):
                    whole = (*path, string(owner.name), *steps)
                    self._refuse_shared(owner, owner, net, path, invert)
                    yield _Place(whole, loops, top or node, owner, invert)
                continue
            name, more = string(owner.name), loops
            if repeats(owner) > 1:
                counter = self._counters.take("i")
                text = string(f"{copy_prefix(taken, owner)}_")
                name = f"f{text[:-1]}{{{counter}}}{text[-1]}"
                more = (*loops, copies_loop(counter, owner))
            for place in self._level(self._inner[owner.id], (*path, name), more, top or node):
                self._refuse_shared(owner, place.owner, net, ("block",), place.invert)
                yield place

    def _refuse_shared(
        self, made: Node, layer: Node, net: Network, path: Sequence[str], invert: bool
    ) -> None:
        """A layer that is called in several places would learn from the first of them alone."""
        if made.id not in net.shared or invert:
            return
        sources = [net.graph.into(call.id) for call in net.calls if net.makers[call.id] is made]
        first = net.graph.nodes[sources[0][0].source.node] if sources[0] else made
        if path or first.type != INPUT:
            where = "" if made is layer else f" with the block “{made.name}” around it"
            raise CannotGenerate(
                f"“{layer.name}” learns from data, but is used in several places{where}. "
                "Put it right behind an Input, or use one layer for each place.",
                layer.id,
            )


def _inside(
    type_: str, params: Mapping[str, Any], catalog: Catalog
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The steps from a layer to those in it that adapt, itself by none, and whether they invert."""
    spec = catalog.layer(type_)
    if spec is None:
        return
    if spec.adapts and all(params.get(name) is None for name in LEARNED):
        yield (), params.get("invert") is True
    inner: list[tuple[str, Any]] = []
    if type_ == _TIME_DISTRIBUTED:
        inner = [(_INTO, params.get("layer"))]
    elif type_ == _PIPELINE:
        inner = [(number(place), one) for place, one in enumerate(params.get("layers") or ())]
    for step, value in inner:
        described = object_of(value)
        if described is not None:
            for steps, invert in _inside(described.type, described.params, catalog):
                yield (step, *steps), invert


# --- the lines


def _is_behind(place: _Place, net: Network) -> bool:
    """Whether a layer learns from rows that other layers have worked on, or lies deeper."""
    return not place.invert and (len(place.path) > 1 or _source(place, net).type != INPUT)


def _source(place: _Place, net: Network) -> Node:
    """The node that feeds the call at the top level, or the first of them."""
    return net.graph.nodes[net.graph.into(place.call.id)[0].source.node]


def _write_call(page: Page, place: _Place, net: Network, bindings: Bindings) -> None:
    for level, loop in enumerate(place.loops, 1):
        page.write(f"{'    ' * level}{loop}", node=place.owner.id)
    if _is_behind(place, net):
        path = listing((string(step) if step == _INTO else step,) for step in place.path)
        written = call("adapt", [("model",), path, ("inputs",)])
    else:
        if place.invert:
            what = _items("targets", _target_of(place, net, bindings), len(bindings.outputs))
        else:
            what = _items("inputs", _source(place, net).name, len(bindings.inputs))
        written = (*_reached(place.path), *call(".adapt", [what]))
    page.statement(written, place.owner.id, len(place.loops) + 1)


def _reached(path: Sequence[str]) -> Expression:
    """The layer at the end of a path, as an expression."""
    found: Expression = ("model",)
    for step in path:
        if step == _INTO:
            found = (*found, ".layer")
        elif step.isdigit():
            found = (*found, f".layers[{step}]")
        else:
            found = (*found, *call(".get_layer", [(step,)]))
    return found


def _target_of(place: _Place, net: Network, bindings: Bindings) -> str:
    """The name of the Output that a layer leads to, which must learn a number."""
    after = descendants(net.graph, (place.call.id,))
    found = [bound for bound in bindings.outputs if bound.node.id in after]
    if not found or found[0].target.task != "regression":
        raise CannotGenerate(
            f"“{place.owner.name}” gives numbers their units back (invert), but leads to no output "
            "that learns a number. Remove it, or choose another target.",
            place.owner.id,
        )
    return found[0].node.name


def _items(arrays: str, name: str, count: int) -> Expression:
    return (arrays,) if count == 1 else subscript(arrays, (string(name),))


def _write_function(page: Page, steps: set[str], texts: bool) -> None:
    """Write `adapt(model, path, inputs)`, with the parts that these steps need."""
    into, at = _INTO in steps, any(step.isdigit() for step in steps)
    if texts:
        page.function(
            "def as_fed(array):",
            about="Return what a model gave as a model takes it: texts as a tensor.",
        )
        page.write(*_AS_FED)
    page.function(
        "def adapt(model, path, inputs) -> None:",
        about="Let the layer at the end of a path learn from what reaches it.",
    )
    page.write("    layer = model", "    for step in path:")
    if into:
        page.imports.add("import numpy as np")
        page.write(*_INTO_LINES)
    if at:
        page.write(f"        {'elif' if into else 'if'} isinstance(step, int):", *_AT_LINES)
    deep = "    " if into or at else ""
    if deep:
        page.write("        else:")
    page.write(*(deep + line for line in _BY_NAME))
    if texts:
        page.write(deep + "        inputs = keras.tree.map_structure(as_fed, inputs)")
    page.write("    layer.adapt(inputs)")


_INTO_LINES = (
    "        if isinstance(layer, keras.layers.TimeDistributed):",
    "            inputs = np.reshape(inputs, (-1, *inputs.shape[2:]))",
    "            layer = layer.layer",
)
_AT_LINES = (
    "            for before in layer.layers[:step]:",
    "                inputs = before(inputs)",
    "            layer = layer.layers[step]",
)
_BY_NAME = (
    "        outer, layer = layer, layer.get_layer(step)",
    "        arriving = keras.Operation.input.fget(layer)  # of a whole model, too",
    "        inputs = keras.Model(outer.inputs, arriving).predict(inputs, verbose=0)",
)
_AS_FED = (
    "    if array.dtype != object:",
    "        return array",
    '    return keras.ops.convert_to_tensor(array, dtype="string")',
)
