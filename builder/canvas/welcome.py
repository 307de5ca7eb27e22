"""What an empty canvas says: how to begin, and buttons for the other ways to."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

_HINT = "Drag a layer here from the palette\nor press Tab to search for one"


class Welcome(QWidget):
    """First steps, in the middle of a canvas without nodes. The mouse goes through its words."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._hint = _words(_HINT)
        self._or = _words("or")
        self._or.hide()
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        column.addWidget(self._hint)
        column.addWidget(self._or)
        column.addLayout(self._row)

    def offer(self, buttons: Sequence[QPushButton]) -> None:
        """Offer these ways to begin as well."""
        for button in buttons:
            self._row.addWidget(button)
            self.buttons.append(button)
        self._or.setVisible(bool(self.buttons))

    def centre(self) -> None:
        """Stand in the middle, from where Qt takes it along when the canvas is scrolled."""
        self.move(self._over.rect().center() - self.rect().center())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.centre()


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("kind", "secondary")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
