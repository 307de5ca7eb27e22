"""Python scripts from the Import menu: read where they can be, run only once they are trusted."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.engine.messages import Event, Imported, Request, RunScript, ScriptRan
from builder.storage.trust import Trust
from builder.window.choice_dialog import ChoiceDialog
from builder.window.files import Files
from builder.window.importer import Importer
from builder.window.messages import Banner
from builder.window.script_dialog import ScriptDialog
from tests.build import chain
from tests.codegen.networks import digits
from tests.window import far

CATALOG = load_catalog()
GOLDEN = Path(__file__).parents[1] / "codegen" / "golden"
RUNNING = "import keras\nx = input()\nwhile x:\n    m = keras.Model(x, x)\n"


class Desk:
    """An importer, and a far side that makes two models of whatever it runs."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.document = Document()
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.banner = Banner(self.window)
        self.pool = far.PlainPool(self.answer)
        files = Files(self.document, self.window, settings)
        self.importer = Importer(
            self.window,
            files,
            self.banner,
            CATALOG,
            self.pool,
            Trust(folder),  # type: ignore[arg-type]
        )
        self.ran: list[str] = []
        self.script = folder / "theirs.py"
        self.script.write_text(RUNNING, encoding="utf-8")

    def answer(self, request: Request, report: far.Report) -> None:
        assert isinstance(request, RunScript)
        self.ran.append(request.source)
        models = (digits(), chain("Input", "Dense", "Output"))
        found: Event = ScriptRan(request.id, tuple(Imported(request.id, one) for one in models))
        report(found)

    def dialog(self) -> ScriptDialog:
        dialog = self.window.findChild(ScriptDialog)
        assert isinstance(dialog, ScriptDialog)
        return dialog


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    return Desk(qtbot, tmp_path)


def test_a_script_is_read_without_running_it(desk: Desk, qtbot: QtBot) -> None:
    desk.importer.read(str(GOLDEN / "digits.py"))
    qtbot.waitUntil(lambda: desk.document.project.name == "digits")
    project = desk.document.project
    assert set(project.layout.positions) == set(project.graph.nodes)
    assert desk.pool.workers == []


def test_what_cannot_be_read_runs_only_once_it_is_trusted(desk: Desk, qtbot: QtBot) -> None:
    desk.importer.read(str(desk.script))
    qtbot.waitUntil(lambda: desk.window.findChild(ScriptDialog) is not None)
    dialog = desk.dialog()
    said = [part.text() for part in dialog.findChildren(QLabel)]
    assert str(desk.script) in said
    assert any("while x:" in text for text in said)
    assert dialog.source.toPlainText() == RUNNING
    dialog.reject()
    assert desk.ran == []

    desk.importer.read(str(desk.script))
    qtbot.waitUntil(lambda: desk.window.findChild(ScriptDialog) not in (None, dialog))
    desk.dialog().trust.click()
    assert desk.ran == [RUNNING]
    qtbot.waitUntil(lambda: desk.window.findChild(ChoiceDialog) is not None)
    choice = desk.window.findChild(ChoiceDialog)
    assert isinstance(choice, ChoiceDialog)
    assert [choice.list.item(row).text() for row in range(2)] == [
        "digits: 9 layers",
        "model: 1 layer",
    ]
    choice.accept()
    qtbot.waitUntil(lambda: desk.document.project.name == "digits")


def test_trust_is_in_the_content(desk: Desk, qtbot: QtBot) -> None:
    Trust(desk.script.parent).add((("theirs.py", RUNNING),))
    desk.importer.read(str(desk.script))
    qtbot.waitUntil(lambda: desk.ran == [RUNNING])
    desk.script.write_text(RUNNING + "import os\n", encoding="utf-8")
    desk.importer.read(str(desk.script))
    qtbot.waitUntil(lambda: desk.window.findChild(ScriptDialog) is not None)
    assert desk.ran == [RUNNING]


def test_what_is_no_text_is_said(desk: Desk, qtbot: QtBot) -> None:
    desk.script.write_bytes(b"\xff\xfe\x00")
    said: list[str] = []
    desk.banner.said.connect(said.append)
    desk.importer.read(str(desk.script))
    qtbot.waitUntil(lambda: any("no Python text" in sentence for sentence in said))
