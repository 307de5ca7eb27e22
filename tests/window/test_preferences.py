"""The preferences: each change acts at once and is there again at the next start."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from builder.canvas.theme import current_theme
from builder.window.preferences import Preferences
from builder.window.shortcuts import KEY, Shortcuts
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk

ALT_X = QKeySequence("Alt+X")


def opened(desk: Desk) -> Preferences:
    desk.window.tools.preferences.trigger()
    found = desk.window.findChild(Preferences)
    assert isinstance(found, Preferences)
    return found


def choose(combo: QComboBox, value: str) -> None:
    """As a person does with the keyboard."""
    combo.setFocus()
    while combo.currentData() != value:
        down = combo.currentIndex() < combo.findData(value)
        QTest.keyClick(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def wheel(desk: Desk) -> None:
    view = desk.window.view
    event = QWheelEvent(
        QPointF(200, 200),
        view.viewport().mapToGlobal(QPointF(200, 200)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_theme_acts_at_once_and_the_menu_follows(desk: Desk) -> None:
    preferences = opened(desk)
    choose(preferences.theme, "dark")
    assert current_theme().name == "dark"
    assert desk.settings.value("theme") == "dark"
    assert desk.window.menus.themes["dark"].isChecked()


def test_the_wheel_pans_or_zooms(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    view = desk.window.view
    before = view.scale_factor
    wheel(desk)
    assert view.scale_factor > before
    choose(opened(desk).wheel, "pan")
    before, place = view.scale_factor, view.mapToScene(QPoint(0, 0))
    wheel(desk)
    assert view.scale_factor == before
    assert view.mapToScene(QPoint(0, 0)) != place
    desk.settings.sync()
    assert Desk(qtbot, tmp_path).window.view.wheel_pans


def test_new_networks_read_in_the_chosen_direction(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(opened(desk).direction, "right")
    assert desk.document.project.layout.direction == "right", "an empty canvas is new as well"
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    assert desk.document.project.layout.direction == "down"
    desk.window.files.new()
    assert desk.document.project.layout.direction == "right"
    desk.settings.sync()
    assert Desk(qtbot, tmp_path).document.project.layout.direction == "right"


def test_what_is_open_keeps_its_direction_until_turned(desk: Desk) -> None:
    project = chain("Input", "Dense", "Dense", "Output", catalog=CATALOG)
    desk.document.reset(project)
    choose(opened(desk).direction, "right")
    assert desk.document.project is project
    desk.window.tools.turn.trigger()
    turned = desk.document.project.layout
    assert turned.direction == "right"
    xs = [turned.positions[id_][0] for id_ in ("n1", "n2", "n3", "n4")]
    assert xs == sorted(set(xs))
    desk.window.canvas_actions.undo.trigger()
    assert desk.document.project == project
    assert desk.document.undo_title is None


def test_the_minimap_can_be_left_out(desk: Desk) -> None:
    preferences = opened(desk)
    assert preferences.minimap.isChecked()
    preferences.minimap.click()
    assert not desk.window.canvas_actions.minimap.isChecked()
    assert not desk.settings.value("minimap", True, type=bool)


# --- shortcuts


def test_pressing_keys_changes_a_shortcut(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(desk).shortcuts
    page.choose("Model/Tidy")
    QTest.keyClick(page.keys, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    assert page.notice.text == ""
    page.assign.click()
    tidy = desk.window.canvas_actions.tidy
    assert tidy.shortcuts() == [ALT_X]
    desk.settings.sync()
    again = Desk(qtbot, tmp_path)
    assert again.window.canvas_actions.tidy.shortcuts() == [ALT_X]


def test_a_command_is_chosen_and_assigned_by_mouse(desk: Desk) -> None:
    page = opened(desk).shortcuts
    page.parentWidget().parentWidget().setCurrentWidget(page)
    QTest.keyClicks(page.search, "ungroup")
    (row,) = [item for item in page._items() if not item.isHidden()]
    place = page.tree.visualItemRect(row).center()
    QTest.mouseClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.keys.isEnabled()
    QTest.keyClick(page.keys, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    QTest.mouseClick(page.assign, Qt.MouseButton.LeftButton)
    assert desk.window.canvas_actions.blocks.ungroup.shortcuts() == [ALT_X]


def test_the_theme_changes_by_keys(desk: Desk) -> None:
    dialog = opened(desk)
    for key, theme in (
        (Qt.Key.Key_Down, "light"),
        (Qt.Key.Key_D, "dark"),
        (Qt.Key.Key_Up, "light"),
    ):
        QTest.keyClick(dialog.theme, key)
        assert desk.settings.value("theme") == theme


def test_a_conflict_is_said_and_assigning_takes_the_key(desk: Desk) -> None:
    page = opened(desk).shortcuts
    page.choose("Model/Tidy")
    page.keys.setKeySequence(QKeySequence("Ctrl+D"))
    assert "belongs to “Duplicate”" in page.notice.text
    page.assign.click()
    assert desk.window.canvas_actions.tidy.shortcuts() == [QKeySequence("Ctrl+D")]
    assert desk.window.canvas_actions.duplicate.shortcuts() == []
    page.choose("Edit/Duplicate")
    page.reset.click()
    assert desk.window.canvas_actions.duplicate.shortcuts() == [QKeySequence("Ctrl+D")]
    assert desk.window.canvas_actions.tidy.shortcuts() == []
    page.reset_all.click()
    assert desk.window.canvas_actions.tidy.shortcuts() == [QKeySequence("Shift+Alt+T")]
    assert not desk.settings.contains(KEY)


def test_a_shortcut_can_be_removed_and_reset(desk: Desk) -> None:
    page = opened(desk).shortcuts
    page.choose("Edit/Redo")
    page.remove.click()
    assert desk.window.canvas_actions.redo.shortcuts() == []
    assert not page.remove.isEnabled()
    page.reset.click()
    keys = {key.toString() for key in desk.window.canvas_actions.redo.shortcuts()}
    assert keys == {"Ctrl+Shift+Z", "Ctrl+Y"}
    assert not page.reset.isEnabled()


def test_a_layer_can_have_a_key_of_its_own(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    shortcuts = Shortcuts(desk.window)
    dense = next(c for c in shortcuts.commands() if c.words == "Dense")
    shortcuts.give(dense, [ALT_X])
    desk.settings.sync()
    again = Desk(qtbot, tmp_path)
    action = next(c for c in Shortcuts(again.window).commands() if c.words == "Dense").action
    assert action.shortcuts() == [ALT_X]
    action.trigger()
    assert len(again.document.project.graph.nodes) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"Edit/Undo": 3}', '{"Nowhere/Nothing": ["X"]}'])
def test_settings_that_make_no_sense_change_nothing(
    qtbot: QtBot, tmp_path: Path, text: str
) -> None:
    first = Desk(qtbot, tmp_path)
    first.settings.setValue(KEY, text)
    first.settings.sync()
    desk = Desk(qtbot, tmp_path)
    assert QKeySequence("Ctrl+Z") in desk.window.canvas_actions.undo.shortcuts()
    assert desk.window.canvas_actions.tidy.shortcuts() == [QKeySequence("Shift+Alt+T")]


def test_the_table_is_searched(desk: Desk) -> None:
    page = opened(desk).shortcuts
    QTest.keyClicks(page.search, "tidy")
    shown = [item.text(0) for item in page._items() if not item.isHidden()]
    assert "Tidy" in shown
    assert "Undo" not in shown
