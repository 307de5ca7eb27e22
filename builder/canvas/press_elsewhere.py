"""Notices that the mouse went to work elsewhere while a field over the canvas is open."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget


class PressElsewhere(QObject):
    """Listens beside one field, for as long as that is there.

    The buttons of a toolbar take no focus, so a field would not hear from its focus that it was
    left for one of them. A field's own menu is no place elsewhere.

    Signals:
        pressed(): a button of the mouse went down outside of the field, and nobody saw it yet.
    """

    pressed = Signal()

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            place: QObject | None = watched
            while place is not None and place is not self._field:
                place = place.parent()
            if place is None:
                self.pressed.emit()
        return False
