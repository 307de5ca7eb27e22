"""What the network says of one row, to be read at a glance."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from builder.engine.messages import Prediction
from builder.window import numbers
from builder.window.data_views import Bars
from builder.window.style import label

MOST_BARS = 10
_FEW_BARS = 5
_DOWN, _RIGHT = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight


class AnswerView(QWidget):
    """What the network says of one row: for each target the answer, and beside it probabilities."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 10, 0)
        self._column.setSpacing(12)
        self.answers: list[str] = []

    def show_row(self, predictions: Sequence[Prediction], hint: str = "") -> None:
        """Show the answers; where there are none, a hint at how to get some."""
        while (entry := self._column.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.deleteLater()
        self.answers = [p.label or numbers.score(p.value) for p in predictions]
        if hint and not predictions:
            self._column.addWidget(label(hint, "secondary"))
        for prediction, answer in zip(predictions, self.answers, strict=True):
            self._column.addWidget(self._block(prediction, answer))
        self._column.addStretch(1)

    def _block(self, prediction: Prediction, answer: str) -> QWidget:
        block = QWidget()
        # A few bars fit under the answer, where they have its whole width.
        few = len(prediction.probabilities) <= _FEW_BARS
        row = QBoxLayout(_DOWN if few else _RIGHT, block)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8 if few else 24)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(prediction.target, "secondary"))
        large = label(answer)
        large.setStyleSheet("font-size: 28px; font-weight: 600;")
        large.setAccessibleName(f"{prediction.target}: {answer}")
        words.addWidget(large)
        words.addStretch(1)
        row.addLayout(words)
        if prediction.probabilities:
            row.addWidget(_bars(prediction), 1, Qt.AlignmentFlag.AlignTop)
        else:
            row.addStretch(1)
        return block


def _bars(prediction: Prediction) -> Bars:
    items = list(prediction.probabilities.items())
    if len(items) > MOST_BARS:
        items = sorted(items, key=lambda item: -item[1])[:MOST_BARS]
    bars = Bars()
    bars.setAccessibleName(f"Probabilities of {prediction.target}")
    bars.show_bars([(name, p, numbers.share(p)) for name, p in items], 1.0)
    return bars
