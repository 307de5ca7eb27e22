"""Does the data fit the network? Asked before fit, the same way on every backend.

Keras broadcasts some wrong shapes in silence, and JAX trains on labels outside the range; what
would fail or mislead is refused here with the node that can mend it.
"""

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from builder.document.graph import INPUT, Graph, Node
from builder.document.losses import loss_of
from builder.document.misfits import input_misfit, output_misfit, shape_text, suits
from builder.document.plan import Target
from builder.document.problems import Problem
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
        if not suits(expected, received):
            if node is None:
                raise JobError(
                    f"“{tensor.name}” expects {shape_text(expected)} per row; the data gives "
                    f"{shape_text(received)}."
                )
            raise _refusal(input_misfit(node, expected, received))


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
    loss = loss_of(output, target)
    by_number = loss.startswith("sparsecategorical")
    if by_number and not np.issubdtype(values.dtype, np.integer):
        _check_whole(values, output, target)
    if loss.startswith("categorical") and shape != values.shape[1:]:
        raise JobError(
            f"“{output.name}” has a loss for one-hot classes, but “{target.name}” holds one "
            "class number per row. Set its loss to sparse_categorical_crossentropy.",
            output.id,
        )
    count = len(target.classes) or (int(values.max()) + 1 if by_number else 0)
    misfit = output_misfit(graph, output, target, shape, count)
    if misfit is not None:
        raise _refusal(misfit)
    if by_number:
        _check_range(values, shape[0] or 0, output, target)
    elif loss.startswith("binary") and not np.isin(values, (0, 1)).all():
        raise JobError(
            f"“{output.name}” has a loss for 0 and 1, but “{target.name}” has other values "
            f"({values.min():g} to {values.max():g}). Choose another loss.",
            output.id,
        )


def _check_whole(values: np.ndarray, output: Node, target: Target) -> None:
    if (values != np.floor(values)).any():
        raise JobError(
            f"The loss wants class numbers, but “{target.name}” holds fractions. Choose a loss "
            "for numbers, such as mean_squared_error.",
            output.id,
        )


def _check_range(values: np.ndarray, units: int, output: Node, target: Target) -> None:
    if values.size and (values.min() < 0 or values.max() >= units):
        raise JobError(
            f"“{target.name}” has class numbers from {values.min():g} to {values.max():g}; "
            f"expected 0 to {units - 1}.",
            output.id,
        )


def _refusal(misfit: Problem) -> JobError:
    return JobError(misfit.message, misfit.node, fixes=misfit.fixes)


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
