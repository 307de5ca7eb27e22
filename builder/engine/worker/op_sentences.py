"""What to say when an op, or an index, and what it receives do not fit."""

import re

from builder.engine.worker.case import Case, Rule, rule


def _broadcast(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} combines its inputs value by value, so their axes are equal counted from "
        f"the last, or 1; received {case.received}. Insert a reshape or expand_dims before one."
    )


def _product(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} needs as many values on the last axis of its first input as on the last "
        f"but one of its second; received {case.received}. Insert a transpose, or change a size."
    )


def _joined(_: re.Match[str], case: Case) -> str:
    if case.layer == "stack":
        return (
            f"{case.subject} needs inputs of equal shape; received {case.received}. Insert a "
            "reshape before one of them, or use concatenate."
        )
    return (
        f"{case.subject} needs equal shapes except on axis {case.params.get('axis', 0)}; received "
        f"{case.received}. Choose another axis, or insert a reshape before one of them."
    )


def _out_of_bounds(_: re.Match[str], case: Case) -> str:
    return (
        f"The index [{case.params.get('index')}] of {case.subject} names a place that is not "
        f"there; received {case.received}. The first axis is the batch; count from 0."
    )


def _too_many(_: re.Match[str], case: Case) -> str:
    return (
        f"The index [{case.params.get('index')}] of {case.subject} names more axes than there are; "
        f"received {case.received}. Leave some out: the batch is the first."
    )


def _no_axis(found: re.Match[str], case: Case) -> str:
    last = len(case.shape) - 1
    return (
        f"{case.subject} works on axis {found[1]}, which its input does not have; received "
        f"{case.received}. Choose an axis from 0, the batch, to {last}, or -1 for the last."
    )


def _pieces(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} cuts axis {case.params.get('axis', 0)} into {found[2]} equal parts, but "
        f"it has {found[1]} values; received {case.received}. Choose a number that divides it, or "
        "name the places to cut at."
    )


def _not_one(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} takes away axis {found[1]}, which is no axis of size 1; received "
        f"{case.received}. Choose another axis, or reshape."
    )


def _permuted(_: re.Match[str], case: Case) -> str:
    return (
        f"“axes” of {case.subject} must name every axis once, the batch (0) too; received "
        f"{case.received}."
    )


def _texts(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} calculates with numbers and received texts: {case.received}. Insert a "
        "TextVectorization or a StringLookup before it."
    )


OP_RULES: tuple[Rule, ...] = (
    rule(r"Cannot broadcast shape", _broadcast),
    rule(r"Inner dimensions \(`x1.shape\[-1\]`", _product),
    rule(r"Every value in `xs?` must have the same shape", _joined),
    rule(r"out-of-bounds index .* was requested", _out_of_bounds),
    rule(r"slice has to+ many indices", _too_many),
    rule(r"axis (-?\d+) is out of bounds for an array", _no_axis),
    rule(r"must be divisible by `indices_or_sections`.* But received (\d+) and (\d+)", _pieces),
    rule(r"Cannot squeeze axis (-?\d+)", _not_one),
    rule(r"axis must be a list of the same length as the input shape", _permuted),
    rule(r"dtype='string' is not a valid dtype", _texts),
)
