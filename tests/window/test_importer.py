"""The Import menu, with the far side as a plain function."""

from pathlib import Path

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from builder.engine.messages import Event, Failed, Fault, Import, Imported, Request
from builder.reading.applications import APPLICATIONS
from builder.window.choice_dialog import ChoiceDialog
from builder.window.importer import Importer
from tests.build import chain
from tests.window.far import PlainPool, Report
from tests.window.window_desk import CATALOG, Desk

PROJECT = chain("Input", "Dense", "Output", catalog=CATALOG)


class Work:
    """An importer at a desk; `answers` are what the far side says, in turn."""

    def __init__(self, qtbot: QtBot, folder: Path, *answers: Event) -> None:
        self.desk = Desk(qtbot, folder)
        self.pool = PlainPool(self.answer)
        self.left = list(answers)
        window = self.desk.window
        self.importer = Importer(window, window.files, window.banner, CATALOG, self.pool)

    def answer(self, request: Request, report: Report) -> None:
        assert isinstance(request, Import)
        if self.left:
            report(self.left.pop(0))

    @property
    def said(self) -> str:
        return self.desk.window.banner.sentence

    @property
    def asked(self) -> list[str]:
        return [
            r.source for far in self.pool.workers for r in far.requests if isinstance(r, Import)
        ]


def test_what_was_read_stands_in_the_window_as_a_project_without_a_file(
    qtbot: QtBot, tmp_path: Path
) -> None:
    work = Work(qtbot, tmp_path, Imported(1, PROJECT))
    with qtbot.waitSignal(work.desk.window.files.opened):
        work.importer.read("/somewhere/net.keras")
        assert work.said == "Reading net.keras …"
    assert work.desk.document.project == PROJECT
    assert work.desk.document.path is None
    assert work.said.startswith("Imported net.keras")
    assert work.asked == ["/somewhere/net.keras"]


def test_what_was_read_otherwise_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    remarks = (Fault("“a” is a Gate."), Fault("“b” is a Gate."))
    work = Work(qtbot, tmp_path, Imported(1, PROJECT, remarks))
    with qtbot.waitSignal(work.desk.window.files.opened):
        work.importer.read("net.keras")
    assert work.said == "“a” is a Gate. And 1 more; see Problems."


def test_what_cannot_be_read_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    work = Work(qtbot, tmp_path, Failed(1, Fault("“net.h5” cannot be imported: it is damaged.")))
    before = work.desk.document.project
    work.importer.read("net.h5")
    qtbot.waitUntil(lambda: "damaged" in work.said)
    assert work.desk.document.project is before


def test_only_what_was_asked_for_last_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    work = Work(qtbot, tmp_path)
    work.importer.read("one.keras")
    work.left = [Imported(1, chain("Input", "Output", catalog=CATALOG)), Imported(2, PROJECT)]
    far = work.pool.workers[0]
    with qtbot.waitSignal(work.desk.window.files.opened):
        work.importer.read("two.keras")
        far.report(work.left.pop(0))
    assert work.desk.document.project == PROJECT


def test_any_network_that_keras_ships_can_be_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    work = Work(qtbot, tmp_path)
    work.importer.ask_application()
    dialog = work.desk.window.findChild(ChoiceDialog)
    assert dialog is not None
    assert dialog.list.count() == len(APPLICATIONS) == 40
    search = dialog.findChild(QLineEdit)
    assert search is not None
    qtbot.keyClicks(search, "v3l")
    dialog.accept()
    assert work.asked == ["keras.applications.MobileNetV3Large"]
