"""The main window, driven as a person drives it, with a far side that the test answers for."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from builder.app import watch_exceptions
from builder.canvas.geometry import position_of
from builder.canvas.theme import current_theme
from builder.document import edits
from builder.document.project import Project
from builder.engine.messages import NodeReport, TensorSpec
from builder.window.analyst import Analysis, KernelState
from builder.window.help_dialogs import AboutDialog, ShortcutsDialog, actions_of, shortcut_text
from builder.window.main_window import MainWindow
from builder.window.menu_commands import commands
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk


def menu_actions(window: MainWindow) -> list[QAction]:
    found: list[QAction] = []
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        found += actions_of(menu)
    return found


# --- the frame


def test_the_menu_bar_has_every_menu(desk: Desk) -> None:
    titles = [a.text().replace("&", "") for a in desk.window.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Insert", "Model", "Run", "Help"]


def test_no_two_actions_share_a_key(desk: Desk) -> None:
    desk.furnish()
    seen: dict[str, str] = {}
    for action in menu_actions(desk.window):
        for key in action.shortcuts():
            text = key.toString()
            assert seen.setdefault(text, action.text()) == action.text(), text


def test_every_entry_leads_somewhere(desk: Desk) -> None:
    desk.furnish()
    for action in menu_actions(desk.window):
        assert action.text(), "an entry without words"
        receivers = action.receivers("2triggered(bool)")  # type: ignore[arg-type]
        assert receivers or action.isCheckable() or not action.isEnabled(), action.text()


def test_the_insert_menu_holds_every_layer(desk: Desk) -> None:
    found = []
    for action in desk.window.menuBar().actions()[3].menu().actions():  # type: ignore[attr-defined]
        inner = action.menu()
        if isinstance(inner, QMenu):
            inner.aboutToShow.emit()
            for entry in inner.actions():
                more = entry.menu()  # of long categories only the usual ones come first
                below = more.actions() if isinstance(more, QMenu) else [entry]
                found += [layer.text() for layer in below]
    assert sorted(found) == sorted(spec.name for spec in CATALOG.layers.values())


def test_panels_come_after_the_first_paint(desk: Desk) -> None:
    before = desk.window.later["bottom.Training"]
    desk.furnish()
    assert desk.window.later["bottom.Training"] is not before
    titles = desk.window.bottom.titles()
    assert titles[1:] == ("Training", "Code", "Results", "Predict", "Runs", "Log")
    assert desk.window.right.titles() == ("Layer", "Data", "Training")
    assert {a.text()[:6] for a in desk.window.menus.export.actions()} >= {"Python"}


def test_docks_hide_show_and_are_remembered(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.window.left.toggleViewAction().trigger()
    assert not desk.window.left.isVisible()
    desk.window.resize(780, 640)
    desk.window.close()
    again = Desk(qtbot, tmp_path)
    assert again.window.left.isHidden()
    assert again.window.size().width() == 780


def test_whichever_tab_is_chosen_all_are_shown_whole(desk: Desk, qtbot: QtBot) -> None:
    desk.window.resize(1280, 720)
    tabs = desk.window.bottom.tabs
    for chosen in range(tabs.count()):
        tabs.setCurrentIndex(tabs.count() - 1)
        tabs.setTabText(0, f"Problems {chosen}")  # the row of tabs is given its room anew
        QApplication.processEvents()
        tabs.setCurrentIndex(chosen)
        qtbot.waitUntil(lambda: tabs.tabRect(tabs.count() - 1).right() < tabs.width())


def test_a_layer_clicked_on_the_canvas_shows_its_parameters(desk: Desk, qtbot: QtBot) -> None:
    window, view = desk.window, desk.window.view
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    window.show_later("right.Data")
    x, y = position_of(desk.document.project, "n2")
    spot = view.mapFromScene(QPointF(x + 60, y + 26))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.document.selection == {"n2"}
    assert window.right.stack.currentWidget() is window.later["right.Layer"]
    window.show_later("right.Data")
    window.right.hide()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot + QPoint(0, 90))
    assert not window.right.isVisible()


def test_without_problems_the_data_is_one_click_away(desk: Desk) -> None:
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    desk.app.analyst.start()
    button = desk.problems.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    assert button.text() == "Choose data"
    button.click()
    assert desk.window.right.stack.currentWidget() is desk.window.later["right.Data"]


def test_a_narrow_window_has_room_for_every_tool(desk: Desk, qtbot: QtBot) -> None:
    window, bar = desk.window, desk.window.toolbar
    quiet = bar.widgetForAction(bar.actions()[0])
    assert isinstance(quiet, QToolButton)
    for width, style in (
        (1500, Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
        (960, Qt.ToolButtonStyle.ToolButtonIconOnly),
        (1500, Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
    ):
        window.resize(width, 700)
        qtbot.waitUntil(lambda style=style: quiet.toolButtonStyle() == style)  # type: ignore[misc]
        (export,) = (b for b in bar.findChildren(QToolButton) if b.text() == "Export")
        qtbot.waitUntil(export.isVisible)


def test_a_loss_stays_with_its_project(desk: Desk) -> None:
    desk.furnish()
    assert desk.app.trainer is not None
    scene = desk.window.scene
    desk.document.reset(chain("Input", "Dense", "Output"))
    plain = scene.box(("n3",))
    desk.app.trainer.progress.emit("n3", [1.0, 0.5], "loss 0.500")
    assert scene.box(("n3",)) != plain
    desk.document.reset(chain("Input", "Dense", "Output"))
    assert scene.box(("n3",)) == plain


def test_f6_goes_around_the_panes(desk: Desk) -> None:
    window = desk.window
    window.activateWindow()
    window.view.setFocus()
    visited = []
    for _ in range(4):
        window.panes.next.trigger()
        focus = QApplication.focusWidget()
        assert focus is not None
        panes = {"right": window.right, "bottom": window.bottom, "left": window.left}
        visited.append(next((n for n, p in panes.items() if p.isAncestorOf(focus)), "canvas"))
    assert visited == ["right", "bottom", "left", "canvas"]
    window.panes.previous.trigger()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window.left.isAncestorOf(focus)


def test_the_theme_can_be_chosen_and_is_remembered(desk: Desk) -> None:
    dark = next(a for a in menu_actions(desk.window) if a.text() == "Dark")
    dark.trigger()
    assert current_theme().name == "dark"
    assert desk.settings.value("theme") == "dark"


def test_whether_the_minimap_is_wanted_is_remembered(desk: Desk) -> None:
    desk.window.canvas_actions.minimap.trigger()
    assert not desk.window.view.minimap.wanted
    again = MainWindow(
        desk.window.document, desk.window.catalog, desk.window.analyst, desk.settings
    )
    assert not again.view.minimap.wanted
    again.complete()
    assert not again.canvas_actions.minimap.isChecked()
    again.deleteLater()


# --- building


def test_the_palette_appends_connected_layers(desk: Desk) -> None:
    window = desk.window
    for name in ("Input", "Dense", "Output"):
        desk.palette.search.setText(name)
        QTest.keyClick(desk.palette.search, Qt.Key.Key_Return)
    graph = desk.document.project.graph
    assert [node.name for node in graph.nodes.values()] == ["input", "dense", "output"]
    assert len(graph.wires) == 2
    window.canvas_actions.undo.trigger()
    assert len(desk.document.project.graph.nodes) == 2


def test_an_empty_canvas_offers_first_steps_and_no_reproach(desk: Desk) -> None:
    desk.furnish()
    desk.document.reset(Project())
    assert desk.problems.problems == ()
    assert desk.window.view.welcome.isVisible()
    example, data = desk.window.view.welcome.buttons
    assert example.menu() is desk.window.menus.examples
    data.click()
    assert desk.window.right.stack.currentWidget() is desk.window.later["right.Data"]
    desk.window.view.append_layer("keras.Input")
    assert not desk.window.view.welcome.isVisible()
    assert desk.problems.problems


def test_problems_are_counted_and_lead_to_their_node(desk: Desk) -> None:
    desk.furnish()
    project = chain("Input", "Dense", "Output", catalog=CATALOG)
    desk.document.reset(edits.disconnect(project, project.graph.wires[:1]))
    assert desk.window.bottom.titles()[0] == "Problems 2"
    desk.problems.chosen.emit("n2")
    assert desk.document.selection == {"n2"}


def test_shapes_reach_every_corner(desk: Desk) -> None:
    desk.furnish()
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    desk.ready()
    tensor = TensorSpec((None, 8, 8, 64))
    desk.answer(n2=NodeReport({"output": tensor}, 10_954, 10_954, 680_000))
    assert desk.window.status.size_text.text() == "10,954 parameters · 43 KB · 0.68 MFLOPs"
    assert desk.window.status.kernel_text.text() == "● TensorFlow 2.21 ready · CPU"
    assert desk.window.scene.report_of("n2") is not None
    few = Analysis(1, {"n2": NodeReport()}, parameters=0, flops=128)
    desk.window.status.show_analysis(few)
    assert desk.window.status.size_text.text().endswith(" · 128 FLOPs")


def test_without_keras_the_window_says_what_to_do(desk: Desk) -> None:
    desk.furnish()
    analyst = desk.app.analyst
    analyst._break("TensorFlow is not installed. Run: pip install tensorflow.")
    assert "pip install tensorflow" in desk.window.banner.sentence
    assert analyst.kernel.state is KernelState.BROKEN
    assert "pip install" in desk.window.run_actions.train.toolTip()
    desk.palette.chosen.emit("keras.layers.Dense")
    assert len(desk.document.project.graph.nodes) == 1
    desk.window.banner._pressed()
    assert len(desk.pool.inspectors) == 2
    desk.ready()
    assert desk.window.banner.sentence == ""


def test_undo_after_a_layer_was_added_by_typing_takes_the_layer_back(desk: Desk) -> None:
    desk.palette.search.setFocus()
    QTest.keyClicks(desk.palette.search, "flatten")
    QTest.keyClick(desk.palette.search, Qt.Key.Key_Return)
    assert len(desk.document.project.graph.nodes) == 1
    QTest.keyClick(desk.palette.search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not desk.document.project.graph.nodes
    QTest.keyClicks(desk.palette.search, "dense")
    assert desk.palette.search.text() == "dense"


# --- help and trouble


def test_shortcuts_are_listed_from_the_menus(desk: Desk) -> None:
    desk.palette.chosen.emit("keras.layers.Dense")  # Undo says now what it would undo
    dialog = ShortcutsDialog(desk.window, desk.window.menuBar())
    desk.qtbot.addWidget(dialog)
    rows = {}
    for place in range(dialog.tree.topLevelItemCount()):
        top = dialog.tree.topLevelItem(place)
        assert top is not None
        rows.update({top.child(n).text(0): top.child(n).text(1) for n in range(top.childCount())})
    assert rows["Train"] == shortcut_text(desk.window.run_actions.train)
    assert rows["Undo"] == "Ctrl+Z"
    assert "Save" in rows


def test_no_key_and_no_underlined_letter_is_given_twice(desk: Desk) -> None:
    given = Counter(
        key.toString()
        for command in commands(desk.window.menuBar())
        for key in command.action.shortcuts()
    )
    assert [key for key, times in given.items() if times > 1] == []
    menus = [desk.window.menuBar(), *desk.window.menuBar().findChildren(QMenu)]
    for menu in menus:
        texts = [action.text().replace("&&", "") for action in menu.actions()]
        letters = Counter(text.partition("&")[2][:1].lower() for text in texts if "&" in text)
        assert not letters or max(letters.values()) == 1, texts


def test_about_tells_the_versions(desk: Desk) -> None:
    dialog = AboutDialog(desk.window, "Keras 3.15.1")
    desk.qtbot.addWidget(dialog)
    assert "Keras 3.15.1" in dialog.text
    assert "PySide6" in dialog.text


def test_the_banner_can_be_dismissed(desk: Desk) -> None:
    desk.window.banner.say("Something.", "warning")
    assert desk.window.banner.isVisible()
    close = next(b for b in desk.window.banner.findChildren(QToolButton))
    close.click()
    assert desk.window.banner.sentence == ""


def test_an_error_inside_is_one_sentence_and_a_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.furnish()
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    watch_exceptions(desk.app)
    lines: list[str] = []
    desk.window.logged.connect(lines.append)
    error = ValueError("a bug")
    sys.excepthook(ValueError, error, None)
    assert "Log tab" in desk.window.banner.sentence
    assert "a bug" not in desk.window.banner.sentence
    assert "ValueError: a bug" in lines[0]
