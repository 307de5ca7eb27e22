"""Does the data fit the network? Asked before fit, the same way on every backend.

Keras broadcasts some wrong shapes in silence, and JAX trains on labels outside the range; what
would fail or mislead is refused here with the node that can mend it.
"""

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef
from builder.document.losses import loss_of
from builder.document.plan import Target
from builder.document.problems import Fix
from builder.document.project import Project
from builder.engine.worker.answers import bound_outputs
from builder.engine.worker.faults import JobError
from builder.engine.worker.run_module import Data, arrays


def check_fit(model: Any, data: Data, project: Project) -> None:
    """Raises JobError, with its node, for the first thing that does not fit."""
    for part in ("train", "validation"):
        if part not in data:
            continue
        inputs, targets = data[part]
        _check_numbers(inputs, targets, part)
        _check_inputs(model, inputs, project.graph)
        _check_targets(model, targets, project)
        if part == "train":
            _check_variety(targets, project)


PACKAGES = {"keras.callbacks.TensorBoard": "tensorboard"}
"""What a callback needs beside Keras, by its type."""


def check_packages(project: Project) -> None:
    """Refuse a callback whose package is missing. Raises JobError with the command for it."""
    for callback in project.training.callbacks:
        package = PACKAGES.get(callback.type)
        if package is not None and find_spec(package) is None:
            name = callback.type.rpartition(".")[2]
            raise JobError(
                f"{name} needs the package {package}, which is not installed. Run "
                f"“{sys.executable} -m pip install {package}”, or take {name} out of the plan."
            )


def shape_text(shape: tuple[int | None, ...]) -> str:
    """A shape without its batch axis, as on the wires: `8 × 8 × 1`."""
    return " × ".join("?" if n is None else str(n) for n in shape) or "one number"


# --- inputs


def _check_inputs(model: Any, inputs: Any, graph: Graph) -> None:
    nodes = {node.name: node for node in graph.level().of_type(INPUT)}
    sole = model.inputs[0].name if len(model.inputs) == 1 else ""
    given = arrays(inputs, sole)
    for tensor in model.inputs:
        node = nodes.get(tensor.name)
        if tensor.name not in given:
            raise JobError(
                f"“{tensor.name}” receives nothing from the data. Choose a feature for it.",
                node.id if node else None,
            )
        expected, received = tuple(tensor.shape[1:]), tuple(given[tensor.name].shape[1:])
        if not _compatible(expected, received):
            raise JobError(
                f"“{tensor.name}” expects {shape_text(expected)} per row; the data gives "
                f"{shape_text(received)}. Set its shape to {list(received)}.",
                node.id if node else None,
                fixes=_shaped(node, received),
            )


def _compatible(expected: tuple[int | None, ...], received: tuple[int, ...]) -> bool:
    """As Keras sees it: it adds or drops a last axis of one by itself."""
    if len(received) == len(expected) + 1 and received[-1] == 1:
        received = received[:-1]
    elif len(received) == len(expected) - 1 and expected[-1] == 1:
        expected = expected[:-1]
    return len(expected) == len(received) and all(
        one is None or one == other for one, other in zip(expected, received, strict=True)
    )


# --- targets


def _check_targets(model: Any, targets: Any, project: Project) -> None:
    bound = bound_outputs(project)
    sole = bound[0][0].name
    tensors = dict(model.output) if isinstance(model.output, Mapping) else {sole: model.output}
    given = arrays(targets, sole)
    for output, target in bound:
        if output.name in tensors and output.name in given:
            shape = tuple(tensors[output.name].shape[1:])
            _check_target(project.graph, output, target, shape, np.asarray(given[output.name]))


def _check_target(
    graph: Graph, output: Node, target: Target, shape: tuple[int | None, ...], values: np.ndarray
) -> None:
    feeding = graph.into(output.id)
    before = _giving(graph, feeding[0].source) if feeding else output
    gives = f"“{before.name}” gives {shape_text(shape)} per row"
    loss = loss_of(output, target)
    if loss.startswith("sparsecategorical"):
        _check_classes(before, gives, target, shape, values)
    elif loss.startswith("categorical"):
        if shape != values.shape[1:]:
            raise JobError(
                f"“{output.name}” has a loss for one-hot classes, but “{target.name}” holds one "
                "class number per row. Set its loss to sparse_categorical_crossentropy.",
                output.id,
            )
    elif _size(shape) != _size(values.shape[1:]):
        wanted = "one probability" if target.task == "binary" else "one number"
        raise JobError(
            f"{gives}; “{target.name}” is {wanted}. Put a Dense layer of 1 unit before "
            f"“{output.name}”, or set the units of “{before.name}” to 1.",
            before.id,
            fixes=_units(before, 1),
        )
    elif loss.startswith("binary") and not np.isin(values, (0, 1)).all():
        raise JobError(
            f"“{output.name}” has a loss for 0 and 1, but “{target.name}” has other values "
            f"({values.min():g} to {values.max():g}). Choose another loss.",
            output.id,
        )


def _giving(graph: Graph, source: OutputRef) -> Node:
    """The layer that a tensor comes from, inside the blocks that it comes out of."""
    node = graph.nodes[source.node]
    while node.type == BLOCK:
        inside = graph.level(node.shares or node.id)
        port = next((one for one in inside.of_type(OUTPUT) if one.name == source.output), None)
        if port is None or not (wires := inside.into(port.id)):
            break
        source = wires[0].source
        node = graph.nodes[source.node]
    return node


def _check_variety(targets: Any, project: Project) -> None:
    """A file that lost its rows of all classes but one would train to a perfect score."""
    bound = bound_outputs(project)
    given = arrays(targets, bound[0][0].name)
    for output, target in bound:
        values = np.asarray(given.get(output.name, ()))
        if len(values) and (values == values[0]).all():
            raise JobError(
                f"The target “{target.name}” has the same value in all rows; there is nothing to "
                "learn. Choose another target, or add rows of other values.",
                output.id,
            )


def _check_classes(
    before: Node, gives: str, target: Target, shape: tuple[int | None, ...], values: np.ndarray
) -> None:
    if not np.issubdtype(values.dtype, np.integer) and (values != np.floor(values)).any():
        raise JobError(
            f"The loss wants class numbers, but “{target.name}” holds fractions. Choose a loss "
            "for numbers, such as mean_squared_error.",
            before.id,
        )
    count = int(values.max()) + 1 if len(target.classes) == 0 else len(target.classes)
    if len(shape) != 1:
        raise JobError(
            f"{gives}; “{target.name}” needs one score for each of its {count} classes. Put a "
            "Flatten or a pooling layer and a Dense layer before the output.",
            before.id,
        )
    units = shape[0] or 0
    if units < count:
        raise JobError(
            f"{gives}; “{target.name}” has {count} classes. Set the units of “{before.name}” to "
            f"{count}.",
            before.id,
            fixes=_units(before, count),
        )
    if values.size and (values.min() < 0 or values.max() >= units):
        raise JobError(
            f"“{target.name}” has class numbers from {values.min():g} to {values.max():g}; "
            f"expected 0 to {units - 1}.",
            before.id,
        )


def _shaped(node: Node | None, received: tuple[int, ...]) -> tuple[Fix, ...]:
    if node is None:
        return ()
    shape = list(received)
    return (Fix(f"Set its shape to {shape}", {node.id: {"shape": shape}}),)


def _units(node: Node, count: int) -> tuple[Fix, ...]:
    if "units" not in node.params:
        return ()
    title = f"Give “{node.name}” {count} unit" + ("" if count == 1 else "s")
    return (Fix(title, {node.id: {"units": count}}),)


def _size(shape: tuple[int | None, ...]) -> int | None:
    """How many numbers a row has; None when an axis is unknown."""
    return None if None in shape else int(np.prod([n for n in shape if n is not None], dtype=int))


# --- numbers


def _check_numbers(inputs: Any, targets: Any, part: str) -> None:
    for kind, group in (("inputs", inputs), ("target", targets)):
        for name, values in arrays(group, kind).items():
            values = np.asarray(values)
            if not np.issubdtype(values.dtype, np.floating):
                continue
            bad = ~np.isfinite(values).reshape(len(values), -1).all(axis=1)
            if bad.any():
                raise JobError(
                    f"{int(bad.sum()):,} of {len(values):,} {part} rows hold no number (nan or "
                    f"infinity) in “{name}”. Choose in the data panel to drop rows with missing "
                    "values or to fill in the median."
                )
