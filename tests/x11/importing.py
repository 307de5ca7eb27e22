"""A network that Keras ships, imported by mouse and keys, looked into and taken back to the top."""

import sys

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from builder.window.choice_dialog import ChoiceDialog
from tests.x11.person import Person
from tests.x11.session import live


class Importing(Person):
    """Imports MobileNetV2 from the File menu and enters a block of it."""

    def travel(self) -> None:
        window = self.window
        self.until(lambda: bool(window.menus.imports.actions()), "the window is furnished")
        bar = window.menuBar()
        self.click(self.ask(lambda: bar.mapToGlobal(bar.actionGeometry(bar.actions()[0]).center())))
        self.until(lambda: self.entry("Import") is not None, "the File menu is open")
        self.click(self.ask(lambda: self.of_entry("Import")))
        self.until(lambda: self.entry("Keras ships") is not None, "the Import menu is open")
        self.click(self.ask(lambda: self.of_entry("Keras ships")))
        self.until(lambda: self.dialog() is not None, "the dialog is open")
        self.mouse("type", "--delay", "20", "mobilenetv2")
        self.key("Return")
        self.until(lambda: "block_3" in self.names(), "the network is imported")
        self.until(lambda: window.analyst.analysis.settled, "the shapes are known")
        self.until(lambda: not window.analyst.analysis.errors, "nothing is wrong with it")
        self.ask(lambda: window.view.fit())
        at = self.ask(lambda: self.of_body("block_1"))
        self.mouse("mousemove", at.x(), at.y(), "click", "--repeat", 2, "--delay", 60, 1)
        self.until(lambda: window.document.level != "", "a block is looked into")
        self.until(lambda: bool(window.grab().save(str(self.folder / "block.png"))), "picture")

    def dialog(self) -> ChoiceDialog | None:
        found = self.window.findChildren(ChoiceDialog)
        return next((dialog for dialog in found if dialog.isVisible()), None)

    def menu(self) -> QMenu | None:
        found = QApplication.activePopupWidget()
        return found if isinstance(found, QMenu) else None

    def entry(self, text: str) -> QAction | None:
        menu = self.menu()
        actions = menu.actions() if menu is not None else []
        return next((action for action in actions if text in action.text()), None)

    def of_entry(self, text: str) -> QPoint:
        menu, action = self.menu(), self.entry(text)
        assert menu is not None
        assert action is not None
        return menu.mapToGlobal(menu.actionGeometry(action).center())


if __name__ == "__main__":
    sys.exit(live(Importing))
