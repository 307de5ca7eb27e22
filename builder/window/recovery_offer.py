"""The card that offers a recovery copy. It waits over the canvas and takes no keyboard away."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from builder.window.style import label

_WIDTH, _MARGIN = 460, 16


class RecoveryOffer(QFrame):
    """Says what was left and what differs. Attributes `restore`, `discard`, `later`: its buttons."""

    def __init__(self, over: QWidget, sentence: str, differs: str) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("card")
        self.setAccessibleName("Recovered changes")
        self.setAccessibleDescription(f"{sentence} {differs}")
        self.said, self.differs = label(sentence, "strong"), label(differs, "secondary")
        for text in (self.said, self.differs):
            text.setWordWrap(True)
        self.restore = QPushButton("Restore", autoDefault=False)
        self.restore.setProperty("kind", "primary")
        self.restore.setToolTip("Open it with these changes. Nothing is written until you save.")
        self.discard = QPushButton("Discard", autoDefault=False)
        self.discard.setToolTip("Delete the recovery copy")
        self.later = QPushButton("Later", autoDefault=False)
        self.later.setToolTip("Keep the recovery copy, and ask at the next start")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.later, self.discard, self.restore):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.differs)
        column.addLayout(row)
        over.installEventFilter(self)

    def appear(self) -> None:
        self.show()
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.setFixedWidth(max(200, min(_WIDTH, self._over.width() - 2 * _MARGIN)))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setFixedHeight(layout.totalHeightForWidth(self.width()))
        left = (self._over.width() - self.width()) // 2
        self.move(left, self._over.height() - self.height() - _MARGIN)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
