"""The main window, driven as a person drives it, with a far side that the test answers for."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from builder.app import App, watch_exceptions
from builder.canvas.theme import apply_theme, current_theme
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.document.problems import Problem
from builder.document.project import Project
from builder.engine.messages import Fault, Inspect, Inspected, NodeReport, Ready, TensorSpec
from builder.storage.examples import list_examples
from builder.storage.project_file import save
from builder.window.analyst import Analysis, KernelState
from builder.window.help_dialogs import AboutDialog, ShortcutsDialog, actions_of, shortcut_text
from builder.window.main_window import MainWindow
from builder.window.menu_commands import commands
from builder.window.palette import Palette
from builder.window.plan_words import plan_words, short
from builder.window.problems_list import ProblemsList
from tests.build import chain

CATALOG = load_catalog()
READY = Ready("3.15.1", "tensorflow", "2.21.0", ("CPU",), 1)


class FarSide:
    """Stands where a process would: remembers what it was asked, says what the test says."""

    alive = True

    def __init__(self, report: Any) -> None:
        self.report = report
        self.asked: list[Any] = []

    def send(self, request: Any) -> None:
        self.asked.append(request)

    def stop(self, grace: float = 2.0) -> None:
        del grace


class TestPool:
    """Hands out far sides that run nothing."""

    __test__ = False

    def __init__(self) -> None:
        self.inspectors: list[FarSide] = []
        self.trainers: list[FarSide] = []

    def start_inspector(self, report: Any, backend: str = "tensorflow") -> FarSide:
        del backend
        self.inspectors.append(FarSide(report))
        return self.inspectors[-1]

    def take_trainer(self, report: Any) -> FarSide:
        self.trainers.append(FarSide(report))
        return self.trainers[-1]

    def stop(self, grace: float = 0.0) -> None:
        del grace


class Desk:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.pool = TestPool()
        self.app = App(CATALOG, self.settings, lambda: self.pool)  # type: ignore[arg-type,return-value]
        self.window = self.app.window
        self.document = self.app.document
        qtbot.addWidget(self.window, before_close_func=let_go)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.complete()
        palette, problems = self.window.later["left.Layers"], self.window.later["bottom.Problems"]
        assert isinstance(palette, Palette)
        assert isinstance(problems, ProblemsList)
        self.palette, self.problems = palette, problems

    def furnish(self) -> None:
        with self.qtbot.waitSignal(self.app.furnished, timeout=20_000):
            self.app.furnish()

    def ready(self) -> None:
        self.pool.inspectors[-1].report(READY)
        QApplication.processEvents()

    def answer(self, **nodes: NodeReport) -> None:
        far = self.pool.inspectors[-1]
        asked = [request for request in far.asked if isinstance(request, Inspect)]
        far.report(Inspected(asked[-1].id, nodes))
        QApplication.processEvents()

    def example(self, name: str = "digits") -> None:
        example = next(e for e in list_examples() if e.name == name)
        self.window.files.open_example(example)


def let_go(window: MainWindow) -> None:
    """Close without asking, at the end of a test."""
    window._agreed = True


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    return Desk(qtbot, tmp_path)


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


# --- training


def test_train_says_why_it_cannot(desk: Desk) -> None:
    train = desk.window.run_actions.train
    assert not train.isEnabled()
    desk.furnish()
    assert "nothing to train" in train.toolTip()
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    assert "Data tab" in train.toolTip()
    desk.example()
    assert train.isEnabled()
    project = desk.document.project
    desk.document.apply("Cut", edits.disconnect(project, project.graph.wires[:1]))
    assert not train.isEnabled()
    assert "see Problems" in train.toolTip()


def test_the_loud_button_trains_and_then_stops(desk: Desk) -> None:
    desk.furnish()
    desk.example()
    button = desk.window.toolbar.train
    assert button.objectName() == "train"
    assert button.text() == "Train"
    button.click()
    assert desk.app.trainer is not None
    assert desk.app.trainer.state.training
    assert button.text() == "Stop"
    assert desk.window.bottom.stack.currentWidget() is desk.window.later["bottom.Training"]
    assert button.actions() == [desk.window.run_actions.stop]
    button.click()
    assert desk.app.trainer.state.value == "stopping"


def test_a_fault_of_a_run_stands_on_its_node_until_the_network_changes(desk: Desk) -> None:
    desk.furnish()
    desk.example()
    node = next(iter(desk.document.project.graph.nodes))
    desk.window.show_fault(Fault("The loss is not a number.", node, "Traceback ..."))
    assert desk.window.banner.sentence == "The loss is not a number."
    assert Problem("error", "The loss is not a number.", node) in desk.problems.problems
    project = edits.set_comment(desk.document.project, node, "look here")
    desk.document.apply("Comment", project)
    assert desk.problems.problems == ()


def test_undo_after_a_layer_was_added_by_typing_takes_the_layer_back(desk: Desk) -> None:
    desk.palette.search.setFocus()
    QTest.keyClicks(desk.palette.search, "flatten")
    QTest.keyClick(desk.palette.search, Qt.Key.Key_Return)
    assert len(desk.document.project.graph.nodes) == 1
    QTest.keyClick(desk.palette.search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not desk.document.project.graph.nodes
    QTest.keyClicks(desk.palette.search, "dense")
    assert desk.palette.search.text() == "dense"


def test_a_fault_is_said_once_where_it_can_be_seen(desk: Desk) -> None:
    desk.furnish()
    desk.window.show_later("bottom.Training")
    desk.window.show_fault(Fault("The loss is not a number."), "bottom.Training")
    assert desk.window.banner.sentence == ""
    desk.window.show_later("bottom.Code")
    desk.window.show_fault(Fault("The loss is not a number."), "bottom.Training")
    assert desk.window.banner.sentence == "The loss is not a number."


def test_closing_asks_while_a_training_is_under_way(desk: Desk, qtbot: QtBot) -> None:
    desk.furnish()
    desk.example()
    trainer = desk.app.trainer
    assert trainer is not None
    desk.window.run_actions.train.trigger()
    desk.window.close()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "Training is under way" in box.text()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert desk.window.isVisible()
    assert trainer.state.value == "starting"
    qtbot.waitUntil(lambda: desk.window.findChild(QMessageBox) is None)
    desk.window.close()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if "Stop" in button.text()).click()
    assert trainer.state.value == "stopping"
    assert desk.window.isVisible()
    trainer.kill()
    assert not desk.window.isVisible()


def test_the_plan_is_one_line_and_a_click_opens_it(desk: Desk) -> None:
    desk.furnish()
    plan = desk.window.toolbar.plan
    assert plan.text() == "20 epochs · batch 32 · Adam 1e-3"
    project = desk.document.project
    training = replace(project.training, epochs=1, batch_size=1024)
    desk.document.apply("Plan", replace(project, training=training))
    assert plan.text() == "1 epoch · batch 1,024 · Adam 1e-3"
    plan.click()
    assert desk.window.right.stack.currentWidget() is desk.window.later["right.Training"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "1e-3"), (0.0003, "3e-4"), (0.05, "0.05"), (1.5e-5, "1.5e-5"), (1, "1")],
)
def test_small_rates_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_a_plan_with_an_unknown_optimizer_is_still_said(desk: Desk) -> None:
    training = desk.document.project.training
    odd = replace(training, optimizer=replace(training.optimizer, type="my.Optimizer"))
    assert plan_words(odd, CATALOG) == "20 epochs · batch 32 · Optimizer"


# --- files


def test_the_title_tells_name_and_unsaved_mark(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    save(path, chain("Input", "Dense", "Output", catalog=CATALOG))
    desk.window.files.open_path(path)
    assert desk.window.windowTitle().startswith("net.knet")
    assert not desk.window.isWindowModified()
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "wide"))
    assert desk.window.isWindowModified()
    desk.window.menus.save.trigger()
    assert not desk.window.isWindowModified()


def test_closing_asks_first(desk: Desk) -> None:
    desk.palette.chosen.emit("keras.layers.Dense")
    desk.window.close()
    assert desk.window.isVisible()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert desk.window.isVisible()
    desk.window.close()
    QApplication.processEvents()
    boxes = [b for b in desk.window.findChildren(QMessageBox) if b.isVisible()]
    boxes[0].button(QMessageBox.StandardButton.Discard).click()
    assert not desk.window.isVisible()


def test_a_file_dropped_on_the_window_is_opened(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    save(path, chain("Input", "Dense", "Output", catalog=CATALOG))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    flags = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(700, 400), *flags)
    QApplication.sendEvent(desk.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk.window, QDropEvent(QPointF(700, 400), *flags))
    assert desk.document.path == path


def test_a_bad_file_is_a_sentence_in_the_banner(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "bad.knet"
    path.write_text("{")
    desk.window.files.open_path(path)
    assert "bad.knet" in desk.window.banner.sentence


def test_an_example_named_on_the_command_line_is_a_copy(desk: Desk) -> None:
    desk.app.open(list_examples()[0].path)
    assert desk.document.path is None
    assert desk.document.project.graph.nodes


def test_recent_files_are_in_the_menu(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    save(path, chain("Input", "Dense", "Output", catalog=CATALOG))
    desk.window.files.open_path(path)
    desk.window.files.new()
    desk.window.menus.recent.aboutToShow.emit()
    entry = desk.window.menus.recent.actions()[0]
    assert entry.text() == "net.knet"
    entry.trigger()
    assert desk.document.path == path


# --- help and trouble


def test_shortcuts_are_listed_from_the_menus(desk: Desk) -> None:
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
