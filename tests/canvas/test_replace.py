"""Selecting along the flow, and replacing a layer by one of another type."""

from PySide6.QtTest import QTest

from builder.document import edits
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens


class TestFlow:
    def test_upstream_and_downstream(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("dense"))
        canvas.type(Key.Key_Right, Keys.ShiftModifier)
        assert canvas.chosen() == {"dense", "dense_2", "output"}
        canvas.type(Key.Key_Left, Keys.ShiftModifier)
        assert canvas.chosen() == canvas.names()
        assert canvas.steps() == 0

    def test_what_stands_beside_is_left_out(self, opened: Opens) -> None:
        project = chain("Input", "Dense", "Output")
        project, _ = edits.add(project, "keras.layers.Flatten", (400.0, 0.0), name="flat")
        canvas = opened(project)
        canvas.click(canvas.body("output"))
        canvas.type(Key.Key_Left, Keys.ShiftModifier)
        assert canvas.chosen() == {"input", "dense", "output"}

    def test_nothing_selected_nothing_to_do(self, canvas: Canvas) -> None:
        assert not canvas.actions.upstream.isEnabled()
        assert not canvas.actions.downstream.isEnabled()


class TestReplace:
    def choose(self, canvas: Canvas, text: str) -> None:
        canvas.type(Key.Key_R)
        card = canvas.view.floating.card
        assert card is not None
        QTest.keyClicks(card.field, text)
        QTest.keyClick(card.field, Key.Key_Return)

    def test_wires_and_the_same_parameters_stay(self, opened: Opens) -> None:
        dense = ("Dense", {"units": 7, "activation": "relu"})
        canvas = opened(chain("Input", dense, "Output"))
        before = canvas.project
        canvas.click(canvas.body("dense"))
        self.choose(canvas, "conv2d")
        node = canvas.project.graph.by_name["conv2d"]
        assert node.type == "keras.layers.Conv2D"
        assert node.params == {"filters": 32, "kernel_size": [3, 3], "activation": "relu"}
        assert canvas.wires() == ["input > conv2d.inputs", "conv2d > output.inputs"]
        assert canvas.document.undo_title == "Replace dense by Conv2D"
        assert canvas.steps() == 1
        canvas.document.undo()
        assert canvas.project == before

    def test_a_name_that_was_given_stays(self, canvas: Canvas) -> None:
        canvas.view.commands.rename(canvas.id("dense"), "head")
        canvas.click(canvas.body("head"))
        self.choose(canvas, "flatten")
        assert canvas.project.graph.by_name["head"].type == "keras.layers.Flatten"
        assert canvas.project.graph.by_name["head"].params == {}

    def test_ports_of_other_names_keep_their_wires(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("dense_2"))
        self.choose(canvas, "multihead")
        assert canvas.wires() == [
            "input > dense.inputs",
            "dense > multi_head_attention.query",
            "multi_head_attention > output.inputs",
        ]

    def test_only_what_fits_the_wires_is_offered(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("dense"))
        canvas.type(Key.Key_R)
        card = canvas.view.floating.card
        assert card is not None
        offered = set(card.types())
        assert offered == SMALL.layers.keys() - {"keras.Input", "output", "keras.layers.Dense"}
        QTest.keyClick(card.field, Key.Key_Escape)
        assert canvas.steps() == 0

    def test_several_at_once_are_one_step(self, canvas: Canvas) -> None:
        canvas.click(canvas.body("dense"))
        canvas.click(canvas.body("dense_2"), Keys.ControlModifier)
        self.choose(canvas, "dropout")
        assert canvas.names() == {"input", "dropout", "dropout_2", "output"}
        assert canvas.steps() == 1
