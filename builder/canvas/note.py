"""A sentence on the canvas: beside the mouse while it draws, or for a while after a refusal."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

_WIDEST = 360
_BRIEFLY_MS = 5000


class Note(QLabel):
    """A small card with plain text that the mouse goes through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setObjectName("note")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, place: QPoint, kind: str = "", briefly: bool = False) -> None:
        """Show a sentence near a place in the parent; no text hides it. `kind` is error or nothing."""
        self._timer.stop()
        if not text:
            self.hide()
            return
        self.setText(text)
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setFixedWidth(min(_WIDEST, self.fontMetrics().horizontalAdvance(text) + 24))
        self.adjustSize()
        room = self._parent.rect()
        self.move(
            max(4, min(place.x(), room.width() - self.width() - 4)),
            max(4, min(place.y(), room.height() - self.height() - 4)),
        )
        self.show()
        self.raise_()
        if briefly:
            self._timer.start(_BRIEFLY_MS)

    @property
    def shown(self) -> str:
        """The sentence that can be read now."""
        return "" if self.isHidden() else self.text()
