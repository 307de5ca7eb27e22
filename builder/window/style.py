"""Words to the style sheet: a widget says what it is, the sheet says how that looks."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget


def restyle(widget: QWidget) -> None:
    """Have the style sheet look again after a property that it asks for has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)


def make_tiny(button: QToolButton) -> None:
    """A button of one sign, as small as its line of text."""
    button.setFixedSize(20, 20)
    button.setStyleSheet("padding: 0;")


def label(text: str, kind: str = "") -> QLabel:
    """A label of plain text: what it shows may come out of a file."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        result.setProperty("kind", kind)
    return result
