"""Lines of text beside a canvas whose undo they must not take away."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class BorrowedUndo(QLineEdit):
    """A line to which the undo keys belong only while it holds an edit."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            redoes = event.matches(QKeySequence.StandardKey.Redo)
            if (undoes or redoes) and not self.isModified():
                event.ignore()
                return False
        return super().event(event)


class Line(BorrowedUndo):
    """A line of text that owns undo only while it holds an edit, and gives it up on Escape.

    Signals:
        entered(text): Enter was pressed or the focus left, after an edit.
    """

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.editingFinished.connect(self._finish)

    def show_text(self, text: str) -> bool:
        """Show a text, and say whether it was; the same one never overwrites an edit."""
        if self.isModified() and text == self._shown:
            return False
        self._shown = text
        if text != self.text() or self.isModified():
            self.setText(text)
            if not self.hasFocus():
                self.setCursorPosition(0)  # a long text shows its beginning
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(self._shown)
            self.setModified(False)
            self.textEdited.emit(self._shown)
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        if self.isModified():
            self.entered.emit(self.text())
