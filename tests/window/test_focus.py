"""Where the keyboard is can be seen: on every kind of widget, in both themes."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QTableWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.canvas.scene import GraphScene
from builder.canvas.theme import ThemeName, apply_theme
from builder.canvas.view import CanvasView
from tests.build import SMALL, chain


def button(kind: str = "", name: str = "") -> QPushButton:
    made = QPushButton("Press")
    made.setObjectName(name)
    made.setProperty("kind", kind)
    return made


def tool() -> QToolButton:
    made = QToolButton()
    made.setText("Tool")
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def combo() -> QComboBox:
    made = QComboBox()
    made.addItems(["one", "two"])
    return made


def tree() -> QTreeWidget:
    made = QTreeWidget()
    made.addTopLevelItems([QTreeWidgetItem(["one"]), QTreeWidgetItem(["two"])])
    made.setCurrentItem(made.topLevelItem(0))
    return made


def rows() -> QListWidget:
    made = QListWidget()
    made.addItems(["one", "two"])
    made.setCurrentRow(0)
    return made


def table() -> QTableWidget:
    made = QTableWidget(2, 2)
    made.setCurrentCell(0, 0)
    return made


def tabs() -> QTabBar:
    made = QTabBar()
    made.addTab("one")
    made.addTab("two")
    return made


def canvas() -> CanvasView:
    view = CanvasView(GraphScene(Document(chain("Input", "Dense")), SMALL))
    view.setMinimumHeight(200)
    return view


KINDS: dict[str, Callable[[], QWidget]] = {
    "button": button,
    "primary": lambda: button("primary"),
    "quiet": lambda: button("quiet"),
    "link": lambda: button("link"),
    "train": lambda: button(name="train"),
    "tool": tool,
    "check box": lambda: QCheckBox("Check"),
    "line": lambda: QLineEdit("text"),
    "number": QSpinBox,
    "combo": combo,
    "text": lambda: QPlainTextEdit("text"),
    "tree": tree,
    "list": rows,
    "table": table,
    "tabs": tabs,
    "slider": lambda: QSlider(Qt.Orientation.Horizontal),
    "canvas": canvas,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_focus_is_seen(kind: str, theme: ThemeName, qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, theme)
    QApplication.setCursorFlashTime(0)
    window, other, widget = QWidget(), QLineEdit(), KINDS[kind]()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(other)
    column.addWidget(widget)
    window.resize(300, 320)
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    if isinstance(widget, CanvasView):
        widget.document.select(frozenset({"n1"}))
    QApplication.processEvents()
    without = picture(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)
    QApplication.processEvents()
    assert different(without, picture(widget)) >= 30


def test_canvas_has_no_ring_by_mouse(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    window, other, view = QWidget(), QLineEdit(), canvas()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(other)
    column.addWidget(view)
    window.resize(300, 320)
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    without = picture(view).pixelColor(20, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 150))
    assert picture(view).pixelColor(20, 0) == without
    view.clearFocus()
    view.setFocus(Qt.FocusReason.PopupFocusReason)
    assert picture(view).pixelColor(20, 0) == without
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert picture(view).pixelColor(20, 0) != without


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def different(one: QImage, other: QImage) -> int:
    """How many pixels differ so much that it can be seen."""
    count = 0
    for y in range(one.height()):
        for x in range(one.width()):
            a, b = one.pixelColor(x, y), other.pixelColor(x, y)
            away = max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue()))
            count += away > 48
    return count
