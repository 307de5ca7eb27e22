"""Frames and notes together with layers: selected, moved, pasted, tidied, grouped."""

from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from builder.canvas import clipboard
from builder.canvas.holding import inside
from builder.document import blocks, edits, framing
from builder.document.frames import Frame, Note
from builder.storage.project_file import decode, encode
from tests.build import chain
from tests.canvas.conftest import CONTROL, Canvas, Key, Keys, Opens
from tests.canvas.marking import editor, framed, mixed, noted, title


class TestTogether:
    def test_ctrl_a_selects_all_and_delete_takes_all_in_one_step(self, canvas: Canvas) -> None:
        mixed(canvas)
        before, steps = canvas.project, canvas.steps()
        canvas.type(Key.Key_A, CONTROL)
        assert canvas.chosen() == {"input", "dense", "dense_2", "output"}
        assert canvas.document.selected_marks == {"f1", "t1"}
        canvas.type(Key.Key_Delete)
        assert not canvas.project.graph.nodes
        assert not canvas.scene.marks.items
        assert canvas.document.undo_title == "Delete 4 layers, frame and note"
        assert canvas.steps() == steps + 1
        canvas.document.undo()
        assert canvas.project == before

    def test_a_marquee_takes_frames_that_it_goes_around(self, canvas: Canvas) -> None:
        mixed(canvas)
        canvas.drag(canvas.at(-60, 60), canvas.at(300, 260))
        assert canvas.document.selected_marks == {"f1"}
        canvas.drag(canvas.at(290, 100), canvas.at(400, 140), Keys.ShiftModifier)
        assert canvas.document.selected_marks == {"f1", "t1"}
        assert canvas.chosen() == {"dense", "dense_2"}
        canvas.drag(canvas.at(290, 100), canvas.at(400, 140), CONTROL)
        assert canvas.document.selected_marks == {"f1"}
        canvas.drag(canvas.at(290, 300), canvas.at(400, 80), hold=True)
        canvas.type(Key.Key_Escape)
        canvas.release(canvas.at(400, 80))
        assert canvas.document.selected_marks == {"f1"}

    def test_ctrl_click_adds_and_takes_one(self, canvas: Canvas) -> None:
        mixed(canvas)
        canvas.click(canvas.body("input"))
        canvas.click(title(canvas), CONTROL)
        canvas.click(title(canvas, "t1"), CONTROL)
        assert canvas.chosen() == {"input"}
        assert canvas.document.selected_marks == {"f1", "t1"}
        canvas.click(title(canvas), CONTROL)
        canvas.click(canvas.body("output"), CONTROL)
        assert canvas.chosen() == {"input", "output"}
        assert canvas.document.selected_marks == {"t1"}
        canvas.click(title(canvas, "t1"))
        assert canvas.chosen() == set()
        assert canvas.document.selected_marks == {"t1"}

    def test_they_are_dragged_and_nudged_together(self, canvas: Canvas) -> None:
        mixed(canvas)
        before, steps = canvas.project.layout, canvas.steps()
        canvas.click(canvas.body("output"))
        canvas.click(title(canvas), CONTROL)
        canvas.click(title(canvas, "t1"), CONTROL)
        start = canvas.body("output")
        canvas.drag(start, start + QPoint(140, 64))
        way = canvas.project.layout.frames["f1"].box[0] - before.frames["f1"].box[0]
        for name in ("dense", "dense_2", "output"):
            after = canvas.project.layout.positions[canvas.id(name)]
            assert after[0] - before.positions[canvas.id(name)][0] == way
        assert canvas.project.layout.notes["t1"].at[0] - before.notes["t1"].at[0] == way
        assert canvas.project.layout.positions[canvas.id("input")] == (0.0, 0.0)
        assert canvas.document.undo_title == "Move output, frame and note"
        for _ in range(3):
            canvas.type(Key.Key_Right, CONTROL)
        assert canvas.project.layout.notes["t1"].at[0] == before.notes["t1"].at[0] + way + 24
        dense = canvas.project.layout.positions[canvas.id("dense")]
        assert dense[0] == before.positions[canvas.id("dense")][0] + way + 24
        assert canvas.steps() == steps + 2

    def test_what_is_pasted_is_selected(self, canvas: Canvas) -> None:
        mixed(canvas)
        canvas.click(canvas.body("input"))
        canvas.click(title(canvas, "t1"), CONTROL)
        canvas.type(Key.Key_C, CONTROL)
        canvas.hover(canvas.at(420, 300))
        canvas.type(Key.Key_V, CONTROL)
        assert canvas.chosen() == {"input_2"}
        assert canvas.document.selected_marks == {"t2"}
        canvas.type(Key.Key_D, CONTROL)
        assert canvas.document.selected_marks == {"t3"}
        assert canvas.document.undo_title == "Duplicate input_2 and note"
        canvas.type(Key.Key_X, CONTROL)
        assert canvas.document.undo_title == "Cut input_3 and note"
        assert canvas.project.layout.notes.keys() == {"t1", "t2"}

    def test_a_frame_and_a_note_stand_in_line(self, canvas: Canvas) -> None:
        mixed(canvas)
        canvas.click(title(canvas))
        canvas.click(title(canvas, "t1"), CONTROL)
        dense = canvas.project.layout.positions[canvas.id("dense")]
        frame, note = canvas.project.layout.frames["f1"], canvas.project.layout.notes["t1"]
        canvas.type(Key.Key_D, Keys.ShiftModifier | Keys.AltModifier)
        right = note.at[0] + note.size[0]
        box = canvas.project.layout.frames["f1"].box
        assert box[0] + box[2] == right
        way = box[0] - frame.box[0]
        assert canvas.project.layout.positions[canvas.id("dense")] == (dense[0] + way, dense[1])
        assert canvas.document.undo_title == "Align right"

    def test_seen_whole_with_the_selection(self, canvas: Canvas) -> None:
        far = Note("far", (4000.0, 3000.0), (220.0, 40.0))
        canvas.document.apply("Note", framing.put(canvas.project, {"t1": far}))
        canvas.document.select(frozenset((canvas.id("dense"),)), frozenset(("t1",)))
        canvas.type(Key.Key_Period)
        seen = canvas.view.mapToScene(canvas.port.rect()).boundingRect()
        assert seen.contains(canvas.scene.marks.box(("t1",)))
        assert seen.contains(canvas.scene.box((canvas.id("dense"),)))

    def test_the_menu_key_opens_the_menu_of_a_note(self, canvas: Canvas) -> None:
        mixed(canvas)
        canvas.click(title(canvas, "t1"))
        reason = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(canvas.port, QContextMenuEvent(reason, QPoint(), QPoint()))
        menu = canvas.actions.context.menu
        assert menu is not None
        offered = {action.text(): action for action in menu.actions() if action.text()}
        assert [*offered] == [
            "Edit text",
            "Cut",
            "Copy",
            "Duplicate",
            "Delete",
            "Frame selection",
            "Fit selection",
        ]
        assert all(action.isEnabled() for action in offered.values())
        menu.close()
        offered["Duplicate"].trigger()
        assert canvas.project.layout.notes.keys() == {"t1", "t2"}
        canvas.click(title(canvas, "t1"))
        offered["Edit text"].trigger()
        QTest.keyClicks(editor(canvas), "else")
        QTest.keyClick(editor(canvas), Key.Key_Return)
        assert canvas.project.layout.notes["t1"].text == "else"

    def test_a_frame_stays_around_its_layers_when_they_are_tidied(self, canvas: Canvas) -> None:
        framed(canvas, "dense", "dense_2")
        places = {canvas.id("dense"): (500.0, 90.0), canvas.id("dense_2"): (640.0, 400.0)}
        project = edits.move(canvas.project, places)
        outer = Frame("outer", (450.0, 0.0, 500.0, 600.0))
        note = Note("aside", (750.0, 300.0), (100.0, 40.0))
        canvas.document.apply("Explain", framing.put(project, {"f1": outer, "t1": note}))
        before = canvas.project.layout
        canvas.view.escape()
        canvas.type(Key.Key_T, Keys.ShiftModifier | Keys.AltModifier)
        inner = {canvas.id("dense"), canvas.id("dense_2")}
        assert inside(canvas.document.shown, "f1").nodes == inner
        old, new = (framing.marks_of(layout)["t1"] for layout in (before, canvas.project.layout))
        assert new != old
        assert canvas.document.undo_title == "Tidy"

    def test_a_frame_grows_for_a_layer_put_between_its_own(self, canvas: Canvas) -> None:
        frame = framed(canvas, "dense", "dense_2")
        wire = canvas.scene.wires.shapes[canvas.project.graph.into(canvas.id("dense_2"))[0]]
        (x1, y1), (x2, y2) = wire.route.points[0], wire.route.points[-1]
        canvas.drop("keras.layers.Dropout", canvas.at((x1 + x2) / 2, (y1 + y2) / 2))
        assert canvas.wires()[-1] != "dense > dense_2.inputs"
        held = {canvas.id(name) for name in ("dense", "dropout", "dense_2")}
        assert inside(canvas.document.shown, "f1").nodes == held
        grown = canvas.project.layout.frames["f1"].box
        assert grown[:3] == frame.box[:3]
        assert grown[3] > frame.box[3]
        assert canvas.document.undo_title == "Add Dropout"

    def test_they_go_into_a_block_and_come_out_of_it(self, canvas: Canvas) -> None:
        mixed(canvas)
        canvas.click(title(canvas))
        canvas.click(title(canvas, "t1"), CONTROL)
        canvas.type(Key.Key_G, CONTROL | Keys.ShiftModifier)
        (block,) = canvas.document.selection
        assert canvas.project.layout.frames["f1"].level == block
        assert canvas.project.layout.notes["t1"].level == block
        assert canvas.names() >= {"input", "output"}
        assert not canvas.scene.marks.items
        canvas.document.enter(block)
        assert canvas.scene.marks.items.keys() == {"f1", "t1"}
        canvas.document.leave()
        canvas.actions.blocks.ungroup.trigger()
        assert canvas.scene.marks.items.keys() == {"f1", "t1"}
        assert inside(canvas.document.shown, "f1").nodes == canvas.document.selection


class TestClipboard:
    def test_a_frame_is_copied_with_what_stands_in_it(self, canvas: Canvas) -> None:
        frame = framed(canvas, "dense", "dense_2")
        canvas.click(title(canvas))
        canvas.type(Key.Key_C, CONTROL)
        canvas.hover(canvas.at(400, 100))
        canvas.type(Key.Key_V, CONTROL)
        assert canvas.project.layout.frames["f2"].box == (400.0, 100.0, *frame.box[2:])
        inner = {canvas.id("dense_3"), canvas.id("dense_4")}
        assert inside(canvas.project, "f2").nodes == inner
        assert canvas.wires()[-1] == "dense_3 > dense_4.inputs"
        assert canvas.steps() == 2

    def test_a_note_alone_is_duplicated(self, canvas: Canvas) -> None:
        note = noted(canvas)
        canvas.click(title(canvas, "t1"))
        canvas.type(Key.Key_D, CONTROL)
        assert canvas.project.layout.notes["t2"].at == (note.at[0] + 24, note.at[1] + 24)
        assert canvas.document.undo_title == "Duplicate note"
        assert canvas.steps() == 2

    def test_cut_and_pasted_in_another_window(self, canvas: Canvas, opened: Opens) -> None:
        framed(canvas, "dense", "dense_2")
        canvas.click(title(canvas))
        canvas.type(Key.Key_X, CONTROL)
        assert canvas.names() == {"input", "output"}
        assert not canvas.project.layout.frames
        assert canvas.steps() == 2
        other = opened(chain("Input"))
        other.type(Key.Key_V, CONTROL)
        assert other.names() == {"input", "dense", "dense_2"}
        assert set(other.project.layout.frames) == {"f1"}
        assert decode(encode(other.project)) == other.project

    def test_those_in_a_block_go_along(self, canvas: Canvas) -> None:
        project, block = blocks.group(canvas.project, {canvas.id("dense"), canvas.id("dense_2")})
        inner = Note("inside", (5.0, 6.0), (100.0, 40.0), block)
        canvas.document.apply("Note", framing.put(project, {"t1": inner}))
        canvas.document.select(frozenset((block,)))
        canvas.type(Key.Key_D, CONTROL)
        (copy,) = canvas.document.selection
        assert canvas.project.layout.notes["t2"] == replace(inner, level=copy)

    def test_text_of_before_and_bad_boxes(self, canvas: Canvas) -> None:
        part = clipboard.from_text(
            '{"format":"keras-builder-part","part":{"nodes":[{"id":"a","name":"x","type":"t"}]}}'
        )
        assert not part.marks
        for box in ("[0,0,-5,10]", "[1e300,0,5,5]"):
            frame = f'{{"f1":{{"title":"x","box":{box}}}}}'
            text = f'{{"format":"keras-builder-part","part":{{"nodes":[],"frames":{frame}}}}}'
            QApplication.clipboard().setText(text)
            canvas.type(Key.Key_V, CONTROL)
        assert len(canvas.refusals) == 2
        assert canvas.steps() == 0
