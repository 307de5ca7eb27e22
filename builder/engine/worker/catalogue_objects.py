"""Where Keras keeps its optimizers, losses, metrics ..., and what is known of them besides."""

import inspect
from types import ModuleType
from typing import Any

import keras

from builder.catalog.spec import Group
from builder.document.edits import snake_case

HOMES: dict[Group, str] = {
    "activations": "keras.activations",
    "callbacks": "keras.callbacks",
    "constraints": "keras.constraints",
    "initializers": "keras.initializers",
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "optimizers": "keras.optimizers",
    "regularizers": "keras.regularizers",
    "schedules": "keras.optimizers.schedules",
}
# The base of each group; it stands for no object of its own and is not offered.
BASES: dict[Group, str] = {
    "callbacks": "Callback",
    "constraints": "Constraint",
    "initializers": "Initializer",
    "losses": "Loss",
    "metrics": "Metric",
    "optimizers": "Optimizer",
    "regularizers": "Regularizer",
    "schedules": "LearningRateSchedule",
}

COMMON: dict[Group, tuple[str, ...]] = {
    "activations": (
        "relu",
        "sigmoid",
        "softmax",
        "tanh",
        "linear",
        "gelu",
        "silu",
        "elu",
        "selu",
        "leaky_relu",
    ),
    "callbacks": (
        "EarlyStopping",
        "ReduceLROnPlateau",
        "ModelCheckpoint",
        "TensorBoard",
        "CSVLogger",
        "TerminateOnNaN",
    ),
    "constraints": ("MaxNorm", "NonNeg", "UnitNorm"),
    "initializers": ("GlorotUniform", "HeNormal", "RandomNormal", "Zeros", "Ones", "Orthogonal"),
    "losses": (
        "SparseCategoricalCrossentropy",
        "CategoricalCrossentropy",
        "BinaryCrossentropy",
        "MeanSquaredError",
        "MeanAbsoluteError",
        "Huber",
    ),
    "metrics": (
        "SparseCategoricalAccuracy",
        "CategoricalAccuracy",
        "BinaryAccuracy",
        "AUC",
        "Precision",
        "Recall",
        "F1Score",
        "MeanAbsoluteError",
        "MeanSquaredError",
        "RootMeanSquaredError",
        "R2Score",
    ),
    "optimizers": ("Adam", "AdamW", "SGD", "RMSprop", "Nadam"),
    "regularizers": ("L1", "L2", "L1L2"),
    "schedules": ("CosineDecay", "ExponentialDecay", "PiecewiseConstantDecay"),
}

_BY_FIT = "Training adds it by itself."
_FUNCTION = "It calls Python code of your own, so it needs that code, and your trust."
NEEDS: dict[str, str] = {
    "callbacks.CallbackList": _BY_FIT,
    "callbacks.History": _BY_FIT,
    "callbacks.LambdaCallback": _FUNCTION,
    "callbacks.LearningRateScheduler": _FUNCTION,
    "callbacks.OrbaxCheckpoint": "It needs the package orbax-checkpoint.",
    "callbacks.ProgbarLogger": _BY_FIT,
    "callbacks.RemoteMonitor": "It sends every epoch's numbers to a web address.",
    "metrics.Mean": "It averages values without looking at a target; a model cannot use it.",
    "metrics.MeanMetricWrapper": _FUNCTION,
    "metrics.Sum": "It adds up values without looking at a target; a model cannot use it.",
    "optimizers.LossScaleOptimizer": (
        "Training puts it around the optimizer by itself where the dtype policy is mixed_float16."
    ),
    "optimizers.MultiOptimizer": (
        "It shares out the layers of a finished model, so it needs Python code, and your trust."
    ),
}

# Strings that Keras takes besides the class's name in snake case.
_ALIASES: dict[str, tuple[str, ...]] = {
    "initializers.Ones": ("one",),
    "initializers.RandomNormal": ("normal",),
    "initializers.RandomUniform": ("uniform",),
    "initializers.Zeros": ("zero",),
    "losses.KLDivergence": ("kld", "KLD"),
    "losses.MeanAbsoluteError": ("mae", "MAE"),
    "losses.MeanAbsolutePercentageError": ("mape", "MAPE"),
    "losses.MeanSquaredError": ("mse", "MSE"),
    "losses.MeanSquaredLogarithmicError": ("msle", "MSLE"),
    "metrics.MeanAbsoluteError": ("mae", "MAE"),
    "metrics.MeanAbsolutePercentageError": ("mape", "MAPE"),
    "metrics.MeanSquaredError": ("mse", "MSE"),
    "metrics.MeanSquaredLogarithmicError": ("msle", "MSLE"),
    "metrics.RootMeanSquaredError": ("rmse", "RMSE"),
    "regularizers.L1L2": ("l1l2",),
}


def module_of(group: Group) -> ModuleType:
    module: ModuleType = keras
    for part in HOMES[group].split(".")[1:]:
        module = getattr(module, part)
    return module


def class_names(group: Group) -> list[str]:
    """The concrete classes of a group, each once, by the class's own name."""
    module = module_of(group)
    base = getattr(module, BASES[group])
    found = {
        value.__name__
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, base) and value is not base
    }
    return sorted(name for name in found if hasattr(module, name))


def activation_names() -> list[str]:
    """The functions of keras.activations, without the three that look one up."""
    return sorted(
        name
        for name, value in vars(keras.activations).items()
        if inspect.isfunction(value) and name not in {"deserialize", "get", "serialize"}
    )


def aliases_of(group: Group, name: str) -> tuple[str, tuple[str, ...]]:
    """The string that Keras takes for a class, and others that mean it; each is tried out.

    The first names a metric in the history just as the class would. The metric `Accuracy` has none
    to write: for compile, "accuracy" means whichever accuracy suits the targets.
    """
    if group in {"callbacks", "schedules"}:
        return "", ()
    if (group, name) == ("metrics", "Accuracy"):
        return "", ("accuracy", "acc")
    own = inspect.signature(getattr(module_of(group), name)).parameters.get("name")
    given = own.default if own is not None and isinstance(own.default, str) else ""
    wishes = (given, snake_case(name), name.lower(), *_ALIASES.get(f"{group}.{name}", ()))
    known = [a for a in dict.fromkeys(wishes) if a and _means(group, a, name)]
    if group == "metrics" and given and given not in known:
        return "", tuple(known)
    return (known[0], tuple(known[1:])) if known else ("", ())


def _means(group: Group, alias: str, name: str) -> bool:
    module: Any = module_of(group)
    try:
        found = module.get(alias)
    except (ValueError, TypeError, KeyError):  # "constant" lacks its value
        return False
    class_ = getattr(module, name)
    if inspect.isfunction(found):  # for a loss, its function
        return getattr(class_(), "fn", None) is found
    return type(found) is class_ or found is class_
