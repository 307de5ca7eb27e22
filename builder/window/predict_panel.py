"""Predict: the dock."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.window.notice import EmptyState
from builder.window.trainer import Trainer


class PredictPanel(QWidget):
    """Train the network, then try it here on rows of your own."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._document = document
        self._trainer = trainer
        QVBoxLayout(self).addWidget(
            EmptyState("Predict", "Train the network, then try it here on rows of your own.")
        )
