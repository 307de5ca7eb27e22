"""A module in parts, so that a script, a folder and a notebook lay out the same lines."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from builder.codegen.page import Page

Kind = Literal[
    "head", "imports", "settings", "block", "model", "data", "train", "evaluate", "predict", "main"
]

_FUNCTION = re.compile(r"def (\w+)\(")
_KINDS: dict[str, Kind] = {
    "build_model": "model",
    "start_from": "train",
    "train": "train",
    "evaluate": "evaluate",
    "predict": "predict",
    "main": "main",
}


class Part(Struct, frozen=True):
    """Lines that belong together, and the node behind each of them.

    `name` is that of the function, where the part is one.
    """

    kind: Kind
    lines: tuple[str, ...]
    nodes: tuple[str | None, ...]
    name: str = ""

    @property
    def text(self) -> str:
        """The lines without the empty ones around them."""
        return "\n".join(self.lines).strip("\n")


def whole(page: Page, kind: Kind) -> tuple[Part, ...]:
    """The page as one part; an empty page is none."""
    return (Part(kind, tuple(page.lines), tuple(page.nodes)),) if page.lines else ()


def by_function(page: Page, otherwise: Kind) -> Iterator[Part]:
    """A part for each function of a page, with what stands below it up to the next one.

    `otherwise` is the kind of a function whose name says nothing.
    """
    ends = [*page.starts[1:], len(page.lines)]
    # What stands above the first function, a comment on what is left out, goes with it.
    for start, end in zip([0, *page.starts[1:]], ends, strict=True) if page.starts else ():
        lines = tuple(page.lines[start:end])
        name = _name(lines)
        yield Part(_KINDS.get(name, otherwise), lines, tuple(page.nodes[start:end]), name)
    if not page.starts:
        yield from whole(page, otherwise)


def of_kind(parts: Iterable[Part], kind: Kind) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.kind == kind)


def _name(lines: Iterable[str]) -> str:
    found = next((match for line in lines if (match := _FUNCTION.match(line))), None)
    return "" if found is None else found[1]
