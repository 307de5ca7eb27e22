"""What to say when a layer and what it receives do not fit."""

import math
import re

from builder.engine.worker.case import Case, Rule, rule, shown, times
from builder.engine.worker.remedies import (
    for_axis,
    for_merged,
    for_rank_told,
    for_reshape,
    for_small_input,
)

_AXES = {
    2: "batch, features",
    3: "batch, steps, features",
    4: "batch, height, width, channels",
    5: "batch, depth, height, width, channels",
}
_AXES_OVER_TIME = {
    4: "batch, time, steps, channels",
    5: "batch, time, height, width, channels",
    6: "batch, time, depth, height, width, channels",
}


def wrong_rank(case: Case, expected: int, *, at_least: bool = False) -> str:
    """The sentence for a first input with too few or too many axes."""
    shape = case.shape
    axes = _AXES_OVER_TIME if "ConvLSTM" in case.layer else _AXES
    named = f" ({axes[expected]})" if expected in axes else ""
    least = "at least " if at_least else ""
    if len(shape) == expected - 1 and len(shape) > 1:
        inner = [-1 if size is None else size for size in shape[1:]]
        wanted = [*inner, 1] if inner.count(-1) < 2 else None
        to = f" to {shown(wanted)}" if wanted else ""
        advice = f"Insert a Reshape{to} before it."
    elif len(shape) < expected:
        advice = "Insert a Reshape before it, or connect another layer."
    elif expected == 2:
        advice = "Insert a Flatten or a global pooling layer before it."
    else:
        advice = "Insert a Reshape or a pooling layer before it, or connect another layer."
    return (
        f"{case.subject} needs an input with {least}{expected} axes{named}; "
        f"received {case.received}. {advice}"
    )


def _rank(found: re.Match[str], case: Case) -> str:
    bound, number = found[1], int(found[2])
    if case.layer == "Permute":
        return (
            f"“dims” of {case.subject} must name every axis behind the batch; received "
            f"{number - 1} of them, and {case.received}."
        )
    if bound == "max_":
        return (
            f"{case.subject} takes an input with at most {number} axes; received {case.received}."
        )
    return wrong_rank(case, number, at_least=bound == "min_" and number < 3)


def _axis_value(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} calls a layer again that was made for {found[2]} values on axis "
        f"{found[1]}; received {case.received}. A shared layer needs equal shapes everywhere."
    )


def _joined(_: re.Match[str], case: Case) -> str:
    axis = case.params.get("axis", -1)
    ranks = {len(feed.shape) for feed in case.feeds}
    if len(ranks) > 1:
        return (
            f"{case.subject} needs inputs with equally many axes; received {case.received}. "
            "Insert a Reshape or a Flatten before one of them."
        )
    return (
        f"{case.subject} needs equal shapes except on axis {axis}; received {case.received}. "
        "Insert a Reshape, choose another axis, or make the sizes equal (padding “same”)."
    )


def _merged(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} needs inputs of equal shape; received {case.received}. Insert a Dense, "
        "a 1×1 convolution or a Reshape before one of them."
    )


def _dotted(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} multiplies along axes of equal size; received {found[1]} on axis "
        f"{found[2]} and {found[3]} on axis {found[4]}, of {case.received}. Choose other axes."
    )


def _unknown_axis(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} needs to know the size of its input's axes to make its weights; received "
        f"{case.received}. Give the Input a fixed shape, or insert a global pooling layer."
    )


def _too_small(_: re.Match[str], case: Case) -> str:
    kernel = case.params.get("kernel_size", case.params.get("pool_size"))
    size = f"{times(kernel)} " if kernel is not None else ""
    what = "pool" if "Pooling" in case.layer else "kernel"
    remedy = "a smaller size" if what == "pool" else "a smaller kernel, padding “same”"
    return (
        f"The {size}{what} of {case.subject} is larger than its input; received {case.received}. "
        f"Choose {remedy}, or fewer pooling layers before it."
    )


def _reshaped(found: re.Match[str], case: Case) -> str:
    target = found[1]
    numbers = [int(number) for number in re.findall(r"-?\d+", target)]
    have = math.prod(size for size in case.shape[1:] if size is not None)
    fixed = math.prod(number for number in numbers if number != -1)
    wanted = f"a multiple of {fixed}" if -1 in numbers else f"{fixed}"
    return (
        f"{case.subject} to {target} needs {wanted} values per row; received {case.received}, "
        f"which has {have}. Choose a target shape with that product; one axis may be -1."
    )


def _cropped(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} cuts off more than there is ({times(case.params.get('cropping'))}); received {case.received}. "
        "Choose a smaller cropping."
    )


def _value_and_key(_: re.Match[str], case: Case) -> str:
    by_port = {feed.port: feed for feed in case.feeds}
    said = " and ".join(
        f"{shown(by_port[port].shape)} from “{by_port[port].source}” at {port}"
        for port in ("value", "key")
        if port in by_port
    )
    return f"{case.subject} needs value and key of equal length; received {said}."


def _repeated(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} repeats a layer along axis 1, so it needs an input with at least 3 axes "
        f"({_AXES[3]}); received {case.received}. Insert a Reshape before it."
    )


def _kernel_rank(found: re.Match[str], case: Case) -> str:
    needs = len(re.findall(r"\d+", found[1]))
    if "layer" not in case.params:
        return wrong_rank(case, needs)
    return (
        f"The layer inside {case.subject} needs an input with {needs} axes; it gets {found[2]}, "
        f"from {case.received}. Insert a Reshape before it."
    )


def _channel_groups(found: re.Match[str], case: Case) -> str:
    return (
        f"“groups” of {case.subject} must divide the {found[2]} channels of its input; received "
        f"{found[1]}, and {case.received}."
    )


def _axis_out_of_range(_: re.Match[str], case: Case) -> str:
    return no_such_axis(case)


def no_such_axis(case: Case) -> str:
    axis = case.params.get("axis")
    last = len(case.shape) - 1
    return (
        f"{case.subject} works on axis {axis}, which its input does not have; received "
        f"{case.received}. Choose an axis from 1 to {last}, or -1 for the last."
    )


SHAPE_RULES: tuple[Rule, ...] = (
    rule(
        r"incompatible with the layer: expected (min_|max_)?ndim=(\d+), found ndim=\d+",
        _rank,
        for_rank_told,
    ),
    rule(r"expected axis (-?\d+) of input shape to have value (\d+)", _axis_value),
    rule(r"matching shapes except for the concatenation axis", _joined),
    rule(r"inputs have incompatible shapes", _merged, for_merged),
    rule(
        r"axis values (\d+) \(at axis (-?\d+)\) != (\d+) \(at axis (-?\d+)\)",
        _dotted,
    ),
    rule(r"Shapes used to initialize variables must be fully-defined", _unknown_axis),
    rule(r"values to be kept must have a known shape", _unknown_axis),
    rule(r"unsupported operand type\(s\) for .*'NoneType'", _unknown_axis),
    rule(r"Computed output size would be (?:zero or )?negative", _too_small, for_small_input),
    rule(
        r"total size of the tensor must be unchanged.*target_shape=(\([^)]*\))",
        _reshaped,
        for_reshape,
    ),
    rule(r"Values in `cropping` argument should be smaller.*cropping=(.*)$", _cropped),
    rule(r"dimensions of `value` and `key`, except the last one, must be equal", _value_and_key),
    rule(r"should be passed an `input_shape` with at least 3 dimensions", _repeated),
    rule(
        r"Kernel shape must have the same length as input.*shape (\([^)]*\)).*shape (\([^)]*\))",
        _kernel_rank,
    ),
    rule(r"`axis` values must be in the range", _axis_out_of_range, for_axis),
    rule(
        r"Number of groups \((\d+)\) must be a multiple of the number of channels \((\d+)\)",
        _channel_groups,
    ),
    rule(r"Received groups=(\d+), but the input has (\d+) channels", _channel_groups),
)
