"""The arguments of `model.compile`: optimizer, and for each output its loss and metrics."""

from collections.abc import Mapping
from typing import Any

from builder.catalog.fitting import COMPILE
from builder.catalog.spec import Catalog
from builder.codegen.bindings import Bindings
from builder.codegen.expressions import Expression, keyword, listing
from builder.codegen.literals import literal
from builder.codegen.objects import judged, object_or_alias, options
from builder.codegen.refusal import blaming
from builder.codegen.splits import by_name
from builder.document.losses import LOSSES, METRICS
from builder.document.plan import TrainingPlan


def compile_arguments(
    bindings: Bindings, training: TrainingPlan, catalog: Catalog
) -> list[Expression]:
    """Raises CannotGenerate for an optimizer, loss or metric that cannot be written."""
    optimizer = {"type": training.optimizer.type, "params": dict(training.optimizer.params)}
    with blaming("The training's optimizer"):
        judged(training.optimizer, "optimizers", catalog)
        arguments = [keyword("optimizer", object_or_alias(optimizer, "optimizers", catalog))]
    losses: list[tuple[str, Expression]] = []
    weights: list[tuple[str, Expression]] = []
    metrics: list[tuple[str, Expression]] = []
    for bound in bindings.outputs:
        node = bound.node
        with blaming(f"“{node.name}”", node.id):
            loss = node.params.get("loss") or LOSSES[bound.target.task]
            losses.append((node.name, object_or_alias(loss, "losses", catalog)))
            weights.append((node.name, literal(_weight(node.params))))
            if measured := node.params.get("metrics", [METRICS[bound.target.task]]):
                objects = [object_or_alias(metric, "metrics", catalog) for metric in measured]
                metrics.append((node.name, listing(objects)))
    lone = len(losses) == 1
    arguments.append(keyword("loss", losses[0][1] if lone else by_name(losses)))
    if any(_weight(bound.node.params) != 1 for bound in bindings.outputs):
        written = listing([weights[0][1]]) if lone else by_name(weights)
        arguments.append(keyword("loss_weights", written))
    if metrics:
        arguments.append(keyword("metrics", metrics[0][1] if lone else by_name(metrics)))
    with blaming("The training’s compile"):
        arguments += options(COMPILE, training.compile, catalog)
    return arguments


def _weight(params: Mapping[str, Any]) -> Any:
    weight = params.get("loss_weight")
    return 1.0 if weight is None else weight
