"""The commands that are about the window itself; what they open is made when it is wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from builder.window.command_palette import CommandPalette
    from builder.window.find_bar import FindBar
    from builder.window.main_window import MainWindow

Key = QKeySequence.StandardKey


class WindowActions(QObject):
    """Find, the command palette and what else belongs to no panel.

    Attributes:
        bar, card: the find bar and the palette, once they were wanted.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.bar: FindBar | None = None
        self.card: CommandPalette | None = None
        self.find = self._action("Find…", self._find, Key.Find)
        self.find_next = self._action("Find next", lambda: self._step(1), "F3")
        self.find_previous = self._action("Find previous", lambda: self._step(-1), "Shift+F3")
        self.palette = self._action("Command palette…", self._palette, "Ctrl+Shift+P")

    def _action(self, text: str, act: Callable[[], object], key: Key | str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts(key) if isinstance(key, Key) else action.setShortcut(key)
        # Qt hands a checked mark over that no command here wants.
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _find(self) -> None:
        self._bar().appear()

    def _step(self, way: int) -> None:
        bar = self._bar()
        if bar.isHidden() or not bar.field.text().strip():
            bar.appear()
        else:
            bar.step(way)

    def _bar(self) -> "FindBar":
        if self.bar is None:
            from builder.window.find_bar import FindBar

            self.bar = FindBar(self._window)
        return self.bar

    def _palette(self) -> None:
        from builder.window.command_palette import CommandPalette

        self.card = CommandPalette(self._window)
        self.card.appear()
