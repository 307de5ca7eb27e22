"""The log: what the workers printed and what became of them, for those who want to know."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

LINES_KEPT = 5000
_COLLECT_MS = 100


class LogPanel(QWidget):
    """Lines as they come, gathered so that a chatty worker never slows the window."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[str] = []
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("kind", "code")
        self.text.setMaximumBlockCount(LINES_KEPT)
        self.text.setPlaceholderText("What Keras and the workers print is kept here.")
        self.text.setAccessibleName("Log")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COLLECT_MS)
        self._timer.timeout.connect(self._write)
        copy = QPushButton("Copy all")
        copy.setProperty("kind", "quiet")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        clear = QPushButton("Clear")
        clear.setProperty("kind", "quiet")
        clear.clicked.connect(self.text.clear)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 0)
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.text, 1)

    def add(self, line: str) -> None:
        self._waiting.append(line.rstrip("\n"))
        if not self._timer.isActive():
            self._timer.start()

    def _write(self) -> None:
        lines, self._waiting = self._waiting[-LINES_KEPT:], []
        self.text.appendPlainText("\n".join(lines))
