"""Names in the code: identifiers made from what people typed, and their words inside comments."""

import builtins
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Iterable

from builder.codegen.expressions import STEP, WIDTH
from builder.document.edits import snake_case

LONGEST = 30

_MODULE = frozenset({"build_model", "custom_layers", "keras", "layers", "np", "ops", "os", "pd"})
_RESERVED = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "x", "l")) | _MODULE
_USUAL = {"input": "inputs", "output": "outputs"}


class Names:
    """Hands out identifiers, none of them twice, and none that Python or the module uses."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken: set[str] = set(taken)

    def take(self, wish: str, otherwise: str = "tensor") -> str:
        """An identifier like the wish; like `otherwise` where the wish holds no Latin letter."""
        stem = identifier(wish) or identifier(snake_case(otherwise)) or "tensor"
        stem = _USUAL.get(stem, stem)
        name, number = stem, 2
        while name in self._taken or name in _RESERVED:
            name, number = f"{stem}_{number}", number + 1
        self._taken.add(name)
        return name


def identifier(text: str) -> str:
    """The text in the letters of an identifier: `Conv 1` becomes conv_1. Empty if none are left."""
    plain = unicodedata.normalize("NFKD", text[: 4 * LONGEST]).encode("ascii", "ignore").decode()
    name = re.sub(r"[^0-9a-z]+", "_", plain.lower()).strip("_")
    return re.sub(r"^[0-9_]+", "", name)[:LONGEST].strip("_")


def one_line(text: str, longest: int = 70) -> str:
    """A foreign text as words on one line, without quotes that could end a docstring."""
    line = " ".join(_printable(text).replace("\\", "/").replace('"', "'").split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def markdown(text: str) -> str:
    """A foreign text on one line of Markdown, where none of its signs means anything."""
    line = " ".join(_printable(text).split())
    return re.sub(r"[\\`*\[\]<>#|&~!$]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])", r"\\\g<0>", line)


def comment_lines(text: str) -> list[str]:
    """A comment inside a function, in lines that are none too wide where words part."""
    room = WIDTH - STEP - 2
    lines: list[str] = []
    for paragraph in text.splitlines():
        words = _printable(paragraph).strip()
        lines += textwrap.wrap(words, room, break_long_words=False, break_on_hyphens=False)
    return lines


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
