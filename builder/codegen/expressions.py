"""Python expressions as values, and their layout on lines of 88 columns, as ruff leaves them.

An expression is a sequence of parts: text that is never broken, and groups, which are brackets
with items. A group that does not fit on its line puts its items on an indented line of their
own (the arguments of a call), or else each item on a line with a comma behind it.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct

WIDTH = 88
STEP = 4


class Group(Struct, frozen=True):
    """Brackets with items. Arguments of a call may share one indented line; items never do.

    `inside` is the text between the brackets when all stands on one line.
    """

    opening: str
    items: tuple["Expression", ...]
    closing: str
    inside: str
    arguments: bool = False

    @property
    def text(self) -> str:
        return self.opening + self.inside + self.closing


Expression = tuple["str | Group", ...]


def group(
    opening: str, items: Iterable[Expression], closing: str, *, arguments: bool = False
) -> Group:
    members = tuple(items)
    return Group(opening, members, closing, ", ".join(map(flat, members)), arguments)


def call(function: str, arguments: Iterable[Expression]) -> Expression:
    """A call: `layers.Dense(64, name="hidden")`."""
    return (function, group("(", arguments, ")", arguments=True))


def subscript(value: str, key: Expression) -> Expression:
    """An item of something: `table["price"]`."""
    return (value, group("[", (key,), "]", arguments=True))


def listing(items: Iterable[Expression]) -> Expression:
    return (group("[", items, "]"),)


def tuple_of(items: Iterable[Expression]) -> Expression:
    members = tuple(items)
    if len(members) == 1:
        return ("(", *members[0], ",)")
    return (group("(", members, ")"),)


def mapping(items: Iterable[tuple[str, Expression]]) -> Expression:
    """A dict display; keys are literals already."""
    return (group("{", ((f"{key}: ", *value) for key, value in items), "}"),)


def keyword(name: str, value: Expression) -> Expression:
    return (f"{name}=", *value)


def flat(expression: Expression) -> str:
    """The expression on one line, however long."""
    return "".join([part if isinstance(part, str) else part.text for part in expression])


def layout(expression: Expression, indent: int = 0) -> list[str]:
    """The expression as lines, each with its indentation."""
    text = flat(expression)
    if indent + width(text) <= WIDTH:
        return [" " * indent + text]
    return _Printer(indent).print(expression)


def width(text: str) -> int:
    """Columns that a text takes on a screen: East Asian letters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


class _Printer:
    """Lays one expression out; `line` is the line that is being written."""

    def __init__(self, indent: int) -> None:
        self.lines: list[str] = []
        self.line = " " * indent

    def print(self, expression: Expression) -> list[str]:
        self._parts(expression, len(self.line), "")
        return [*self.lines, self.line]

    def _parts(self, expression: Expression, indent: int, behind: str) -> None:
        """Write an expression that starts in this line; `behind` must fit behind its end."""
        for place, part in enumerate(expression):
            if isinstance(part, str):
                self.line += part
            elif self._fits(part.text + _unbreakable(expression[place + 1 :], behind)):
                self.line += part.text
            else:
                self._broken(part, indent)

    def _broken(self, group: Group, indent: int) -> None:
        inner = indent + STEP
        self.line += group.opening
        if group.arguments and inner + width(group.inside) <= WIDTH:
            self._start(inner)
            self.line += group.inside
        else:
            comma = "" if group.arguments and len(group.items) == 1 else ","
            for item in group.items:
                self._start(inner)
                self._parts(item, inner, comma)
                self.line += comma
        self._start(indent)
        self.line += group.closing

    def _fits(self, text: str) -> bool:
        return width(self.line) + width(text) <= WIDTH

    def _start(self, indent: int) -> None:
        self.lines.append(self.line)
        self.line = " " * indent


def _unbreakable(parts: Sequence[str | Group], behind: str) -> str:
    """What must stand on the same line as the part before: all up to the next bracket."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif part.items:
            return text + part.opening
        else:
            text += part.opening + part.closing
    return text + behind
