"""What is never handed to Keras, and how big a layer may be.

A project may come from a stranger. Layers that run code of their own are refused until there is
trust; numbers that would exhaust memory are refused before anything is made of them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.document.graph import Node

# Layers whose constructor takes code, a module or a folder that holds code.
CODE = frozenset({"Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"})
_TRUSTABLE = frozenset({"Lambda"})

# 10 billion float32 numbers take 40 GB, and training takes four times that.
PARAMETERS = 10**10
NUMBERS_PER_ROW = 10**10

_LARGEST = 2**53


def refusal(node: Node, *, trusted: bool = False) -> str | None:
    """Why a node must not be evaluated, as a sentence, or None.

    `trusted` says that the user trusts the code of the project.
    """
    for type_ in (node.type, *_inner_types(node.params)):
        name = type_.rpartition(".")[2]
        if name in CODE and not (trusted and name in _TRUSTABLE):
            return (
                f"“{node.name}” runs code of its own ({name}), which is never run unasked. "
                "Replace it by a layer from the palette."
            )
    for key, value in node.params.items():
        for number in _integers(value):
            if abs(number) > _LARGEST and "seed" not in key:
                return f"“{key}” of “{node.name}” is at most {_LARGEST:,}; received {number:,}."
    return None


def too_big(name: str, parameters: int, shapes: Sequence[Sequence[int | None]]) -> str | None:
    """Why a layer is beyond any machine, as a sentence, or None. Shapes are with the batch axis."""
    if parameters > PARAMETERS:
        return (
            f"“{name}” would have {parameters:,} parameters, which take {_memory(parameters)}. "
            f"At most {PARAMETERS:,} are possible here. Choose smaller numbers."
        )
    for shape in shapes:
        numbers = math.prod(size or 1 for size in shape[1:])
        if numbers > NUMBERS_PER_ROW:
            return (
                f"“{name}” would give {numbers:,} numbers for each row, which take "
                f"{_memory(numbers)}. At most {NUMBERS_PER_ROW:,} are possible here."
            )
    return None


def too_heavy(name: str, needed: int, there: int | None) -> str | None:
    """Why a network is beyond this machine, as a sentence, or None. Both are bytes of memory.

    `name` is the layer to begin with.
    """
    if there is None or needed <= there:
        return None
    return (
        f"The weights of this network take {_memory(needed // 4)}; this computer has "
        f"{_memory(there // 4)} of memory. Choose smaller numbers, first of all in “{name}”."
    )


def _memory(numbers: int) -> str:
    size = numbers * 4 / 2**30
    return f"{size:,.0f} GB" if size < 1024 else f"{size / 1024:,.0f} TB"


def _inner_types(value: Any) -> Iterator[str]:
    """The types of all layers and objects inside a parameter's value."""
    if isinstance(value, Mapping):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for inner in value.values():
            yield from _inner_types(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _inner_types(inner)


def _integers(value: Any) -> Iterator[int]:
    if isinstance(value, int) and not isinstance(value, bool):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if "seed" not in str(key):
                yield from _integers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _integers(inner)
