"""Where data and network do not suit each other, told from shapes alone.

As soon as Keras has told the shapes, window and command line say what training would refuse; the
worker says the same of the very arrays before it fits (see `fit_checks`).
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TypeVar

from builder.document import topology
from builder.document.fitting import head_params
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef, Wire
from builder.document.losses import from_logits, loss_of
from builder.document.plan import Target
from builder.document.problems import Fix, Insertion, Problem
from builder.document.project import Project

T = TypeVar("T")

RowShape = tuple[int | None, ...]
"""A shape without its batch axis."""

_DENSE = "keras.layers.Dense"
_KEEPING = {
    f"keras.layers.{name}"
    for name in ("Activation", "Softmax", "Dropout", "Normalization", "Rescaling", "ReLU")
}
"""Layers that give what they receive, as far as its shape goes."""

_POOLED = {rank: f"keras.layers.GlobalAveragePooling{rank - 1}D" for rank in (2, 3, 4)}


def misfits(project: Project, shapes: Mapping[OutputRef, RowShape]) -> Iterator[Problem]:
    """An error for each Input and each last layer that the data does not suit.

    `shapes` are those that are known. The project holds no bypassed layer (see `in_effect`).
    """
    graph = project.graph.level()
    features = {feature.name: feature for feature in project.data.features}
    outputs = graph.of_type(OUTPUT)
    used = topology.ancestors(graph, (node.id for node in outputs)) if features else set()
    inputs = [node for node in graph.of_type(INPUT) if node.id in used]
    for node, feature in bound(inputs, "feature", features):
        expected = shapes.get(OutputRef(node.id))
        if expected is not None and not suits(expected, feature.shape):
            yield input_misfit(node, expected, feature.shape)
    targets = {target.name: target for target in project.data.targets}
    for output, target in bound(outputs, "target", targets):
        wire = graph.main_wire(output.id)
        shape = None if wire is None else shapes.get(wire.source)
        if shape is not None:
            found = output_misfit(project.graph, output, target, shape, len(target.classes))
            if found is not None:
                yield found


def bound(nodes: Sequence[Node], param: str, known: Mapping[str, T]) -> Iterator[tuple[Node, T]]:
    """The nodes with what they are bound to: a sole one needs no binding to a sole feature."""
    sole = next(iter(known)) if len(known) == len(nodes) == 1 else None
    for node in nodes:
        name = node.params.get(param) or sole
        if isinstance(name, str) and name in known:
            yield node, known[name]


def shape_text(shape: RowShape) -> str:
    """A shape without its batch axis, as on the wires: `8 × 8 × 1`."""
    return " × ".join("?" if n is None else str(n) for n in shape) or "one number"


# --- inputs


def suits(expected: RowShape, received: Sequence[int]) -> bool:
    """As Keras sees it: it adds or drops a last axis of one by itself."""
    if len(received) == len(expected) + 1 and received[-1] == 1:
        received = received[:-1]
    elif len(received) == len(expected) - 1 and expected[-1] == 1:
        expected = expected[:-1]
    return len(expected) == len(received) and all(
        one is None or one == other for one, other in zip(expected, received, strict=True)
    )


def input_misfit(node: Node, expected: RowShape, received: Sequence[int]) -> Problem:
    """What to say of an Input whose rows have another shape."""
    shape = list(received)
    return Problem(
        "error",
        f"“{node.name}” expects {shape_text(expected)} per row; the data gives "
        f"{shape_text(tuple(received))}. Set its shape to {shape}.",
        node.id,
        (Fix(f"Set its shape to {shape}", {node.id: {"shape": shape}}),),
    )


# --- outputs


def output_misfit(
    graph: Graph, output: Node, target: Target, shape: RowShape, classes: int
) -> Problem | None:
    """What keeps an Output that receives a shape from learning a target of so many classes."""
    loss = loss_of(output, target)
    if loss.startswith("sparsecategorical"):
        units, fits = classes, len(shape) == 1 and (shape[0] or 0) >= classes
        wants = f"has {classes} classes, and needs one score for each"
    elif loss.startswith("categorical"):
        return None
    else:
        units, fits = 1, _size(shape) == 1
        wants = "is one probability" if target.task == "binary" else "is one number"
    if fits or not units:
        return None
    wire = graph.main_wire(output.id)
    before = output if wire is None else giving(graph, wire)
    advice, fixes = "", tuple[Fix, ...]()
    if wire is not None:
        advice, fix = _remedy(before, wire, output, target, shape, units)
        fixes = (fix,)
    said = f"“{before.name}” gives {shape_text(shape)} per row; “{target.name}” {wants}."
    return Problem("error", f"{said} {advice}".rstrip(), before.id, fixes)


def giving(graph: Graph, wire: Wire) -> Node:
    """The layer that decides what a wire brings: inside blocks, and before layers that keep it."""
    node = graph.nodes[wire.source.node]
    if node.type == BLOCK:
        inside = graph.level(node.shares or node.id)
        port = next((one for one in inside.of_type(OUTPUT) if one.name == wire.source.output), None)
        found = None if port is None else graph.main_wire(port.id)
    else:
        found = graph.main_wire(node.id) if node.type in _KEEPING else None
    return node if found is None else giving(graph, found)


def _remedy(
    before: Node, wire: Wire, output: Node, target: Target, shape: RowShape, units: int
) -> tuple[str, Fix]:
    """What to do, as a sentence and as a button."""
    params = dict(head_params(target), units=units)
    if from_logits(output) or params["activation"] is None:
        del params["activation"]
    row = [] if len(shape) == 1 else [_flattening(shape)]
    some = f"{units} unit" + ("" if units == 1 else "s")
    if before.type != _DENSE or "units" not in before.params:
        layers = [*row, _DENSE]
        named = " and ".join(f"a {_short(layer)}" for layer in layers)
        insertions = tuple(
            Insertion(layer, output.id, wire.target.port, params if layer == _DENSE else {})
            for layer in layers
        )
        return (
            f"Put {named} of {some} before “{output.name}”.",
            Fix(f"Insert {named} of {some}", insertions=insertions),
        )
    if not row:
        return (
            f"Set the units of “{before.name}” to {units}.",
            Fix(f"Give “{before.name}” {some}", {before.id: {"units": units}}),
        )
    named = f"a {_short(row[0])}"
    return (
        f"Put {named} before “{before.name}” and give it {some}.",
        Fix(
            f"Insert {named}, use {some}",
            {before.id: params},
            insertions=(Insertion(row[0], before.id, "inputs"),),
        ),
    )


def _flattening(shape: RowShape) -> str:
    """The layer that makes one axis of several; where one is of any length, by its mean."""
    pooled = _POOLED.get(len(shape))
    return pooled if pooled is not None and None in shape else "keras.layers.Flatten"


def _short(type_: str) -> str:
    return type_.rpartition(".")[2]


def _size(shape: RowShape) -> int | None:
    """How many numbers a row has; None when an axis is unknown."""
    return None if None in shape else prod(n for n in shape if n is not None)
