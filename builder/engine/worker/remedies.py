"""What would mend a layer that does not fit what it receives, as fixes for a button."""

import math
import re

from builder.document.problems import Fix, Insertion
from builder.engine.worker.case import Case

_FILTERING = {f"{kind}{n}D" for kind in ("Conv", "SeparableConv") for n in (1, 2, 3)}
_WITH_UNITS = {"Dense", "LSTM", "GRU", "SimpleRNN"}
_RECURRENT = {"LSTM", "GRU", "SimpleRNN", "RNN"}


def for_rank(case: Case, expected: int) -> tuple[Fix, ...]:
    """For a first input with too few or too many axes."""
    if not case.feeds:
        return ()
    first, rank = case.feeds[0], len(case.shape)
    if rank == expected - 1 == 2 and first.layer in _RECURRENT:
        params = {first.node: {"return_sequences": True}}
        return (Fix(f"Let “{first.source}” return sequences", params),)
    if expected == 2 and rank > 2:
        return (_inserted(case, "Flatten", {}),)
    if rank == expected - 1 and rank > 1:
        inner = [-1 if size is None else size for size in case.shape[1:]]
        if inner.count(-1) < 2:
            return (_inserted(case, "Reshape", {"target_shape": [*inner, 1]}),)
    return ()


def for_rank_told(found: re.Match[str], case: Case) -> tuple[Fix, ...]:
    """For Keras's own words about the axes of an input."""
    if case.layer == "Permute" or found[1] == "max_":
        return ()
    return for_rank(case, int(found[2]))


def for_small_input(_: re.Match[str], case: Case) -> tuple[Fix, ...]:
    """For a kernel or pool that is larger than what it slides over."""
    if case.params.get("padding") in ("same", "causal"):
        return ()
    return (Fix("Use padding “same”", {case.node: {"padding": "same"}}),)


def for_axis(_: re.Match[str], case: Case) -> tuple[Fix, ...]:
    """For an axis that the input does not have."""
    return (Fix("Use the last axis", {case.node: {"axis": -1}}),)


def for_reshape(found: re.Match[str], case: Case) -> tuple[Fix, ...]:
    """For a target shape of another size: let its first axis be as long as need be."""
    sizes = [int(number) for number in re.findall(r"-?\d+", found[1])]
    rest = math.prod(sizes[1:])
    have = math.prod(size or 0 for size in case.shape[1:])
    if len(sizes) < 2 or rest < 1 or not have or have % rest:
        return ()
    target = [have // rest, *sizes[1:]]
    return (Fix(f"Reshape to {tuple(target)}", {case.node: {"target_shape": target}}),)


def for_merged(_: re.Match[str], case: Case) -> tuple[Fix, ...]:
    """For two inputs that differ in their last axis alone: the second is made as wide."""
    if len(case.feeds) != 2:
        return ()
    (first, second), wide = case.feeds, case.shape[-1] if case.shape else None
    if wide is None or first.shape[:-1] != second.shape[:-1]:
        return ()
    for names, word in ((_FILTERING, "filters"), (_WITH_UNITS, "units")):
        if second.layer in names:
            title = f"Give “{second.source}” {wide} {word}"
            return (Fix(title, {second.node: {word: wide}}),)
    dense = Insertion("keras.layers.Dense", case.node, second.port, {"units": wide}, place=1)
    return (Fix(f"Insert a Dense of {wide}", insertions=(dense,)),)


def for_texts(case: Case) -> tuple[Fix, ...]:
    """For a layer that reads texts and receives numbers from an Input."""
    first = case.feeds[0]
    if first.layer != "Input" or first.dtype == "string":
        return ()
    return (Fix(f"Let “{first.source}” take texts", {first.node: {"dtype": "string"}}),)


def _inserted(case: Case, layer: str, params: dict[str, object]) -> Fix:
    port = case.feeds[0].port
    return Fix(
        f"Insert a {layer}",
        insertions=(Insertion(f"keras.layers.{layer}", case.node, port, params),),
    )
