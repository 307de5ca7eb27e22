"""Cutting wires with the mouse: a line across them, and Alt with a port."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from builder.document import edits
from builder.document.graph import OutputRef, PortRef, Wire
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

RIGHT = Qt.MouseButton.RightButton
CONTROL = Keys.ControlModifier


def across(canvas: Canvas, *names: str) -> tuple[QPoint, QPoint]:
    """The ends of a line that crosses the wires below these nodes, and nothing else."""
    ends = [canvas.output(name) + QPoint(0, 21) for name in names]
    return ends[0] + QPoint(-160, -6), ends[-1] + QPoint(160, 6)


class TestLine:
    def test_it_cuts_what_it_crosses_in_one_step(self, canvas: Canvas) -> None:
        start, end = across(canvas, "dense")
        canvas.drag(start, end, CONTROL, RIGHT)
        assert canvas.wires() == ["input > dense.inputs", "dense_2 > output.inputs"]
        assert canvas.steps() == 1
        assert canvas.document.undo_title == "Cut wire"

    def test_several_wires_are_one_step(self, canvas: Canvas) -> None:
        before = canvas.project
        left = canvas.output("input") + QPoint(-20, 20)
        canvas.press(left, CONTROL, RIGHT)
        for at in (
            left + QPoint(150, 0),
            canvas.output("dense_2") + QPoint(150, 20),
            canvas.output("dense_2") + QPoint(-20, 20),
        ):
            canvas.hover(at)
        canvas.release(canvas.output("dense_2") + QPoint(-20, 20), CONTROL, RIGHT)
        assert canvas.wires() == ["dense > dense_2.inputs"]
        assert canvas.document.undo_title == "Cut 2 wires"
        canvas.document.undo()
        assert canvas.project == before

    def test_esc_cuts_nothing(self, canvas: Canvas) -> None:
        look = canvas.scene.snapshot()
        start, end = across(canvas, "dense")
        canvas.drag(start, end, CONTROL, RIGHT, hold=True)
        canvas.type(Key.Key_Escape)
        canvas.release(end, CONTROL, RIGHT)
        assert len(canvas.wires()) == 3
        assert canvas.steps() == 0
        assert canvas.scene.snapshot() == look

    def test_across_nothing_leaves_no_step(self, canvas: Canvas) -> None:
        canvas.drag(canvas.at(-200, 0), canvas.at(-200, 300), CONTROL, RIGHT)
        assert canvas.steps() == 0

    def test_no_menu_opens_with_ctrl(self, canvas: Canvas) -> None:
        asked: list[object] = []
        canvas.view.menu_requested.connect(lambda *given: asked.append(given))
        at = canvas.body("dense")
        place = canvas.port.mapToGlobal(at)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, place, CONTROL)
        QApplication.sendEvent(canvas.port, event)
        assert asked == []


class TestPort:
    def test_alt_and_an_output(self, opened: Opens) -> None:
        project = chain("Input", "Dense", "Output")
        project, other = edits.add(project, "keras.layers.Flatten", (400.0, 90.0), name="flat")
        source = project.graph.by_name["input"].id
        project = edits.connect(project, Wire(OutputRef(source), PortRef(other)), SMALL.ports_of)
        canvas = opened(project)
        canvas.click(canvas.output("input"), Keys.AltModifier)
        assert canvas.wires() == ["dense > output.inputs"]
        assert canvas.steps() == 1

    def test_alt_and_an_input(self, canvas: Canvas) -> None:
        canvas.click(canvas.input("dense"), Keys.AltModifier)
        assert canvas.wires() == ["dense > dense_2.inputs", "dense_2 > output.inputs"]

    def test_let_go_elsewhere_nothing_happens(self, canvas: Canvas) -> None:
        canvas.press(canvas.input("dense"), Keys.AltModifier)
        canvas.release(canvas.at(-200, 0), Keys.AltModifier)
        assert canvas.steps() == 0

    def test_the_menu_of_a_port_and_of_a_layer(self, canvas: Canvas) -> None:
        at = canvas.input("dense")
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, at, canvas.port.mapToGlobal(at), Keys.NoModifier
        )
        QApplication.sendEvent(canvas.port, event)
        menu = canvas.actions.context.menu
        assert menu is not None
        assert menu.actions()[0].text() == "Disconnect “inputs”"
        menu.actions()[0].trigger()
        menu.close()
        assert canvas.wires() == ["dense > dense_2.inputs", "dense_2 > output.inputs"]
        canvas.click(canvas.body("dense_2"))
        canvas.type(Key.Key_X, Keys.ShiftModifier | Keys.AltModifier)
        assert canvas.wires() == []
        assert not canvas.actions.disconnect_all.isEnabled()


def test_a_line_drawn_fast_over_many_wires(opened: Opens) -> None:
    project = chain("Input", "Dense")
    for place in range(6):
        at = (260.0 * (place + 1), 90.0)
        project, id_ = edits.add(project, "keras.layers.Dropout", at, name=f"drop_{place}")
        wire = Wire(OutputRef(project.graph.by_name["input"].id), PortRef(id_))
        project = edits.connect(project, wire, SMALL.ports_of)
    canvas = opened(project)
    canvas.view.fit()
    scene = canvas.scene
    low, high = scene.box((canvas.id("dense"),)), scene.box((canvas.id("drop_5"),))
    start = canvas.view.mapFromScene(low.topLeft() + QPointF(60, -8))
    canvas.drag(start, canvas.view.mapFromScene(high.topRight() + QPointF(0, -8)), CONTROL, RIGHT)
    assert canvas.wires() == []
    assert canvas.steps() == 1
