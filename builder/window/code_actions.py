"""The commands about the code of the network, for the menu; the code panel does them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from builder.window.code_panel import CodePanel
    from builder.window.main_window import MainWindow


class CodeActions(QObject):
    """`edit`, `apply` and `revert`; the last two make sense only while the code is edited."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.edit = QAction("Edit the code", self)
        self.edit.setShortcut(QKeySequence("Ctrl+U"))
        self.edit.setToolTip("Change the network in its Python code")
        self.apply = QAction("Apply the code", self)
        self.apply.setToolTip("Let the canvas follow the edited code (Ctrl+Enter in it)")
        self.revert = QAction("Revert the code", self)
        self.revert.setToolTip("Drop what was typed in the code (Esc in it)")
        self._enable(False)

    def follow(self, panel: "CodePanel") -> None:
        """Let a panel do what is commanded."""

        def edit() -> None:
            self._window.show_later("bottom.Code")
            panel.edit()

        self.edit.triggered.connect(edit)
        self.apply.triggered.connect(panel.apply)
        self.revert.triggered.connect(panel.revert)
        panel.editing_changed.connect(self._enable)

    def _enable(self, editing: bool) -> None:
        self.apply.setEnabled(editing)
        self.revert.setEnabled(editing)
