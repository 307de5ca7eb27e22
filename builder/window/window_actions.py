"""The commands that are about the window itself; what they open is made when it is wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from builder.window.command_palette import CommandPalette
    from builder.window.find_bar import FindBar
    from builder.window.main_window import MainWindow
    from builder.window.tour import Tour

Way = Literal["down", "right"]
Key = QKeySequence.StandardKey


class WindowActions(QObject):
    """Find, the command palette and what else belongs to no panel.

    Attributes:
        bar, card, guide: the find bar, the palette and the tour, once they were wanted.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.bar: FindBar | None = None
        self.card: CommandPalette | None = None
        self.guide: Tour | None = None
        self.find = self._action("Find…", self._find, Key.Find)
        self.find_next = self._action("Find next", lambda: self._step(1), "F3")
        self.find_previous = self._action("Find previous", lambda: self._step(-1), "Shift+F3")
        self.palette = self._action("Command palette…", self._palette, "Ctrl+Shift+P")
        self.preferences = self._action("Preferences…", self._preferences, "Ctrl+,")
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.turn = self._action("Turn reading direction", self._turn)
        self.turn.setToolTip("Lay the network out from left to right, or from top to bottom again")
        self.tour = self._action("Tour of the window", self._tour)

    def use_chosen_keys(self) -> None:
        """Give the commands the keys that the preferences hold for them."""
        if self._window.settings.contains("shortcuts"):
            from builder.window.shortcuts import Shortcuts

            Shortcuts(self._window).apply()

    def welcome(self) -> None:
        """At the very first start: the tour."""
        if not self._window.settings.contains("tour_seen"):
            self._tour()

    def _action(self, text: str, act: Callable[[], object], key: Key | str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcuts(key) if isinstance(key, Key) else action.setShortcut(key)
        # Qt hands a checked mark over that no command here wants.
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _find(self) -> None:
        self._bar().appear()

    def _step(self, way: int) -> None:
        bar = self._bar()
        if bar.isHidden():
            bar.appear()
        if bar.field.text().strip():
            bar.step(way)
        else:
            bar.field.setFocus()

    def _bar(self) -> "FindBar":
        if self.bar is None:
            from builder.window.find_bar import FindBar

            self.bar = FindBar(self._window)
        return self.bar

    def _palette(self) -> None:
        from builder.window.command_palette import CommandPalette

        self.card = CommandPalette(self._window)
        self.card.appear()

    def write_layers(self) -> None:
        """Open the source of the project's own layers."""
        from builder.window.custom_dialog import CustomDialog

        window = self._window
        CustomDialog(
            window, window.document, window.analyst.trust, window.custom_file.open_in_editor
        ).open()

    def _preferences(self) -> None:
        from builder.window.preferences import Preferences

        Preferences(self._window).open()

    def _tour(self) -> None:
        from builder.window.tour import Tour

        if self.guide is not None:
            self.guide.end()
        self.guide = Tour(self._window)
        self.guide.begin()

    def _turn(self) -> None:
        """Lay every level of the network out in the other direction, as one undo step."""
        from builder.canvas.arrange import arrange

        document = self._window.document
        project = document.project
        way: Way = "down" if project.layout.direction == "right" else "right"
        project = replace(project, layout=replace(project.layout, direction=way))
        for level in project.graph.children.values():
            project = arrange(project, [node.id for node in level])
        document.apply("Turn reading direction", project)
        self._window.view.fit()
