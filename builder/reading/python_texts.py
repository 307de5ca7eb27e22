"""Texts that a source puts together: methods of texts, `%` and `format`, within bounds."""

import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

from builder.reading.python_known import LONGEST, TooLarge, is_plain

FORMAT = re.compile(r"0?\d{0,2}(\.\d{1,2})?[dfeg]?")
"""How a value may be written into a text: `02d`, `.3f`."""

_PERCENT = re.compile(r"%(%|[-+ 0]?\d{0,2}(\.\d{1,2})?[sdifeg])")
_PLAIN = ("lower", "upper", "capitalize", "title", "strip", "lstrip", "rstrip", "split")
_ASKING = ("startswith", "endswith", "isdigit", "count", "removeprefix", "removesuffix")


def percent(text: str, values: Any) -> str:
    """`text % values`. Raises TypeError or ValueError for what is not followed here."""
    if "%" in _PERCENT.sub("", text):
        raise ValueError("not followed")
    items = values if isinstance(values, tuple) else (values,)
    if not all(map(is_plain, items)):
        raise TypeError("plain values only")
    return _bounded(text % tuple(items))


def text_method(text: str, name: str, values: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """A method of a text. Raises LookupError for one that is not known here, and as `percent`."""
    if name == "format":
        return _formatted(text, values, keywords)
    if keywords:
        raise TypeError("no such argument")
    if name == "join":
        (items,) = values
        if not isinstance(items, list | tuple) or not all(isinstance(i, str) for i in items):
            raise TypeError("joins texts only")
        if sum(map(len, items)) + len(text) * len(items) > LONGEST:
            raise TooLarge("grows too long")
        return text.join(items)
    if name == "replace":
        old, new = values
        if text.count(old) * len(new) > LONGEST:
            raise TooLarge("grows too long")
        return text.replace(old, new)
    if name == "zfill":
        (width,) = values
        return text.zfill(min(width, 100))
    if name not in (*_PLAIN, *_ASKING):
        raise LookupError(name)
    return getattr(text, name)(*values)


def _formatted(text: str, values: Sequence[Any], keywords: Mapping[str, Any]) -> str:
    if not all(map(is_plain, (*values, *keywords.values()))):
        raise TypeError("plain values only")
    for _, name, form, conversion in string.Formatter().parse(text):
        named = not name or name.isdigit() or name.isidentifier()
        if not named or conversion not in (None, "s") or not FORMAT.fullmatch(form or ""):
            raise ValueError("not followed")
    return _bounded(text.format(*values, **keywords))


def _bounded(text: str) -> str:
    if len(text) > LONGEST:
        raise TooLarge("grows too long")
    return text
