"""Every command of the menu bar as a list: for the command palette and for editing shortcuts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from builder.window.help_dialogs import plain

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow


PASSING = ("File", "Open recent")
"""A menu whose entries come and go, and which says so when there are none."""


class Command(Struct, frozen=True):
    """An action and the menus that lead to it: `Command(action, ("View", "Theme"))`."""

    action: QAction
    path: tuple[str, ...]

    @property
    def id(self) -> str:
        """What settings call it; it stays the same while "Undo" says what it undoes."""
        return "/".join((*self.path, plain(self.action.iconText())))

    @property
    def words(self) -> str:
        return plain(self.action.text())


def commands(bar: QMenuBar) -> list[Command]:
    """All commands, in the menus' order. Menus that wait to be opened are filled for it."""
    found: list[Command] = []
    for action in bar.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            found += _inside(menu, ())
    return found


def _inside(menu: QMenu, path: tuple[str, ...]) -> Iterator[Command]:
    menu.aboutToShow.emit()
    path = (*path, plain(menu.title()))
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _inside(inner, path)
        elif not action.isSeparator() and (action.isEnabled() or path != PASSING):
            yield Command(action, path)


def reason(window: "MainWindow", action: QAction) -> str:
    """Why an action cannot be done now; nothing when it can."""
    if action.isEnabled():
        return ""
    canvas, run = window.canvas_actions, window.run_actions
    if action is canvas.undo or action is canvas.redo:
        return f"Nothing to {action.iconText().lower()}"
    if action in (run.train, run.stop, run.evaluate, run.predict):
        return action.toolTip()
    if action in window.menus.export.actions() and action.toolTip() != plain(action.text()):
        return action.toolTip()
    document = window.document
    if not document.project.graph.nodes:
        return "The network has no layers yet"
    if not document.selection:
        return "Select a layer first"
    return "Not for this selection"
