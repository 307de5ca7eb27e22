"""Find, as a person uses it: Ctrl+F, type, Enter, F3, Esc."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from builder.canvas.holding import Thing
from builder.catalog.find import find
from builder.document import blocks, edits, framing
from builder.document.frames import Frame, Note
from builder.window.find_bar import FindBar
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk

NETWORK = chain("Input", "Dense", "Dense", "Flatten", "Output", catalog=CATALOG)
CONTROL = Qt.KeyboardModifier.ControlModifier


def wide() -> "edits.Project":
    project = edits.set_params(NETWORK, {"n2": {"units": 320, "activation": "relu"}})
    return edits.set_params(project, {"n3": {"units": 32}})


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, tmp_path)
    desk.document.reset(wide())
    desk.window.activateWindow()
    desk.window.view.setFocus()
    return desk


def opened(desk: Desk) -> FindBar:
    desk.window.tools.find.trigger()
    bar = desk.window.tools.bar
    assert bar is not None
    return bar


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("dense", ("n2", "n3")),
        ("DENSE relu", ("n2",)),
        ("units=32", ("n2", "n3")),
        ("units 32", ("n3",)),
        ("32", ("n3",)),
        ("keras.layers.flatten", ("n4",)),
        ("", ()),
        ("nothing like it", ()),
        ("[", ()),
    ],
)
def test_names_types_and_parameters_are_found(text: str, ids: tuple[str, ...]) -> None:
    assert find(wide().graph, CATALOG, text) == ids


def test_enter_and_f3_go_round_and_esc_ends(desk: Desk) -> None:
    bar = opened(desk)
    assert bar.isVisible()
    QTest.keyClicks(bar.field, "dense")
    assert bar.count.text() == "2 found"
    assert desk.document.selection == frozenset()
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert desk.document.selection == {"n2"}
    assert bar.count.text() == "1 of 2"
    view = desk.window.view
    box = view.graph_scene.box(("n2",))
    middle = view.mapToScene(view.viewport().rect().center())
    assert (middle - box.center()).manhattanLength() < 10
    desk.window.tools.find_next.trigger()
    assert desk.document.selection == {"n3"}
    desk.window.tools.find_next.trigger()
    assert desk.document.selection == {"n2"}
    desk.window.tools.find_previous.trigger()
    assert desk.document.selection == {"n3"}
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert desk.document.selection == {"n2"}
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert QApplication.focusWidget() is view
    assert desk.document.undo_title is None


def test_f3_goes_on_after_the_bar_was_closed(desk: Desk) -> None:
    bar = opened(desk)
    QTest.keyClicks(bar.field, "dense")
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    desk.window.tools.find_next.trigger()
    assert bar.isVisible()
    assert desk.document.selection == {"n2"}


def test_what_is_not_there_is_said(desk: Desk) -> None:
    bar = opened(desk)
    QTest.keyClicks(bar.field, "lstm")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "Not found"
    assert desk.document.selection == frozenset()


def test_the_matches_follow_the_network(desk: Desk) -> None:
    bar = opened(desk)
    QTest.keyClicks(bar.field, "dense")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    desk.document.apply("Delete", edits.remove(desk.document.project, {"n3"}, ()))
    assert bar.count.text() == "1 of 1"
    desk.document.apply("Delete", edits.remove(desk.document.project, {"n2"}, ()))
    assert bar.count.text() == "Not found"
    desk.document.undo()
    assert bar.matches == (Thing("node", "n2"),)


def test_nodes_inside_blocks_are_found(desk: Desk) -> None:
    project, block = blocks.group(desk.document.project, {"n2", "n3"})
    desk.document.apply("Group", project)
    bar = opened(desk)
    QTest.keyClicks(bar.field, "relu")
    assert bar.matches == (Thing("node", "n2"),)
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert desk.document.selection == {"n2"}
    QTest.keyClick(bar.field, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(bar.field, "block")
    assert Thing("node", block) in bar.matches


def test_frames_and_notes_are_found_by_their_words(desk: Desk) -> None:
    project, frame = framing.add(
        desk.document.project, Frame("Dense head", (900.0, 900.0, 300.0, 200.0))
    )
    project, block = blocks.group(project, {"n2", "n3"})
    inner = Note("why dense here", (40.0, 4000.0), (200.0, 60.0), block)
    project, note = framing.add(project, inner)
    desk.document.apply("Explain", project)
    bar, view = opened(desk), desk.window.view
    for text, mark in (("head", frame), ("why here", note)):
        bar.field.selectAll()
        QTest.keyClicks(bar.field, text)
        assert bar.matches == (Thing("mark", mark),)
        QTest.keyClick(bar.field, Qt.Key.Key_Return)
        assert desk.document.selected_marks == {mark}
        assert desk.document.level == ("" if mark == frame else block)
        middle = view.mapToScene(view.viewport().rect().center())
        assert view.graph_scene.marks.items[mark].handle.contains(middle)
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is view
    page = desk.window.later["right.Layer"]
    assert not any(line.hasSelectedText() for line in page.findChildren(QLineEdit))
    opened(desk)
    desk.document.apply("Delete", framing.remove(desk.document.project, {note}))
    assert bar.count.text() == "Not found"


def test_the_bar_stays_in_the_canvas(desk: Desk) -> None:
    bar = opened(desk)
    desk.window.resize(900, 620)
    QApplication.processEvents()
    assert desk.window.view.rect().contains(bar.geometry())
    desk.document.reset(replace(NETWORK, name="other"))
    assert bar.count.text() == ""
