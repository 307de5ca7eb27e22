"""Custom layers in the window: written, trusted, shown, read from the file; with a far side of ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from builder.catalog.custom import FILE
from builder.document.project import Project
from builder.engine.messages import Inspect
from builder.storage.project_file import save
from builder.window.code_dialog import CodeDialog, listed
from builder.window.custom_dialog import TEMPLATE, CustomDialog
from builder.window.custom_file import STEP
from builder.window.preferences import Preferences
from tests.build import chain
from tests.customs import SCALE, catalog_of, trust_in, with_custom
from tests.window.window_desk import Desk

OTHER = SCALE.replace("Scale", "Shift")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(qtbot, tmp_path)
    desk.app.analyst.trust.forget()
    yield desk
    desk.app.analyst.trust.forget()


def scaled(source: str = SCALE) -> Project:
    return with_custom(chain("Input", "Scale", "Output", catalog=catalog_of(source)), source)


def dialog_of(desk: Desk, type_: type) -> "QMessageBox | CustomDialog | CodeDialog":
    (found,) = [one for one in desk.window.findChildren(type_) if one.isVisible()]
    return found  # type: ignore[no-any-return]


def written(desk: Desk) -> CustomDialog:
    desk.window.tools.write_layers()
    dialog = dialog_of(desk, CustomDialog)
    assert isinstance(dialog, CustomDialog)
    return dialog


def types_in_palette(desk: Desk) -> list[str]:
    desk.palette.search.setText("scale")
    return [desk.palette.tree.current_type() or ""]


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_class_is_written_in_the_app(desk: Desk) -> None:
    dialog = written(desk)
    assert dialog.said == "No layers yet."
    click(dialog.use_template)
    assert dialog.source.toPlainText() == TEMPLATE
    QTest.keyClicks(dialog.source, "x = (")
    desk.qtbot.waitUntil(lambda: "line 1" in dialog.said)
    dialog.source.undo()
    dialog.source.setPlainText(TEMPLATE)
    desk.qtbot.waitUntil(lambda: dialog.said == "1 layer: Scale")
    dialog.trusts.setChecked(True)
    QTest.keyClick(dialog.source, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.document.project.custom == TEMPLATE
    assert desk.document.undo_title == "Edit custom layers"
    assert types_in_palette(desk) == ["custom_layers.Scale"]
    assert not desk.window.trust_bar.isVisible(), "it was trusted where it was typed"
    desk.document.undo()
    assert types_in_palette(desk) != ["custom_layers.Scale"]


def test_what_was_typed_is_not_lost_by_closing(desk: Desk) -> None:
    dialog = written(desk)
    dialog.source.setPlainText(SCALE)
    QTest.keyClick(dialog.source, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    box = dialog_of(desk, QMessageBox)
    assert isinstance(box, QMessageBox)
    click(box.button(QMessageBox.StandardButton.Apply))
    assert desk.document.project.custom == SCALE
    assert desk.window.trust_bar.isVisible(), "it was typed and not trusted"


def test_the_bar_asks_for_trust_and_the_worker_is_told(desk: Desk) -> None:
    desk.furnish()
    desk.ready()
    project = scaled()
    desk.document.reset(project)
    bar = desk.window.trust_bar
    assert bar.words == "This project carries Python code (custom_layers.py). It has not been run."
    problems = desk.app.analyst.analysis.problems
    assert any("not run until you trust it" in problem.message for problem in problems)
    assert not any(problem.severity == "error" for problem in problems)
    click(bar.show_code)
    dialog = dialog_of(desk, CodeDialog)
    assert isinstance(dialog, CodeDialog)
    assert SCALE.strip() in dialog.source.toPlainText()
    dialog.reject()
    assert bar.isVisible()

    def asked() -> list[Inspect]:
        desk.answer()
        return [one for one in desk.pool.inspectors[-1].requests if isinstance(one, Inspect)]

    assert asked()[-1].trusted == ""
    click(bar.trust)
    assert not bar.isVisible()
    desk.qtbot.waitUntil(lambda: asked()[-1].trusted == trust_in(project))
    assert asked()[-1].custom == SCALE
    desk.document.apply("Edit", replace(project, custom=SCALE + "\n"))
    assert bar.isVisible(), "other code is trusted anew"
    desk.document.undo()
    assert not bar.isVisible()
    desk.app.analyst.trust.forget()
    assert bar.isVisible()


def test_everything_knows_the_layers_of_the_open_project(desk: Desk) -> None:
    desk.document.reset(scaled())
    window, document = desk.window, desk.document
    node = document.project.graph.by_name["scale"]
    item = window.scene.nodes[node.id]
    assert (item.type_name, item.category) == ("Scale", "Custom")
    document.select(frozenset({node.id}))
    assert window.later["right.Layer"].form.rows.keys() >= {"start"}  # type: ignore[attr-defined]
    custom = next(menu for menu in window.findChildren(QMenu) if menu.title() == "Custom")
    assert custom.menuAction().isVisible()
    custom.aboutToShow.emit()
    assert [action.text() for action in custom.actions()] == ["Scale"]
    added = window.view.append_layer("custom_layers.Scale")
    assert added is not None
    assert document.project.graph.nodes[added].name == "scale_2"
    changed = SCALE.replace("inputs)", "inputs, other)")
    document.apply("Edit", replace(document.project, custom=changed))
    assert len(window.scene.nodes[node.id].slots.inputs) == 2
    document.apply("Edit", replace(document.project, custom=""))
    assert not custom.menuAction().isVisible()
    assert item.category == "Blocks"


def test_layers_of_ones_own_are_pasted_with_their_source(desk: Desk) -> None:
    desk.document.reset(scaled())
    node = desk.document.project.graph.by_name["scale"]
    desk.window.view.commands.parts.copy({node.id})
    desk.document.reset(Project())
    desk.window.view.commands.parts.paste()
    assert desk.document.project.custom == SCALE
    assert desk.window.trust_bar.isVisible()
    desk.document.undo()
    assert desk.document.project == Project()
    desk.document.reset(Project(custom=OTHER))
    desk.window.view.commands.parts.paste()
    assert desk.document.project.custom == OTHER
    desk.furnish()
    problems = desk.app.analyst.analysis.problems
    assert any("no such class is there" in problem.message for problem in problems)


def test_trust_is_forgotten_in_the_preferences(desk: Desk) -> None:
    desk.document.reset(scaled())
    click(desk.window.trust_bar.trust)
    assert not desk.window.trust_bar.isVisible()
    preferences = Preferences(desk.window)
    desk.qtbot.addWidget(preferences)
    preferences.show()
    click(preferences.forget)
    assert desk.window.trust_bar.isVisible()
    assert not preferences.forget.isEnabled()


# --- the file beside the project


def opened(desk: Desk, folder: Path, project: Project) -> Path:
    path = folder / "net.knet"
    save(path, project)
    assert desk.window.files.load(path)
    return folder / FILE


def test_a_file_beside_the_project_is_read_and_watched(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(SCALE)
    file = opened(desk, tmp_path, chain("Input", "Output"))
    assert desk.document.project.custom == SCALE
    assert desk.document.undo_title == STEP
    file.write_text(OTHER)
    desk.qtbot.waitUntil(lambda: desk.document.project.custom == OTHER)
    assert desk.window.trust_bar.isVisible()
    part = tmp_path / "part"
    for text in (SCALE, OTHER):  # as many editors save
        part.write_text(text)
        part.replace(file)
        desk.qtbot.waitUntil(lambda text=text: desk.document.project.custom == text)  # type: ignore[misc]
    desk.document.undo()
    assert desk.document.project.custom == SCALE
    file.unlink()
    file.write_text(SCALE.replace("1.0", "2.0"))
    desk.qtbot.waitUntil(
        lambda: "2.0" in desk.document.project.custom or desk.window.banner.sentence != ""
    )


def test_a_file_that_differs_is_asked_about_and_neither_is_lost(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(OTHER)
    file = opened(desk, tmp_path, scaled())
    assert desk.document.project.custom == SCALE
    assert "is not what the project holds" in desk.window.banner.sentence
    assert desk.window.files.save_to(tmp_path / "net.knet")
    assert file.read_text() == OTHER
    desk.window.banner._pressed()
    box = dialog_of(desk, QMessageBox)
    assert isinstance(box, QMessageBox)
    take = next(one for one in box.buttons() if "file's" in one.text())
    QTest.mouseClick(take, Qt.MouseButton.LeftButton)
    assert desk.document.project.custom == OTHER
    desk.document.undo()
    assert desk.document.project.custom == SCALE


def test_saving_writes_the_file_where_nothing_is_lost(desk: Desk, tmp_path: Path) -> None:
    desk.document.reset(scaled())
    assert desk.window.files.save_to(tmp_path / "net.knet")
    file = tmp_path / FILE
    assert file.read_text() == SCALE
    desk.document.apply("Edit", replace(desk.document.project, custom=OTHER))
    assert desk.window.files.save_to(tmp_path / "net.knet")
    assert file.read_text() == OTHER
    far = tmp_path / "far"
    far.mkdir()
    (far / FILE).write_text("# of somebody else\n")
    assert desk.window.files.save_to(far / "net.knet")
    assert (far / FILE).read_text() == "# of somebody else\n"
    assert "is not what the project holds" in desk.window.banner.sentence


def test_a_link_in_place_of_the_file_is_neither_read_nor_written(
    desk: Desk, tmp_path: Path
) -> None:
    secret, nowhere = tmp_path / "secret", tmp_path / "nowhere"
    secret.write_text("key = 1\n")
    folder = tmp_path / "sent"
    folder.mkdir()
    for target in (secret, nowhere):
        (folder / FILE).unlink(missing_ok=True)
        (folder / FILE).symlink_to(target)
        opened(desk, folder, chain("Input", "Output"))
        assert desk.document.project.custom == ""
        assert "is a link" in desk.window.banner.sentence or target is nowhere
        desk.document.apply("Edit", replace(desk.document.project, custom=SCALE))
        assert desk.window.files.save_to(folder / "net.knet")
        assert "is a link" in desk.window.banner.sentence
    assert secret.read_text() == "key = 1\n"
    assert not nowhere.exists()


def test_code_shows_what_the_eye_would_not_see() -> None:
    assert (
        listed((("a", "x = '\u202e'  # \u200b\ttab é"),))
        == "# a\nx = '\\u202e'  # \\u200b\ttab é\n"
    )
