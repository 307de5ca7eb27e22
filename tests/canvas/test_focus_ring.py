"""Where the keyboard is, for who uses it."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.canvas.focus_ring import FocusRing
from builder.canvas.scene import GraphScene
from builder.canvas.view import CanvasView
from tests.build import SMALL, chain
from tests.canvas.conftest import CONTROL, LEFT, NONE, Canvas, Key


class TestFocusRing:
    def test_it_goes_where_the_arrows_go_and_leaves_with_the_keyboard(self, canvas: Canvas) -> None:
        ring = next(item for item in canvas.scene.items() if isinstance(item, FocusRing))
        canvas.type(Key.Key_Down)
        canvas.type(Key.Key_Down)
        assert ring.isVisible()
        assert ring.rect().center() == canvas.scene.box((canvas.id("dense"),)).center()
        canvas.type(Key.Key_Down, CONTROL)
        assert ring.rect().center() == canvas.scene.box((canvas.id("dense"),)).center()
        canvas.click(canvas.body("input"))
        assert not ring.isVisible()
        canvas.type(Key.Key_Down)
        assert ring.isVisible()
        canvas.type(Key.Key_Delete)
        assert not ring.isVisible()


class TestRing:
    """Only who uses the keyboard sees where it is."""

    def test_focus_left_by_a_button_that_was_clicked_shows_none(self, qtbot: QtBot) -> None:
        for by_mouse in (True, False):
            window, button = QWidget(), QPushButton("Close")
            qtbot.addWidget(window)
            view = CanvasView(GraphScene(Document(chain("Input", "Dense")), SMALL))
            column = QVBoxLayout(window)
            column.addWidget(button)
            column.addWidget(view)
            button.clicked.connect(button.hide)
            window.show()
            window.activateWindow()
            view.document.select(frozenset({"n1"}))
            button.setFocus()
            qtbot.waitUntil(button.hasFocus)
            # To the window, as the system sends it, and not to the widget.
            if by_mouse:
                QTest.mouseClick(window.windowHandle(), LEFT, NONE, button.geometry().center())
            else:
                QTest.keyClick(window.windowHandle(), Key.Key_Space)
            qtbot.waitUntil(view.hasFocus)
            assert view.property("keyboard") is not by_mouse
