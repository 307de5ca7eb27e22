"""What makes no sense in a training plan, as sentences; every one would spoil or end a training."""

from collections.abc import Iterator

from builder.document.edits import snake_case
from builder.document.graph import OUTPUT
from builder.document.plan import TrainingPlan, object_of
from builder.document.project import Project

EARLY_STOPPING = "keras.callbacks.EarlyStopping"
REDUCE = "keras.callbacks.ReduceLROnPlateau"

_ADAPTIVE = {"Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "Lamb", "Lion"}
_LARGE_RATE = 0.1


def monitors(project: Project) -> tuple[str, ...]:
    """What a callback can watch: the loss and the metrics, of validation rows where there are."""
    outputs = project.graph.level().of_type(OUTPUT)
    found = ["loss"]
    for node in outputs:
        metrics = node.params.get("metrics")
        for metric in metrics if isinstance(metrics, list | tuple) else ():
            name = _metric_name(metric)
            found.append(name if len(outputs) == 1 else f"{node.name}_{name}")
    if project.data.split.validation > 0:
        return (*(f"val_{name}" for name in found), *found)
    return tuple(found)


def complaints(project: Project) -> Iterator[str]:
    """Sentences about the plan of a project, the gravest first."""
    plan = project.training
    watchable = monitors(project)
    for callback in plan.callbacks:
        if callback.type not in (EARLY_STOPPING, REDUCE):
            continue
        name = callback.type.rpartition(".")[2]
        monitor = str(callback.params.get("monitor", "val_loss"))
        if monitor.startswith("val_") and project.data.split.validation == 0:
            yield (
                f"{name} watches {monitor}, but no rows are kept for validation. "
                "Raise the validation share under Data, or watch the loss."
            )
        elif monitor not in watchable:
            listed = ", ".join(watchable)
            yield f"{name} watches {monitor}, which is not measured. Choose one of {listed}."
    if has_schedule(plan) and any(c.type == REDUCE for c in plan.callbacks):
        yield (
            "ReduceLROnPlateau cannot change a learning rate that follows a schedule. "
            "Switch it off, or give the optimizer a fixed rate."
        )
    rate = plan.optimizer.params.get("learning_rate")
    name = plan.optimizer.type.rpartition(".")[2]
    if isinstance(rate, int | float) and rate > _LARGE_RATE and name in _ADAPTIVE:
        yield f"A learning rate of {rate:g} is high for {name}; most networks learn near 0.001."


def has_schedule(plan: TrainingPlan) -> bool:
    return object_of(plan.optimizer.params.get("learning_rate")) is not None


def _metric_name(metric: object) -> str:
    found = object_of(metric)
    if found is None:
        return str(metric)
    return str(found.params.get("name") or snake_case(found.type.rpartition(".")[2]))
