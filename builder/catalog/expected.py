"""What a parameter expects, in words: for the sentence that refuses a value."""

from typing import Any

from builder.catalog.display import display, number
from builder.catalog.spec import Group, ParamSpec

_SINGULAR: dict[Group, str] = {
    "activations": "an activation",
    "initializers": "an initializer",
    "regularizers": "a regularizer",
    "constraints": "a constraint",
    "optimizers": "an optimizer",
    "schedules": "a learning rate schedule",
    "losses": "a loss",
    "metrics": "a metric",
    "callbacks": "a callback",
}


def refused(value: Any, spec: ParamSpec) -> str:
    """The sentence for a value that does not fit: what is expected, what was received."""
    return f"{spec.name} is {wanted(spec)}; received {received(value)}."


def received(value: Any) -> str:
    """A value as a sentence quotes it."""
    if isinstance(value, str):
        return f"“{display(value)}”"
    return "an empty list" if value in ([], ()) else display(value)


def wanted(spec: ParamSpec) -> str:
    """What a parameter is, in words, with its bounds and an example."""
    match spec.kind:
        case "bool":
            said = "True or False"
        case "int":
            said = f"a whole number{_bounds(spec)}"
        case "number":
            said = f"a number{_bounds(spec)}"
            said += f" or {_SINGULAR[spec.group]}" if spec.group else ""
        case "ints" | "numbers":
            said = _wanted_list(spec)
        case "axis":
            said = "an axis (a whole number) or a list of axes"
        case "shape":
            said = f"a list of whole numbers{_bounds(spec)}, None where an axis is open"
        case "text" | "feature" | "target" | "monitor":
            said = "a text"
        case "texts":
            said = "a list of texts"
        case "choice":
            said = f"one of {', '.join(spec.choices)}" if len(spec.choices) > 1 else spec.choices[0]
        case "dtype":
            said = "a data type such as float32 or mixed_float16"
        case "object":
            said = _SINGULAR[spec.group] if spec.group else "an object of Keras"
        case "objects":
            said = f"a list, each {_SINGULAR[spec.group] if spec.group else 'an object of Keras'}"
        case "layer":
            said = f"a layer{_types(spec)}"
        case "layers":
            said = f"a list of layers{_types(spec)}"
        case "code":
            said = "Python code"
        case "constant":
            said = "a number, True, False, or a list of these"
        case "index":
            said = "what stands between brackets, such as “:, 0”"
        case "literal":
            said = "a plain value: a number, a text, True, False, a list or a dictionary of these"
    return f"{said} or None" if spec.nullable else said


def _wanted_list(spec: ParamSpec) -> str:
    one = "whole number" if spec.kind == "ints" else "number"
    several = f"{spec.length} {one}s" if spec.length > 1 else f"{one}s"
    listed = f"a list of {several}" if spec.length != 1 else f"a list of one {one}"
    start = f"a {one} or " if spec.scalar else ""
    return f"{start}{listed}{_bounds(spec)}"


def _bounds(spec: ParamSpec) -> str:
    low, high = spec.minimum, spec.maximum
    if low is not None and high is not None:
        return f" from {_plain(low)} to {_plain(high)}"
    if low is not None:
        return f" of at least {_plain(low)}"
    return f" of at most {_plain(high)}" if high is not None else ""


def _plain(value: float) -> str:
    return number(int(value) if value == int(value) else value)


def _types(spec: ParamSpec) -> str:
    names = [choice.rpartition(".")[2] for choice in spec.choices]
    if not names:
        return ""
    head = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return f" of type {head}"
