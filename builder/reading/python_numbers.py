"""Functions on numbers that sources call: those of `math`, and of NumPy where they are alike."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.reading.python_known import LARGEST

_FLOATS = ("ceil", "floor", "sqrt", "log", "log2", "log10", "exp", "pow", "tanh", "sin", "cos")
_OF_NUMPY = ("sqrt", "log", "log2", "log10", "exp", "tanh", "sin", "cos")


def _product(values: Any) -> Any:
    found: Any = 1
    for value in values if isinstance(values, list | tuple) else (values,):
        found *= value
        if abs(found) > LARGEST:
            raise OverflowError
    return found


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{f"math.{name}": getattr(math, name) for name in _FLOATS},
    **{f"numpy.{name}": getattr(math, name) for name in _OF_NUMPY},
    "math.prod": _product,
    "numpy.prod": _product,
    # NumPy's give floats.
    "numpy.ceil": lambda value: float(math.ceil(value)),
    "numpy.floor": lambda value: float(math.floor(value)),
}
CONSTANTS: Mapping[str, float] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "numpy.pi": math.pi,
    "numpy.e": math.e,
}


def function(path: str, values: Sequence[Any]) -> Any:
    """What a function gives for plain numbers. Raises TypeError or ValueError for others."""
    found = FUNCTIONS[path](*values)
    if not isinstance(found, int | float) or not math.isfinite(found) or abs(found) > LARGEST:
        raise ValueError("no number that is followed")
    return found
