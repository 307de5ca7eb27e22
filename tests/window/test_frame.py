"""What the frame of the window promises: undo where it belongs, the unsaved mark, every key said."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from builder.document import edits
from builder.storage.project_file import save
from builder.window.line import Line
from builder.window.menu_commands import commands
from builder.window.outline import Outline
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk

PROJECT = chain("Input", "Dense", "Output", catalog=CATALOG)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, tmp_path)
    path = tmp_path / "net.knet"
    save(path, PROJECT)
    desk.window.files.load(path)
    desk.window.activateWindow()
    return desk


def test_the_unsaved_mark_follows_undo_and_redo(desk: Desk) -> None:
    window, canvas = desk.window, desk.window.canvas_actions
    assert not window.isWindowModified()
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "wide"))
    assert window.isWindowModified()
    canvas.undo.trigger()
    assert not window.isWindowModified()
    canvas.redo.trigger()
    assert window.isWindowModified()
    window.menus.save.trigger()
    assert not window.isWindowModified()
    canvas.undo.trigger()
    assert window.isWindowModified(), "the file holds the later one"
    canvas.redo.trigger()
    assert not window.isWindowModified()


def units(desk: Desk) -> QLineEdit:
    return next(
        line
        for line in desk.window.later["right.Layer"].findChildren(Line)
        if line.accessibleName() == "units"
    )


def test_a_field_owns_undo_until_it_is_committed(desk: Desk) -> None:
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "wide"))
    desk.document.select(frozenset({"n2"}))
    QApplication.processEvents()
    line = units(desk)
    before = line.text()
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "77")
    assert desk.document.undo_title == "Rename", "nothing is committed while typing"
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert line.text() == before
    assert desk.document.undo_title == "Rename"
    line.selectAll()
    QTest.keyClicks(line, "77")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert desk.document.project.graph.nodes["n2"].params["units"] == 77
    desk.window.canvas_actions.undo.trigger()
    assert desk.document.undo_title == "Rename", "Enter made one step"
    line = units(desk)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "78")
    desk.window.view.setFocus()
    assert desk.document.project.graph.nodes["n2"].params["units"] == 78
    desk.window.canvas_actions.undo.trigger()
    assert desk.document.undo_title == "Rename", "leaving the field made one step"


def test_a_click_into_another_panel_keeps_the_focus_there(desk: Desk) -> None:
    view = desk.window.view
    desk.document.select(frozenset({"n2"}))
    QApplication.processEvents()
    for begin in (lambda: view.rename("n2"), view.quick_add):
        begin()
        QTest.keyClicks(QApplication.focusWidget(), "a")
        line = desk.window.later["left.Layers"].findChild(QLineEdit)
        assert isinstance(line, QLineEdit)
        line.setFocus(Qt.FocusReason.MouseFocusReason)
        QApplication.processEvents()
        assert line.hasFocus()
        view.setFocus()


def test_find_gives_undo_back_after_enter(desk: Desk) -> None:
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "wide"))
    desk.window.tools.find.trigger()
    bar = desk.window.tools.bar
    assert bar is not None
    QTest.keyClicks(bar.field, "wide")
    QTest.keyClick(bar.field, Qt.Key.Key_Z, CONTROL)
    assert desk.document.undo_title == "Rename", "what is typed is undone first"
    QTest.keyClicks(bar.field, "wide")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    QTest.keyClick(bar.field, Qt.Key.Key_Z, CONTROL)
    assert desk.document.undo_title is None


def test_every_pane_is_reached_and_hidden_ones_are_passed_over(desk: Desk) -> None:
    window = desk.window
    window.view.setFocus()
    window.right.toggleViewAction().trigger()
    visited = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        assert focus is not None
        panes = {"bottom": window.bottom, "left": window.left}
        visited.append(next((n for n, p in panes.items() if p.isAncestorOf(focus)), "canvas"))
    assert visited == ["bottom", "left", "canvas"]


def test_shift_f10_opens_the_menu_of_what_the_keyboard_is_on(desk: Desk) -> None:
    window = desk.window
    desk.document.select(frozenset({"n2"}))
    window.show_later("left.Outline")
    outline = window.later["left.Outline"]
    assert isinstance(outline, Outline)
    for pane in (window.view, outline.tree):
        pane.setFocus()
        QTest.keyClick(pane, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        QApplication.processEvents()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert "Rename" in {action.text() for action in menu.actions()}
        menu.close()


def test_standard_keys_are_where_people_look_for_them(desk: Desk) -> None:
    desk.furnish()
    keys = {
        key.toString(): command.id
        for command in commands(desk.window.menuBar())
        for key in command.action.shortcuts()
    }
    for key, id_ in {
        "Ctrl+Z": "Edit/Undo",
        "Ctrl+Shift+Z": "Edit/Redo",
        "Ctrl+Y": "Edit/Redo",
        "Ctrl+S": "File/Save",
        "Ctrl+F": "Edit/Find",
        "F3": "Edit/Find next",
        "Shift+F3": "Edit/Find previous",
        "Ctrl+,": "Edit/Preferences",
        "Ctrl+Shift+P": "View/Command palette",
        "F6": "View/Next pane",
        "Shift+F6": "View/Previous pane",
        "Shift+F10": "View/Context menu",
        "Ctrl+0": "View/Zoom to 100 %",
        "Shift+Alt+T": "Model/Tidy",
    }.items():
        assert keys[QKeySequence(key).toString()] == id_


def test_commands_have_names_of_their_own(desk: Desk) -> None:
    desk.furnish()
    ids = [command.id for command in commands(desk.window.menuBar())]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("page", ["bottom.Code", "bottom.Log"])
def test_undo_works_from_texts_that_cannot_be_edited(desk: Desk, page: str) -> None:
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "wide"))
    desk.window.show_later(page)
    text = desk.window.later[page].findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Z, CONTROL)
    assert desk.document.undo_title is None
    QTest.keyClick(text, Qt.Key.Key_Y, CONTROL)
    assert desk.document.undo_title == "Rename"
