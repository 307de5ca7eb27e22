"""The training plan in one line, for the toolbar: `20 epochs · batch 32 · Adam 1e-3`."""

import re

from builder.catalog.spec import Catalog
from builder.document.plan import KerasObject, TrainingPlan, object_of
from builder.window.words import plural


def plan_words(plan: TrainingPlan, catalog: Catalog) -> str:
    optimizer = f"{_class_name(plan.optimizer.type)} {_rate(plan.optimizer, catalog)}".strip()
    return f"{plural(plan.epochs, 'epoch')} · batch {plan.batch_size:,} · {optimizer}"


def _rate(optimizer: KerasObject, catalog: Catalog) -> str:
    spec = catalog.object("optimizers", optimizer.type)
    param = spec.param("learning_rate") if spec else None
    value = optimizer.params.get("learning_rate", param.default if param else None)
    schedule = object_of(value)
    if schedule is not None:
        return _class_name(schedule.type)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return short(value)
    return ""


def short(value: float) -> str:
    """0.001 -> 1e-3; 0.05 -> 0.05."""
    if value and abs(value) < 0.01:
        mantissa, exponent = f"{value:.3e}".split("e")
        mantissa = re.sub(r"\.?0+$", "", mantissa)
        return f"{mantissa}e{int(exponent)}"
    return f"{value:g}"


def _class_name(type_: str) -> str:
    return type_.rpartition(".")[2]
