"""F6 and Shift+F6: the keyboard goes around the panes of the window."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QTabBar, QWidget


class Panes(QObject):
    """The panes in the order that F6 visits them. Hidden ones are passed over."""

    def __init__(self, window: QWidget, panes: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._panes = tuple(panes)
        self.next = self._action("Next pane", "F6", 1)
        self.previous = self._action("Previous pane", "Shift+F6", -1)

    def _action(self, text: str, key: str, step: int) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: self._go(step))
        return action

    def _go(self, step: int) -> None:
        visible = [pane for pane in self._panes if pane.isVisible()]
        if not visible:
            return
        focus = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(visible) if focus and _holds(pane, focus)), None)
        place = 0 if here is None else (here + step) % len(visible)
        _focus(visible[place])


def _holds(pane: QWidget, widget: QWidget) -> bool:
    return pane is widget or pane.isAncestorOf(widget)


def _focus(pane: QWidget) -> None:
    """Give the focus to a pane, or to the first thing in it that takes it."""
    reason = Qt.FocusReason.ShortcutFocusReason
    target = pane.focusProxy() or pane
    if target.focusPolicy() & Qt.FocusPolicy.TabFocus and target.isVisible():
        target.setFocus(reason)
        return
    # What a pane is for comes before the tabs that choose between its pages.
    children = sorted(pane.findChildren(QWidget), key=lambda child: isinstance(child, QTabBar))
    for child in children:
        if (
            child.isVisible()
            and child.isEnabled()
            and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            child.setFocus(reason)
            return
