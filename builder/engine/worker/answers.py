"""What a model's outputs mean for the targets: probabilities by class, or numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builder.document.graph import OUTPUT, Node
from builder.document.losses import from_logits
from builder.document.misfits import bound
from builder.document.plan import Target
from builder.document.project import Project
from builder.engine.worker.faults import JobError

BATCH = 256


def bound_outputs(project: Project) -> list[tuple[Node, Target]]:
    """The Output nodes with their targets, in the order of the graph. Raises JobError if none."""
    targets = {target.name: target for target in project.data.targets}
    nodes = project.graph.level().of_type(OUTPUT)
    found = list(bound(nodes, "target", targets))
    if not found:
        raise JobError("No output has a target. Choose a target for the output, then train again.")
    return found


def answers(model: Any, inputs: Any, project: Project) -> dict[str, NDArray[np.float64]]:
    """By Output node: probabilities (rows, classes) where there are classes, else (rows,)."""
    raw = model.predict(inputs, batch_size=BATCH, verbose=0)
    outputs = bound_outputs(project)
    by_name = raw if isinstance(raw, Mapping) else {outputs[0][0].name: raw}
    return {
        node.name: _answer(np.asarray(by_name[node.name], dtype=np.float64), node, target)
        for node, target in outputs
    }


def _answer(values: NDArray[np.float64], node: Node, target: Target) -> NDArray[np.float64]:
    if target.task == "regression":
        return values.reshape(len(values))
    logits = from_logits(node)
    rows = values.reshape(len(values), -1)
    if rows.shape[1] == 1:
        positive = _sigmoid(rows[:, 0]) if logits else rows[:, 0]
        return np.column_stack([1 - positive, positive])
    return _softmax(rows) if logits else rows


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 * (1 + np.tanh(values / 2))


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
