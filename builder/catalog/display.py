"""Parameter values as people read them: 3 × 3, None, he_normal, HeNormal(seed 1).

Values come from files that anybody may have written, so every text is cut to one printable line
and nothing here raises.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 60
_DEEPEST = 4
_LARGEST_DIVISOR = 65_536
_LONG_FRACTION = 8
# Signs that control, that have no width, and that set the direction of what follows.
_UNSEEN = (
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def display(value: Any) -> str:
    """A parameter's value on one line, as the inspector and the canvas show it."""
    return short(_shown(value, 0))


def class_name(type_: Any) -> str:
    """The last part of a public path: `keras.layers.Conv2D` -> `Conv2D`."""
    return short(type_.rpartition(".")[2]) if isinstance(type_, str) else "?"


def words(name: str) -> str:
    """A parameter's or class's name as words: `return_sequences`, `MeanSquaredError`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace("_", " "))
    return parted if parted.isupper() else parted.lower()


def short(text: str, limit: int = LONGEST) -> str:
    """Foreign text on one printable line of at most `limit` letters."""
    head = "".join(sign if sign.isprintable() else " " for sign in text[: limit + 1])
    return head if len(head) <= limit else head[: limit - 1].rstrip() + "…"


def revealed(code: str) -> str:
    """Foreign code with what is not seen, or turns the order of signs round, as escapes."""
    return re.sub(_UNSEEN, lambda sign: ascii(sign[0])[1:-1], code)


def number(value: float) -> str:
    """A number without needless digits; the fraction of a whole number as 1/255."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else f"{str(value)[:12]}…"
    if not math.isfinite(value):
        return str(value)
    divisor = divisor_of(value)
    if divisor is not None:
        return f"1/{divisor}" if divisor > 0 else f"-1/{-divisor}"
    return f"{value:g}"


def divisor_of(value: float) -> int | None:
    """The 255 of 1/255, for a number that says nothing in digits; None for any other."""
    if len(repr(value)) <= _LONG_FRACTION or abs(value) <= 1 / _LARGEST_DIVISOR:
        return None
    divisor = round(1 / value)
    return divisor if divisor and 1 / divisor == value else None


def _shown(value: Any, depth: int) -> str:
    match value:
        case bool() | None:
            return str(value)
        case int() | float():
            return _number(value)
        case str():
            return value[: LONGEST + 1]
        case _ if depth >= _DEEPEST:
            return "…"
        case list() | tuple():
            return _list(value, depth)
        case Mapping() if "type" in value:
            return _object(value, depth)
        case Mapping():
            items = list(value.items())[:6]
            inner = ", ".join(f"{short(str(k))}: {_shown(v, depth + 1)}" for k, v in items)
            return "{" + inner + "}"
    return short(str(type(value).__name__))


def _number(value: float) -> str:
    try:
        return number(value)
    except ValueError:  # Python refuses to spell out an integer of thousands of digits
        return "a huge number"


def _list(value: list[Any] | tuple[Any, ...], depth: int) -> str:
    """Whole numbers and None as a shape, all else between commas."""
    head = [_shown(item, depth + 1) for item in value[:12]]
    if len(value) > len(head):
        head.append("…")
    if not value:
        return "()"
    if depth == 0 and all(item is None or type(item) is int for item in value):
        return " × ".join(head)
    inner = ", ".join(head)
    return f"({inner})" if depth else inner


def _object(value: Mapping[str, Any], depth: int) -> str:
    name = class_name(value["type"])
    params = value.get("params")
    if not isinstance(params, Mapping) or not params:
        return name
    items = list(params.items())[:6]
    return f"{name}({', '.join(f'{short(str(k))} {_shown(v, depth + 1)}' for k, v in items)})"
