"""Runs: the dock."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.window.notice import EmptyState
from builder.window.trainer import Trainer


class RunsPanel(QWidget):
    """Every training is kept here."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._document = document
        self._trainer = trainer
        QVBoxLayout(self).addWidget(EmptyState("Runs", "Every training is kept here."))
