"""Files from the window: nothing is lost, nothing is overwritten unasked, errors are sentences."""

import errno
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.document.plan import Csv, DataPlan
from builder.storage import atomic
from builder.storage.examples import list_examples
from builder.storage.project_file import load, save
from builder.window.code_panel import CodePanel
from builder.window.files import Files
from tests.build import chain


class Desk:
    """A document with its files, and a person who answers its dialogs."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.document = Document(chain("Input", "Dense", "Output"))
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.files = Files(self.document, self.window, settings)
        self.failures: list[str] = []
        self.files.failed.connect(self.failures.append)

    def edit(self) -> None:
        project = self.document.project
        self.document.apply("Rename", replace(project, name=project.name + "x"))

    def answer(self, button: QMessageBox.StandardButton) -> None:
        box = self.window.findChild(QMessageBox)
        assert isinstance(box, QMessageBox)
        box.button(button).click()

    def choose_file(self, path: Path) -> None:
        dialog = self.window.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.fileSelected.emit(str(path))
        dialog.close()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    return Desk(qtbot, tmp_path)


def test_save_asks_where_once(desk: Desk, tmp_path: Path) -> None:
    desk.edit()
    desk.files.save()
    path = tmp_path / "net.knet"
    desk.choose_file(path)
    assert load(path) == desk.document.project
    assert desk.document.is_clean
    assert desk.document.path == path
    assert desk.files.recent.paths() == (path,)
    desk.edit()
    assert not desk.document.is_clean
    desk.files.save()
    assert desk.document.is_clean


def test_the_data_keeps_its_place_when_saved_elsewhere(desk: Desk, tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("a,b\n1,2\n")
    plan = DataPlan(source=Csv(str(data)))
    desk.document.apply("Choose data", replace(desk.document.project, data=plan))
    assert desk.files.save_to(tmp_path / "net.knet")
    source = desk.document.project.data.source
    assert isinstance(source, Csv)
    assert source.path == "rows.csv"
    other = tmp_path / "other"
    other.mkdir()
    assert desk.files.save_to(other / "net.knet")
    source = desk.document.project.data.source
    assert isinstance(source, Csv)
    assert source.path == data.as_posix()
    assert desk.document.is_clean


def test_open_replaces_a_saved_project_at_once(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "other.knet"
    project = chain("Input", "Flatten", "Output")
    save(path, project)
    desk.files.open_path(path)
    assert desk.document.project == project
    assert desk.document.path == path
    assert desk.document.undo_title is None


@pytest.mark.parametrize("what", ["new", "open", "example"])
def test_unsaved_changes_are_asked_about(desk: Desk, tmp_path: Path, what: str) -> None:
    path = tmp_path / "other.knet"
    save(path, chain("Input", "Flatten", "Output"))
    desk.edit()
    before = desk.document.project
    {
        "new": desk.files.new,
        "open": lambda: desk.files.open_path(path),
        "example": lambda: desk.files.open_example(list_examples()[0]),
    }[what]()
    assert desk.document.project is before
    desk.answer(QMessageBox.StandardButton.Cancel)
    assert desk.document.project is before
    assert not desk.document.is_clean


def test_dont_save_goes_on_without_writing(desk: Desk, tmp_path: Path) -> None:
    desk.edit()
    desk.files.new()
    desk.answer(QMessageBox.StandardButton.Discard)
    assert desk.document.project.graph.nodes == {}
    assert list(tmp_path.glob("*.knet")) == []


def test_save_goes_on_after_writing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    desk.files.save_to(path)
    desk.edit()
    edited = desk.document.project
    desk.files.new()
    desk.answer(QMessageBox.StandardButton.Save)
    assert load(path) == edited
    assert desk.document.project.graph.nodes == {}


def test_a_full_disk_leaves_the_old_file_and_says_so(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.knet"
    desk.files.save_to(path)
    old = path.read_bytes()
    desk.edit()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    went_on: list[bool] = []
    desk.files.save(lambda: went_on.append(True))
    assert path.read_bytes() == old
    assert not desk.document.is_clean
    assert went_on == []
    assert len(desk.failures) == 1
    assert "No space left" in desk.failures[0]


def test_an_example_is_opened_as_a_copy(desk: Desk) -> None:
    example = list_examples()[0]
    shipped = example.path.read_bytes()
    desk.files.open_example(example)
    assert desk.document.path is None
    assert desk.document.project.graph.nodes
    assert desk.files.recent.paths() == ()
    desk.edit()
    desk.files.save()
    assert desk.window.findChild(QFileDialog) is not None
    assert example.path.read_bytes() == shipped


def test_an_example_finds_its_table(desk: Desk) -> None:
    example = next(one for one in list_examples() if "CSV" in one.title)
    desk.files.open_example(example)
    source = desk.document.project.data.source
    assert isinstance(source, Csv)
    assert Path(source.path).is_file()


@pytest.mark.parametrize(
    "content", [b"", b"not json", b'{"format": "keras-builder", "version": 99}', b"\xff\xfe"]
)
def test_a_file_that_cannot_be_read_leaves_the_project(
    desk: Desk, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.knet"
    path.write_bytes(content)
    before = desk.document.project
    desk.files.open_path(path)
    assert desk.document.project is before
    assert len(desk.failures) == 1
    assert "bad.knet" in desk.failures[0]
    assert "Traceback" not in desk.failures[0]
    assert path.read_bytes() == content


def test_recent_files_are_remembered_newest_first(desk: Desk, tmp_path: Path) -> None:
    for number in range(12):
        path = tmp_path / f"{number}.knet"
        save(path, desk.document.project)
        desk.files.load(path)
    names = [path.name for path in desk.files.recent.paths()]
    assert names == [f"{n}.knet" for n in range(11, 1, -1)]
    (tmp_path / "11.knet").unlink()
    assert desk.files.recent.paths()[0].name == "10.knet"
    desk.files.recent.clear()
    assert desk.files.recent.paths() == ()


def test_the_first_dialog_opens_at_home(desk: Desk) -> None:
    desk.files.open()
    dialog = desk.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.directory().absolutePath() == str(Path.home())


def test_typed_code_is_not_lost_with_the_window(desk: Desk, qtbot: QtBot) -> None:
    panel = CodePanel(desk.document, load_catalog())
    qtbot.addWidget(panel)
    panel.setParent(desk.window)
    desk.window.show()
    desk.files.unapplied = panel
    went_on: list[bool] = []

    def type_units(units: int) -> None:
        panel.edit()
        source = panel.text.toPlainText()
        panel.text.setPlainText(source.replace("Dense(64", f"Dense({units}"))

    def ask() -> None:
        desk.files.when_safe(lambda: went_on.append(True))

    type_units(3)
    assert desk.files.at_risk
    ask()
    desk.answer(QMessageBox.StandardButton.Cancel)
    assert "Dense(3" in panel.text.toPlainText()
    assert not went_on
    qtbot.waitUntil(lambda: desk.window.findChild(QMessageBox) is None)
    ask()
    desk.answer(QMessageBox.StandardButton.Apply)
    qtbot.waitUntil(lambda: not panel.editing)
    dense = desk.document.project.graph.by_name["dense"]
    assert dense.params["units"] == 3
    # Applied, it is an edit like others, and the project asks to be saved.
    qtbot.waitUntil(lambda: len(desk.window.findChildren(QMessageBox)) > 0)
    boxes = desk.window.findChildren(QMessageBox)
    assert boxes[-1].text() == "Save this project?"
    boxes[-1].button(QMessageBox.StandardButton.Discard).click()
    assert went_on == [True]
