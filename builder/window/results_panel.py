"""Results: the dock."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from builder.window.notice import EmptyState
from builder.window.trainer import Trainer


class ResultsPanel(QWidget):
    """Scores on the test rows appear here after Evaluate."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        QVBoxLayout(self).addWidget(
            EmptyState("Results", "Scores on the test rows appear here after Evaluate.")
        )
