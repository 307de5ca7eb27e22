"""Asking whether a script may be run: what it is, what running it means, and its very text."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QWidget

from builder.catalog.display import revealed
from builder.storage.script_file import short_hash
from builder.window.style import label
from builder.window.trust_dialog import TrustDialog

_MEANING = (
    "A script that runs can do all that you can: read, change, delete and send files. Run it only "
    "if you trust whoever wrote it. Nothing is trained meanwhile: fit and evaluate do nothing."
)


class ScriptDialog(TrustDialog):
    """Accepted, the script may be run; the text that is shown is the text that runs.

    Signs that the eye would not see, or that turn a line round, are shown as escapes.
    """

    def __init__(self, parent: QWidget, path: Path, text: str, fault: str) -> None:
        title = label(f"“{path.name}” can only be imported by running it", "strong")
        why, meaning = label(fault, "secondary"), label(_MEANING)
        cancel = QDialogButtonBox.StandardButton.Cancel
        super().__init__(parent, revealed(text), [title, why, meaning, _facts(path, text)], cancel)
        self.setWindowTitle(f"Run {path.name}?")


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
