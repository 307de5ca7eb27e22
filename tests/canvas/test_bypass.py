"""Bypassing with M: judged by the shapes that are known, one undo step, and seen on the node."""

from builder.engine.messages import NodeReport, TensorSpec
from tests.build import chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens


def reported(canvas: Canvas, **shapes: tuple[int | None, ...]) -> None:
    canvas.scene.show_reports(
        {
            canvas.id(name): NodeReport({"output": TensorSpec(shape, "float32")})
            for name, shape in shapes.items()
        }
    )


def row(opened: Opens) -> Canvas:
    canvas = opened(chain("Input", "Dropout", "Dense", "Output"))
    reported(canvas, input=(None, 8), dropout=(None, 8), dense=(None, 64))
    return canvas


def test_m_bypasses_and_takes_back(opened: Opens) -> None:
    canvas = row(opened)
    before = canvas.project
    canvas.click(canvas.body("dropout"))
    canvas.type(Key.Key_M)
    assert canvas.project.graph.by_name["dropout"].bypassed
    assert canvas.scene.nodes[canvas.id("dropout")].texts[2].startswith("bypassed")
    assert canvas.actions.bypass.isChecked()
    assert canvas.document.undo_title == "Bypass dropout"
    canvas.type(Key.Key_M)
    assert canvas.project == before
    assert canvas.steps() == 2
    canvas.document.undo()
    canvas.document.undo()
    assert canvas.project == before


def test_another_shape_is_refused(opened: Opens) -> None:
    canvas = row(opened)
    canvas.click(canvas.body("dense"))
    canvas.type(Key.Key_M)
    assert not canvas.project.graph.by_name["dense"].bypassed
    assert not canvas.actions.bypass.isChecked()
    assert canvas.refusals == [
        "“dense” makes 64 of 8, so what comes after it cannot do without it. "
        "Only a layer that keeps the shape can be bypassed."
    ]
    assert canvas.steps() == 0


def test_the_ends_are_refused(opened: Opens) -> None:
    canvas = row(opened)
    canvas.click(canvas.body("output"))
    canvas.type(Key.Key_M)
    assert canvas.refusals == ["“output” is an output; the model cannot do without it."]


def test_of_several_all_or_none(opened: Opens) -> None:
    canvas = row(opened)
    canvas.click(canvas.body("dropout"))
    canvas.click(canvas.body("dense"), Keys.ControlModifier)
    canvas.type(Key.Key_M)
    assert canvas.steps() == 0
    assert len(canvas.refusals) == 1
