"""What cannot be read of a Python source: one sentence with its place, and the words it is about."""

import ast
import re

from msgspec import Struct

_LONGEST = 60


class Place(Struct, frozen=True):
    """A stretch of source: lines from 1, columns from 0, and its words on one line."""

    line: int
    column: int
    end_line: int
    end_column: int
    words: str


class CannotRead(Exception):
    """A source is no network that can be read. `place` is where, None for all of it.

    What `runs` might tell more when it is run; what is no Python does not.
    """

    def __init__(self, message: str, place: Place | None = None, *, runs: bool = True) -> None:
        super().__init__(message if place is None else f"Line {place.line}: {message}")
        self.message = message
        self.place = place
        self.runs = runs


class Sources:
    """Makes sentences about pieces of one source; knows its lines."""

    def __init__(self, text: str) -> None:
        # As Python counts them: a form feed ends no line, unlike for `splitlines`.
        self.lines = re.split(r"\r\n|\r|\n", text)

    def place(self, node: ast.AST) -> Place:
        line = getattr(node, "lineno", 1)
        end = getattr(node, "end_lineno", None) or line
        # The head of what has a body: a loop is named by its first line.
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and not isinstance(node, ast.Module):
            end = max(line, body[0].lineno - 1)
        first = self._signs(line, getattr(node, "col_offset", 0))
        last = self._signs(end, getattr(node, "end_col_offset", None) or 0)
        if isinstance(body, list) or end > line:
            last = len(self.lines[end - 1]) if end <= len(self.lines) else last
        return Place(line, first, end, last, self._words(line, first, end, last))

    def fault(self, node: ast.AST, message: str) -> CannotRead:
        """`message` holds `{words}` where the piece of source is to stand."""
        place = self.place(node)
        return CannotRead(message.replace("{words}", f"`{place.words}`"), place)

    def no_python(self, fault: SyntaxError) -> CannotRead:
        """What the parser found. Its columns count signs, from 1."""
        line = fault.lineno or 1
        first = max(0, (fault.offset or 1) - 1)
        end, last = fault.end_lineno or line, (fault.end_offset or 0) - 1
        if end != line or last <= first:
            end, last = line, len(self.lines[line - 1]) if line <= len(self.lines) else first
        place = Place(line, first, end, last, self._words(line, first, end, last))
        said = (fault.msg or "invalid syntax").rstrip(".?")
        received = f" Received `{place.words}`." if place.words else ""
        return CannotRead(f"This is no Python: {said}.{received}", place, runs=False)

    def _signs(self, line: int, offset: int) -> int:
        """A column in signs: the parser counts bytes."""
        if not 1 <= line <= len(self.lines):
            return 0
        return len(self.lines[line - 1].encode()[:offset].decode(errors="ignore"))

    def _words(self, line: int, first: int, end: int, last: int) -> str:
        if not 1 <= line <= len(self.lines):
            return ""
        whole = self.lines[line - 1][first : last if end == line else None]
        words = " ".join("".join(s if s.isprintable() else " " for s in whole).split())
        cut = end > line or len(words) > _LONGEST
        words = words[:_LONGEST].rstrip()
        return f"{words} …" if cut and not words.endswith(":") else words
