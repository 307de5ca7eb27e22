"""Renaming in place: one line edit that floats over the node's name."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from builder.canvas.writing import Writing

Rename = Callable[[str], str | None]


class NameEditor(QLineEdit):
    """Edits one name. `rename` applies it, or returns why not; then the field stays open.

    Enter and leaving the field apply; Esc leaves the name as it was.

    Signals:
        refused(sentence): the name cannot be; empty when it is being mended.
        abandoned(sentence): the field was left with a name that cannot be.
        closed(): always, in the end.
    """

    refused = Signal(str)
    abandoned = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget, name: str, place: QRect, rename: Rename) -> None:
        super().__init__(name, parent)
        self._name = name
        self._rename = rename
        self._open = True
        self.setAccessibleName(f"New name of {name}")
        self.setGeometry(place)
        # What a field leaves alone, the canvas below would take for a press: of the right button.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.selectAll()
        self.textEdited.connect(self._forgive)
        writing = Writing(self)
        writing.entered.connect(self._apply)
        writing.given_up.connect(self.close_editor)
        writing.left.connect(self.leave)
        self.show()
        self.setFocus()

    def leave(self) -> None:
        """Keep what was typed and close; a name that cannot be is given up, and said why."""
        if self._open:
            reason = self._apply()
            self.close_editor()
            if reason is not None:
                self.abandoned.emit(reason)

    def close_editor(self) -> None:
        if self._open:
            self._open = False
            self.closed.emit()  # before it is hidden, which would move the focus on
            self.hide()
            self.deleteLater()

    def _apply(self) -> str | None:
        """Rename and close; or stay open and return why not."""
        reason = None if self.text().strip() == self._name else self._rename(self.text())
        if reason is None:
            self.close_editor()
        else:
            self._show_valid(False)
            self.refused.emit(reason)
        return reason

    def _forgive(self) -> None:
        if self.property("invalid") == "true":
            self._show_valid(True)
            self.refused.emit("")

    def _show_valid(self, valid: bool) -> None:
        self.setProperty("invalid", "false" if valid else "true")
        self.style().unpolish(self)
        self.style().polish(self)
