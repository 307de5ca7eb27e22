"""Adding layers by name: the search box, a wire dropped on nothing, after the selection."""

from PySide6.QtTest import QTest

from tests.build import chain
from tests.canvas.conftest import CONTROL, LEFT, Canvas, Key, Opens


def type_in_card(canvas: Canvas, text: str, key: Key = Key.Key_Return) -> None:
    card = canvas.view.floating.card
    assert card is not None
    QTest.keyClicks(card.field, text)
    QTest.keyClick(card.field, key)


class TestQuickAdd:
    def test_tab_search_enter(self, canvas: Canvas) -> None:
        canvas.hover(canvas.at(450, 100))
        canvas.type(Key.Key_Tab)
        type_in_card(canvas, "drop")
        assert canvas.chosen() == {"dropout"}
        assert canvas.project.layout.positions[canvas.id("dropout")] == (450 - 118, 100 - 24)
        assert canvas.view.floating.card is None
        assert canvas.view.hasFocus()

    def test_double_click_on_empty_ground(self, canvas: Canvas) -> None:
        QTest.mouseDClick(canvas.port, LEFT, pos=canvas.at(450, 100))
        assert canvas.view.floating.card is not None
        type_in_card(canvas, "x", Key.Key_Escape)
        assert canvas.view.floating.card is None
        assert canvas.steps() == 0

    def test_no_key_of_the_canvas_fires_while_typing(self, canvas: Canvas) -> None:
        canvas.pick("dense")
        canvas.type(Key.Key_Tab)
        card = canvas.view.floating.card
        assert card is not None
        QTest.keyClicks(card.field, "d.")
        QTest.keyClick(card.field, Key.Key_Backspace)
        QTest.keyClick(card.field, Key.Key_D, CONTROL)
        QTest.keyClick(card.field, Key.Key_Down)
        assert card.field.text() == "d"
        assert card.list.currentRow() == 1
        assert canvas.names() == {"input", "dense", "dense_2", "output"}

    def test_nothing_found_says_so(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_Tab)
        card = canvas.view.floating.card
        assert card is not None
        QTest.keyClicks(card.field, "zzzz")
        assert "zzzz" in card.list.item(0).text()
        QTest.keyClick(card.field, Key.Key_Return)
        assert canvas.steps() == 0

    def test_a_wire_dropped_on_nothing_offers_what_fits(self, canvas: Canvas) -> None:
        canvas.drag(canvas.output("dense"), canvas.at(450, 200))
        card = canvas.view.floating.card
        assert card is not None
        assert "keras.Input" not in card.types()
        assert canvas.view.overlay.has_wire, "it waits for what is chosen"
        type_in_card(canvas, "flatten")
        assert not canvas.view.overlay.has_wire
        assert "dense > flatten.inputs" in canvas.wires()
        assert canvas.steps() == 1

    def test_a_wire_from_an_input_offers_sources(self, opened: Opens) -> None:
        canvas = opened(chain("Dense"))
        canvas.drag(canvas.input("dense"), canvas.at(400, -150))
        card = canvas.view.floating.card
        assert card is not None
        assert "output" not in card.types()
        type_in_card(canvas, "input")
        assert canvas.wires() == ["input > dense.inputs"]

    def test_esc_leaves_no_wire(self, canvas: Canvas) -> None:
        canvas.drag(canvas.output("dense"), canvas.at(450, 200))
        type_in_card(canvas, "", Key.Key_Escape)
        assert not canvas.view.overlay.has_wire
        assert canvas.steps() == 0

    def test_undo_meanwhile_takes_box_and_wire_away(self, canvas: Canvas) -> None:
        canvas.drag(canvas.body("output"), canvas.at(450, 300))
        canvas.drag(canvas.output("dense"), canvas.at(450, 200))
        canvas.actions.undo.trigger()  # as the toolbar's button does
        assert canvas.view.floating.card is None
        assert not canvas.view.overlay.has_wire

    def test_double_click_on_a_wire_inserts(self, canvas: Canvas) -> None:
        QTest.mouseDClick(canvas.port, LEFT, pos=canvas.at(118, 69))
        type_in_card(canvas, "dropout")
        assert "input > dropout.inputs" in canvas.wires()


class TestAppending:
    def test_after_the_selection_connected_and_in_the_clear(self, canvas: Canvas) -> None:
        canvas.pick("dense")
        canvas.view.append_layer("keras.layers.Dropout")
        assert "dense > dropout.inputs" in canvas.wires()
        boxes = [canvas.scene.box((id_,)) for id_ in canvas.project.graph.nodes]
        assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)

    def test_between_two_that_are_joined(self, opened: Opens) -> None:
        canvas = opened(chain("Input", "Dense", "Output"))
        canvas.pick("input")
        canvas.view.append_layer("keras.layers.Dropout")
        assert sorted(canvas.wires()) == [
            "dense > output.inputs",
            "dropout > dense.inputs",
            "input > dropout.inputs",
        ]
        boxes = [canvas.scene.box((id_,)) for id_ in canvas.project.graph.nodes]
        assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)

    def test_a_chain_from_nothing(self, opened: Opens) -> None:
        canvas = opened(chain())
        for type_ in ("keras.Input", "keras.layers.Flatten", "keras.layers.Dense", "output"):
            canvas.view.append_layer(type_)
        assert canvas.wires() == [
            "input > flatten.inputs",
            "flatten > dense.inputs",
            "dense > output.inputs",
        ]
        canvas.view.append_layer("keras.layers.Dropout")
        assert len(canvas.wires()) == 3
