"""Guards the pin of PySide6: 6.12.0 aborts Python 3.11, because calls that return None lose one.

Each such call took a reference of None (or, for Signal.emit, of True) away, until Python ended with
"Fatal Python error: none_dealloc".
"""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QPushButton

CALLS = 20_000
# Other parts of the process may take or give a few references meanwhile.
TOLERANCE = 1_000


class Bell(QObject):
    rang = Signal(int)


def test_qt_calls_do_not_use_up_none(qapp: QApplication) -> None:
    button = QPushButton()
    before = sys.getrefcount(None)
    for number in range(CALLS):
        button.setEnabled(number % 2 == 0)
    assert abs(sys.getrefcount(None) - before) < TOLERANCE
    assert qapp is not None


def test_signals_do_not_use_up_true(qapp: QApplication) -> None:
    bell = Bell()
    before = sys.getrefcount(True)
    for number in range(CALLS):
        bell.rang.emit(number)
    assert abs(sys.getrefcount(True) - before) < TOLERANCE
    assert qapp is not None
