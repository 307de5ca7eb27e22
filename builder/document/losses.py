"""What an Output node learns with: the usual loss and metric of each task, and how to read one."""

from collections.abc import Mapping

from builder.document.graph import Node
from builder.document.plan import Target, Task

LOSSES: Mapping[Task, str] = {
    "multiclass": "sparse_categorical_crossentropy",
    "binary": "binary_crossentropy",
    "regression": "mean_squared_error",
}
METRICS: Mapping[Task, str] = {
    "multiclass": "accuracy",
    "binary": "accuracy",
    "regression": "mean_absolute_error",
}


def loss_of(output: Node, target: Target) -> str:
    """The loss's name in plain letters, the usual one where none is set: meansquarederror.

    Keras takes `mean_squared_error`, `keras.losses.MeanSquaredError` and the configured object.
    """
    return plain_loss(output.params.get("loss") or LOSSES[target.task])


def plain_loss(loss: object) -> str:
    named = loss.get("type") if isinstance(loss, Mapping) else loss
    return named.rpartition(".")[2].replace("_", "").lower() if isinstance(named, str) else ""


def from_logits(output: Node) -> bool:
    """Whether the loss takes raw scores, so that they are no probabilities yet."""
    loss = output.params.get("loss")
    params = loss.get("params") if isinstance(loss, Mapping) else None
    return isinstance(params, Mapping) and params.get("from_logits") is True
