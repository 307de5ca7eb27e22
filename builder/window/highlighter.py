"""Colours for generated Python: keywords, strings, numbers, comments and names being defined."""

import keyword
import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from builder.canvas.theme import current_theme

_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_TOKEN = re.compile(
    rf"(?P<comment>\#.*)|(?P<string>[fr]?(?:{_STRING}))"
    rf"|(?P<keyword>\b(?:{'|'.join(keyword.kwlist)})\b)"
    r"|(?P<number>\b\d[\d_]*\.?\d*(?:e[+-]?\d+)?\b)"
    r"|(?P<name>(?<=def )\w+|(?<=class )\w+)"
)
_TRIPLE = '"""'


class PythonHighlighter(QSyntaxHighlighter):
    """Knows just the Python that the generator writes, docstrings over several lines included."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self._choose()

    def recolour(self) -> None:
        """Take the colours of the present theme."""
        self._choose()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        start = 0
        inside = self.previousBlockState() == 1
        while True:
            if inside:
                end = text.find(_TRIPLE, start)
                stop = len(text) if end < 0 else end + 3
                self.setFormat(start, stop - start, self._formats["string"])
                if end < 0:
                    self.setCurrentBlockState(1)
                    return
                start, inside = stop, False
            begin = text.find(_TRIPLE, start)
            for match in _TOKEN.finditer(text, start, len(text) if begin < 0 else begin):
                kind = match.lastgroup or ""
                self.setFormat(match.start(), match.end() - match.start(), self._formats[kind])
            if begin < 0:
                self.setCurrentBlockState(0)
                return
            self.setFormat(begin, 3, self._formats["string"])
            start, inside = begin + 3, True

    def _choose(self) -> None:
        theme = current_theme()
        inks = {
            "comment": theme.secondary,
            "string": theme.ok,
            "keyword": theme.category("Attention") if theme.name == "light" else "#D98BBB",
            "number": theme.warning,
            "name": theme.accent,
        }
        for kind, ink in inks.items():
            style = self._formats[kind] = QTextCharFormat()
            style.setForeground(QColor(ink))
