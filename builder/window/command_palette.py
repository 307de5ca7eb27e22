"""The command palette: every command of the menus by typing a few of its letters."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from builder.canvas.theme import current_theme
from builder.window.fuzzy import fit
from builder.window.help_dialogs import shortcut_text
from builder.window.menu_commands import Command, commands, reason
from builder.window.style import label

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

_WIDTH, _TOP, _ROW, _ROWS = 680, 84, 26, 11
_PATH, _KEYS = 180, 190
_COMMAND = Qt.ItemDataRole.UserRole


class CommandPalette(QFrame):
    """A card over the window. Enter runs the chosen command; Esc and a click elsewhere close it.

    Attributes:
        field: what is typed.
        list: the commands that match, the nearest first.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._before = QApplication.focusWidget()
        self._commands = commands(window.menuBar())
        self._open = True
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Command palette")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Run a command")
        self.field.setAccessibleName("Search commands")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Commands found")
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, width in ((1, _PATH), (2, _KEYS)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(place, width)
        self.list.itemClicked.connect(lambda item: self._run(item))
        self.why = label("", "secondary")
        self.why.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.why)
        self.why.hide()
        self._search("")

    def appear(self) -> None:
        self.setFixedWidth(max(240, min(_WIDTH, self._window.width() - 40)))
        self.adjustSize()
        self.move((self._window.width() - self.width()) // 2, _TOP)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        if self._open:
            self._open = False
            self.hide()
            before = self._before
            if self.field.hasFocus() or QApplication.focusWidget() is None:
                (before or self._window.view).setFocus(Qt.FocusReason.PopupFocusReason)
            self.deleteLater()

    def shown(self) -> list[str]:
        """The commands in the list, in its order, as they read."""
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return [item.text(0) for item in items if item is not None]

    def _search(self, text: str) -> None:
        ranked = []
        for number, command in enumerate(self._commands):
            near = fit(command.words, text)
            if near is not None:
                ranked.append((0, *near, number, command))
                continue
            far = fit(f"{' '.join(command.path)} {command.words}", text)
            if far is not None and far[0] < 4:  # scattered over a whole path is nothing meant
                ranked.append((1, *far, number, command))
        ranked.sort(key=lambda one: one[:4])
        self.list.clear()
        self.list.addTopLevelItems([self._item(one[4]) for one in ranked])
        if not ranked:
            item = QTreeWidgetItem([f"No command matches “{text}”", "", ""])
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addTopLevelItem(item)
        self._choose(0)
        rows = min(max(len(ranked), 1), _ROWS)
        self.list.setFixedHeight(rows * _ROW + 4)
        self.why.hide()
        self.adjustSize()

    def _item(self, command: Command) -> QTreeWidgetItem:
        theme = current_theme()
        action = command.action
        mark = "✓ " if action.isCheckable() and action.isChecked() else ""
        item = QTreeWidgetItem(
            [command.words, " ▸ ".join(command.path), f"{mark}{shortcut_text(action)}"]
        )
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column in (1, 2):
            item.setForeground(column, QBrush(QColor(theme.secondary)))
        why = reason(self._window, action)
        if why:
            item.setForeground(0, QBrush(QColor(theme.faint)))
            item.setToolTip(0, why)
            item.setText(2, why)
            item.setToolTip(2, why)
        item.setSizeHint(0, QSize(0, _ROW))
        item.setData(0, _COMMAND, command)
        return item

    def _choose(self, row: int) -> None:
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)

    def _run(self, item: QTreeWidgetItem | None) -> None:
        command = item.data(0, _COMMAND) if item is not None else None
        if not isinstance(command, Command):
            return
        why = reason(self._window, command.action)
        if why:
            self.why.setText(f"{command.words}: {why}")
            self.why.show()
            self.adjustSize()
            return
        self.dismiss()
        command.action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed here is no shortcut of the window
            return True
        if watched is self.field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._key(event.key())
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.dismiss()
        return False

    def _key(self, key: int) -> bool:
        row = self.list.currentIndex().row()
        total = self.list.topLevelItemCount()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: _ROWS,
            Qt.Key.Key_PageUp: -_ROWS,
        }
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentItem())
        elif key in steps:
            step = steps[Qt.Key(key)]
            place = (row + step) % total if abs(step) == 1 else row + step
            self._choose(min(max(place, 0), total - 1))
        else:
            return False
        return True
