"""The command palette: everything in the menus by its letters."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.canvas.theme import apply_theme, current_theme
from builder.window.command_palette import CommandPalette
from builder.window.fuzzy import fit
from builder.window.menu_commands import commands
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    desk = Desk(qtbot, tmp_path)
    desk.window.activateWindow()
    desk.window.view.setFocus()
    return desk


def opened(desk: Desk) -> CommandPalette:
    desk.window.tools.palette.trigger()
    card = desk.window.tools.card
    assert card is not None
    assert card.isVisible()
    return card


def row(card: CommandPalette, words: str) -> tuple[str, ...]:
    items = (card.list.topLevelItem(n) for n in range(card.list.topLevelItemCount()))
    return next(
        tuple(item.text(column) for column in range(3))
        for item in items
        if item is not None and item.text(0) == words
    )


def test_every_command_is_there_with_its_key(desk: Desk) -> None:
    desk.furnish()
    card = opened(desk)
    assert len(card.shown()) == len(commands(desk.window.menuBar()))
    assert row(card, "Save") == ("Save", "File", "Ctrl+S")
    assert row(card, "Dark") == ("Dark", "View ▸ Theme", "")
    assert {"Handwritten digits", "Conv2D", "Command palette…", "Find…"} <= set(card.shown())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tidy", "Tidy"),
        ("dark", "Dark"),
        ("zoom in", "Zoom in"),
        ("fs", "Fit selection"),
        ("conv2d", "Conv2D"),
        ("theme li", "Light"),
        ("digits", "Handwritten digits"),
        ("selall", "Select all"),
    ],
)
def test_the_nearest_comes_first(desk: Desk, typed: str, first: str) -> None:
    card = opened(desk)
    QTest.keyClicks(card.field, typed)
    assert card.shown()[0] == first


def test_enter_runs_it_and_the_keyboard_goes_back(desk: Desk) -> None:
    card = opened(desk)
    QTest.keyClicks(card.field, "dark")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert current_theme().name == "dark"
    assert not card.isVisible()
    assert QApplication.focusWidget() is desk.window.view


def test_arrows_choose_and_esc_closes(desk: Desk) -> None:
    card = opened(desk)
    QTest.keyClicks(card.field, "zoom")
    QTest.keyClick(card.field, Qt.Key.Key_Down)
    QTest.keyClick(card.field, Qt.Key.Key_Up)
    QTest.keyClick(card.field, Qt.Key.Key_Up)
    assert card.list.currentItem().text(0) == card.shown()[-1]
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert QApplication.focusWidget() is desk.window.view


def test_what_cannot_be_done_says_why(desk: Desk) -> None:
    card = opened(desk)
    assert row(card, "Undo")[2] == "Nothing to undo"
    assert row(card, "Select all")[2] == "The network has no layers yet"
    QTest.keyClicks(card.field, "undo")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert card.isVisible()
    assert card.why.text() == "Undo: Nothing to undo"
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    card = opened(desk)
    assert row(card, "Delete")[2] == "Select a layer first"


def test_a_click_elsewhere_closes_and_nothing_matches_is_said(desk: Desk) -> None:
    card = opened(desk)
    QTest.keyClicks(card.field, "qqqq")
    assert card.shown() == ["No command matches “qqqq”"]
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert card.isVisible()
    desk.palette.search.setFocus()
    assert not card.isVisible()
    assert QApplication.focusWidget() is desk.palette.search


def test_a_click_runs_a_command(desk: Desk) -> None:
    card = opened(desk)
    QTest.keyClicks(card.field, "dense")
    assert card.shown()[0] == "Dense"
    item = card.list.topLevelItem(0)
    assert item is not None
    place = card.list.visualItemRect(item).center()
    QTest.mouseClick(card.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(desk.document.project.graph.nodes) == 1


def test_fit_prefers_beginnings() -> None:
    assert fit("Save as…", "save") < fit("Autosave", "save")  # type: ignore[operator]
    assert fit("Zoom in", "zi") is not None
    assert fit("Zoom in", "xyz") is None
    assert fit("anything", "") == (0, 0)
