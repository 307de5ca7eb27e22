"""Asking whether a script may be run: what it is, what running it means, and its very text."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from builder.catalog.display import revealed
from builder.storage.script_file import short_hash
from builder.window.source_view import SourceView
from builder.window.style import label

_MEANING = (
    "A script that runs can do all that you can: read, change, delete and send files. Run it only "
    "if you trust whoever wrote it. Nothing is trained meanwhile: fit and evaluate do nothing."
)


class ScriptDialog(QDialog):
    """Accepted, the script may be run; the text that is shown is the text that runs.

    Signs that the eye would not see, or that turn a line round, are shown as escapes.
    """

    def __init__(self, parent: QWidget, path: Path, text: str, fault: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Run {path.name}?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = label(f"“{path.name}” can only be imported by running it", "strong")
        why = label(fault, "secondary")
        meaning = label(_MEANING)
        for part in (title, why, meaning):
            part.setWordWrap(True)
        self.source = SourceView()
        self.source.setPlainText(revealed(text))
        buttons = QDialogButtonBox()
        self.run = buttons.addButton("Trust and run", QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        # Enter, pressed in a hurry, runs nothing.
        self.run.setAutoDefault(False)
        if isinstance(cancel, QPushButton):
            cancel.setDefault(True)
            cancel.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(why)
        column.addWidget(meaning)
        column.addLayout(_facts(path, text))
        column.addWidget(self.source, 1)
        column.addWidget(buttons)
        self.resize(720, 560)


def _facts(path: Path, text: str) -> QGridLayout:
    """What names this very content."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    facts = {
        "File": str(path),
        "Size": f"{len(text.encode('utf-8', 'surrogateescape')):,} bytes",
        "SHA-256": f"{short_hash(text)}…",
    }
    for row, (name, value) in enumerate(facts.items()):
        said = label(value)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        said.setWordWrap(True)
        grid.addWidget(label(name, "secondary"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(said, row, 1)
    return grid
