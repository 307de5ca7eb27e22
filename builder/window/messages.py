"""One banner over the canvas that says a sentence, without taking the keyboard from anybody."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from builder.window.style import make_tiny, restyle

Kind = Literal["info", "warning", "error"]

_MARGIN = 12
_WIDEST = 640
_INFO_MS = 8000
_MARKS: dict[Kind, str] = {"info": "i", "warning": "!", "error": "✕"}


class Banner(QFrame):
    """A sentence with at most one button. The last one said is shown; infos leave by themselves.

    `key` names what a sentence is about, so that whoever said it can take it back with `retract`.

    Signals:
        said(sentence): it is shown now.
    """

    said = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("card")
        self.setAccessibleName("Message")
        self._key = ""
        self._act: Callable[[], None] | None = None
        self._mark = QLabel()
        self._text = QLabel()
        # What is shown may hold a name from a file: plain text only.
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.clicked.connect(self._pressed)
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        make_tiny(close)
        close.setToolTip("Dismiss this message")
        close.setAccessibleName("Dismiss this message")
        close.clicked.connect(self.hide)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._leave = QTimer(self)
        self._leave.setSingleShot(True)
        self._leave.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is shown at present, or nothing."""
        return "" if self.isHidden() else self._text.text()

    def say(
        self,
        sentence: str,
        kind: Kind = "info",
        *,
        key: str = "",
        action: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show a sentence, with a button for `action`. `key` is for taking it back later.

        What only informs goes by itself after a while; all else stays until it is closed.
        """
        self._key = key
        self._text.setText(sentence)
        self._mark.setText(_MARKS[kind])
        self._act = action[1] if action else None
        self._button.setText(action[0] if action else "")
        self._button.setVisible(action is not None)
        self.setAccessibleDescription(sentence)
        self._mark.setProperty("kind", "strong" if kind == "info" else kind)
        restyle(self._mark)
        self.show()
        self._place()
        self.raise_()
        self.said.emit(sentence)
        if kind == "info" and action is None:
            self._leave.start(_INFO_MS)
        else:
            self._leave.stop()

    def retract(self, key: str) -> None:
        """Hide the message if it is the one with this key."""
        if key and key == self._key:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over and not self.isHidden():
            self._place()
        return False

    def _pressed(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()

    def _place(self) -> None:
        width = min(_WIDEST, self._over.width() - 2 * _MARGIN)
        self.setFixedWidth(max(width, 120))
        self._row.activate()
        self.setFixedHeight(self._row.totalHeightForWidth(self.width()))
        self.move((self._over.width() - self.width()) // 2, _MARGIN)
