"""Models that ask for more room than there is, or than their file could fill.

Keras makes room for every weight that a description asks for before it looks for its values. So
the network is made without room first, and its weights are counted.
"""

import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras.src.utils.naming import reset_uids

from builder.document.graph import Graph
from builder.engine.worker import limits
from builder.engine.worker.archive import config_of, is_zip
from builder.engine.worker.faults import JobError
from builder.engine.worker.stored import numbers_in
from builder.engine.worker.symbolic import counts, weightless

_FEW = 10**6
"""Weights that nobody has to account for."""
_TIMES = 4
"""How many weights a network may have for each number in its file: layers may have some to spare."""


def refuse_unsound(path: Path, known: Mapping[str, Any]) -> None:
    """Refuse what is no sound .keras archive before Keras opens it. Raises JobError.

    Raises what Keras does for a description that it makes no model of. `known` are classes and
    functions of the project's own.
    """
    if not path.is_file() or not is_zip(path):
        raise JobError(f"“{path.name}” is no .keras file. Save the model with model.save().")
    config = config_of(path)
    held = numbers_in(path)
    plain = {**config, "compile_config": None} if isinstance(config, dict) else config
    try:
        with weightless():
            model = keras.saving.deserialize_keras_object(plain, dict(known), safe_mode=True)
    except Exception:
        if known:  # a layer of the project's own may need the values of its weights
            return
        raise
    refuse_hollow(model, held, path)


def refuse_hollow(model: Any, held: int, path: Path) -> None:
    """Refuse a file of so few numbers that they cannot be the weights of the model."""
    numbers = counts(model)[0]
    if numbers <= max(_FEW, _TIMES * held):
        return
    name, most = _largest(model)
    raise JobError(
        f"“{path.name}” cannot hold the weights of its network: “{name}” alone has {most:,} "
        f"numbers, and the file has {held:,}. It is damaged or a trap; get it again."
    )


def refuse_heavy(build_model: Callable[[], Any], graph: Graph) -> None:
    """Refuse a network that is beyond this machine before room is made for it. Raises JobError.

    What is built next has the names that Keras gives in a new process: layers inside of layers are
    numbered, and a model that is read must have the same ones.
    """
    try:
        with weightless():
            model = build_model()
    except Exception:  # noqa: BLE001 - making it in earnest says what is wrong with it
        return
    finally:
        reset_uids()
    name, most = _largest(model)
    message = limits.too_big(name, most, ()) or limits.too_heavy(name, _bytes(model), memory())
    if message is not None:
        node = graph.level().by_name.get(name)
        raise JobError(message, None if node is None else node.id)


def memory() -> int | None:
    """The bytes of memory that this computer has; None where it cannot be asked."""
    if not hasattr(os, "sysconf"):
        return None
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _largest(model: Any) -> tuple[str, int]:
    """The layer with the most weights, and how many."""
    return max(((layer.name, counts(layer)[0]) for layer in model.layers), key=lambda one: one[1])


def _bytes(model: Any) -> int:
    return sum(math.prod(weight.shape) * _width(weight.dtype) for weight in model.weights)


def _width(dtype: str) -> int:
    return 2 if dtype == "bfloat16" else np.dtype(dtype).itemsize
