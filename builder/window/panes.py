"""F6 and Shift+F6: the keyboard goes around the panes of the window. Shift+F10: what can be done
with what it is on.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QTabBar, QWidget


class Panes(QObject):
    """The panes in the order that F6 visits them. Hidden ones are passed over.

    Attributes:
        next, previous: go to another pane.
        menu: opens the context menu, as the Menu key does, which many keyboards lack.
    """

    def __init__(self, window: QWidget, panes: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._panes = tuple(panes)
        self.next = self._action("Next pane", "F6", lambda: self._go(1))
        self.previous = self._action("Previous pane", "Shift+F6", lambda: self._go(-1))
        self.menu = self._action("Context menu", "Shift+F10", _open_menu)

    def _action(self, text: str, key: str, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(act)
        return action

    def _go(self, step: int) -> None:
        visible = [pane for pane in self._panes if pane.isVisible()]
        if not visible:
            return
        focus = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(visible) if focus and _holds(pane, focus)), None)
        place = 0 if here is None else (here + step) % len(visible)
        _focus(visible[place])


def _open_menu() -> None:
    widget = QApplication.focusWidget()
    if widget is not None:
        cursor = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        at = cursor.center() if isinstance(cursor, QRect) else widget.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))


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
