"""The whole window with a real worker, and two people to work it: one types, one clicks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from builder.app import App
from builder.canvas.theme import apply_theme
from builder.catalog.load import load_catalog
from builder.engine.pool import Pool
from tests.canvas.conftest import LEFT, Canvas, Key, Keys


class Desk(Canvas):
    """The window, furnished and ready. The canvas in it has the canvas tests' hands."""

    def __init__(self, app: App, qtbot: QtBot) -> None:
        self.app, self.window, self.qtbot = app, app.window, qtbot
        self.document = app.document
        self.scene, self.view = self.window.scene, self.window.view
        self.actions = self.window.canvas_actions
        self.port = self.view.viewport()
        self.refusals: list[str] = []
        self.view.refused.connect(self.refusals.append)
        self.ended: list[object] = []

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def file_dialog(self) -> QFileDialog:
        self.until(lambda: self._dialogs())
        return self._dialogs()[0]

    def _dialogs(self) -> list[QFileDialog]:
        return [d for d in self.window.findChildren(QFileDialog) if d.isVisible()]


@contextmanager
def desk(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[Desk]:
    """An empty project in a window whose worker is ready; files are offered to go to `folder`."""
    apply_theme(qapp, "light")
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("last_folder", str(folder))
    settings.setValue("tour_seen", True)
    app = App(load_catalog(), settings, Pool)
    window = app.window
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(app.furnished):
        app.furnish()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Desk(app, qtbot)
    assert app.trainer is not None
    app.trainer.run_ended.connect(made.ended.append)
    app.trainer.failed.connect(made.ended.append)
    try:
        yield made
    finally:
        window._agreed = True
        window.close()
        window.deleteLater()


class Typist:
    """Presses keys; they go to whatever has the focus. Nothing else is touched."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def _focus(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        if popup is None and QApplication.activeWindow() is None:
            # Without a window manager nobody gives a window its focus back after a dialog.
            self.desk.window.activateWindow()
            self.desk.until(self.desk.window.isActiveWindow)
        if popup is not None:
            return popup.focusWidget() or popup
        return QApplication.focusWidget() or self.desk.window

    def press(self, key: Key, keys: Keys = Keys.NoModifier, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self._focus, key, keys)
        QApplication.processEvents()

    def write(self, text: str, enter: bool = True) -> None:
        QTest.keyClicks(self._focus, text)
        if enter:
            self.press(Key.Key_Return)

    def go_to_pane(self, pane: QWidget) -> None:
        """F6 until the focus is in a pane."""
        for _ in range(8):
            here = QApplication.focusWidget()
            if here is not None and (here is pane or pane.isAncestorOf(here)):
                return
            self.press(Key.Key_F6)
        raise AssertionError("F6 does not lead there")

    def tab_to(self, widget: QWidget) -> None:
        for _ in range(40):
            if QApplication.focusWidget() is widget:
                return
            self.press(Key.Key_Tab)
        raise AssertionError("Tab does not lead there")

    def walk_to(self, name: str) -> None:
        """Arrow keys on the canvas, each in the direction where the node is seen."""
        desk = self.desk
        end = desk.scene.box((desk.id(name),)).center()
        self.press(Key.Key_Down)
        for _ in range(12):
            if desk.chosen() == {name}:
                return
            way = end - desk.scene.box(tuple(desk.document.selection)).center()
            if abs(way.x()) > abs(way.y()):
                self.press(Key.Key_Right if way.x() > 0 else Key.Key_Left)
            else:
                self.press(Key.Key_Down if way.y() > 0 else Key.Key_Up)
        raise AssertionError(f"the arrow keys do not lead to {name}")

    def choose(self, menu_key: Key, text: str) -> None:
        """Open a menu with Alt and a letter, go down to an entry, and press Enter."""
        self.press(menu_key, Keys.AltModifier)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in range(40):
            active = menu.activeAction()
            if active is not None and active.text() == text:
                self.press(Key.Key_Return)
                return
            self.press(Key.Key_Down)
        raise AssertionError(f"no {text} in the menu")


class Clicker:
    """Points, clicks and drags. No key is pressed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, pos=widget.rect().center() if at is None else at)
        QApplication.processEvents()

    def tool(self, text: str) -> None:
        buttons = self.desk.window.toolbar.findChildren(QToolButton)
        self.click(next(b for b in buttons if b.isVisible() and text in b.text()))

    def page(self, dock: str, title: str) -> None:
        """Click a tab of a dock."""
        tabs = getattr(self.desk.window, dock).tabs
        place = next(i for i in range(tabs.count()) if tabs.tabText(i) == title)
        self.click(tabs, tabs.tabRect(place).center())

    def pick(self, combo: QComboBox, text: str) -> None:
        """Open a list of choices and click one."""
        self.click(combo)
        view = combo.view()
        self.desk.until(view.isVisible)
        row = next(r for r in range(combo.count()) if text in combo.itemText(r))
        self.click_row(view, row)

    def click_row(self, view: QAbstractItemView, row: int) -> None:
        rect = view.visualRect(view.model().index(row, 0))
        QTest.mouseMove(view.viewport(), rect.center())
        self.click(view.viewport(), rect.center())

    def accept(self, dialog: QFileDialog) -> None:
        box = dialog.findChild(QDialogButtonBox)
        assert isinstance(box, QDialogButtonBox)
        button = box.button(QDialogButtonBox.StandardButton.Save)
        assert isinstance(button, QPushButton)
        self.click(button)


__all__ = ["Clicker", "Desk", "Typist", "desk"]
