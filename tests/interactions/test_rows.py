"""All 44 ways of working are proven: here, or by the tests that `rows` names."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from builder.engine.messages import NodeReport, TensorSpec
from tests.build import chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens
from tests.interactions.rows import ROWS

FOLDER = Path(__file__).resolve().parents[2]
CONTROL = Keys.ControlModifier


def test_every_row_is_proven() -> None:
    assert sorted(ROWS) == list(range(1, 45))
    named = {id_ for _, ids in ROWS.values() for id_ in ids}
    files = sorted({id_.partition("::")[0] for id_ in named})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qo", "addopts=", *files],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = {line.partition("[")[0] for line in done.stdout.splitlines() if "::" in line}
    assert not named - found


def test_row_01_looking_is_not_undone(canvas: Canvas) -> None:
    canvas.drag(canvas.body("dense"), canvas.at(500, 300))
    moved = canvas.project
    canvas.click(canvas.body("output"))
    canvas.type(Key.Key_Home)
    canvas.type(Key.Key_0, CONTROL)
    scale = canvas.view.scale_factor
    assert canvas.project is moved
    canvas.type(Key.Key_Z, CONTROL)
    assert canvas.project is not moved
    assert canvas.view.scale_factor == scale
    assert canvas.document.undo_title is None


def test_row_02_a_field_on_the_canvas_owns_undo_too(canvas: Canvas) -> None:
    canvas.drag(canvas.body("dense"), canvas.at(500, 300))
    canvas.type(Key.Key_F2)
    editor = canvas.view.floating.editor
    assert editor is not None
    QTest.keyClicks(editor, "hidden")
    QTest.keyClick(editor, Key.Key_Z, CONTROL)
    assert editor.text() == "dense"
    assert canvas.document.undo_title == "Move dense"
    QTest.keyClicks(editor, "hidden")
    QTest.keyClick(editor, Key.Key_Return)
    canvas.type(Key.Key_Z, CONTROL)
    assert canvas.document.undo_title == "Move dense", "Enter was one step"


def test_row_05_two_fingers_pan(canvas: Canvas) -> None:
    before, at = canvas.body("dense"), QPointF(400, 300)
    phases = Qt.ScrollPhase
    for phase in (phases.ScrollBegin, phases.ScrollUpdate, phases.ScrollMomentum):
        event = QWheelEvent(
            at,
            QPointF(canvas.port.mapToGlobal(at)),
            QPoint(-20, 10),
            QPoint(-40, 20),
            Qt.MouseButton.NoButton,
            Keys.NoModifier,
            phase,
            False,
        )
        QApplication.sendEvent(canvas.port, event)
    assert canvas.body("dense") == before + QPoint(-60, 30)
    assert canvas.view.scale_factor == 1.0
    assert canvas.steps() == 0


def test_row_06_a_wheel_without_phases_pans_where_it_is_preferred_and_ctrl_zooms(
    canvas: Canvas,
) -> None:
    at = canvas.body("dense")
    for pans, keys, turn in (
        (True, Keys.NoModifier, QPoint(40, 20)),
        (True, CONTROL, QPoint(0, 120)),
    ):
        canvas.view.wheel_pans = pans
        before, scale = canvas.body("dense"), canvas.view.scale_factor
        event = QWheelEvent(
            QPointF(at),
            QPointF(canvas.port.mapToGlobal(at)),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas.port, event)
        if keys == CONTROL:
            assert canvas.view.scale_factor > scale
        else:
            assert canvas.view.scale_factor == scale
            assert canvas.body("dense") == before + QPoint(20, 10)
            at = canvas.body("dense")
    assert (canvas.body("dense") - at).manhattanLength() < 4, "zoomed at the cursor"


def test_row_06_pinch(canvas: Canvas) -> None:
    fixed = QPointF(canvas.body("dense"))
    for value in (0.25, 0.2):
        _pinch(canvas, fixed, value)
    assert abs(canvas.view.scale_factor - 1.5) < 1e-6
    assert (canvas.body("dense") - fixed.toPoint()).manhattanLength() < 4
    for _ in range(40):
        _pinch(canvas, fixed, -0.3)
    assert abs(canvas.view.scale_factor - 0.05) < 1e-6
    assert canvas.steps() == 0


def _pinch(canvas: Canvas, at: QPointF, value: float) -> None:
    everywhere = QPointF(canvas.port.mapToGlobal(at))
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        everywhere,
        value,
        QPointF(),
    )
    QApplication.sendEvent(canvas.port, event)


def test_row_07_fit_all_and_selection(canvas: Canvas) -> None:
    canvas.view.zoom_to(0.3)
    canvas.type(Key.Key_Home)
    assert all(canvas.port.rect().contains(canvas.body(name)) for name in canvas.names())
    canvas.view.pan(canvas.port.rect().bottomRight())
    canvas.document.select(frozenset({canvas.id("output")}))
    canvas.type(Key.Key_Period)
    away = canvas.body("output") - canvas.port.rect().center()
    assert away.manhattanLength() < 4
    assert canvas.document.undo_title is None


def test_row_08_the_search_box_is_at_the_cursor(canvas: Canvas) -> None:
    place = canvas.at(300, 100)
    canvas.hover(place)
    canvas.type(Key.Key_Tab)
    card = canvas.view.floating.card
    assert card is not None
    assert (card.mapTo(canvas.view, QPoint(0, 0)) - place).manhattanLength() < 6
    canvas.view.zoom_to(1.2, QPointF(canvas.at(0, 0)))
    assert canvas.at(300, 100) != place
    assert (card.mapTo(canvas.view, QPoint(0, 0)) - canvas.at(300, 100)).manhattanLength() < 6


def test_row_15_all_and_none(canvas: Canvas) -> None:
    canvas.type(Key.Key_A, CONTROL)
    assert canvas.chosen() == canvas.names()
    canvas.type(Key.Key_Escape)
    assert canvas.chosen() == set()
    assert canvas.document.undo_title is None


def test_row_16_the_wire_is_highlighted_while_a_node_is_over_it(canvas: Canvas) -> None:
    canvas.view.commands.add("keras.layers.Dropout", (400.0, 0.0))
    wire = canvas.project.graph.wires[0]
    canvas.drag(canvas.body("dropout"), canvas.at(118, 69), hold=True)
    lit = canvas.scene.wires.items[canvas.scene.wires.shapes[wire].cell].marked
    assert lit == {wire}
    canvas.type(Key.Key_Escape)
    assert not canvas.scene.wires.items[canvas.scene.wires.shapes[wire].cell].marked
    assert canvas.steps() == 1


def test_row_18_cut_and_paste_at_the_cursor(canvas: Canvas) -> None:
    canvas.click(canvas.body("dense"))
    canvas.click(canvas.body("dense_2"), CONTROL)
    canvas.type(Key.Key_X, CONTROL)
    assert canvas.names() == {"input", "output"}
    place = canvas.at(500, 300)
    canvas.hover(place)
    canvas.type(Key.Key_V, CONTROL)
    assert canvas.wires() == ["dense > dense_2.inputs"]
    corner = canvas.scene.box((canvas.id("dense"),)).topLeft()
    assert (corner - canvas.view.mapToScene(place)).manhattanLength() < 4
    assert canvas.steps() == 2


def test_row_20_shapes_are_hidden_when_zoomed_out(canvas: Canvas) -> None:
    graph, scene = canvas.project.graph, canvas.scene
    reports = {
        id_: NodeReport(outputs={"output": TensorSpec((None, 28, 7))}) for id_ in graph.nodes
    }
    for scale, seen in ((1.0, True), (0.5, False)):
        scene.show_reports({})
        canvas.view.zoom_to(scale)
        bare = [_gap(canvas, wire.source.node, wire.target.node) for wire in graph.wires]
        scene.show_reports(reports)
        told = [_gap(canvas, wire.source.node, wire.target.node) for wire in graph.wires]
        assert len(told) == 3
        assert [a != b for a, b in zip(bare, told, strict=True)] == [seen] * 3


def test_row_38_a_bypassed_layer_is_drawn_passed_through(canvas: Canvas) -> None:
    middle = QRect(canvas.body("dense") - QPoint(4, 20), canvas.body("dense") + QPoint(4, 20))
    canvas.click(canvas.body("dense"))
    bare = canvas.port.grab(middle).toImage()
    canvas.type(Key.Key_M)
    assert canvas.project.graph.by_name["dense"].bypassed
    passed = canvas.port.grab(middle).toImage()
    pixels = [passed.pixelColor(4, y) != bare.pixelColor(4, y) for y in range(bare.height())]
    assert all(pixels), "its wire goes on through it"


def test_row_38_words_on_it_are_not_crossed_by_its_wire(opened: Opens) -> None:
    dense = ("Dense", {"units": 100_000_000, "activation": "relu", "use_bias": False})
    canvas = opened(chain("Input", dense, "Output"))
    canvas.click(canvas.body("dense"))
    canvas.type(Key.Key_M)
    middle = canvas.body("dense")
    image = canvas.port.grab(QRect(middle - QPoint(0, 22), middle + QPoint(0, 22))).toImage()
    column = [image.pixelColor(0, y) for y in range(image.height())]
    crossed = [colour.blue() - colour.red() > 50 for colour in column]  # as it is selected
    assert any(crossed[:4])
    assert not any(crossed[25:38]), "the second line is longer than half the node"


def _gap(canvas: Canvas, above: str, below: str) -> QImage:
    """What is painted between two nodes of a column."""
    top, bottom = canvas.scene.box((above,)), canvas.scene.box((below,))
    left = canvas.view.mapFromScene(top.bottomLeft()) + QPoint(0, 9)
    right = canvas.view.mapFromScene(bottom.topRight()) - QPoint(0, 9)
    return canvas.port.grab(QRect(left, right)).toImage()


def test_row_44_copied_by_command(canvas: Canvas) -> None:
    QApplication.clipboard().clear()
    canvas.actions.copy_picture.trigger()
    whole = QApplication.clipboard().image()
    assert whole.width() > 200
    canvas.click(canvas.body("dense"))
    canvas.actions.copy_picture.trigger()
    part = QApplication.clipboard().image()
    assert part.width() == whole.width()
    assert part.height() < whole.height() / 2, "of the selection alone"
    QTest.keyClick(canvas.view, Key.Key_V, CONTROL)
    assert canvas.document.undo_title is None
