"""Every gesture of the mouse, done with real events."""

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from builder.document import edits
from builder.document.project import Project
from builder.engine.messages import NodeReport, TensorSpec
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

FLATTEN = "keras.layers.Flatten"


DROPOUT = "keras.layers.Dropout"


def placed(project: Project, type_: str, at: tuple[float, float], name: str) -> Project:
    spec = SMALL.layers[type_]
    return edits.add(project, type_, at, name=name, params=spec.example_params())[0]


class TestSelecting:
    def test_click_selects_and_empty_ground_deselects(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("dense"))
        assert canvas.chosen() == {"dense"}
        canvas.click(canvas.at(-150, 100))
        assert canvas.chosen() == set()
        assert canvas.steps() == 0

    def test_ctrl_toggles(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("dense"))
        canvas.click(canvas.body("output"), Keys.ControlModifier)
        assert canvas.chosen() == {"dense", "output"}
        canvas.click(canvas.body("dense"), Keys.ControlModifier)
        assert canvas.chosen() == {"output"}

    def test_a_click_on_one_of_several_leaves_that_one(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_A, Keys.ControlModifier)
        assert len(canvas.chosen()) == 4
        canvas.click(canvas.body("dense_2"))
        assert canvas.chosen() == {"dense_2"}

    def test_marquee(self, canvas: Canvas) -> None:
        canvas.drag(canvas.at(-60, 60), canvas.at(60, 200))
        assert canvas.chosen() == {"dense", "dense_2"}
        canvas.drag(canvas.at(-60, -20), canvas.at(60, 20), Keys.ShiftModifier)
        assert canvas.chosen() == {"input", "dense", "dense_2"}
        canvas.drag(canvas.at(-60, -20), canvas.at(60, 120), Keys.ControlModifier)
        assert canvas.chosen() == {"dense_2"}
        assert canvas.steps() == 0

    def test_marquee_cancelled(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("output"))
        canvas.drag(canvas.at(-60, 60), canvas.at(60, 200), hold=True)
        assert canvas.chosen() == {"dense", "dense_2"}
        canvas.type(Key.Key_Escape)
        assert canvas.chosen() == {"output"}
        canvas.release(canvas.at(60, 200))
        assert canvas.chosen() == {"output"}

    def test_selection_follows_the_document_both_ways(self, canvas: Canvas) -> None:
        canvas.document.select(frozenset((canvas.id("dense"),)))
        assert canvas.scene.nodes[canvas.id("dense")].chosen
        canvas.type(Key.Key_Escape)
        assert not canvas.scene.nodes[canvas.id("dense")].chosen
        assert canvas.document.selection == frozenset()


class TestMoving:
    def test_one_node_is_one_step(self, canvas: Canvas) -> None:
        before = canvas.project.layout.positions[canvas.id("dense")]
        canvas.drag(canvas.body("dense"), canvas.body("dense") + QPoint(300, 40))
        after = canvas.project.layout.positions[canvas.id("dense")]
        assert after == (before[0] + 300, before[1] + 40)
        assert canvas.steps() == 1
        assert canvas.document.undo_title == "Move dense"

    def test_the_selection_moves_together(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_A, Keys.ControlModifier)
        before = dict(canvas.project.layout.positions)
        canvas.drag(canvas.body("dense"), canvas.body("dense") + QPoint(50, -20))
        after = canvas.project.layout.positions
        assert after == {id_: (x + 50, y - 20) for id_, (x, y) in before.items()}
        assert canvas.steps() == 1

    def test_cancelled_leaves_no_trace(self, canvas: Canvas) -> None:
        before, look = canvas.project, canvas.scene.snapshot()["wires"]
        canvas.drag(canvas.body("dense"), canvas.at(500, 300), hold=True)
        canvas.type(Key.Key_Escape)
        canvas.release(canvas.at(500, 300))
        assert canvas.project == before
        assert canvas.scene.snapshot()["wires"] == look
        assert canvas.steps() == 0

    def test_a_tremble_is_no_move(self, canvas: Canvas) -> None:
        canvas.drag(canvas.body("dense"), canvas.body("dense") + QPoint(2, 1))
        assert canvas.steps() == 0

    def test_an_edit_from_elsewhere_ends_the_gesture(self, canvas: Canvas) -> None:
        canvas.drag(canvas.body("dense"), canvas.at(500, 300), hold=True)
        canvas.document.apply("x", edits.rename(canvas.project, canvas.id("input"), "image"))
        assert canvas.view.hand.gesture is None
        canvas.release(canvas.at(500, 300))
        assert canvas.steps() == 1

    def test_dropped_on_a_wire_it_is_inserted(self, opened: Opens) -> None:
        canvas = opened(placed(chain("Input", "Dense"), FLATTEN, (320.0, 0.0), "flat"))
        canvas.drag(canvas.body("flat"), canvas.at(118, 69))
        assert canvas.wires() == ["input > flat.inputs", "flat > dense.inputs"]
        assert canvas.steps() == 1
        assert canvas.document.undo_title == "Insert flat"
        places = canvas.project.layout.positions
        assert places[canvas.id("dense")][1] >= places[canvas.id("flat")][1] + 48

    def test_near_the_edge_the_view_follows(self, canvas: Canvas, qtbot: QtBot) -> None:
        edge = QPoint(canvas.port.width() - 4, 300)
        before = canvas.project.layout.positions[canvas.id("dense")][0]
        reach = canvas.view.mapToScene(edge).x()
        canvas.drag(canvas.body("dense"), edge, hold=True)
        qtbot.waitUntil(lambda: canvas.view.mapToScene(edge).x() > reach + 100)
        canvas.release(edge)
        assert not canvas.view.hand.auto_pan.is_running
        assert canvas.project.layout.positions[canvas.id("dense")][0] > reach - before - 118

    def test_alt_suppresses_insertion(self, opened: Opens) -> None:
        canvas = opened(placed(chain("Input", "Dense"), FLATTEN, (320.0, 0.0), "flat"))
        start = canvas.body("flat")
        canvas.drag(start, canvas.at(118, 69), hold=True)
        assert canvas.scene.wires.items
        canvas.hold(Key.Key_Alt)
        canvas.release(canvas.at(118, 69), Keys.AltModifier)
        assert canvas.wires() == ["input > dense.inputs"]
        assert canvas.document.undo_title == "Move flat"


class TestWires:
    def test_from_output_to_input(self, opened: Opens) -> None:
        canvas = opened(placed(chain("Input"), "keras.layers.Dense", (300.0, 120.0), "dense"))
        canvas.drag(canvas.output("input"), canvas.input("dense"))
        assert canvas.wires() == ["input > dense.inputs"]
        assert canvas.document.undo_title == "Connect input to dense"

    def test_from_input_to_output(self, opened: Opens) -> None:
        canvas = opened(placed(chain("Input"), "keras.layers.Dense", (300.0, 120.0), "dense"))
        canvas.drag(canvas.input("dense"), canvas.output("input"))
        assert canvas.wires() == ["input > dense.inputs"]

    def test_from_input_to_a_body(self, opened: Opens) -> None:
        canvas = opened(placed(chain("Input"), "keras.layers.Dense", (300.0, 120.0), "dense"))
        canvas.drag(canvas.input("dense"), canvas.body("input"))
        assert canvas.wires() == ["input > dense.inputs"]

    def test_on_a_body_the_free_port_is_found(self, opened: Opens) -> None:
        attention = "keras.layers.MultiHeadAttention"
        canvas = opened(placed(chain("Input", "Dense"), attention, (300.0, 200.0), "att"))
        for _ in range(3):
            canvas.drag(canvas.output("dense"), canvas.body("att"))
        assert canvas.wires()[1:] == ["dense > att.query", "dense > att.value", "dense > att.key"]

    def test_a_merge_takes_more(self, opened: Opens) -> None:
        project = placed(chain("Input", "Dense"), "keras.layers.Add", (300.0, 200.0), "add")
        canvas = opened(project)
        canvas.drag(canvas.output("dense"), canvas.input("add"))
        canvas.drag(canvas.output("input"), canvas.body("add"))
        assert canvas.wires()[1:] == ["dense > add.inputs", "input > add.inputs"]
        assert len(canvas.scene.nodes[canvas.id("add")].slots.inputs) == 2

    def test_a_click_on_a_port_that_trembles_is_a_click(self, canvas: Canvas) -> None:
        before = canvas.project
        for port in (canvas.output("dense"), canvas.input("dense")):
            canvas.drag(port, port + QPoint(2, 1))
            assert canvas.project is before
            assert canvas.view.floating.card is None
            assert canvas.refusals == []

    def test_a_merge_takes_one_tensor_twice(self, opened: Opens) -> None:
        project = placed(chain("Input", "Dense"), "keras.layers.Add", (300.0, 200.0), "add")
        canvas = opened(project)
        canvas.drag(canvas.output("dense"), canvas.input("add"))
        assert canvas.view.said == ""
        canvas.drag(canvas.output("dense"), canvas.body("add"), hold=True)
        assert canvas.view.said == "“add” will take the tensor of “dense” twice."
        canvas.release(canvas.body("add"))
        assert canvas.view.said == ""
        assert canvas.wires()[1:] == ["dense > add.inputs"] * 2
        assert canvas.steps() == 2
        # Each of the two can be taken hold of, and put back.
        both = canvas.project
        canvas.drag(canvas.input("add", 1), canvas.input("add", 0))
        assert canvas.project is both
        canvas.drag(canvas.input("add", 1), canvas.at(450, 420))
        assert canvas.wires()[1:] == ["dense > add.inputs"]
        canvas.document.undo()
        assert canvas.project == both
        points = canvas.scene.wires.shapes[both.graph.wires[-1]].route.points
        (x1, y1), (x2, y2) = points
        canvas.click(canvas.at((x1 + x2) / 2, (y1 + y2) / 2))
        canvas.type(Key.Key_Delete)
        assert canvas.wires()[1:] == ["dense > add.inputs"]

    def test_an_occupied_input_is_replaced(self, opened: Opens) -> None:
        canvas = opened(placed(chain("Input", "Dense"), FLATTEN, (300.0, 0.0), "flat"))
        canvas.drag(canvas.output("flat"), canvas.body("dense"))
        assert canvas.wires() == ["flat > dense.inputs"]
        assert canvas.steps() == 1
        canvas.document.undo()
        assert canvas.wires() == ["input > dense.inputs"]

    def test_a_cycle_is_refused_while_dragging_and_on_release(self, canvas: Canvas) -> None:
        before = canvas.project
        canvas.drag(canvas.output("dense_2"), canvas.body("dense"), hold=True)
        assert "cycle" in canvas.view.said
        assert canvas.scene.nodes[canvas.id("input")].dimmed
        assert canvas.scene.nodes[canvas.id("dense")].dimmed
        assert not canvas.scene.nodes[canvas.id("output")].dimmed
        canvas.release(canvas.body("dense"))
        assert canvas.project is before
        assert "cycle" in canvas.refusals[0]
        assert not canvas.scene.nodes[canvas.id("dense")].dimmed

    def test_cancelled(self, canvas: Canvas) -> None:
        canvas.drag(canvas.output("input"), canvas.body("output"), hold=True)
        canvas.type(Key.Key_Escape)
        canvas.release(canvas.body("output"))
        assert canvas.steps() == 0
        assert canvas.view.said == ""

    def test_picked_up_and_dropped_on_nothing_it_is_gone(self, canvas: Canvas) -> None:
        canvas.drag(canvas.input("dense_2"), canvas.at(420, 160))
        assert canvas.wires() == ["input > dense.inputs", "dense_2 > output.inputs"]
        assert canvas.steps() == 1

    def test_picked_up_and_moved_to_another(self, canvas: Canvas) -> None:
        canvas.drag(canvas.input("dense_2"), canvas.body("output"))
        assert canvas.wires() == ["input > dense.inputs", "dense > output.inputs"]
        assert canvas.steps() == 1

    def test_picked_up_and_put_back_is_no_step(self, canvas: Canvas) -> None:
        before = canvas.project
        canvas.press(canvas.input("dense_2"))
        canvas.hover(canvas.at(420, 160))
        canvas.release(canvas.input("dense_2"))
        assert canvas.project is before
        assert canvas.steps() == 0

    def test_picked_up_and_cancelled(self, canvas: Canvas) -> None:
        before, look = canvas.project, canvas.scene.snapshot()
        canvas.drag(canvas.input("dense_2"), canvas.at(420, 160), hold=True)
        canvas.type(Key.Key_Escape)
        canvas.release(canvas.at(420, 160))
        assert canvas.project is before
        assert canvas.scene.snapshot() == look

    def test_a_click_on_a_port_changes_nothing(self, canvas: Canvas) -> None:
        canvas.click(canvas.input("dense"))
        canvas.click(canvas.output("dense"))
        assert canvas.steps() == 0
        assert canvas.view.floating.card is None

    def test_a_wire_is_selected_and_deleted(self, canvas: Canvas) -> None:
        canvas.click(canvas.at(118, 69))
        assert len(canvas.scene.chosen_wires) == 1
        assert canvas.actions.delete.isEnabled()
        canvas.type(Key.Key_Delete)
        assert canvas.wires() == ["dense > dense_2.inputs", "dense_2 > output.inputs"]
        assert canvas.scene.chosen_wires == frozenset()


class TestDrops:
    def test_a_layer_lands_at_the_cursor(self, canvas: Canvas) -> None:
        assert canvas.drop(DROPOUT, canvas.at(400, 200))
        assert canvas.chosen() == {"dropout"}
        assert canvas.project.layout.positions[canvas.id("dropout")] == (400 - 118, 200 - 24)
        assert canvas.project.graph.by_name["dropout"].params == {"rate": 0.5}
        assert canvas.document.undo_title == "Add Dropout"

    def test_on_a_wire_it_is_inserted_in_one_step(self, canvas: Canvas) -> None:
        assert canvas.drop(DROPOUT, canvas.at(118, 69))
        assert canvas.wires()[-2:] != []
        assert "input > dropout.inputs" in canvas.wires()
        assert "dropout > dense.inputs" in canvas.wires()
        assert canvas.steps() == 1
        boxes = [canvas.scene.box((id_,)) for id_ in canvas.project.graph.nodes]
        assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)

    def test_alt_suppresses_insertion(self, canvas: Canvas) -> None:
        canvas.drop(DROPOUT, canvas.at(118, 69), Keys.AltModifier)
        assert "input > dense.inputs" in canvas.wires()

    def test_what_is_no_layer_is_left_to_the_window(self, canvas: Canvas) -> None:
        data = QMimeData()
        data.setText("file:///x.knet")
        assert not canvas.drop("", canvas.at(400, 200), data=data)

    def test_an_unknown_layer_is_refused_with_a_sentence(self, canvas: Canvas) -> None:
        canvas.drop("keras.layers.Nope", canvas.at(400, 200))
        assert "Nope" in canvas.refusals[0]
        assert canvas.steps() == 0


class TestInterrupted:
    def test_in_the_middle_keys_do_nothing_else(self, canvas: Canvas) -> None:
        QLineEdit(canvas.view).show()  # where Tab could lead
        canvas.click(canvas.body("output"))
        canvas.type(Key.Key_C, Keys.ControlModifier)
        canvas.drag(canvas.body("output"), canvas.at(450, 300))
        before = canvas.project
        for start in (canvas.body("dense"), canvas.output("dense")):
            canvas.drag(start, canvas.at(520, 180), hold=True)
            for key, keys in (
                (Key.Key_Delete, Keys.NoModifier),
                (Key.Key_Z, Keys.ControlModifier),
                (Key.Key_V, Keys.ControlModifier),
                (Key.Key_Tab, Keys.NoModifier),
                (Key.Key_T, Keys.ShiftModifier | Keys.AltModifier),
            ):
                canvas.type(key, keys)
            assert canvas.view.hand.gesture is not None
            assert canvas.view.hasFocus()
            assert canvas.project is before
            canvas.type(Key.Key_Escape)
            canvas.release(canvas.at(520, 180))
            assert canvas.view.hand.gesture is None
            assert canvas.project is before
        assert canvas.steps() == 1

    def test_what_keras_says_meanwhile_does_not_bring_a_picked_wire_back(
        self, canvas: Canvas
    ) -> None:
        wire = canvas.project.graph.into(canvas.id("dense_2"))[0]

        def is_painted() -> bool:
            return any(wire in item.shapes for item in canvas.scene.wires.items.values())

        canvas.drag(canvas.input("dense_2"), canvas.at(500, 160), hold=True)
        report = NodeReport(outputs={"output": TensorSpec((None, 3))})
        canvas.scene.show_reports(dict.fromkeys(canvas.project.graph.nodes, report))
        assert not is_painted()
        canvas.type(Key.Key_Escape)
        canvas.release(canvas.at(500, 160))
        assert is_painted()
        assert canvas.scene.wires.shapes[wire].label == "3"

    def test_a_release_that_nobody_heard_of_gives_it_up(self, canvas: Canvas) -> None:
        before, look = canvas.project, canvas.scene.snapshot()
        for start in (canvas.body("dense"), canvas.output("dense"), canvas.at(400, 100)):
            canvas.document.select(frozenset())
            canvas.drag(start, canvas.at(520, 180), hold=True)
            at = QPointF(canvas.at(540, 200))
            move = QMouseEvent(
                QEvent.Type.MouseMove,
                at,
                QPointF(canvas.port.mapToGlobal(at)),
                Qt.MouseButton.NoButton,
                Qt.MouseButton.NoButton,
                Keys.NoModifier,
            )
            QApplication.sendEvent(canvas.port, move)
            assert canvas.view.hand.gesture is None
            canvas.release(canvas.at(540, 200))
            assert canvas.project is before
            canvas.document.select(frozenset())
            assert canvas.scene.snapshot() == look
            assert canvas.view.said == ""
