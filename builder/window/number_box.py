"""A box for a whole number."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSpinBox


class NumberBox(QSpinBox):
    """A number that the wheel scrolls past, and that is an edit when it is finished."""

    def __init__(self, lowest: int, highest: int, unit: str) -> None:
        super().__init__(minimum=lowest, maximum=highest, suffix=unit)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # The line inside is part of the box, not a field in a field.
        self.lineEdit().setStyleSheet(
            "border: none; background: transparent; padding: 0 0 0 5px; min-height: 0;"
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
