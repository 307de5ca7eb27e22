"""Frames and notes, with the mouse and the keyboard."""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from builder.canvas.document import Document
from builder.canvas.geometry import WIDTH
from builder.canvas.holding import inside
from builder.canvas.mark_editors import NoteEditor
from builder.canvas.mark_items import note_height
from builder.canvas.picture import picture
from builder.canvas.scene import GraphScene
from builder.document import framing
from builder.document.frames import Frame, Note
from builder.storage.project_file import decode, encode
from tests.build import SMALL
from tests.canvas.conftest import CONTROL, Canvas, Key, Keys
from tests.canvas.marking import corner, editor, framed, noted, title


class TestFrames:
    def test_ctrl_g_wraps_the_selection(self, canvas: Canvas) -> None:
        frame = framed(canvas, "dense", "dense_2")
        left, top, width, height = frame.box
        assert (left, top) == (-20.0, 90.0 - 22)
        assert (left + width, top + height) == (236.0 + 20, 180.0 + 48 + 12)
        assert inside(canvas.project, "f1").nodes == {canvas.id("dense"), canvas.id("dense_2")}
        assert canvas.steps() == 1
        canvas.document.undo()
        assert canvas.scene.marks.items == {}

    def test_it_takes_what_is_inside_along(self, canvas: Canvas) -> None:
        frame = framed(canvas, "dense", "dense_2")
        before = dict(canvas.project.layout.positions)
        start = title(canvas)
        canvas.drag(start, start + QPoint(120, 30))
        after = canvas.project.layout.positions
        for name in ("dense", "dense_2"):
            x, y = before[canvas.id(name)]
            assert after[canvas.id(name)] == (x + 120, y + 30)
        assert after[canvas.id("input")] == before[canvas.id("input")]
        moved = canvas.project.layout.frames["f1"]
        assert moved.box == (frame.box[0] + 120, frame.box[1] + 30, *frame.box[2:])
        assert canvas.document.undo_title == "Move frame"
        assert canvas.steps() == 2

    def test_a_move_cancelled_leaves_no_trace(self, canvas: Canvas) -> None:
        framed(canvas, "dense", "dense_2")
        before, look = canvas.project, canvas.scene.snapshot()
        start = title(canvas)
        canvas.drag(start, start + QPoint(120, 30), hold=True)
        canvas.type(Key.Key_Escape)
        canvas.release(start + QPoint(120, 30))
        assert canvas.project is before
        assert canvas.scene.snapshot() == look

    def test_a_frame_in_a_frame_moves_along(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        outer = Frame("all", (-200.0, -60.0, 700.0, 500.0))
        canvas.document.apply("Frame", framing.put(canvas.project, {"f2": outer}))
        inner = canvas.project.layout.frames["f1"].box
        start = title(canvas, "f2")
        canvas.drag(start, start + QPoint(0, 40))
        assert canvas.project.layout.frames["f1"].box[1] == inner[1] + 40

    def test_with_alt_it_moves_alone(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        before = canvas.project.layout.positions
        start = title(canvas)
        canvas.drag(start, start + QPoint(60, 0), Keys.AltModifier)
        assert canvas.project.layout.positions == before

    def test_a_double_click_renames(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        QTest.mouseDClick(canvas.port, Qt.MouseButton.LeftButton, Keys.NoModifier, title(canvas))
        QTest.keyClicks(editor(canvas), "Encoder")
        QTest.keyClick(editor(canvas), Key.Key_Return)
        assert canvas.project.layout.frames["f1"].title == "Encoder"
        assert canvas.document.undo_title == "Rename frame"
        assert canvas.steps() == 2

    def test_f2_renames_and_esc_does_not(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        canvas.type(Key.Key_F2)
        QTest.keyClicks(editor(canvas), "Encoder")
        QTest.keyClick(editor(canvas), Key.Key_Escape)
        assert canvas.project.layout.frames["f1"].title == "Frame"
        assert canvas.steps() == 1

    def test_delete_takes_the_frame_and_not_what_is_inside(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        canvas.click(title(canvas))
        canvas.type(Key.Key_Delete)
        assert canvas.project.layout.frames == {}
        assert "dense" in canvas.names()
        canvas.document.undo()
        assert canvas.project.layout.frames.keys() == {"f1"}

    def test_inside_it_the_ground_is_the_ground(self, canvas: Canvas) -> None:
        framed(canvas, "dense", "dense_2")
        canvas.drag(canvas.at(-12, 100), canvas.at(60, 120))
        assert canvas.chosen() == {"dense"}
        assert canvas.document.selected_marks == frozenset()

    def test_drawn_at_the_corner_it_grows(self, canvas: Canvas) -> None:
        frame = framed(canvas, "dense")
        start = corner(canvas, "f1")
        canvas.drag(start, start + QPoint(50, 20))
        width, height = frame.box[2] + 50, frame.box[3] + 20
        assert canvas.project.layout.frames["f1"].box == (*frame.box[:2], width, height)
        assert canvas.document.undo_title == "Resize frame"

    def test_its_corner_stands_in_line_with_an_edge_nearby(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        aside = Note("aside", (300.0, 60.0), (220.0, 140.0))
        canvas.document.apply("Note", framing.put(canvas.project, {"t1": aside}))
        start, far = corner(canvas, "f1"), canvas.scene.marks.items["f1"].box.bottomRight()
        canvas.hover(start)
        assert canvas.port.cursor().shape() == Qt.CursorShape.SizeFDiagCursor
        # Four pixels short of the note's left edge, three beyond its lower one.
        end = start + QPoint(round(300 - 4 - far.x()), round(200 + 3 - far.y()))
        canvas.drag(start, end, hold=True)
        assert canvas.view.overlay.has_guides
        canvas.type(Key.Key_Escape)
        canvas.release(end)
        assert not canvas.view.overlay.has_guides
        for keys, corner_at in ((Keys.NoModifier, (300.0, 200.0)), (CONTROL, (296.0, 203.0))):
            canvas.drag(start, end, keys)
            canvas.release(end, keys)
            left, top, width, height = canvas.project.layout.frames["f1"].box
            assert (left + width, top + height) == corner_at
            assert not canvas.view.overlay.has_guides
            canvas.document.undo()

    def test_a_colour_from_the_menu(self, canvas: Canvas) -> None:
        framed(canvas, "dense")
        at = title(canvas)
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, at, canvas.port.mapToGlobal(at), Keys.NoModifier
        )
        QApplication.sendEvent(canvas.port, event)
        menu = canvas.actions.context.menu
        assert menu is not None
        assert [action.text() for action in menu.actions()] == [
            "Rename",
            "Frame colour",
            "",
            "Cut",
            "Copy",
            "Duplicate",
            "",
            "Delete",
            "",
            "Frame selection",
            "Fit selection",
        ]
        menu.close()
        colours = canvas.actions.marks.colour.menu()
        next(a for a in colours.actions() if a.text() == "Violet").trigger()
        assert canvas.project.layout.frames["f1"].colour == "Convolution"
        assert canvas.steps() == 2

    def test_its_title_is_asked_for_at_once_in_the_same_step(self, canvas: Canvas) -> None:
        before = canvas.project
        canvas.click(canvas.body("dense"))
        canvas.type(Key.Key_G, CONTROL)
        QTest.keyClicks(editor(canvas), "Head")
        QTest.keyClick(editor(canvas), Key.Key_Return)
        assert canvas.project.layout.frames["f1"].title == "Head"
        assert canvas.view.hasFocus()
        canvas.type(Key.Key_F2)
        QTest.keyClicks(editor(canvas), "Tail")
        QTest.keyClick(editor(canvas), Key.Key_Return)
        assert canvas.steps() == 2
        canvas.type(Key.Key_Z, CONTROL)
        assert canvas.project.layout.frames["f1"].title == "Head"
        canvas.type(Key.Key_Z, CONTROL)
        assert canvas.project == before

    def test_it_stands_in_line_with_what_is_near(self, canvas: Canvas) -> None:
        noted(canvas)
        frame = Frame("aside", (500.0, 300.0, 300.0, 200.0))
        canvas.document.apply("Frame", framing.put(canvas.project, {"f1": frame}))
        start = title(canvas)
        end = start + QPoint(320 - 500 + 4, 0)
        canvas.drag(start, end, hold=True)
        assert canvas.view.overlay.has_guides
        canvas.release(end)
        assert canvas.project.layout.frames["f1"].box[0] == 320.0


class TestNotes:
    def test_n_drops_a_note_at_the_mouse(self, canvas: Canvas) -> None:
        note = noted(canvas)
        assert note.text == "Try dropout here"
        assert note.at == (320.0, 120.0)
        assert canvas.document.undo_title == "Add note"
        assert canvas.steps() == 1
        assert decode(encode(canvas.project)) == canvas.project

    def test_from_the_menu_it_goes_beside_the_network(self, canvas: Canvas) -> None:
        QApplication.sendEvent(canvas.port, QEvent(QEvent.Type.Leave))
        canvas.actions.marks.note.trigger()
        QTest.keyClicks(editor(canvas), "Aside")
        QTest.keyClick(editor(canvas), Key.Key_Return)
        (note,) = canvas.project.layout.notes.values()
        assert note.at[0] > max(x + WIDTH for x, _ in canvas.project.layout.positions.values())

    def test_nothing_written_nothing_dropped(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_N)
        QTest.keyClick(editor(canvas), Key.Key_Return)
        canvas.type(Key.Key_N)
        QTest.keyClick(editor(canvas), Key.Key_Escape)
        assert canvas.project.layout.notes == {}
        assert canvas.steps() == 0

    def test_what_was_written_stays_however_the_writing_ends(self, canvas: Canvas) -> None:
        elsewhere = QPushButton(canvas.view)
        elsewhere.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # as those of a toolbar
        elsewhere.show()
        for number, end in enumerate(
            (
                lambda field: QTest.keyClick(field, Key.Key_Escape),
                lambda _: canvas.view.zoom_by(1.1),
                lambda _: canvas.view.pan(QPoint(5, 5)),
                lambda _: QTest.mousePress(elsewhere, Qt.MouseButton.LeftButton),
                lambda _: canvas.click(canvas.at(-60, -40)),
            ),
            start=1,
        ):
            canvas.hover(canvas.at(320, 120 + 50 * number))
            canvas.type(Key.Key_N)
            QTest.keyClicks(editor(canvas), f"thought {number}")
            end(editor(canvas))
            assert canvas.view.mark_editors.editor is None
            assert canvas.project.layout.notes[f"t{number}"].text == f"thought {number}"
            assert canvas.steps() == number

    def test_the_menu_of_the_field_is_not_elsewhere(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_N)
        field = editor(canvas)
        assert isinstance(field, NoteEditor)
        QTest.keyClicks(field, "here")
        QTest.mousePress(field.viewport(), Qt.MouseButton.RightButton)
        menu = field.createStandardContextMenu()
        menu.popup(canvas.port.mapToGlobal(QPoint(100, 100)))
        QTest.mousePress(menu, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        out = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason)
        QApplication.sendEvent(field, out)
        menu.close()
        assert canvas.view.mark_editors.editor is field
        QTest.keyClick(field, Key.Key_Escape)
        assert canvas.project.layout.notes["t1"].text == "here"

    def test_shift_enter_begins_a_line(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_N)
        QTest.keyClicks(editor(canvas), "one")
        QTest.keyClick(editor(canvas), Key.Key_Return, Keys.ShiftModifier)
        QTest.keyClicks(editor(canvas), "two")
        QTest.keyClick(editor(canvas), Key.Key_Return)
        assert canvas.project.layout.notes["t1"].text == "one\ntwo"

    def test_the_field_grows_with_its_text(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_N)
        field = editor(canvas)
        assert isinstance(field, NoteEditor)
        before = field.height()
        QTest.keyClicks(field, "many words " * 12)
        assert field.height() > before
        assert not field.verticalScrollBar().isVisible()
        field.clear()
        assert field.height() == before

    def test_a_double_click_edits_and_it_grows_with_its_text(self, canvas: Canvas) -> None:
        height = noted(canvas).size[1]
        at = title(canvas, "t1")
        QTest.mouseDClick(canvas.port, Qt.MouseButton.LeftButton, Keys.NoModifier, at)
        field = editor(canvas)
        assert isinstance(field, NoteEditor)
        field.setPlainText("many words " * 30)
        field.leave()
        note = canvas.project.layout.notes["t1"]
        assert note.text.startswith("many words")
        assert note.size[1] > 2 * height
        assert canvas.steps() == 2

    def test_drawn_small_it_still_shows_all_its_words(self, canvas: Canvas) -> None:
        text = "many words that do not fit into one line of a note"
        wide = noted(canvas, text).size
        start = corner(canvas, "t1")
        canvas.drag(start, start - QPoint(100, 74), hold=True)
        assert not canvas.view.overlay.has_guides, "it is in line with nothing there"
        canvas.release(start - QPoint(100, 74))
        width, height = canvas.project.layout.notes["t1"].size
        assert width == wide[0] - 100
        assert height == note_height(text, width) > wide[1]

    def test_it_moves_and_goes(self, canvas: Canvas) -> None:
        noted(canvas)
        start = title(canvas, "t1")
        canvas.drag(start, start + QPoint(-40, 60))
        assert canvas.project.layout.notes["t1"].at == (280.0, 180.0)
        assert canvas.document.undo_title == "Move note"
        canvas.type(Key.Key_Delete)
        assert canvas.project.layout.notes == {}


def test_what_was_led_through_edits_looks_like_what_is_made_afresh(canvas: Canvas) -> None:
    framed(canvas, "dense", "dense_2")
    noted(canvas)
    start = title(canvas)
    canvas.drag(start, start + QPoint(120, 30))
    canvas.view.escape()
    afresh = GraphScene(Document(canvas.project), SMALL)
    assert canvas.scene.snapshot() == afresh.snapshot()


def test_a_picture_holds_them(canvas: Canvas) -> None:
    small = picture(canvas.scene, 1.0).size()
    frame = Frame("far", (-900.0, -900.0, 300.0, 200.0))
    canvas.document.apply("Frame", framing.add(canvas.project, frame)[0])
    large = picture(canvas.scene, 1.0).size()
    assert large.width() > small.width() + 600
    assert large.height() > small.height() + 600
