"""Blocks and shared layers on the canvas, with the mouse and the keyboard."""

import pytest
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from builder.document import blocks, edits, framing
from builder.document.edits import EditRefused
from builder.document.frames import Frame
from builder.document.graph import INPUT, OUTPUT
from builder.document.problems import Problem
from tests.build import chain
from tests.canvas.conftest import LEFT, NONE, Canvas, Key, Keys, Opens

CONTROL_SHIFT = Keys.ControlModifier | Keys.ShiftModifier


@pytest.fixture
def canvas(opened: Opens) -> Canvas:
    """input > dense > dropout > dense_2 > output, in a column."""
    return opened(chain("Input", "Dense", "Dropout", "Dense", "Output"))


def shown(canvas: Canvas) -> set[str]:
    return {item.node.name for item in canvas.scene.nodes.values()}


def group(canvas: Canvas, *names: str, name: str = "") -> str:
    """Select layers with the mouse, make a block of them with the keyboard, and name it."""
    for place, one in enumerate(names):
        canvas.click(canvas.body(one), Keys.ControlModifier if place else Keys.NoModifier)
    canvas.type(Key.Key_G, CONTROL_SHIFT)
    (block,) = canvas.document.selection
    editor = canvas.view.floating.editor
    assert editor is not None
    if name:
        QTest.keyClicks(editor, name)
    QTest.keyClick(editor, Key.Key_Return)
    return block


# --- making and dissolving


def test_the_selection_becomes_a_block_in_its_place_and_is_named(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    assert canvas.project.graph.nodes[block].name == "body"
    assert shown(canvas) == {"input", "body", "dense_2", "output"}
    assert canvas.scene.nodes[block].at == (0.0, 135.0)  # between 90 and 180
    assert canvas.document.undo_title == "Make block"
    assert canvas.steps() == 1, "made and named at once"
    canvas.pick("body")
    canvas.type(Key.Key_F2)
    editor = canvas.view.floating.editor
    assert editor is not None
    QTest.keyClicks(editor, "trunk")
    QTest.keyClick(editor, Key.Key_Return)
    assert canvas.document.undo_title == "Rename body to trunk"
    canvas.document.undo()
    canvas.document.undo()
    assert shown(canvas) == {"input", "dense", "dropout", "dense_2", "output"}


def test_names_of_blocks_are_free_ones(canvas: Canvas) -> None:
    group(canvas, "dense")
    group(canvas, "dense_2")
    assert {"block", "block_2"} <= shown(canvas)


def test_ungroup_brings_everything_back_where_it_was(canvas: Canvas) -> None:
    before = canvas.project
    group(canvas, "dense", "dropout")
    canvas.type(Key.Key_U, CONTROL_SHIFT)
    assert set(canvas.project.graph.wires) == set(before.graph.wires)
    assert canvas.project.layout == before.layout
    assert canvas.chosen() == {"dense", "dropout"}


def test_a_block_that_cannot_be_says_why_and_leaves_no_step(canvas: Canvas) -> None:
    canvas.click(canvas.body("input"))
    canvas.type(Key.Key_G, CONTROL_SHIFT)
    assert "stays outside" in canvas.refusals[-1]
    assert canvas.steps() == 0


# --- going in and out


def test_double_click_enters_and_escape_leaves(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    QTest.mouseDClick(canvas.port, LEFT, NONE, canvas.body("body"))
    assert canvas.document.level == block
    assert shown(canvas) == {"input", "dense", "dropout", "dropout_2"}
    assert not canvas.document.selection
    canvas.type(Key.Key_Escape)
    assert canvas.document.level == ""
    assert canvas.chosen() == {"body"}
    canvas.type(Key.Key_Return)
    assert canvas.document.level == block
    canvas.type(Key.Key_Up, Keys.AltModifier)
    assert canvas.document.level == ""


def test_each_level_keeps_where_one_looked(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout")
    canvas.view.zoom_to(0.75)
    canvas.view.centerOn(300, 400)
    middle = canvas.view.mapToScene(canvas.port.rect().center())
    canvas.document.enter(block)
    canvas.view.zoom_to(2.0)
    canvas.document.leave()
    assert canvas.view.scale_factor == pytest.approx(0.75)
    now = canvas.view.mapToScene(canvas.port.rect().center())
    assert (now - middle).manhattanLength() < 4
    canvas.document.enter(block)
    assert canvas.view.scale_factor == pytest.approx(2.0)


def test_edits_inside_stay_inside(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    canvas.document.enter(block)
    canvas.type(Key.Key_A, Keys.ControlModifier)
    assert canvas.chosen() == {"input", "dense", "dropout", "dropout_2"}
    canvas.click(canvas.body("dropout"))
    canvas.type(Key.Key_D, Keys.ControlModifier)
    assert "dropout_3" in shown(canvas)
    added = canvas.view.append_layer("keras.layers.Dense")
    assert added is not None
    assert canvas.project.graph.nodes[added].parent == block
    canvas.type(Key.Key_Escape)
    canvas.type(Key.Key_Escape)
    assert shown(canvas) == {"input", "body", "dense_2", "output"}


def test_an_input_added_inside_is_a_port_outside(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    canvas.document.enter(block)
    port = canvas.view.commands.add(INPUT, (400.0, 0.0))
    assert port is not None
    assert not canvas.project.graph.nodes[port].params
    assert canvas.scene.nodes[port].texts[2] == "port of body · as connected"
    canvas.document.leave()
    assert [slot.port for slot in canvas.scene.nodes[block].slots.inputs] == ["input", "input_2"]
    canvas.drag(canvas.output("input"), canvas.input("body", 1))
    assert "input > body.input_2" in canvas.wires()


def test_a_wire_can_be_drawn_from_a_block(canvas: Canvas) -> None:
    group(canvas, "dense", "dropout", name="body")
    canvas.drag(canvas.output("body"), canvas.body("output"))
    assert "body > output.inputs" in canvas.wires()


# --- undo across levels


def test_undo_shows_the_level_of_the_change(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    canvas.document.enter(block)
    canvas.click(canvas.body("dropout"))
    canvas.type(Key.Key_Delete)
    assert "dropout" not in shown(canvas)
    canvas.document.leave()
    canvas.type(Key.Key_Z, Keys.ControlModifier)
    assert canvas.document.level == block
    assert canvas.chosen() == {"dropout"}
    canvas.document.leave()
    canvas.type(Key.Key_Y, Keys.ControlModifier)
    assert canvas.document.level == block


def test_undoing_a_block_that_is_shown_goes_up(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout")
    canvas.document.enter(block)
    canvas.type(Key.Key_Z, Keys.ControlModifier)
    assert canvas.document.level == ""
    assert shown(canvas) == {"input", "dense", "dropout", "dense_2", "output"}


# --- how they look


def test_a_block_says_what_is_in_it(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    item = canvas.scene.nodes[block]
    assert item.texts[1:3] == ("Block", "2 layers")
    assert item.category == "Blocks"
    canvas.document.apply("Repeat", blocks.repeat(canvas.project, block, 3))
    assert item.texts[2] == "2 layers × 3"
    with pytest.raises(EditRefused, match="1 to 1,000"):
        blocks.repeat(canvas.project, block, 0)


def test_problems_inside_show_on_the_block(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    canvas.scene.show_problems([Problem("error", "Too many units.", "n2")])
    assert canvas.scene.nodes[block].severity == "error"
    assert [p.message for p in canvas.scene.problems_of(block)] == ["Too many units."]
    canvas.document.enter(block)
    assert canvas.scene.nodes["n2"].severity == "error"
    canvas.document.leave()
    canvas.scene.show_problems([])
    assert canvas.scene.nodes[block].severity is None


def test_a_layer_used_again_is_tied_to_the_first(canvas: Canvas) -> None:
    canvas.click(canvas.body("dense"))
    canvas.type(Key.Key_D, CONTROL_SHIFT)
    (again,) = canvas.document.selection
    owner = canvas.scene.nodes["n2"]
    assert canvas.project.graph.nodes[again].shares == "n2"
    assert canvas.scene.nodes[again].texts[2].startswith("shares dense")
    assert owner.tied
    units = edits.set_params(canvas.project, {again: {"units": 7}})
    canvas.document.apply("Set units", units)
    assert "7" in canvas.scene.nodes[again].texts[2]
    canvas.click(canvas.body("input"))
    assert not owner.tied


def test_ports_of_a_block_are_no_outputs_of_the_model(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout")
    inner = canvas.project.graph.level(block)
    assert len(inner.of_type(OUTPUT)) == 1
    assert len(canvas.project.graph.level().of_type(OUTPUT)) == 1


def test_a_loss_curve_comes_back_with_its_level(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout")
    canvas.scene.show_progress("n5", [2.0, 1.0], "loss 1.0")
    width = canvas.scene.box(("n5",)).width()
    canvas.document.enter(block)
    canvas.document.leave()
    assert canvas.scene.box(("n5",)).width() == width > 300


def test_an_output_pasted_into_a_block_is_bound_to_no_data(canvas: Canvas) -> None:
    bound = edits.set_params(canvas.project, {"n5": {"target": "digit"}})
    canvas.document.apply("Bind", bound)
    block = group(canvas, "dense", "dropout")
    canvas.click(canvas.body("output"))
    canvas.type(Key.Key_C, Keys.ControlModifier)
    canvas.document.enter(block)
    canvas.type(Key.Key_V, Keys.ControlModifier)
    (pasted,) = canvas.document.selection
    assert canvas.project.graph.nodes[pasted].parent == block
    assert not canvas.project.graph.nodes[pasted].params


def test_tidy_lays_out_the_shown_level_only(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout")
    canvas.document.enter(block)
    canvas.document.apply("Scatter", edits.move(canvas.project, {"n3": (900.0, -300.0)}))
    before = canvas.project.layout.positions
    canvas.type(Key.Key_T, Keys.ShiftModifier | Keys.AltModifier)
    after = canvas.project.layout.positions
    assert {id_ for id_ in after if after[id_] != before[id_]} <= {*canvas.scene.nodes}
    assert after["n3"][1] > after["n2"][1]


def test_the_context_menu_offers_what_blocks_can_do(canvas: Canvas) -> None:
    group(canvas, "dense", "dropout", name="body")
    canvas.click(canvas.body("body"))
    place = canvas.body("body")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.port.mapToGlobal(place))
    QApplication.sendEvent(canvas.port, event)
    menu = canvas.actions.context.menu
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    assert {"Make block", "Ungroup", "Enter block", "Use this layer again"} <= set(words)
    menu.close()


def test_walking_with_the_arrows_keeps_to_the_level(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    canvas.document.enter(block)
    seen = set()
    for _ in range(6):
        canvas.type(Key.Key_Down)
        seen |= canvas.chosen()
    assert canvas.document.level == block
    assert seen == {"dense", "dropout", "dropout_2"}  # from the first made to the last


def test_undoing_a_frame_inside_shows_it(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout")
    canvas.document.enter(block)
    framed, _ = framing.add(canvas.project, Frame("Part", (0.0, 0.0, 300.0, 200.0), level=block))
    canvas.document.apply("Frame", framed)
    canvas.document.leave()
    canvas.type(Key.Key_Z, Keys.ControlModifier)
    assert canvas.document.level == block
    canvas.document.leave()
    canvas.document.apply("Ungroup", blocks.ungroup(framed, block)[0])
    assert canvas.document.level == ""


def test_a_shared_block_is_entered_from_both(canvas: Canvas) -> None:
    block = group(canvas, "dense", "dropout", name="body")
    again = canvas.view.commands.blocks.use_again(block)
    assert again is not None
    assert canvas.scene.nodes[again].texts[1:3] == ("Block", "shares body · 2 layers")
    QTest.mouseDClick(canvas.port, LEFT, NONE, canvas.body("body_2"))
    assert canvas.document.level == block
    canvas.view.commands.rename("n3", "drop")
    canvas.document.leave()
    canvas.document.select(frozenset({again}))
    canvas.type(Key.Key_Return)
    assert canvas.document.level == block
