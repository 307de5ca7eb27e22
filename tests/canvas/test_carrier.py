"""Things on their way: what is carried looks as it did, however much it is."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from builder.canvas.carrier import MANY
from builder.canvas.scene import GraphScene
from builder.document import framing
from builder.document.frames import Frame, box_of
from builder.engine.messages import NodeReport, TensorSpec
from tests.build import STEP, chain
from tests.canvas.conftest import Canvas, Keys, Opens

ROWS = MANY + 10
ROUNDING = 2
"""Colours that shine through are blended in another order."""

REPORT = NodeReport({"output": TensorSpec((None, 64))}, 4160)


@pytest.fixture
def crowd(opened: Opens) -> Canvas:
    """More layers than are carried one by one, with their shapes, in a frame."""
    project = chain("Input", *["Dense"] * ROWS, "Output")
    box = (-30.0, -40.0, 280.0, (ROWS + 2) * STEP + 60)
    canvas = opened(framing.put(project, {"f": Frame("All of it", box)}))
    canvas.scene.show_reports(dict.fromkeys(project.graph.nodes, REPORT))
    return canvas


def painted(scene: GraphScene, area: QRectF, scale: float = 1.0) -> QImage:
    """What the scene paints of an area, without the ground."""
    image = QImage((area.size() * scale).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    scene.render(painter, QRectF(image.rect()), area)
    painter.end()
    return image


def difference(one: QImage, other: QImage) -> int:
    """By how much the two differ most, of 255."""
    pairs = zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    return max(abs(a - b) for a, b in pairs)


class TestACrowd:
    @pytest.mark.parametrize("scale", [1.0, 0.5, 0.25])
    def test_looks_as_it_did_and_moves_as_one(self, crowd: Canvas, scale: float) -> None:
        crowd.view.zoom_to(scale)
        crowd.view.choose_all()
        area = QRectF(-60, -60, 300, 500)
        before = painted(crowd.scene, area, scale)
        crowd.scene.lift(crowd.document.selection, crowd.document.selected_marks)
        assert difference(painted(crowd.scene, area, scale), before) <= ROUNDING
        crowd.scene.carry(100, 200)
        moved = painted(crowd.scene, area.translated(100, 200), scale)
        assert difference(moved, before) <= ROUNDING
        crowd.scene.put_down()
        assert painted(crowd.scene, area, scale) == before

    def test_goes_where_the_mouse_takes_it_with_its_frame(self, crowd: Canvas) -> None:
        first, last = crowd.id("input"), crowd.id("output")
        crowd.view.choose_all()
        start = crowd.body("input")
        crowd.drag(start, start + QPoint(31, 17), Keys.AltModifier)
        places = crowd.project.layout.positions
        assert places[first] == (31.0, 17.0)
        assert places[last] == (31.0, 17.0 + (ROWS + 1) * STEP)
        assert box_of(framing.marks_of(crowd.project.layout)["f"])[:2] == (1.0, -23.0)

    def test_what_keras_says_meanwhile_is_shown_when_it_stands_again(self, crowd: Canvas) -> None:
        graph, scene = crowd.project.graph, crowd.scene
        scene.lift(graph.nodes)
        scene.carry(500, 500)
        other = NodeReport({"output": TensorSpec((None, 8))}, 72)
        scene.show_reports(dict.fromkeys(graph.nodes, other))
        scene.put_down()
        afresh = GraphScene(crowd.document, scene.catalog)
        afresh.show_reports(dict.fromkeys(graph.nodes, other))
        assert scene.snapshot() == afresh.snapshot()


def test_far_out_too_a_node_moves_with_the_mouse(opened: Opens) -> None:
    canvas = opened(chain("Input", "Dense", "Output"))
    canvas.view.zoom_to(0.1)
    scene, node = canvas.scene, canvas.id("dense")
    area = scene.box((node,))
    scene.lift({node})
    scene.carry(2000, 0)
    left = painted(scene, area, 0.1)
    came = painted(scene, area.translated(2000, 0), 0.1)
    middle = came.rect().center()
    assert left.pixelColor(middle).alpha() == 0
    assert came.pixelColor(middle).alpha() == 255
