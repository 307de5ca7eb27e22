"""All the Python code of a project as plain text, to look at before it is trusted."""

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from builder.catalog.code import Code
from builder.catalog.display import revealed
from builder.window.style import label
from builder.window.trust_dialog import TrustDialog

_MEANING = (
    "Code that runs can do all that you can: read, change, delete and send files. Trust it only if "
    "you trust whoever wrote it. It stays trusted until it changes."
)


class CodeDialog(TrustDialog):
    """Accepted, the code that is shown may be run."""

    def __init__(self, parent: QWidget, code: Code) -> None:
        close = QDialogButtonBox.StandardButton.Close
        super().__init__(parent, listed(code), [label(_MEANING)], close)
        self.setWindowTitle("Python code of this project")


def listed(code: Code) -> str:
    """The pieces below each other, each under its place."""
    return "\n\n".join(f"# {place}\n{revealed(text.rstrip())}" for place, text in code) + "\n"
