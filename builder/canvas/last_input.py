"""Whether a person used the mouse or the keyboard last.

Where the focus goes by itself, because a button that was clicked is gone, Qt gives a reason that
reads as if Tab had been pressed.
"""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow


class LastInput(QObject):
    """Looks at what comes in to the program's windows. `by_mouse`: the last of it was a press."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.by_mouse = False
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)
        self._watch(app.focusWindow())

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002  # Qt's signature
        if event.type() == QEvent.Type.MouseButtonPress:
            self.by_mouse = True
        elif event.type() == QEvent.Type.KeyPress:
            self.by_mouse = False
        return False
