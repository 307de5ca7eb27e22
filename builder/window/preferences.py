"""The preferences: look, mouse, reading direction, minimap, shortcuts. Each change acts at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from builder.window.choices import DIRECTION, WHEEL, new_project, reads_right, wheel_pans
from builder.window.fields import CalmCombo
from builder.window.shortcut_page import ShortcutPage

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow


class Preferences(QDialog):
    """The dialog behind Ctrl+,.

    Attributes:
        theme, wheel, direction, minimap: the fields of the first page. `forget`: its button.
        shortcuts: the second page.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._settings = window.settings
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        themes = [(name.capitalize(), name) for name in window.menus.themes]
        chosen = next((n for n, a in window.menus.themes.items() if a.isChecked()), "system")
        self.theme = _combo(themes, chosen)
        self.theme.activated.connect(lambda _: self._set_theme())
        pans = "pan" if wheel_pans(self._settings) else "zoom"
        self.wheel = _combo([("Zooms", "zoom"), ("Moves the view", "pan")], pans)
        self.wheel.setToolTip("Ctrl+wheel always zooms. Two fingers on a trackpad always move.")
        self.wheel.activated.connect(lambda _: self._set_wheel())
        right = "right" if reads_right(self._settings) else "down"
        ways = [("From top to bottom", "down"), ("From left to right", "right")]
        self.direction = _combo(ways, right)
        self.direction.setToolTip("Model ▸ Turn reading direction turns the network that is open.")
        self.direction.activated.connect(lambda _: self._set_direction())
        self.minimap = QCheckBox("Show it while part of the network is out of sight")
        action = window.canvas_actions.minimap
        self.minimap.setChecked(action.isChecked())
        self.minimap.clicked.connect(lambda _: action.trigger())
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(16, 16, 16, 16)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        form.addRow("Theme", self.theme)
        form.addRow("Mouse wheel", self.wheel)
        form.addRow("New networks read", self.direction)
        form.addRow("Minimap", self.minimap)
        self.forget = QPushButton("Ask again before running it", autoDefault=False)
        self.forget.setToolTip("Forget which Python code of projects and scripts you have trusted")
        self.forget.clicked.connect(self._forget)
        self.forget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        form.addRow("Python code", self.forget)
        self.shortcuts = ShortcutPage(window)
        self.tabs = QTabWidget()
        self.tabs.addTab(page, "General")
        self.tabs.addTab(self.shortcuts, "Shortcuts")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)
        self.resize(640, 560)

    def _of(self, combo: CalmCombo) -> str:
        return str(combo.currentData())

    def _forget(self) -> None:
        try:
            self._window.analyst.trust.forget()
        except OSError as error:
            self._window.warn(f"Your trust could not be taken back: {error.strerror}.")
            return
        self.forget.setText("All trust is forgotten")
        self.forget.setEnabled(False)

    def _set_theme(self) -> None:
        for name, action in self._window.menus.themes.items():
            if name == self._of(self.theme):
                action.trigger()

    def _set_wheel(self) -> None:
        pans = self._of(self.wheel) == "pan"
        self._settings.setValue(WHEEL, pans)
        self._window.view.wheel_pans = pans

    def _set_direction(self) -> None:
        self._settings.setValue(DIRECTION, self._of(self.direction))
        document = self._window.document
        if document.is_clean and document.path is None and not document.project.graph.nodes:
            document.reset(new_project(self._settings))  # nothing is there yet: it is new


def _combo(options: Sequence[tuple[str, str]], chosen: str) -> CalmCombo:
    combo = CalmCombo()
    for text, value in options:
        combo.addItem(text, value)
    combo.setCurrentIndex([value for _, value in options].index(chosen))
    return combo
