"""A real canvas, shown offscreen, and hands to work it with."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.actions import CanvasActions
from builder.canvas.document import Document
from builder.canvas.drops import MIME
from builder.canvas.first_actions import FirstActions
from builder.canvas.scene import GraphScene
from builder.canvas.theme import apply_theme
from builder.canvas.view import CanvasView
from builder.document.project import Project
from tests.build import SMALL, chain

Key = Qt.Key
Keys = Qt.KeyboardModifier
NONE = Keys.NoModifier
CONTROL = Keys.ControlModifier
LEFT = Qt.MouseButton.LeftButton


class Canvas:
    """A canvas with mouse and keyboard. Nodes go by name, ports by index."""

    def __init__(self, project: Project) -> None:
        self.document = Document(project)
        self.scene = GraphScene(self.document, SMALL)
        self.view = CanvasView(self.scene)
        self.actions = CanvasActions(self.view, FirstActions(self.view))
        self.port = self.view.viewport()
        self.refusals: list[str] = []
        self.view.refused.connect(self.refusals.append)
        self.view.resize(1000, 800)

    @property
    def project(self) -> Project:
        return self.document.project

    def id(self, name: str) -> str:
        return self.document.shown.graph.by_name[name].id

    def wires(self) -> list[str]:
        """The wires as "source > target.port", in the project's order."""
        nodes = self.project.graph.nodes
        return [
            f"{nodes[w.source.node].name} > {nodes[w.target.node].name}.{w.target.port}"
            for w in self.project.graph.wires
        ]

    def names(self) -> set[str]:
        return set(self.project.graph.by_name)

    def chosen(self) -> set[str]:
        return {self.project.graph.nodes[id_].name for id_ in self.document.selection}

    def steps(self) -> int:
        """How many undo steps there are."""
        count, document = 0, self.document
        while document.undo_title:
            document.undo()
            count += 1
        for _ in range(count):
            document.redo()
        return count

    def pick(self, *names: str) -> None:
        self.document.select(frozenset(self.id(name) for name in names))

    # --- where things are in the viewport

    def at(self, x: float, y: float) -> QPoint:
        return self.view.mapFromScene(QPointF(x, y))

    def body(self, name: str) -> QPoint:
        return self.view.mapFromScene(self.scene.box((self.id(name),)).center())

    def input(self, name: str, index: int = 0) -> QPoint:
        item = self.scene.nodes[self.id(name)]
        slot = item.slots.inputs[index]
        return self.view.mapFromScene(item.scenePos() + QPointF(slot.x, slot.y))

    def output(self, name: str, index: int = 0) -> QPoint:
        item = self.scene.nodes[self.id(name)]
        slot = item.slots.outputs[index]
        return self.view.mapFromScene(item.scenePos() + QPointF(slot.x, slot.y))

    # --- hands

    def press(self, at: QPoint, keys: Keys = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.port, button, keys, at)

    def hover(self, at: QPoint) -> None:
        QTest.mouseMove(self.port, at)

    def release(self, at: QPoint, keys: Keys = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.port, button, keys, at)

    def click(self, at: QPoint, keys: Keys = NONE) -> None:
        QTest.mouseClick(self.port, LEFT, keys, at)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        keys: Keys = NONE,
        button: Qt.MouseButton = LEFT,
        hold: bool = False,
    ) -> None:
        """Press, move in a few steps, and release unless `hold`."""
        self.press(start, keys, button)
        for step in range(1, 5):
            self.hover(start + (end - start) * step / 4)
        if not hold:
            self.release(end, keys, button)

    def type(self, key: Key, keys: Keys = NONE) -> None:
        QTest.keyClick(self.view, key, keys)

    def hold(self, key: Key) -> None:
        QTest.keyPress(self.view, key)

    def let_go(self, key: Key) -> None:
        QTest.keyRelease(self.view, key)

    def drop(
        self, type_: str, at: QPoint, keys: Keys = NONE, data: QMimeData | None = None
    ) -> bool:
        """Drag a palette entry over the canvas and drop it. Whether the canvas took it."""
        mime = data or QMimeData()
        if data is None:
            mime.setData(MIME, type_.encode())
        action, buttons = Qt.DropAction.CopyAction, LEFT
        enter = QDragEnterEvent(at, action, mime, buttons, keys)
        QApplication.sendEvent(self.port, enter)
        move = QDragMoveEvent(at, action, mime, buttons, keys)
        QApplication.sendEvent(self.port, move)
        if not move.isAccepted():
            return False
        drop = QDropEvent(QPointF(at), action, mime, buttons, keys)
        QApplication.sendEvent(self.port, drop)
        return drop.isAccepted()


def send_key(target: QWidget, key: Key) -> None:
    QApplication.sendEvent(target, QKeyEvent(QKeyEvent.Type.KeyPress, key, NONE))


Opens = Callable[[Project], Canvas]


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Iterator[Opens]:
    """Opens a project on a canvas of its own, at 100 % with its top left corner in view."""
    apply_theme(qapp, "light")
    made = []

    def open_(project: Project) -> Canvas:
        canvas = Canvas(project)
        qtbot.addWidget(canvas.view)
        canvas.view.show()
        canvas.view.activateWindow()
        canvas.view.setFocus()
        qtbot.waitUntil(canvas.view.hasFocus)
        canvas.view.centerOn(200, 250)
        QTest.mouseMove(canvas.port, QPoint(5, 5))
        made.append(canvas)
        return canvas

    yield open_
    for canvas in made:
        canvas.view.close()


@pytest.fixture
def canvas(opened: Opens) -> Canvas:
    """input > dense > dense_2 > output, in a column."""
    return opened(chain("Input", "Dense", "Dense", "Output"))
