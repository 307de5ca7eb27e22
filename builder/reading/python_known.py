"""Arithmetic on plain values, within bounds: what a hostile source could make huge is refused."""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

LARGEST = 2**64
LONGEST = 100_000
"""Signs of a text, items of a list."""
TURNS = 10_000
"""Turns of a loop, and items that something is made from."""

_HALF_A_SIGN = re.compile("[\ud800-\udfff]")


class TooLarge(Exception):
    """A value would pass the bounds. The message is the end of a sentence."""


def is_plain(value: object) -> bool:
    """Whether it is a single plain value: a number, a text, True, False or None."""
    return value is None or isinstance(value, bool | int | float | str)


def is_flat(value: object) -> bool:
    """Whether it is plain, or a list of plain values: what may be compared without end."""
    return is_plain(value) or (
        isinstance(value, list | tuple | range)
        and len(value) <= LONGEST
        and (isinstance(value, range) or all(map(is_plain, value)))
    )


def is_small(value: object) -> bool:
    """Whether lists in lists hold no more than a list may, all counted as often as they stand."""
    waiting, count = [value], 0
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Mapping):
            inner = list(inner.values())
        if isinstance(inner, list | tuple | range):
            count += len(inner)
            if count > LONGEST:
                return False
            waiting += () if isinstance(inner, range) else inner
    return True


def constant(value: Any) -> Any:
    """A number or text as it stands in a source. Raises TooLarge for what no file can hold."""
    if isinstance(value, int) and abs(value) > LARGEST:
        raise TooLarge("is a number that is too large")
    if isinstance(value, str) and _HALF_A_SIGN.search(value):
        raise TooLarge("holds half a character, which no file can hold")
    return value


def binary(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """`left OP right` of plain values, texts and lists. Raises TooLarge, TypeError and the like."""
    if isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
        return _of_sequences(kind, left, right)
    if not _numbers(left, right):
        raise TypeError("no numbers")
    if kind is ast.Pow and (abs(right) > 64 or abs(left) > LARGEST):
        raise TooLarge("is a number that is too large")
    if kind in (ast.LShift, ast.RShift) and not 0 <= right <= 64:
        raise TooLarge("is a number that is too large")
    return _bounded(_BINARY[kind](left, right))


def _of_sequences(kind: type[ast.operator], left: Any, right: Any) -> Any:
    if kind is ast.Add and type(left) is type(right):
        if len(left) + len(right) > LONGEST:
            raise TooLarge("grows too long")
        return left + right
    if kind is ast.Mult:
        sequence, times = (right, left) if isinstance(left, int) else (left, right)
        if isinstance(sequence, str | list | tuple) and isinstance(times, int):
            if len(sequence) * max(times, 0) > LONGEST:
                raise TooLarge("grows too long")
            return sequence * times
    raise TypeError("no such operation")


def unary(kind: type[ast.unaryop], value: Any) -> Any:
    if kind is ast.Not:
        return not value
    if not _numbers(value):
        raise TypeError("no number")
    return _UNARY[kind](value)


def compare(kind: type[ast.cmpop], left: Any, right: Any) -> bool:
    """Raises TypeError for what is not compared here: nested lists could be compared for hours."""
    if kind in (ast.Is, ast.IsNot):
        return (left is right) == (kind is ast.Is)
    if kind in (ast.In, ast.NotIn):
        if isinstance(right, Mapping):
            found = is_plain(left) and left in right
        elif (is_plain(left) and is_flat(right) and not is_plain(right)) or (
            isinstance(left, str) and isinstance(right, str)
        ):
            found = left in right
        else:
            raise TypeError("not searched")
        return found == (kind is ast.In)
    if not (is_flat(left) and is_flat(right)):
        raise TypeError("not compared")
    return bool(_COMPARE[kind](left, right))


def builtin(name: str, values: Sequence[Any]) -> Any:
    """What a function of Python gives for plain values.

    Raises LookupError for one that is not known here, TypeError for values that do not suit.
    """
    return _BUILTINS[name](*values)


def _numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and abs(value) > LARGEST:
        raise TooLarge("is a number that is too large")
    if isinstance(value, complex):
        raise TypeError("complex")
    return value


def _range(*values: Any) -> range:
    if not all(isinstance(value, int) for value in values):
        raise TypeError("whole numbers only")
    if any(abs(value) > LARGEST // 4 for value in values):
        raise TooLarge("is a range that is too large")
    return range(*values)


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        value = list(value)
    if not isinstance(value, list | tuple | range | str):
        raise TypeError("not walked")
    if len(value) > TURNS:
        raise TooLarge(f"has {len(value):,} items; at most {TURNS:,} are read")
    return list(value)


def _number(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def made(value: Any) -> Any:
        if not isinstance(value, int | float | str) or (
            isinstance(value, str) and len(value) > 100
        ):
            raise TypeError("no number")
        return _bounded(make(value))

    return made


def _over(make: Callable[[Any], Any]) -> Callable[..., Any]:
    def made(*values: Any) -> Any:
        items = _items(values[0]) if len(values) == 1 else list(values)
        if not all(map(is_plain, items)):
            raise TypeError("plain values only")
        return make(items)

    return made


def _round(value: Any, digits: Any = None) -> Any:
    if digits is not None and not (isinstance(digits, int) and abs(digits) <= 20):
        raise TypeError("no number of digits")
    return round(value, digits)


def _is_a(value: Any, types: Any) -> bool:
    """`isinstance`; the types are given by their names."""
    if value is not None and not isinstance(value, tuple(_TYPES.values())):
        raise TypeError("not plain")
    names = types if isinstance(types, tuple) else (types,)
    return isinstance(value, tuple(_TYPES[name] for name in names))


def _text(value: Any) -> str:
    if not is_plain(value):
        raise TypeError("not written")
    return str(value)


def _length(value: Any) -> int:
    if not isinstance(value, list | tuple | range | str | Mapping):
        raise TypeError("no length")
    return len(value)


_TYPES: Mapping[str, type] = {
    one.__name__: one for one in (int, float, bool, str, list, tuple, dict, range)
}
_BUILTINS: Mapping[str, Callable[..., Any]] = {
    "range": _range,
    "len": _length,
    "list": lambda value=(): _items(value),
    "tuple": lambda value=(): tuple(_items(value)),
    "reversed": lambda value: _items(value)[::-1],
    "enumerate": lambda value, start=0: [
        (start + place, item) for place, item in enumerate(_items(value))
    ],
    "zip": lambda *values: list(zip(*map(_items, values), strict=False)),
    "dict": lambda value=(): dict(value if isinstance(value, Mapping) else _items(value)),
    "int": _number(int),
    "float": _number(float),
    "abs": _number(abs),
    "bool": _number(bool),
    "round": _round,
    "str": _text,
    "min": _over(min),
    "max": _over(max),
    "any": _over(any),
    "all": _over(all),
    "divmod": lambda left, right: (
        binary(ast.FloorDiv, left, right),
        binary(ast.Mod, left, right),
    ),
    "pow": lambda left, right: binary(ast.Pow, left, right),
    "chr": lambda value: constant(chr(value)),
    "ord": ord,
    "isinstance": _is_a,
    "sum": _over(sum),
    "sorted": _over(sorted),
}
BUILTINS = frozenset((*_BUILTINS, "print", "map", "filter", "open", "set", "object"))
"""Names that Python itself gives; those that nothing is calculated for give unknown values."""

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
