"""What offscreen events cannot prove, done with a real mouse and real keys: focus, menus, the tour.

Run by `test_journey.py` under Xvfb. No Keras is needed for it.
"""

import sys

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from builder.canvas.theme import current_theme
from builder.window.preferences import Preferences
from builder.window.shortcut_page import ShortcutPage
from builder.window.tour import Tour
from tests.build import chain
from tests.window.far import PlainPool
from tests.x11.person import Person
from tests.x11.session import live


class ByHand(Person):
    """Takes the tour, sets preferences, works on layers."""

    def travel(self) -> None:
        self.until(lambda: self.app.trainer is not None, "the window is furnished")
        self.take_the_tour()
        self.set_preferences()
        catalog, document = self.window.catalog, self.app.document
        network = chain("Input", "Dense", "Dropout", "Output", catalog=catalog)
        self.ask(lambda: document.reset(network))
        self.work_on_layers()

    # --- the tour

    def tour(self) -> Tour:
        self.ask(self.window.tools.tour.trigger)
        guide = self.window.tools.guide
        assert guide is not None
        return guide

    def take_the_tour(self) -> None:
        window, guide = self.window, self.tour()
        width = self.ask(lambda: guide._ring.width())
        edge = self.ask(lambda: window.left.mapToGlobal(QPoint(window.left.width() + 2, 300)))
        self.drag(edge, edge + QPoint(120, 0))
        self.until(lambda: guide._ring.width() > width + 80, "the ring went along with the panel")
        self.press(guide.card.onward)
        self.until(lambda: guide.card.title.text() == "Canvas", "the next step is shown")
        self.press(guide.card.skip)
        self.until(lambda: guide.ended, "Skip ended the tour")
        self.until(self.view_has_focus, "the focus is on the canvas")
        self.until(lambda: not self.marked(), "which is not marked, for the mouse brought it")
        guide = self.tour()
        self.key("Escape")
        self.until(lambda: guide.ended, "Esc ended the tour")
        self.until(self.marked, "and brought the keyboard to the canvas")
        again = self.tour()
        ground = self.window.view.viewport()
        self.click(self.ask(lambda: ground.mapToGlobal(QPoint(ground.width() - 60, 200))))
        self.key("Escape")
        self.until(lambda: again.ended, "Esc ended it from the canvas too")

    def view_has_focus(self) -> bool:
        return self.window.view.hasFocus()

    def marked(self) -> bool:
        return bool(self.window.view.property("keyboard"))

    # --- preferences

    def set_preferences(self) -> None:
        self.key("ctrl+comma")
        self.until(lambda: self.preferences() is not None, "the preferences opened")
        dialog = self.ask(self.preferences)
        assert dialog is not None
        self.ask(lambda: dialog.theme.setFocus(Qt.FocusReason.TabFocusReason))
        self.key("d")
        self.until(lambda: current_theme().name == "dark", "D chose the dark theme")
        self.key("Up")
        self.until(lambda: current_theme().name == "light", "Up chose the light theme")
        bar, page = dialog.tabs.tabBar(), dialog.shortcuts
        self.click(self.ask(lambda: bar.mapToGlobal(bar.tabRect(1).center())))
        self.until(page.search.isVisible, "the shortcuts are shown")
        self.press(page.search)
        self.mouse("type", "--delay", "15", "ungroup")
        self.until(lambda: len(self.rows(page)) == 1, "one command is left")
        self.click(self.ask(lambda: self.rows(page)[0]))
        self.press(page.keys)
        self.key("ctrl+shift+y")
        self.until(page.assign.isEnabled, "keys were pressed")
        self.press(page.assign)
        ungroup = self.window.canvas_actions.blocks.ungroup
        self.until(lambda: ungroup.shortcut().toString() == "Ctrl+Shift+Y", "they are assigned")
        self.key("Escape")
        self.until(lambda: self.preferences() is None, "the preferences closed")

    def preferences(self) -> Preferences | None:
        found = self.window.findChildren(Preferences)
        return next((dialog for dialog in found if dialog.isVisible()), None)

    def rows(self, page: ShortcutPage) -> list[QPoint]:
        """Where the commands are that can be seen."""
        tree = page.tree
        items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
        boxes = [tree.visualItemRect(item) for item in items if item and not item.isHidden()]
        return [tree.viewport().mapToGlobal(box.center()) for box in boxes]

    # --- layers

    def work_on_layers(self) -> None:
        document, floating = self.app.document, self.window.view.floating
        self.click(self.ask(lambda: self.of_body("dropout")))
        self.key("m")
        self.until(lambda: document.project.graph.by_name["dropout"].bypassed, "M bypasses")
        self.key("shift+F10")
        self.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "Shift+F10")
        self.click(self.ask(lambda: self.of_entry("Replace")))
        self.until(lambda: floating.card is not None, "the search box opened")
        self.mouse("type", "--delay", "15", "batchnorm")
        self.key("Return")
        self.until(lambda: "batch_normalization" in self.names(), "the layer is another")
        body = self.ask(lambda: self.of_body("dense"))
        self.mouse("mousemove", body.x(), body.y(), "click", "--repeat", 2, "--delay", 60, 1)
        self.until(lambda: floating.editor is not None, "a double-click renames")
        self.mouse("type", "--delay", "15", "head")
        self.click(self.ask(lambda: self.of_scene(-150, 100)))
        self.until(lambda: "head" in self.names(), "a click elsewhere applied the name")
        self.until(lambda: not self.marked(), "and left no mark of the keyboard")

    def of_entry(self, words: str) -> QPoint:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(a for a in menu.actions() if words in a.text())
        return menu.mapToGlobal(menu.actionGeometry(action).center())


if __name__ == "__main__":
    sys.exit(live(ByHand, PlainPool))  # type: ignore[arg-type]
