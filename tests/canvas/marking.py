"""Frames and notes for tests, made with mouse and keyboard."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from builder.document.frames import Frame, Note
from tests.canvas.conftest import CONTROL, Canvas, Key


def framed(canvas: Canvas, *names: str) -> Frame:
    """A frame made around these with Ctrl+G, called as it is by default."""
    canvas.pick(*names)
    canvas.type(Key.Key_G, CONTROL)
    QTest.keyClick(editor(canvas), Key.Key_Escape)
    return canvas.project.layout.frames["f1"]


def title(canvas: Canvas, mark: str = "f1") -> QPoint:
    box = canvas.scene.marks.items[mark].handle
    return canvas.view.mapFromScene(box.topLeft() + QPointF(10, 11))


def corner(canvas: Canvas, mark: str) -> QPoint:
    return canvas.view.mapFromScene(canvas.scene.marks.items[mark].grip.center())


def editor(canvas: Canvas) -> QWidget:
    found = canvas.view.mark_editors.editor
    assert found is not None
    return found


def noted(canvas: Canvas, text: str = "Try dropout here") -> Note:
    canvas.hover(canvas.at(320, 120))
    canvas.type(Key.Key_N)
    QTest.keyClicks(editor(canvas), text)
    QTest.keyClick(editor(canvas), Key.Key_Return)
    return canvas.project.layout.notes["t1"]


def mixed(canvas: Canvas) -> None:
    """A frame around dense and dense_2, and a note; nothing is selected."""
    framed(canvas, "dense", "dense_2")
    noted(canvas)
    canvas.view.escape()
