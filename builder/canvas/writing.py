"""What ends the writing in a field over the canvas: Enter, Esc, or that one goes elsewhere."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class Writing(QObject):
    """Listens to one field, and beside it, for as long as the field is there.

    What is typed there is no shortcut of the canvas. The buttons of a toolbar take no focus, so
    the field would not hear from its focus that it was left for one of them; its own menu takes
    the focus, and is no place elsewhere.

    Signals:
        entered(): Enter was pressed, without Shift.
        given_up(): Esc was pressed.
        left(): the focus went, or a button of the mouse down outside that nobody saw yet.
    """

    entered = Signal()
    given_up = Signal()
    left = Signal()

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            if isinstance(watched, QWidget) and not self._holds(watched):
                self.left.emit()
        elif watched is not self._field:
            return False
        elif event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        elif isinstance(event, QFocusEvent) and event.lostFocus() and not for_menu(event):
            self.left.emit()
        return False

    def _holds(self, widget: QObject | None) -> bool:
        """Whether a widget is the field or inside it, as its menu is, which is a window."""
        while widget is not None and widget is not self._field:
            widget = widget.parent()
        return widget is not None

    def _press(self, event: QKeyEvent) -> bool:
        """Whether the key ended the writing."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shift:
            self.entered.emit()
            return True
        return False


def for_menu(event: QFocusEvent) -> bool:
    """Whether the focus only goes to a menu that was opened in the field, and comes back."""
    return event.reason() == Qt.FocusReason.PopupFocusReason
