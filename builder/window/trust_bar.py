"""The bar over the canvas of a project whose Python code is not trusted: what it is, what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from builder.canvas.document import Document
from builder.window.code_trust import CodeTrust
from builder.window.notice import Notice


class TrustBar(QFrame):
    """Seen while the open project carries code that is not trusted.

    Attributes:
        show_code, trust: its buttons.

    Signals:
        told(sentence): something about the trust that was just given.
    """

    told = Signal(str)

    def __init__(self, document: Document, trust: CodeTrust) -> None:
        super().__init__()
        self._trust = trust
        self.setObjectName("codebar")
        self.setAccessibleName("Code of this project")
        self._notice = Notice()
        self.show_code = QPushButton("Show code…", autoDefault=False)
        self.show_code.setToolTip("Look at all of it before you decide")
        self.show_code.clicked.connect(self._show)
        self.trust = QPushButton("Trust and run", autoDefault=False)
        self.trust.setProperty("kind", "primary")
        self.trust.setToolTip(
            "Run it from now on, here and whenever you open it. Code can do all that you can: "
            "trust it only if you trust who wrote it."
        )
        self.trust.clicked.connect(self._grant)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._notice, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.show_code)
        row.addWidget(self.trust)
        document.changed.connect(lambda *_: self.refresh())
        trust.changed.connect(self.refresh)
        self.refresh()

    @property
    def words(self) -> str:
        """What can be read."""
        return "" if self.isHidden() else self._notice.text

    def refresh(self) -> None:
        """Show whether there is something to decide."""
        asked = self._trust.is_open
        if asked:
            words = (
                f"This project carries Python code ({self._trust.words()}). It has not been run."
            )
            if words != self._notice.text:
                self._notice.show_text(words, "warning")
        self.setVisible(asked)

    def _show(self) -> None:
        from builder.window.code_dialog import CodeDialog  # not needed before the first paint

        dialog = CodeDialog(self.window(), self._trust.code)
        dialog.accepted.connect(self._grant)
        dialog.open()

    def _grant(self) -> None:
        sentence = self._trust.grant(self._trust.code)
        if sentence:
            self.told.emit(sentence)
