"""All 44 ways of working are proven: here, or by the tests that `rows` names."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from builder.engine.messages import NodeReport, TensorSpec
from tests.canvas.conftest import Canvas, Key, Keys
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


def test_row_15_all_and_none(canvas: Canvas) -> None:
    canvas.type(Key.Key_A, CONTROL)
    assert canvas.chosen() == canvas.names()
    canvas.type(Key.Key_Escape)
    assert canvas.chosen() == set()
    assert canvas.document.undo_title is None


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


def _gap(canvas: Canvas, above: str, below: str) -> QImage:
    """What is painted between two nodes of a column."""
    top, bottom = canvas.scene.box((above,)), canvas.scene.box((below,))
    left = canvas.view.mapFromScene(top.bottomLeft()) + QPoint(0, 9)
    right = canvas.view.mapFromScene(bottom.topRight()) - QPoint(0, 9)
    return canvas.port.grab(QRect(left, right)).toImage()


def test_row_44_copied_by_command(canvas: Canvas) -> None:
    QApplication.clipboard().clear()
    canvas.actions.copy_picture.trigger()
    assert QApplication.clipboard().image().width() > 200
    QTest.keyClick(canvas.view, Key.Key_V, CONTROL)
    assert canvas.document.undo_title is None
