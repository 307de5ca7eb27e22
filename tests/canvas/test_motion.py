"""Motion: it ends where things would be without it, and never changes the document by itself."""

from PySide6.QtCore import QPoint, QPointF
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.canvas.scene import GraphScene
from builder.document import edits
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

SHIFT_ALT = Keys.ShiftModifier | Keys.AltModifier


def look(canvas: Canvas) -> tuple[float, QPointF]:
    view = canvas.view
    return view.scale_factor, view.mapToScene(view.viewport().rect().center())


def scattered(opened: Opens) -> Canvas:
    canvas = opened(chain("Input", "Dense", "Dense", "Output"))
    canvas.view.commands.move({canvas.id("dense"): (2500.0, -1300.0)})
    return canvas


def test_none_offscreen(opened: Opens) -> None:
    canvas = scattered(opened)
    assert not canvas.view.motion.enabled
    canvas.type(Key.Key_Home)
    assert not canvas.view.motion.is_running


def test_fit_arrives_where_it_would_be_at_once(opened: Opens, qtbot: QtBot) -> None:
    canvas = scattered(opened)
    before = look(canvas)
    canvas.view.fit()
    goal = look(canvas)
    canvas.view.zoom_to(before[0])
    canvas.view.centerOn(before[1])
    canvas.view.motion.enabled = True
    canvas.type(Key.Key_Home)
    assert canvas.view.motion.is_running
    qtbot.waitUntil(lambda: not canvas.view.motion.is_running)
    assert look(canvas)[0] == goal[0]
    assert (look(canvas)[1] - goal[1]).manhattanLength() < 20
    assert canvas.steps() == 1


def test_tidy_is_done_from_the_beginning(opened: Opens, qtbot: QtBot) -> None:
    canvas = scattered(opened)
    canvas.view.motion.enabled = True
    canvas.type(Key.Key_T, SHIFT_ALT)
    assert canvas.view.motion.is_running
    assert canvas.document.undo_title == "Tidy"
    assert canvas.project.layout.positions[canvas.id("dense")][0] < 2500
    afresh = GraphScene(Document(canvas.project), SMALL)
    assert canvas.scene.snapshot() == afresh.snapshot()
    items = len(canvas.scene.items())
    qtbot.waitUntil(lambda: not canvas.view.motion.is_running)
    assert len(canvas.scene.items()) == items - 1


def test_an_edit_or_the_mouse_ends_it(opened: Opens) -> None:
    canvas = scattered(opened)
    canvas.view.motion.enabled = True
    canvas.type(Key.Key_T, SHIFT_ALT)
    canvas.document.undo()
    assert not canvas.view.motion.is_running
    canvas.view.zoom_to(2.0)
    canvas.type(Key.Key_Home)
    assert canvas.view.motion.is_running
    canvas.press(QPoint(4, 4))
    assert not canvas.view.motion.is_running
    canvas.release(QPoint(4, 4))
    assert canvas.steps() == 1


def test_what_makes_room_slides_and_what_the_hand_moved_does_not(
    opened: Opens, qtbot: QtBot
) -> None:
    project, _ = edits.add(
        chain("Input", "Dense", "Output"), "keras.layers.Dropout", (400.0, 40.0), name="loose"
    )
    canvas = opened(project)
    motion = canvas.view.motion
    motion.enabled = True
    wire = canvas.body("input") + (canvas.body("dense") - canvas.body("input")) / 2
    canvas.drag(canvas.body("loose"), wire)
    assert "loose > dense.inputs" in canvas.wires()
    assert motion.is_running
    assert motion.moving == 2, "dense and output made room; loose was carried"
    qtbot.waitUntil(lambda: not motion.is_running)
    assert canvas.steps() == 1
    canvas.document.select(frozenset({canvas.id("input")}))
    assert canvas.view.append_layer("keras.layers.Dropout") is not None
    assert motion.moving == 3
    motion.end()
    below = canvas.body("dense") + (canvas.body("output") - canvas.body("dense")) / 2
    assert canvas.drop("keras.layers.Dropout", below)
    assert motion.moving == 1
