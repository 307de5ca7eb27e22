"""The page of the preferences where shortcuts are changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from builder.window.menu_commands import Command
from builder.window.notice import Notice
from builder.window.shortcuts import Shortcuts
from builder.window.style import label

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

_COMMAND = Qt.ItemDataRole.UserRole
_COMMAND_WIDTH = 230


class ShortcutPage(QWidget):
    """A table of all commands; keys pressed in the field under it go to the chosen one.

    Attributes:
        tree: the table.
        keys: the field that keys are pressed in.
        notice: who has the pressed keys already, where somebody has.
        assign, remove, reset, reset_all: the buttons.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._shortcuts = Shortcuts(window)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search commands")
        self.search.setAccessibleName("Search commands")
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Command", "Menu", "Shortcut"])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName("Commands and their shortcuts")
        header = self.tree.header()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(0, _COMMAND_WIDTH)  # else the longest keys leave names no room
        # Not currentItemChanged: a click tells of the row before it selects it.
        self.tree.itemSelectionChanged.connect(self._chosen)
        self.keys = QKeySequenceEdit()
        self.keys.setMaximumSequenceLength(1)
        self.keys.setClearButtonEnabled(True)
        self.keys.setAccessibleName("Press the new keys")
        self.keys.keySequenceChanged.connect(lambda _: self._judge())
        self.notice = Notice()
        self.assign = self._button("Assign", self._assign)
        self.assign.setProperty("kind", "primary")
        self.remove = self._button("Remove", self._remove)
        self.reset = self._button("Reset", self._reset)
        self.reset_all = self._button("Reset all", self._reset_all)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("New keys", "secondary"))
        row.addWidget(self.keys, 1)
        for button in (self.assign, self.remove, self.reset, self.reset_all):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        column.addWidget(self.notice)
        for command in self._shortcuts.commands():
            item = QTreeWidgetItem([command.words, " ▸ ".join(command.path), ""])
            item.setData(0, _COMMAND, command)
            self.tree.addTopLevelItem(item)
        self._refresh()
        self._chosen()

    def choose(self, id_: str) -> None:
        """Turn to a command: `choose("Edit/Undo")`."""
        for item in self._items():
            if self._command(item).id == id_:
                self.tree.setCurrentItem(item)
                self.tree.scrollToItem(item, QTreeWidget.ScrollHint.PositionAtCenter)

    def _button(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text, autoDefault=False)
        button.clicked.connect(act)
        return button

    def _items(self) -> list[QTreeWidgetItem]:
        rows = (self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount()))
        return [item for item in rows if item is not None]

    def _command(self, item: QTreeWidgetItem) -> Command:
        command = item.data(0, _COMMAND)
        assert isinstance(command, Command)
        return command

    @property
    def _present(self) -> Command | None:
        chosen = self.tree.selectedItems()
        return self._command(chosen[0]) if chosen else None

    def _refresh(self) -> None:
        native = QKeySequence.SequenceFormat.NativeText
        for item in self._items():
            command = self._command(item)
            keys = ", ".join(
                key.toString(native) for key in _on_keyboards(command.action.shortcuts())
            )
            item.setText(2, keys)
            font = item.font(2)
            font.setBold(not self._shortcuts.is_default(command))
            item.setFont(2, font)

    def _chosen(self) -> None:
        command = self._present
        for widget in (self.keys, self.remove, self.reset):
            widget.setEnabled(command is not None)
        self.keys.clear()
        self._judge()
        if command is not None:
            self.remove.setEnabled(bool(command.action.shortcuts()))
            self.reset.setEnabled(not self._shortcuts.is_default(command))

    def _judge(self) -> None:
        """Say whose the pressed keys are now."""
        command, key = self._present, self.keys.keySequence()
        self.assign.setEnabled(command is not None and not key.isEmpty())
        other = self._shortcuts.owner(key, command) if command and not key.isEmpty() else None
        if other is None:
            self.notice.show_text("")
            return
        self.notice.show_text(
            f"{key.toString(QKeySequence.SequenceFormat.NativeText)} belongs to “{other.words}”. "
            "Assign takes it from there.",
            "warning",
        )

    def _assign(self) -> None:
        command, key = self._present, self.keys.keySequence()
        if command is not None and not key.isEmpty():
            self._shortcuts.give(command, [key])
            self._done()

    def _remove(self) -> None:
        if self._present is not None:
            self._shortcuts.give(self._present, [])
            self._done()

    def _reset(self) -> None:
        if self._present is not None:
            self._shortcuts.reset(self._present)
            self._done()

    def _reset_all(self) -> None:
        self._shortcuts.reset_all()
        self._done()

    def _done(self) -> None:
        self._refresh()
        self._chosen()

    def _filter(self, text: str) -> None:
        wish = text.strip().lower()
        for item in self._items():
            said = " ".join(item.text(column) for column in range(3)).lower()
            item.setHidden(wish not in said)


def _on_keyboards(keys: Sequence[QKeySequence]) -> list[QKeySequence]:
    """Without the extra keys of some desktops ("Open", "Undo"), where there are others."""
    # PySide's stubs do not know that a sequence can be indexed.
    found = [key for key in keys if key.isEmpty() or key[0].key() < Qt.Key.Key_Back]  # type: ignore[index]
    return found or list(keys)
