"""What to say when a parameter's value is none that Keras takes."""

import re

from builder.engine.worker.case import Case, Rule, rule, times


def _missing(found: re.Match[str], case: Case) -> str:
    names = re.findall(r"'(\w+)'", found[1])
    listed = " and ".join(f"“{name}”" for name in names)
    return f"{case.subject} needs a value for {listed}. Set it in the inspector."


def _unknown_word(found: re.Match[str], case: Case) -> str:
    kind = found[1].removesuffix(" function").strip().lower()
    return (
        f"{case.subject} names {'an' if kind[:1] in 'aeiou' else 'a'} {kind} that Keras does not "
        f"have; received “{found[2].strip(' .')}”. Choose one from the list."
    )


def _unknown_argument(found: re.Match[str], case: Case) -> str:
    names = re.findall(r"'(\w+)':", found[1])
    listed = " and ".join(f"“{name}”" for name in names) or found[1]
    return f"{case.subject} has no parameter {listed} in this Keras. Reset it in the inspector."


def _bad_value(found: re.Match[str], case: Case) -> str:
    return (
        f"“{found['name']}” of {case.subject} must be {_article(found['expected'])}; "
        f"received {_short(found['received'])}."
    )


def _kernel_size(found: re.Match[str], case: Case) -> str:
    return (
        f"“{found[1]}” of {case.subject} must be one positive whole number, or {found[2]} of "
        f"them; received {times(case.params.get(found[1], _short(found[3])))}."
    )


def _padding(found: re.Match[str], case: Case) -> str:
    choices = ", ".join(sorted(re.findall(r"\w+", found[1])))
    return f"“padding” of {case.subject} must be one of {choices}; received {_short(found[2])}."


def _groups(found: re.Match[str], case: Case) -> str:
    return (
        f"“groups” of {case.subject} must divide the number of filters; received {found[1]} groups "
        f"and {found[2]} filters."
    )


def _stride_and_dilation(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} cannot have strides and a dilation rate above 1 together. "
        "Set one of them to 1."
    )


def _permutation(found: re.Match[str], case: Case) -> str:
    return (
        f"“dims” of {case.subject} must name every axis behind the batch once, from 1 on; "
        f"received {_short(found[1])}."
    )


def _bad_shape(found: re.Match[str], case: Case) -> str:
    return (
        f"The shape of {case.subject} is a list of positive whole numbers, or None for an axis of "
        f"any size; received {_short(found[1])}."
    )


def _bad_dtype(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} has a dtype that Keras does not know; received “{found[1]}”. "
        "Choose float32 unless you know better."
    )


def _article(expected: str) -> str:
    expected = (
        expected.strip(" .").replace("float value", "number").replace("integer", "whole number")
    )
    expected = expected.removeprefix("to be ")
    starts = ("a ", "an ", "one ", "in ", "positive", "between", "at ")
    return expected if expected.startswith(starts) else f"a {expected}"


def _short(value: str) -> str:
    value = value.strip(" .")
    value = re.sub(r"^\w+=", "", value)
    return value if len(value) <= 60 else value[:60] + "…"


PARAMETER_RULES: tuple[Rule, ...] = (
    rule(r"missing \d+ required (?:positional|keyword-only) arguments?: (.*)$", _missing),
    rule(r"Could not interpret ([\w ]+?) identifier: (.*)$", _unknown_word),
    rule(r"Unrecognized keyword arguments? passed to \w+: (.*)$", _unknown_argument),
    rule(r"`?(\w+)`? argument must be a tuple of (\d+) integers\. Received:? (.*)$", _kernel_size),
    rule(r"`padding` argument must be .*?one of \{([^}]*)\}\. Received:? (.*)$", _padding),
    rule(r"divisible by the number of groups.*groups=(\d+), filters=(\d+)", _groups),
    rule(
        r"`strides > 1` not supported in conjunction with `dilation_rate > 1`", _stride_and_dilation
    ),
    rule(r"Invalid permutation argument `dims`.*Received dims=(.*)$", _permutation),
    rule(r"Cannot convert '(.*?)' to a shape", _bad_shape),
    rule(r"Invalid dtype: (\S+)", _bad_dtype),
    rule(
        r"Invalid value(?: received)? for (?:argument )?`(?P<name>\w+)`[.,] "
        r"expected (?P<expected>.*?)\. Received:? (?P<received>.*)$",
        _bad_value,
    ),
    rule(
        r"`(?P<name>\w+)`(?: argument)? (?:must|should) be (?P<expected>.*?)\. "
        r"Received:? (?P<received>.*)$",
        _bad_value,
    ),
)
