"""Help: the keyboard shortcuts as they are, and which versions run."""

import platform
from collections.abc import Iterable

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from builder import __version__
from builder.window.style import label


class ShortcutsDialog(QDialog):
    """Every action that has a shortcut, under its menu; made from the menu bar itself."""

    def __init__(self, parent: QWidget, menus: QMenuBar) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search commands")
        self._search.setAccessibleName("Search commands")
        self._search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName("Keyboard shortcuts")
        for action in menus.actions():
            menu = action.menu()
            if isinstance(menu, QMenu):
                self._add(plain(action.text()), menu)
        self.tree.expandAll()
        self.tree.resizeColumnToContents(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._search)
        column.addWidget(self.tree, 1)
        column.addWidget(buttons)
        self.resize(480, 560)

    def _add(self, title: str, menu: QMenu) -> None:
        rows = [
            QTreeWidgetItem([_command(action), keys])
            for action in actions_of(menu)
            if (keys := shortcut_text(action))
        ]
        if rows:
            top = QTreeWidgetItem([title])
            top.addChildren(rows)
            self.tree.addTopLevelItem(top)

    def _filter(self, text: str) -> None:
        wish = text.strip().lower()
        for place in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(place)
            if top is None:
                continue
            rows = [row for n in range(top.childCount()) if (row := top.child(n)) is not None]
            for row in rows:
                row.setHidden(wish not in f"{row.text(0)} {row.text(1)}".lower())
            top.setHidden(all(row.isHidden() for row in rows))


class AboutDialog(QDialog):
    """What this is, and the versions that a report of a bug needs."""

    def __init__(self, parent: QWidget, keras: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Keras Builder")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lines = (
            f"Keras Builder {__version__}",
            keras,
            f"PySide6 {pyside_version}, Python {platform.python_version()}, {platform.platform()}",
        )
        self.text = "\n".join(lines)
        versions = label(self.text, "secondary")
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("Keras Builder", "heading"))
        column.addWidget(label("Build, train and export Keras networks by drag and drop."))
        column.addWidget(versions)
        column.addWidget(label("Apache License 2.0", "secondary"))
        column.addWidget(buttons)


def actions_of(menu: QMenu) -> Iterable[QAction]:
    """The commands of a menu and of the menus in it."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from actions_of(inner)
        elif not action.isSeparator():
            yield action


def _command(action: QAction) -> str:
    """What an action is called in a list: Undo, and not what it would undo at the moment."""
    text = plain(action.text())
    word = text.partition(" ")[0]
    return word if word in ("Undo", "Redo") else text


def shortcut_text(action: QAction) -> str:
    """The first of an action's keys, as the menu shows it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def plain(text: str) -> str:
    """An action's text without the mark of its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
