"""The text between the brackets behind a tensor, read strictly: `:, 0, ::2, ..., None`.

Only whole numbers, slices of them, None and `...` can stand there, so a text from a file is never
run. What is read is written again by `spelled`, the same for all ways to type it.
"""

import re

from builder.catalog.display import short

Slice = tuple[int | None, int | None, int | None]
Item = int | Slice | str | None
"""A whole number, a slice, `...`, or None for a new axis."""

MOST = 16
_LARGEST = 2**31
_NUMBER = re.compile(r"[+-]?\d{1,10}\Z", re.ASCII)
_ELLIPSIS = "..."


class NoIndex(ValueError):
    """The text is no index; the message says what is wrong with it."""


def parse(text: str) -> tuple[Item, ...]:
    """The items between the commas. Raises NoIndex with a sentence."""
    inner = text.strip().removesuffix(",").replace("…", _ELLIPSIS)
    axes = inner.count(",") + 1
    if axes > MOST:
        raise NoIndex(f"An index names at most {MOST} axes; received {axes:,}.")
    items = tuple(_item(part.strip()) for part in inner.split(","))
    if items.count(_ELLIPSIS) > 1:
        raise NoIndex("“...” stands for all axes between and can be there once.")
    return items


def spelled(items: tuple[Item, ...]) -> str:
    """Items as Python writes them: `:, 0, ::2`."""
    return ", ".join(map(_spelled, items))


def _item(text: str) -> Item:
    if text in (_ELLIPSIS, "None"):
        return _ELLIPSIS if text == _ELLIPSIS else None
    parts = [part.strip() for part in text.split(":")]
    if len(parts) == 1 and text:
        return _number(text)
    if len(parts) > 3 or not text:
        raise _unread(text)
    start, stop, step = (_number(part) if part else None for part in (*parts, "", "")[:3])
    if step == 0:
        raise NoIndex(f"The step of a slice cannot be 0; received “{short(text)}”.")
    return (start, stop, step)


def _number(text: str) -> int:
    if not _NUMBER.match(text) or abs(int(text)) >= _LARGEST:
        raise _unread(text)
    return int(text)


def _unread(text: str) -> NoIndex:
    return NoIndex(
        "An index is whole numbers, slices (start:stop:step), None and ..., between commas, such "
        f"as “:, 0”; received “{short(text)}”."
    )


def _spelled(item: Item) -> str:
    if not isinstance(item, tuple):
        return str(item)
    start, stop, step = ("" if part is None else str(part) for part in item)
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
