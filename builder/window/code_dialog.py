"""All the Python code of a project as plain text, to look at before it is trusted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from builder.catalog.code import Code
from builder.catalog.display import revealed
from builder.window.source_view import SourceView
from builder.window.style import label

_MEANING = (
    "Code that runs can do all that you can: read, change, delete and send files. Trust it only if "
    "you trust whoever wrote it. It stays trusted until it changes."
)


class CodeDialog(QDialog):
    """Accepted, the code that is shown may be run."""

    def __init__(self, parent: QWidget, code: Code) -> None:
        super().__init__(parent)
        self.setWindowTitle("Python code of this project")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        meaning = label(_MEANING)
        meaning.setWordWrap(True)
        self.source = SourceView()
        self.source.setPlainText(listed(code))
        buttons = QDialogButtonBox()
        self.trust = buttons.addButton("Trust and run", QDialogButtonBox.ButtonRole.AcceptRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        # Enter, pressed in a hurry, runs nothing.
        self.trust.setAutoDefault(False)
        if isinstance(close, QPushButton):
            close.setDefault(True)
            close.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(meaning)
        column.addWidget(self.source, 1)
        column.addWidget(buttons)
        self.resize(720, 560)


def listed(code: Code) -> str:
    """The pieces below each other, each under its place."""
    return "\n\n".join(f"# {place}\n{revealed(text.rstrip())}" for place, text in code) + "\n"
