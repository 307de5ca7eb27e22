"""The keys of all commands: those they came with, and those a person chose instead."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence

from builder.window.menu_commands import PASSING, Command, commands

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

KEY = "shortcuts"
_DEFAULT = "default_keys"


class Shortcuts:
    """Reads and changes the keys of a window's commands. What differs from the default is kept."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._settings = window.settings

    def commands(self) -> list[Command]:
        """All commands that can have a key, with their defaults noted."""
        found = [c for c in commands(self._window.menuBar()) if c.path != PASSING]
        for command in found:
            _note(command.action)
        return found

    def apply(self) -> None:
        """Give the commands the keys that were chosen for them."""
        chosen = _read(self._settings)
        if not chosen:
            return
        for command in self.commands():
            if command.id in chosen:
                command.action.setShortcuts([QKeySequence(key) for key in chosen[command.id]])
        self._window.run_actions.refresh()  # its tooltips tell the keys

    def owner(self, key: QKeySequence, but: Command) -> Command | None:
        """The other command that has this key already."""
        return next(
            (c for c in self.commands() if c.id != but.id and key in c.action.shortcuts()), None
        )

    def give(self, command: Command, keys: Sequence[QKeySequence]) -> None:
        """Let a command have these keys and no others; they are taken from whoever had them."""
        for other in self.commands():
            had = other.action.shortcuts()
            left = [key for key in had if key not in keys]
            if other.id != command.id and left != had:
                self._set(other, left)
        self._set(command, list(keys))

    def reset(self, command: Command) -> None:
        """Give a command the keys that it came with."""
        self.give(command, _note(command.action))

    def reset_all(self) -> None:
        self._settings.remove(KEY)
        for command in self.commands():
            command.action.setShortcuts(_note(command.action))
        self._window.run_actions.refresh()

    def is_default(self, command: Command) -> bool:
        return command.action.shortcuts() == _note(command.action)

    def _set(self, command: Command, keys: list[QKeySequence]) -> None:
        defaults = _note(command.action)
        command.action.setShortcuts(keys)
        chosen = _read(self._settings)
        if keys == defaults:
            chosen.pop(command.id, None)
        else:
            chosen[command.id] = [key.toString() for key in keys]
        self._settings.setValue(KEY, json.dumps(chosen, sort_keys=True))
        self._window.run_actions.refresh()


def _note(action: QAction) -> list[QKeySequence]:
    """The keys that an action came with, noted on it the first time that it is asked for."""
    noted = action.property(_DEFAULT)
    if noted is None:
        noted = [key.toString() for key in action.shortcuts()]
        action.setProperty(_DEFAULT, noted)
    return [QKeySequence(key) for key in noted]


def _read(settings: QSettings) -> dict[str, list[str]]:
    """What was chosen, by command. Settings that make no sense are as good as none."""
    try:
        found = json.loads(str(settings.value(KEY, "{}")))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        id_: keys
        for id_, keys in found.items()
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    }
