"""Words to the style sheet: a widget says what it is, the sheet says how that looks."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget


def restyle(widget: QWidget) -> None:
    """Have the style sheet look again after a property that it asks for has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for. No text is the same as none set."""
    if (widget.property(name) or "") != value:
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


class ElidedLabel(QLabel):
    """A line of plain text that gives way when there is no room; its tooltip has it whole."""

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        if kind:
            self.setProperty("kind", kind)
        self._whole = ""
        self.show_text(text)

    def show_text(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        elide = Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self._whole, elide, max(self.width(), 40))
        if shown != self.text():
            self.setText(shown)
        if shown != self._whole and not self.toolTip():
            self.setToolTip(self._whole.replace("&", "&amp;").replace("<", "&lt;"))
