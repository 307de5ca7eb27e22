"""The question whether a text may be run: a key pressed in a hurry says no."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from builder.window.trust_dialog import TrustDialog


def test_enter_and_space_refuse(qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        parent = QWidget()
        qtbot.addWidget(parent)
        dialog = TrustDialog(parent, "print(1)", (), QDialogButtonBox.StandardButton.Cancel)
        answers: list[int] = []
        dialog.finished.connect(answers.append)
        with qtbot.waitExposed(dialog):
            dialog.show()
        focused = dialog.focusWidget()
        assert isinstance(focused, QPushButton)
        assert focused is not dialog.trust
        QTest.keyClick(focused, key)
        assert answers == [TrustDialog.DialogCode.Rejected.value]
