"""The outline: in step with the canvas, and every edit without a mouse."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.canvas.holding import Thing
from builder.canvas.mark_editors import NoteEditor
from builder.document import blocks, edits, framing
from builder.document.frames import Frame, Note
from builder.document.graph import Wire
from builder.document.problems import Problem
from builder.engine.messages import NodeReport, TensorSpec
from builder.window.analyst import Analysis
from builder.window.choice_dialog import ChoiceDialog
from builder.window.outline import Outline
from tests.build import SMALL, chain


@pytest.fixture
def document() -> Document:
    return Document(chain("Input", "Conv2D", "Flatten", "Dense", "Output"))


@pytest.fixture
def outline(document: Document, qtbot: QtBot) -> Outline:
    outline = Outline(document, SMALL)
    qtbot.addWidget(outline)
    outline.resize(600, 400)
    with qtbot.waitExposed(outline):
        outline.show()
    return outline


def column(outline: Outline, number: int) -> list[str]:
    model = outline.model
    return [model.index(row, number).data() for row in range(model.rowCount())]


def choose(outline: Outline, row: int) -> None:
    flags = (
        QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    )
    outline.tree.selectionModel().setCurrentIndex(outline.model.index(row, 0), flags)


def test_rows_stand_in_topological_order(outline: Outline, document: Document) -> None:
    assert column(outline, 0) == ["input", "conv2d", "flatten", "dense", "output"]
    assert column(outline, 1) == ["Input", "Conv2D", "Flatten", "Dense", "Output"]
    wire = document.project.graph.wires[1]
    project = edits.disconnect(document.project, [wire])
    project = edits.connect(project, Wire(wire.source, wire.target), SMALL.ports_of)
    document.apply("Draw again", project)
    assert column(outline, 0) == ["input", "conv2d", "flatten", "dense", "output"]


def test_shapes_counts_and_problems_are_shown(outline: Outline) -> None:
    report = NodeReport({"output": TensorSpec((None, 6, 6, 32))}, 320, 320, 1)
    problem = Problem("error", "Flatten is wrong.", "n3")
    outline.show_analysis(Analysis(1, {"n2": report}, (problem,)))
    assert column(outline, 2)[1] == "6×6×32"
    assert column(outline, 3)[1] == "320"
    assert column(outline, 4)[2] == "Flatten is wrong."


def test_selection_is_in_step_both_ways(outline: Outline, document: Document) -> None:
    choose(outline, 2)
    assert document.selection == {"n3"}
    document.select(frozenset({"n2", "n4"}))
    chosen = {index.row() for index in outline.tree.selectionModel().selectedRows()}
    assert chosen == {1, 3}


def test_an_edit_keeps_the_selection(outline: Outline, document: Document) -> None:
    choose(outline, 1)
    document.apply("Set", edits.set_params(document.project, {"n2": {"filters": 8}}))
    assert document.selection == {"n2"}
    assert [i.row() for i in outline.tree.selectionModel().selectedRows()] == [1]


def test_f2_renames_in_place(outline: Outline, document: Document) -> None:
    choose(outline, 1)
    outline.tree.setFocus()
    outline.commands.rename.trigger()
    editor = outline.tree.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "edges")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert document.project.graph.nodes["n2"].name == "edges"
    assert document.undo_title == "Rename conv2d"


def test_a_bad_name_is_refused_with_a_sentence(outline: Outline, qtbot: QtBot) -> None:
    with qtbot.waitSignal(outline.refused) as caught:
        outline.model.setData(outline.model.index(1, 0), "a/b")
    assert caught.args is not None
    assert "a/b" in caught.args[0]


def test_delete_takes_the_selected_away(outline: Outline, document: Document) -> None:
    choose(outline, 2)
    outline.commands.delete.trigger()
    assert "n3" not in document.project.graph.nodes
    document.undo()
    assert "n3" in document.project.graph.nodes


def test_connect_to_offers_what_fits_and_draws_the_wire(
    outline: Outline, document: Document
) -> None:
    project, dropout = edits.add(
        document.project, "keras.layers.Dropout", (300.0, 0.0), name="dropout"
    )
    document.apply("Add Dropout", project)
    document.select(frozenset({"n2"}))
    outline.commands.connect_to.trigger()
    dialog = outline.findChild(ChoiceDialog)
    assert isinstance(dialog, ChoiceDialog)
    offered = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert not any(text.startswith(("input", "conv2d ")) for text in offered)
    search = dialog.findChild(QLineEdit)
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, "drop")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert any(w.target.node == dropout for w in document.project.graph.out_of("n2"))
    assert document.undo_title == "Connect conv2d to dropout"


def asked(outline: Outline) -> ChoiceDialog:
    return next(d for d in outline.findChildren(ChoiceDialog) if d.isVisible())


def answer(dialog: ChoiceDialog, text: str) -> None:
    search = dialog.findChild(QLineEdit)
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, text)
    QTest.keyClick(search, Qt.Key.Key_Return)


def test_disconnect_offers_the_wires_in_words(outline: Outline, document: Document) -> None:
    choose(outline, 2)
    outline.commands.disconnect_from.trigger()
    dialog = asked(outline)
    offered = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert offered == ["conv2d → flatten", "flatten → dense"]
    answer(dialog, "dense")
    assert not document.project.graph.out_of("n3")
    assert document.undo_title == "Cut wire"
    document.undo()
    assert document.project.graph.out_of("n3")


def test_after_a_name_the_keyboard_stays_here(document: Document, qtbot: QtBot) -> None:
    window, outline, beside = QWidget(), Outline(document, SMALL), QLineEdit()
    row = QHBoxLayout(window)
    row.addWidget(outline)
    row.addWidget(beside)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    choose(outline, 1)
    outline.tree.setFocus()
    for key, keys in (
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier),
    ):
        QTest.keyClick(outline.tree, key, keys)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        QTest.keyClicks(editor, "first")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()
        assert outline.tree.hasFocus()
    assert document.project.graph.nodes["n2"].name == "first"
    assert document.project.layout.frames["f1"].title == "first"
    assert document.undo_title == "Frame selection"


def test_a_merge_is_offered_once_more(outline: Outline, document: Document) -> None:
    project, add = edits.add(document.project, "keras.layers.Add", (300.0, 0.0), name="sum")
    document.apply("Add", project)
    document.select(frozenset({"n2"}))
    for wanted in ("sum  (Add)", "sum  (Add), once more"):
        outline.commands.connect_to.trigger()
        offered = [asked(outline).list.item(r).text() for r in range(asked(outline).list.count())]
        assert offered[-1] == wanted
        answer(asked(outline), "sum")
    assert [wire.again for wire in document.project.graph.into(add)] == [0, 1]
    outline.commands.disconnect_from.trigger()
    answer(asked(outline), "once more")
    assert [wire.again for wire in document.project.graph.into(add)] == [0]


def test_insert_key_adds_a_layer_after_the_current_one(
    outline: Outline, document: Document
) -> None:
    choose(outline, 3)
    outline.tree.setFocus()
    QTest.keyClick(outline.tree, Qt.Key.Key_Insert)
    answer(asked(outline), "drop")
    assert column(outline, 0) == ["input", "conv2d", "flatten", "dense", "dropout", "output"]
    assert document.undo_title == "Add Dropout"


def test_keys_duplicate_dissolve_copy_and_paste(outline: Outline, document: Document) -> None:
    choose(outline, 3)
    outline.tree.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(outline.tree, Qt.Key.Key_D, control)
    assert "dense_2" in document.project.graph.by_name
    choose(outline, 2)
    QTest.keyClick(outline.tree, Qt.Key.Key_C, control)
    QTest.keyClick(outline.tree, Qt.Key.Key_V, control)
    assert "flatten_2" in document.project.graph.by_name
    document.select(frozenset({"n3"}))
    QTest.keyClick(outline.tree, Qt.Key.Key_Delete, control)
    assert "n3" not in document.project.graph.nodes
    assert [w.target.node for w in document.project.graph.out_of("n2")] == ["n4"]


def test_the_menu_key_offers_every_edit(outline: Outline) -> None:
    choose(outline, 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(20, 20), QPoint(20, 20))
    QApplication.sendEvent(outline.tree.viewport(), event)
    menu = next(m for m in outline.findChildren(QMenu) if m.isVisible())
    offered = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert offered == {
        "Rename": True,
        "Add after…": False,
        "Connect to…": False,
        "Disconnect from…": True,
        "Cut": True,
        "Copy": True,
        "Paste": True,
        "Duplicate": True,
        "Frame selection": True,
        "Add note": True,
        "Delete and reconnect": True,
        "Delete": True,
    }
    menu.close()


def test_enter_centres_a_node(outline: Outline, qtbot: QtBot) -> None:
    choose(outline, 3)
    outline.tree.setFocus()
    with qtbot.waitSignal(outline.chosen) as caught:
        QTest.keyClick(outline.tree, Qt.Key.Key_Return)
    assert caught.args == ["n4"]


def test_hidden_it_waits_and_catches_up(outline: Outline, document: Document) -> None:
    outline.hide()
    document.apply("Delete", edits.remove(document.project, ["n3"]))
    outline.show()
    assert column(outline, 0) == ["input", "conv2d", "dense", "output"]


def test_an_empty_project_says_what_will_be_here(qtbot: QtBot) -> None:
    outline = Outline(Document(), SMALL)
    qtbot.addWidget(outline)
    outline.show()
    assert outline.tree.isHidden()


class TestFramesAndNotes:
    @pytest.fixture
    def explained(self, outline: Outline, document: Document) -> Outline:
        """A frame around conv2d and flatten, and a note of two lines."""
        project = document.project
        places = [project.layout.positions[id_] for id_ in ("n2", "n3")]
        top, bottom = min(y for _, y in places) - 30, max(y for _, y in places) + 80
        frame = Frame("Features", (places[0][0] - 20, top, 300.0, bottom - top))
        note = Note("Try dropout\nhere", (900.0, 0.0), (220.0, 40.0))
        document.reset(framing.put(project, {"f1": frame, "t1": note}))
        outline.tree.setFocus()
        return outline

    def row_of(self, outline: Outline, name: str) -> int:
        return column(outline, 0).index(name)

    def test_they_stand_after_the_nodes_in_words(self, explained: Outline) -> None:
        assert column(explained, 0)[5:] == ["Features", "Try dropout here"]
        assert column(explained, 1)[5:] == ["Frame", "Note"]
        said = explained.model.index(5, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert said == "Features, frame, holds conv2d and flatten"

    def test_selection_is_in_step_both_ways(self, explained: Outline, document: Document) -> None:
        choose(explained, 5)
        assert (document.selection, document.selected_marks) == (set(), {"f1"})
        document.select(frozenset({"n2"}), frozenset({"t1"}))
        rows = {index.row() for index in explained.tree.selectionModel().selectedRows()}
        assert rows == {1, 6}

    def test_f2_renames_a_frame_in_place(self, explained: Outline, document: Document) -> None:
        choose(explained, 5)
        QTest.keyClick(explained.tree, Qt.Key.Key_F2)
        editor = explained.tree.findChild(QLineEdit)
        assert isinstance(editor, QLineEdit)
        editor.selectAll()
        QTest.keyClicks(editor, "Edges")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()
        assert document.project.layout.frames["f1"].title == "Edges"
        assert document.undo_title == "Rename frame"
        assert document.selected_marks == {"f1"}

    def test_f2_edits_a_note_in_several_lines(self, explained: Outline, document: Document) -> None:
        choose(explained, 6)
        QTest.keyClick(explained.tree, Qt.Key.Key_F2)
        editor = explained.tree.findChild(NoteEditor)
        assert isinstance(editor, NoteEditor)
        assert editor.toPlainText() == "Try dropout\nhere"
        QTest.keyClicks(editor, "one")
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClicks(editor, "two")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        assert document.project.layout.notes["t1"].text == "one\ntwo"
        assert document.undo_title == "Edit note"
        assert explained.tree.hasFocus()

    def test_keys_duplicate_cut_paste_and_delete(
        self, explained: Outline, document: Document
    ) -> None:
        control = Qt.KeyboardModifier.ControlModifier
        choose(explained, 6)
        QTest.keyClick(explained.tree, Qt.Key.Key_D, control)
        assert document.selected_marks == {"t2"}
        QTest.keyClick(explained.tree, Qt.Key.Key_Delete)
        assert document.project.layout.notes.keys() == {"t1"}
        assert document.undo_title == "Delete note"
        choose(explained, self.row_of(explained, "Features"))
        QTest.keyClick(explained.tree, Qt.Key.Key_X, control)
        assert document.undo_title == "Cut 2 layers and frame"
        assert column(explained, 0) == ["input", "dense", "output", "Try dropout here"]
        QTest.keyClick(explained.tree, Qt.Key.Key_V, control)
        assert document.selected_marks == {"f1"}
        assert {"conv2d", "flatten"} <= document.project.graph.by_name.keys()

    def test_a_frame_and_a_note_are_made_here(self, explained: Outline, document: Document) -> None:
        before = document.project
        choose(explained, 3)
        QTest.keyClick(explained.tree, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        assert document.selected_marks == {"f2"}
        editor = explained.tree.findChild(QLineEdit)
        assert isinstance(editor, QLineEdit)
        QTest.keyClicks(editor, "Head")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()
        assert document.project.layout.frames["f2"].title == "Head"
        assert document.undo_title == "Frame selection"
        document.undo()
        assert document.project == before, "made and named in one step"
        document.redo()
        choose(explained, self.row_of(explained, "Head"))
        QTest.keyClick(explained.tree, Qt.Key.Key_F2)
        editor = explained.tree.findChildren(QLineEdit)[-1]  # the one before goes later
        editor.setText("Top")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()
        assert document.undo_title == "Rename frame", "later it is a step of its own"
        document.undo()
        explained.commands.note.trigger()
        field = explained.tree.findChild(NoteEditor)
        assert isinstance(field, NoteEditor)
        QTest.keyClicks(field, "Later")
        QTest.keyClick(field, Qt.Key.Key_Return)
        note = document.project.layout.notes["t2"]
        assert note.text == "Later"
        assert note.at[0] > 900.0 + 220.0
        assert document.selected_marks == {"t2"}

    def test_enter_goes_to_one_and_a_block_has_its_own(
        self, explained: Outline, document: Document, qtbot: QtBot
    ) -> None:
        choose(explained, 5)
        with qtbot.waitSignal(explained.mark_chosen) as caught:
            QTest.keyClick(explained.tree, Qt.Key.Key_Return)
        assert caught.args == ["f1"]
        project, block = blocks.group(document.project, {"n2", "n3"}, "body")
        inner = Note("inside", (0.0, 0.0), (220.0, 40.0), block)
        project, note = framing.add(project, inner)
        document.apply("Explain", project)
        document.select(frozenset(), frozenset({note}))
        assert document.level == block
        index = explained.model.index_of(Thing("mark", note))
        assert index.parent() == explained.model.index_of(Thing("node", block))
        assert [i.row() for i in explained.tree.selectionModel().selectedRows()] == [index.row()]
