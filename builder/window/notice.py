"""A sentence for the user in a panel, and the picture of a panel that has nothing to show yet."""

import re
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from builder.window.style import label, mark

Tone = Literal["plain", "ok", "warning", "error"]

_LONG_NAME = re.compile(r"(?<![\w/\\.-])\w{21,}(?![\w/\\-])")
_SIGNS = {"plain": "", "ok": "✓", "warning": "▲", "error": "●"}


class Notice(QWidget):
    """One sentence with a sign in its tone. Hidden while it has nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.tone: Tone = "plain"
        self._said = ""
        self._sign = label("")
        self._text = label("")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A name without a space must not make the panel wider than its dock.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        return self._said

    def show_text(self, text: str, tone: Tone = "plain") -> None:
        """Say this; nothing hides the notice."""
        self.tone, self._said = tone, text
        kind = "secondary" if tone == "plain" else tone
        for part in (self._sign, self._text):
            mark(part, "kind", kind if part is self._sign or tone == "error" else "")
        self._sign.setText(_SIGNS[tone])
        self._sign.setVisible(bool(_SIGNS[tone]))
        self._text.setText(_breakable(text))
        self._text.setAccessibleName(text)
        self.setVisible(bool(text))


def _breakable(text: str) -> str:
    """The text with places to break at inside long names. Paths have theirs, and may be copied."""
    return _LONG_NAME.sub(lambda found: re.sub(r"(_+|\w{20})(?=\w)", "\\1\u200b", found[0]), text)


class EmptyState(QWidget):
    """Says what will be here and offers the first step. Signal `wanted()`: it was taken."""

    wanted = Signal()

    def __init__(self, title: str, text: str, button: str = "") -> None:
        super().__init__()
        self._title = label(title, "strong")
        self._text = label(text, "secondary")
        self._text.setWordWrap(True)
        for part in (self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setMaximumWidth(460)
        self._text.setMinimumWidth(100)
        self.button = QPushButton(button, autoDefault=False)
        if not button:
            self.button.hide()  # to show it before it has a parent would open a window
        self.button.clicked.connect(self.wanted)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._text, 4)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_text(self, title: str, text: str, button: str = "") -> None:
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
