"""Choosing one of many by name, with the keyboard: type, arrows, Enter."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from builder.window.style import label

Row = tuple[str, str]
"""A key and the words that stand for it."""


class ChoiceDialog(QDialog):
    """A list under a search box. `find` says which rows a text leaves, the best first.

    Signals:
        chosen(key): this one.
    """

    chosen = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        *,
        title: str,
        question: str,
        verb: str,
        find: Callable[[str], Sequence[Row]],
    ) -> None:
        super().__init__(parent)
        self._find = find
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search")
        self._search.setAccessibleName("Search")
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(question)
        self.list.itemActivated.connect(lambda _: self.accept())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._ok = buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole)
        self._ok.setProperty("kind", "primary")
        # Enter is handled here, wherever the focus is; no button may take it as its own.
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        self._search.returnPressed.connect(self.accept)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(label(question))
        column.addWidget(self._search)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.resize(320, 360)
        self._filter("")

    def accept(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))
            super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                row = self.list.currentRow() + step
                self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self.list.clear()
        for key, words in self._find(text):
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self.list.count() else -1)
        self._ok.setEnabled(bool(self.list.count()))


def containing(rows: Sequence[Row]) -> Callable[[str], Sequence[Row]]:
    """Finds the rows whose words contain what was typed."""

    def find(text: str) -> Sequence[Row]:
        wanted = text.strip().lower()
        return [row for row in rows if wanted in row[1].lower()]

    return find
