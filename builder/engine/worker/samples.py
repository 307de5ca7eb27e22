"""A few rows to compare a model with what was exported of it: test rows, else random ones."""

from types import ModuleType
from typing import Any

import numpy as np
from msgspec import Struct

from builder.engine.worker.run_module import arrays

ROWS = 16
LENGTH = 12
"""How long an axis of free length is in random rows."""


class Samples(Struct, frozen=True):
    """Arrays by the name of their Input, in the model's order. `what` is what the rows are."""

    inputs: dict[str, Any]
    what: str

    @property
    def rows(self) -> int:
        return len(next(iter(self.inputs.values())))


def samples(module: ModuleType, model: Any) -> Samples:
    """Rows of the project's test set; random ones where it has none that can be read."""
    load = getattr(module, "load_data", None)
    if load is not None:
        try:
            given = arrays(load()["test"][0], model.inputs[0].name)
            return Samples(
                {at.name: _fit(given[at.name][:ROWS], at) for at in model.inputs}, "test rows"
            )
        except Exception as error:  # noqa: BLE001 - see below
            # Whatever keeps the data from being read keeps no model from being exported.
            print(f"The data cannot be read, so random rows are compared: {error}", flush=True)
    return Samples({at.name: _random(at) for at in model.inputs}, "random rows")


def _fit(rows: Any, at: Any) -> Any:
    rows = np.asarray(rows)
    return rows.astype(str) if at.dtype == "string" else rows.astype(at.dtype)


def _random(at: Any) -> Any:
    """Numbers between 0 and 1; 0 and 1 for whole numbers, which are mostly places in a list."""
    shape = (ROWS, *(LENGTH if size is None else size for size in at.shape[1:]))
    chance = np.random.default_rng(0)
    if at.dtype == "string":
        return chance.choice(np.array(["a", "b c", "d"]), shape)
    if np.issubdtype(np.dtype(at.dtype if at.dtype != "bfloat16" else "float32"), np.floating):
        return chance.random(shape).astype("float32" if at.dtype == "bfloat16" else at.dtype)
    return chance.integers(0, 2, shape).astype(at.dtype)
