"""What a person may do to a canvas, one thing after the other, chosen by numbers.

Every step is made with mouse, wheel, keys or a drop on the real view, or with the keyboard in the
inspector. What makes no sense just now (undo without a past) does nothing, as in the window.
"""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from builder.canvas.scene import GraphScene
from builder.document import framing
from builder.window.inspector import Inspector
from tests.build import SMALL
from tests.canvas.conftest import LEFT, Canvas, Key, Keys

TYPES = sorted(SMALL.layers)
MOST_NODES = 14
MOST_MARKS = 8
NAMES = ("conv", "relu", "head", "", "a b", "../x", "dense", "class")


class Step(NamedTuple):
    """One thing to do: what, with which nodes or wires, and where."""

    kind: str
    a: int
    b: int
    x: int
    y: int

    @property
    def place(self) -> QPoint:
        return QPoint(60 + self.x * 34, 60 + self.y * 34)


class Hands:
    """Works one canvas, with an inspector beside it."""

    def __init__(self, canvas: Canvas, inspector: Inspector) -> None:
        self.canvas = canvas
        self.inspector = inspector
        self._do: dict[str, Callable[[Step], None]] = {
            "drop": self._drop,
            "wire": self._wire,
            "pick up": self._pick_up,
            "search": self._search,
            "move": self._move,
            "insert": self._insert,
            "drag": self._drag,
            "give up": self._give_up,
            "interrupt": self._interrupt,
            "click": self._click,
            "double click": self._double_click,
            "key": self._key,
            "frame": self._frame,
            "note": self._note,
            "mark": self._mark,
            "together": self._together,
            "rename": self._rename,
            "inspect": self._inspect,
        }

    @property
    def kinds(self) -> list[str]:
        return list(self._do)

    def do(self, step: Step) -> None:
        self._do[step.kind](step)
        self._clear_the_desk()

    def fresh(self) -> GraphScene:
        """A scene made anew from the document."""
        return GraphScene(self.canvas.document, SMALL)

    def _clear_the_desk(self) -> None:
        floating = self.canvas.view.floating
        floating.close_card()
        floating.close_editor()
        self.canvas.view.mark_editors.close_editor()
        self.canvas.view.setFocus()
        if not self.canvas.view.hasFocus():
            self.canvas.view.activateWindow()
            assert QTest.qWaitForWindowActive(self.canvas.view.window())
        assert self.canvas.view.hasFocus()

    def _slot_of(self, name: str) -> str:
        shown = self.canvas.document.shown.graph.nodes.values()
        return next(node.id for node in shown if node.name == name)

    def _node(self, number: int) -> str | None:
        names = [n.name for n in self.canvas.document.shown.graph.nodes.values()]
        return names[number % len(names)] if names else None

    def _title(self, number: int) -> QPoint | None:
        """Where a frame or note is taken hold of."""
        items = list(self.canvas.scene.marks.items.values())
        if not items:
            return None
        corner = items[number % len(items)].handle.topLeft()
        return self.canvas.view.mapFromScene(corner + QPointF(8, 8))

    @property
    def _crowded(self) -> bool:
        marks = len(framing.marks_of(self.canvas.project.layout))
        return len(self.canvas.project.graph.nodes) >= MOST_NODES or marks >= MOST_MARKS

    # --- one method for each thing

    def _drop(self, step: Step) -> None:
        if len(self.canvas.project.graph.nodes) < MOST_NODES:
            keys = Keys.AltModifier if step.b % 3 == 0 else Keys.NoModifier
            self.canvas.drop(TYPES[step.a % len(TYPES)], step.place, keys)

    def _wire(self, step: Step) -> None:
        source, target = self._node(step.a), self._node(step.b)
        if source is None or target is None:
            return
        item = self.canvas.scene.nodes[self._slot_of(source)]
        if item.slots.outputs:
            self.canvas.drag(self.canvas.output(source), self.canvas.body(target))

    def _pick_up(self, step: Step) -> None:
        wires = self.canvas.document.shown.graph.wires
        if not wires:
            return
        wire = wires[step.a % len(wires)]
        item = self.canvas.scene.nodes[wire.target.node]
        taken = [i for i, slot in enumerate(item.slots.inputs) if slot.wire == wire]
        end = step.place
        other = self._node(step.b)
        if step.x % 2 and other is not None:
            end = self.canvas.body(other)
        self.canvas.drag(self.canvas.input(item.node.name, taken[0]), end)

    def _search(self, step: Step) -> None:
        """Tab, or a wire dropped on nothing; then Enter or Esc."""
        source = self._node(step.a)
        if len(self.canvas.project.graph.nodes) >= MOST_NODES:
            return
        if source is not None and step.b % 2:
            item = self.canvas.scene.nodes[self._slot_of(source)]
            if item.slots.outputs:
                self.canvas.drag(self.canvas.output(source), step.place)
        else:
            self.canvas.hover(step.place)
            self.canvas.type(Key.Key_Tab)
        card = self.canvas.view.floating.card
        if card is not None:
            QTest.keyClicks(card.field, ("dense", "add", "", "nothing")[step.x % 4])
            QTest.keyClick(card.field, Key.Key_Escape if step.y % 4 == 0 else Key.Key_Return)

    def _move(self, step: Step) -> None:
        node = self._node(step.a)
        if node is not None:
            self.canvas.drag(self.canvas.body(node), step.place)

    def _insert(self, step: Step) -> None:
        """A node is carried to the middle of a wire."""
        node, wires = self._node(step.a), list(self.canvas.scene.wires.shapes.values())
        if node is not None and wires:
            points = wires[step.b % len(wires)].route.points
            (x1, y1), (x2, y2) = points[len(points) // 2 - 1], points[len(points) // 2]
            keys = Keys.AltModifier if step.x % 4 == 0 else Keys.NoModifier
            end = self.canvas.at((x1 + x2) / 2, (y1 + y2) / 2)
            self.canvas.drag(self.canvas.body(node), end, keys)

    def _drag(self, step: Step) -> None:
        """From anywhere to anywhere: a marquee, a move, a wire, whatever lies there."""
        keys = (Keys.NoModifier, Keys.ShiftModifier, Keys.ControlModifier)[step.a % 3]
        start = QPoint(40 + step.b * 37, 40 + step.a * 21)
        self.canvas.drag(start, step.place, keys)

    def _give_up(self, step: Step) -> None:
        before, title = self.canvas.project, self.canvas.document.undo_title
        node = self._node(step.a)
        start = step.place if node is None else self.canvas.body(node)
        self.canvas.drag(start, QPoint(40 + step.b * 37, 300), hold=True)
        self.canvas.type(Key.Key_Escape)
        self.canvas.release(start)
        assert self.canvas.project is before
        assert self.canvas.document.undo_title == title

    def _interrupt(self, step: Step) -> None:
        """Something comes between the press and the release of a drag."""
        canvas, node = self.canvas, self._node(step.a)
        starts = [step.place, self._title(step.b) or step.place]
        if node is not None:
            starts.append(canvas.body(node))
            if canvas.scene.nodes[self._slot_of(node)].slots.outputs:
                starts.append(canvas.output(node))
        start, end = starts[step.y % len(starts)], QPoint(40 + step.b * 37, 300)
        canvas.drag(start, end, hold=True)
        control = Keys.ControlModifier
        match step.x % 8:
            case 0:
                canvas.type(Key.Key_Z, control)
            case 1:
                canvas.type(Key.Key_Delete)
            case 2:
                canvas.actions.undo.trigger()  # as the toolbar's button does
            case 3:
                canvas.actions.delete.trigger()
            case 4:
                canvas.press(end, button=Qt.MouseButton.RightButton)
                canvas.release(end, button=Qt.MouseButton.RightButton)
            case 5:
                canvas.view.zoom_by(1.3)
                canvas.view.pan(QPoint(9, -7))
                canvas.hover(end + QPoint(3, 3))
            case 6:
                canvas.document.leave()
            case 7:
                QTest.mouseDClick(canvas.port, LEFT, Keys.NoModifier, end)
        canvas.release(end)
        canvas.view.zoom_to(1.0)
        canvas.view.centerOn(*CENTRE)

    def _click(self, step: Step) -> None:
        node = self._node(step.a)
        keys = Keys.ControlModifier if step.b % 2 else Keys.NoModifier
        at = step.place if node is None or step.b % 5 == 0 else self.canvas.body(node)
        self.canvas.click(at, keys)

    def _double_click(self, step: Step) -> None:
        QTest.mouseDClick(self.canvas.port, LEFT, Keys.NoModifier, step.place)

    def _key(self, step: Step) -> None:
        control, shift = Keys.ControlModifier, Keys.ShiftModifier
        key, keys = [
            (Key.Key_Z, control),
            (Key.Key_Delete, Keys.NoModifier),
            (Key.Key_Delete, control),
            (Key.Key_Right, control),
            (Key.Key_Down, control | shift),
            (Key.Key_Down, Keys.NoModifier),
            (Key.Key_C, control),
            (Key.Key_V, control),
            (Key.Key_D, control),
            (Key.Key_X, control),
            (Key.Key_Y, control),
            (Key.Key_A, control),
            (Key.Key_T, shift | Keys.AltModifier),
            (Key.Key_G, control),
            (Key.Key_G, control | shift),
            (Key.Key_M, Keys.NoModifier),
        ][step.a % 16]
        if self._crowded and key in (Key.Key_V, Key.Key_D):
            return
        if key == Key.Key_A and step.b % 3:
            return
        self.canvas.hover(step.place)
        self.canvas.type(key, keys)
        if key == Key.Key_T:
            self.canvas.view.zoom_to(1.0)
            self.canvas.view.centerOn(*CENTRE)

    def _frame(self, step: Step) -> None:
        """Ctrl+G around a node, or around what is selected; then a title, or Esc."""
        node = self._node(step.a)
        if self._crowded:
            return
        if node is not None and step.b % 3:
            self.canvas.click(self.canvas.body(node))
        self.canvas.type(Key.Key_G, Keys.ControlModifier)
        self._write(step)

    def _note(self, step: Step) -> None:
        """N, or a double click on a frame or note that is there."""
        at = self._title(step.b)
        if step.a % 2 and at is not None:
            QTest.mouseDClick(self.canvas.port, LEFT, Keys.NoModifier, at)
        elif not self._crowded:
            self.canvas.hover(step.place)
            self.canvas.type(Key.Key_N)
        self._write(step)

    def _write(self, step: Step) -> None:
        editor = self.canvas.view.mark_editors.editor
        if editor is not None:
            QTest.keyClicks(editor, NAMES[step.x % len(NAMES)])
            QTest.keyClick(editor, Key.Key_Escape if step.y % 4 == 0 else Key.Key_Return)

    def _mark(self, step: Step) -> None:
        """A frame or note is carried, alone or not, or drawn larger or smaller."""
        at = self._title(step.a)
        if at is None:
            return
        self.canvas.click(at)
        if step.b % 3:
            self.canvas.drag(
                at, step.place, Keys.AltModifier if step.b % 4 == 0 else Keys.NoModifier
            )
            return
        item = list(self.canvas.scene.marks.items.values())[
            step.a % len(self.canvas.scene.marks.items)
        ]
        corner = self.canvas.view.mapFromScene(item.grip.center())
        self.canvas.drag(corner, corner + QPoint(step.x * 4 - 60, step.y * 3 - 40))

    def _together(self, step: Step) -> None:
        """Nodes, frames and notes are selected and worked with as one."""
        control = Keys.ControlModifier
        node, at = self._node(step.a), self._title(step.b)
        if node is None or at is None:
            return
        self.canvas.click(self.canvas.body(node))
        self.canvas.click(at, control)
        if step.x % 5 == 0:
            self.canvas.type(Key.Key_A, control)
        if step.y % 3 == 0:
            self.canvas.drag(at, step.place)
            return
        key, keys = [
            (Key.Key_Delete, Keys.NoModifier),
            (Key.Key_X, control),
            (Key.Key_D, control),
            (Key.Key_Right, control),
            (Key.Key_A, Keys.ShiftModifier | Keys.AltModifier),
        ][step.x % 5]
        if not (self._crowded and key == Key.Key_D):
            self.canvas.type(key, keys)

    def _rename(self, step: Step) -> None:
        node = self._node(step.a)
        if node is None:
            return
        self.canvas.click(self.canvas.body(node))
        self.canvas.type(Key.Key_F2)
        editor = self.canvas.view.floating.editor
        if editor is not None:
            editor.selectAll()
            QTest.keyClicks(editor, NAMES[step.b % len(NAMES)])
            QTest.keyClick(editor, Key.Key_Escape if step.x % 5 == 0 else Key.Key_Return)

    def _inspect(self, step: Step) -> None:
        """Type a number into one of the selected node's fields."""
        node = self._node(step.a)
        if node is None:
            return
        self.canvas.click(self.canvas.body(node))
        form = self.inspector.form
        if form is None:
            return
        lines = [line for line in form.findChildren(QLineEdit) if line.isVisible()]
        if lines:
            line = lines[step.b % len(lines)]
            line.setFocus()
            line.selectAll()
            QTest.keyClicks(line, str(step.x + 1))
            QTest.keyClick(line, Key.Key_Return)


CENTRE = (600.0, 450.0)
