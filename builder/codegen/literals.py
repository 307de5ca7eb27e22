"""Python literals for JSON values, as ruff writes them. Every string is data, whatever it holds."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from builder.catalog.display import divisor_of
from builder.codegen.expressions import Expression, listing, mapping, tuple_of
from builder.codegen.refusal import Unwritable

LARGEST = 2**63
NESTING = 16

_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = re.compile(r"[ !#-\[\]-~]*\Z")


def string(text: str) -> str:
    """A string literal on one line; what cannot be printed, or fools the eye, is escaped."""
    if _PLAIN.match(text):
        return f'"{text}"'
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_sign(sign, quote) for sign in text) + quote


def _sign(sign: str, quote: str) -> str:
    if sign == quote:
        return "\\" + sign
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isascii():
        return sign if sign.isprintable() else f"\\x{ord(sign):02x}"
    # Letters of any script stand as they are; signs of no certain width or look do not.
    if sign.isalpha() and sign.isprintable():
        return sign
    code = ord(sign)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def number(value: float) -> str:
    """A number as an engineer writes it: 32, 0.001, 1e-7, 1 / 255."""
    if isinstance(value, int):
        if abs(value) >= LARGEST:
            raise Unwritable("holds a number that is too large")
        return str(value)
    if not math.isfinite(value):
        raise Unwritable("holds a number that is not finite")
    divisor = divisor_of(value)
    if divisor is not None:
        return f"1 / {divisor}" if divisor > 0 else f"-1 / {-divisor}"
    return re.sub(r"e([-+])0+", r"e\1", repr(value)).replace("e+", "e")


def literal(value: Any, *, tuples: bool = False, depth: int = 0) -> Expression:
    """Any JSON value. Lists become lists, or tuples where Keras writes tuples.

    Raises Unwritable for what JSON does not know, for huge numbers and for deep nesting.
    """
    if value is None or isinstance(value, bool):
        return (repr(value),)
    if isinstance(value, str):
        return (string(value),)
    if isinstance(value, int | float):
        return (number(value),)
    if depth >= NESTING:
        raise Unwritable(f"is nested deeper than {NESTING} levels")
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        items = value.items()
        return mapping(
            (string(key), literal(v, tuples=tuples, depth=depth + 1)) for key, v in items
        )
    if isinstance(value, Sequence):
        members = [literal(item, tuples=tuples, depth=depth + 1) for item in value]
        return tuple_of(members) if tuples else listing(members)
    raise Unwritable("holds a value that has no literal")
