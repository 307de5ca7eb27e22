"""The strip over code that is being edited: how it stands, and the two ways out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from builder.window.notice import Notice, Tone


class CodeBar(QFrame):
    """Says what editing does and what is wrong. Signals `apply_wanted()`, `revert_wanted()`."""

    apply_wanted = Signal()
    revert_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("codebar")
        self.notice = Notice()
        self.apply = QPushButton("Apply", autoDefault=False)
        self.apply.setProperty("kind", "primary")
        self.apply.setToolTip("Let the canvas follow, in one step that can be undone (Ctrl+Enter)")
        self.revert = QPushButton("Revert", autoDefault=False)
        self.revert.setToolTip("Drop what was typed and show the network as it stands (Esc)")
        self.apply.clicked.connect(self.apply_wanted)
        self.revert.clicked.connect(self.revert_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.notice, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.revert)
        row.addWidget(self.apply)
        self.hide()

    def show_text(self, text: str, tone: Tone = "plain") -> None:
        self.notice.show_text(text, tone)

    def show_busy(self, busy: bool) -> None:
        self.apply.setEnabled(not busy)
