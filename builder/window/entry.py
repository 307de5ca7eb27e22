"""What a typed text means: parameter values as text in a field, and back again.

`parse(as_text(value, spec), spec)` is the value again, up to a list of equal numbers that Keras
reads as one (`3` and `[3, 3]` for a kernel). Whether the value makes sense for its parameter is
for `catalog.validate` to say; here only the notation is judged.
"""

import ast
import json
import math
import re
from collections.abc import Callable
from typing import Any

from builder.catalog.spec import Kind, ParamSpec

_SEPARATORS = re.compile(r"\s*[×xX*,;]\s*|\s+")


class EntryError(ValueError):
    """The text is in no notation of its parameter's kind; the message says what is expected."""


def parse(text: str, spec: ParamSpec) -> Any:
    """The JSON value that a text stands for. Raises EntryError with a sentence."""
    text = text.strip()
    if spec.kind == "text":
        return None if not text and spec.nullable else text
    if spec.nullable and text in ("", "None"):
        return None
    reader = _READERS.get(spec.kind)
    return text if reader is None else reader(text, spec)


def as_text(value: Any, spec: ParamSpec) -> str:
    """A value in the notation that `parse` reads."""
    if value is None:
        return "None" if spec.kind == "literal" else ""
    if spec.kind == "text":
        return str(value)
    if spec.kind == "literal" or isinstance(value, dict):
        return repr(value)
    if spec.kind == "constant" and (isinstance(value, bool) or not _is_flat(value)):
        return repr(value)
    if spec.kind == "ints" and isinstance(value, int) and spec.length > 1:
        return " × ".join([str(value)] * spec.length)
    if spec.kind in ("ints", "shape") and isinstance(value, list):
        return " × ".join(map(str, value)) if value else "()"
    if spec.kind == "texts" and isinstance(value, list):
        return ", ".join(value) if _plain(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return ", ".join(map(_number_text, value)) if value else "()"
    return _number_text(value)


def _number_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _is_flat(value: Any) -> bool:
    """Whether a value is a number, or a list of some that reads well between commas."""
    items = value if isinstance(value, list) and len(value) > 1 else [value]
    return all(isinstance(item, int | float) and not isinstance(item, bool) for item in items)


def _plain(texts: list[Any]) -> bool:
    """Whether texts can stand between commas without quotes."""
    return bool(texts) and all(
        isinstance(t, str) and t and t == t.strip() and "," not in t and t[0] not in "[\"'"
        for t in texts
    )


def _integer(text: str, spec: ParamSpec) -> int:
    try:
        return int(text)
    except ValueError:
        raise EntryError(
            f"{spec.name} is a whole number such as {_example(spec, 32)}; {_got(text)}."
        ) from None


def _number(text: str, spec: ParamSpec) -> float:
    try:
        value = int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EntryError(f"{spec.name} is a number such as {_example(spec, 0.5)}; {_got(text)}.")
    return value


def _integers(text: str, spec: ParamSpec) -> int | list[int]:
    example = " × ".join(["3"] * (spec.length or 2))
    try:
        numbers = [int(part) for part in _parts(text)]
    except ValueError:
        raise EntryError(f"{spec.name} is whole numbers such as {example}; {_got(text)}.") from None
    if spec.length and len(numbers) not in (1, spec.length):
        raise EntryError(
            f"{spec.name} is one whole number or {spec.length} of them, such as {example}; "
            f"{_got(text)}."
        )
    return numbers[0] if len(numbers) == 1 and text[:1] not in "([" else numbers


def _numbers(text: str, spec: ParamSpec) -> float | list[float]:
    numbers = [_number(part, spec) for part in _parts(text)]
    return numbers[0] if len(numbers) == 1 and text[:1] not in "([" else numbers


def _shape(text: str, spec: ParamSpec) -> list[int | None]:
    try:
        return [None if part in ("None", "?") else int(part) for part in _parts(text)]
    except ValueError:
        raise EntryError(
            f"{spec.name} is a shape such as 28 × 28 × 1, with None for an open axis; {_got(text)}."
        ) from None


def _texts(text: str, spec: ParamSpec) -> list[str]:
    if text.startswith("["):
        value = _literal(text, spec)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise EntryError(f'{spec.name} is a list of texts such as ["a", "b"]; {_got(text)}.')
        return value
    return [part for part in (p.strip() for p in text.split(",")) if part]


def _literal(text: str, spec: ParamSpec) -> Any:
    return _evaluated(
        text, f"{spec.name} is a Python literal such as 1, 'text', [1, 2] or {{'a': 1}}"
    )


def _constant(text: str, spec: ParamSpec) -> Any:
    return _evaluated(text, f"{spec.name} is a number such as 2, or a list such as [1, 2]")


def _evaluated(text: str, expected: str) -> Any:
    try:
        return _as_json(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise EntryError(f"{expected}; {_got(text)}.") from None


def _as_json(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_as_json(item) for item in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {key: _as_json(item) for key, item in value.items()}
    raise ValueError(value)


def _parts(text: str) -> list[str]:
    inner = text.strip("()[] ").rstrip(",; ")
    return _SEPARATORS.split(inner) if inner else []


def _example(spec: ParamSpec, fallback: float) -> Any:
    chosen = spec.example if spec.example is not None else spec.default
    return fallback if chosen is None else chosen


def _got(text: str) -> str:
    return f"received “{text}”" if text else "received nothing"


_READERS: dict[Kind, Callable[[str, ParamSpec], Any]] = {
    "int": _integer,
    "number": _number,
    "ints": _integers,
    "numbers": _numbers,
    "axis": _integers,
    "shape": _shape,
    "texts": _texts,
    "literal": _literal,
    "constant": _constant,
}
