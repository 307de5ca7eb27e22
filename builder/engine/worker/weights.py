"""The weights in a .h5 file, put into a model layer by layer, by their names.

Keras keeps them in the group `model_weights`, for each layer in the order in which it lists them:
those that are trained, then the others. Models inside models keep theirs in one row.
"""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from builder.engine.worker.archive import refuse_links

_GROUP = "model_weights"


def load_by_name(model: Any, path: Path) -> list[str]:
    """Give every layer what the file holds under its name. Returns the names it does not fit.

    Raises JobError for a file that leads elsewhere, OSError for a damaged one.
    """
    unfit: list[str] = []
    with h5py.File(path, "r") as file:
        refuse_links(file, path)
        group = file[_GROUP]
        for layer in model.layers:
            wanted = [*layer.trainable_weights, *layer.non_trainable_weights]
            if not wanted:
                continue
            found = _arrays(group, layer.name)
            shapes = [tuple(weight.shape) for weight in wanted]
            if [array.shape for array in found] != shapes:
                unfit.append(layer.name)
                continue
            for weight, array in zip(wanted, found, strict=True):
                weight.assign(np.asarray(array))
    return unfit


def _arrays(group: Any, layer: str) -> list[Any]:
    """The arrays of one layer, in order, not read yet."""
    if layer not in group or not isinstance(group[layer], h5py.Group):
        return []
    inner = group[layer]
    names = [_text(name) for name in inner.attrs.get("weight_names", ())]
    return [inner[name] for name in names if isinstance(inner.get(name), h5py.Dataset)]


def _text(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
