"""The tour: at the very first start only, at most five steps, skipped with one key."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.window.tour import Tour
from tests.window.window_desk import Desk


def begun(desk: Desk) -> Tour:
    desk.window.tools.tour.trigger()
    guide = desk.window.tools.guide
    assert guide is not None
    return guide


def test_it_leads_from_step_to_step_inside_the_window(desk: Desk) -> None:
    desk.window.resize(1440, 900)  # or the toolbar folds its buttons away
    QApplication.processEvents()
    guide = begun(desk)
    assert len(guide.steps) == 5
    titles = []
    for _ in guide.steps:
        assert guide.card.isVisible()
        assert desk.window.rect().contains(guide.card.geometry())
        titles.append(guide.card.title.text())
        QTest.keyClick(guide.card.onward, Qt.Key.Key_Return)
    assert titles == [step.title for step in guide.steps]
    assert guide.ended
    assert not guide.card.isVisible()


def test_esc_and_skip_end_it_and_back_goes_back(desk: Desk) -> None:
    guide = begun(desk)
    guide.card.onward.click()
    guide.card.back.click()
    assert guide.number == 0
    guide.card.skip.click()
    assert guide.ended
    guide = begun(desk)
    QTest.keyClick(guide.card, Qt.Key.Key_Escape)
    assert guide.ended
    guide = begun(desk)
    QTest.mouseClick(desk.window.view.viewport(), Qt.MouseButton.LeftButton)
    QTest.keyClick(desk.window.view, Qt.Key.Key_Escape)
    assert guide.ended, "by a person who went on to the canvas"
    assert QApplication.focusWidget() is None or not guide.card.isVisible()


def test_it_comes_once_by_itself(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    assert desk.window.tools.guide is None, "nothing by itself before the window says so"
    desk.window.tools.welcome()
    assert desk.window.tools.guide is not None
    desk.window.tools.guide.end()
    desk.settings.sync()
    again = Desk(qtbot, tmp_path)
    again.window.tools.welcome()
    assert again.window.tools.guide is None


def test_the_window_can_be_used_meanwhile(desk: Desk) -> None:
    guide = begun(desk)
    desk.palette.chosen.emit("keras.layers.Dense")
    assert len(desk.document.project.graph.nodes) == 1
    assert guide.card.isVisible()
    desk.window.resize(900, 640)
    QApplication.processEvents()
    assert desk.window.rect().contains(guide.card.geometry())


def test_hidden_parts_are_passed_over(desk: Desk) -> None:
    desk.window.left.hide()
    guide = begun(desk)
    assert guide.card.title.text() == "Canvas"


def test_a_callout_hides_no_neighbour_of_a_button_in_the_toolbar(desk: Desk) -> None:
    desk.window.resize(1440, 900)
    QApplication.processEvents()
    guide = begun(desk)
    train = next(step.place for step in guide.steps if step.title == "Train")
    while guide.card.title.text() != "Train":
        guide.card.onward.click()
    assert guide.card.y() > train.mapTo(desk.window, train.rect().bottomLeft()).y()


def around(guide: Tour, desk: Desk) -> bool:
    """Whether the ring is where the part of the window is, and the callout in the window."""
    place = guide.steps[guide.number].place
    ring = guide._ring
    inside = ring.window() is place.window() and ring.isVisible()
    corner = ring.mapToGlobal(ring.rect().center()) - place.mapToGlobal(place.rect().center())
    return (
        inside
        and corner.manhattanLength() < 8
        and desk.window.rect().contains(guide.card.geometry())
    )


def test_it_goes_along_with_a_panel_that_is_resized_moved_or_floats(
    desk: Desk, qtbot: QtBot
) -> None:
    window = desk.window
    window.resize(1440, 900)
    QApplication.processEvents()
    guide = begun(desk)
    assert guide.card.title.text() == "Layers"
    width = guide._ring.width()
    window.resizeDocks([window.left], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: guide._ring.width() > width + 50)
    assert around(guide, desk)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, window.left)
    qtbot.waitUntil(lambda: around(guide, desk) and guide._ring.x() > 700)
    window.left.setFloating(True)
    qtbot.waitUntil(lambda: guide._ring.window() is window.left and around(guide, desk))
    window.left.setFloating(False)
    qtbot.waitUntil(lambda: guide._ring.window() is window and around(guide, desk))
    assert guide.card.title.text() == "Layers"


def test_a_panel_that_is_hidden_leaves_it(desk: Desk, qtbot: QtBot) -> None:
    guide = begun(desk)
    desk.window.left.hide()
    qtbot.waitUntil(lambda: guide.card.title.text() == "Canvas")
    assert around(guide, desk)
    assert guide.card.count.text() == f"1 of {len(guide.steps)}"
