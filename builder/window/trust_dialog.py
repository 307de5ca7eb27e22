"""A text that may be run once somebody has looked at it and trusts it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from builder.window.source_view import SourceView


class TrustDialog(QDialog):
    """Accepted, the text may be run.

    Attributes:
        source: the text.
        trust: the button that accepts; Enter, pressed in a hurry, presses the other one.
    """

    def __init__(
        self,
        parent: QWidget,
        text: str,
        above: Sequence[QLabel | QLayout],
        refuse: QDialogButtonBox.StandardButton,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for part in above:
            if isinstance(part, QLabel):
                part.setWordWrap(True)
                column.addWidget(part)
            else:
                column.addLayout(part)
        self.source = SourceView()
        self.source.setPlainText(text)
        buttons = QDialogButtonBox()
        self.trust = buttons.addButton("Trust and run", QDialogButtonBox.ButtonRole.AcceptRole)
        refusing = buttons.addButton(refuse)
        self.trust.setAutoDefault(False)
        if isinstance(refusing, QPushButton):
            refusing.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(self.source, 1)
        column.addWidget(buttons)
        refusing.setFocus()  # only now is it part of the dialog, whose focus it takes
        self.resize(720, 560)
