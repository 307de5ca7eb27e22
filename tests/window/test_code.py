"""The live source: in step with the project and with the selection, made only while it is seen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.window.code_panel import CodePanel
from tests.build import chain

CATALOG = load_catalog()


@pytest.fixture
def document() -> Document:
    return Document(chain("Input", "Conv2D", "Flatten", "Dense", "Output", catalog=CATALOG))


@pytest.fixture
def panel(document: Document, qtbot: QtBot) -> CodePanel:
    panel = CodePanel(document, CATALOG)
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def marked(panel: CodePanel) -> list[str]:
    return [mark.cursor.block().text() for mark in panel.text.extraSelections()]  # type: ignore[attr-defined]


def test_an_edit_reaches_the_source(panel: CodePanel, document: Document, qtbot: QtBot) -> None:
    assert "def build_model" in panel.text.toPlainText()
    document.apply("Set", edits.set_params(document.project, {"n2": {"filters": 77}}))
    qtbot.waitUntil(lambda: "77" in panel.text.toPlainText())


def test_many_edits_are_generated_once(panel: CodePanel, document: Document, qtbot: QtBot) -> None:
    changes: list[bool] = []
    panel.text.textChanged.connect(lambda: changes.append(True))
    for filters in range(40, 60):
        document.apply("Set", edits.set_params(document.project, {"n2": {"filters": filters}}))
    qtbot.waitUntil(lambda: "59" in panel.text.toPlainText())
    assert len(changes) == 1


def test_hidden_it_does_nothing(panel: CodePanel, document: Document) -> None:
    panel.hide()
    before = panel.module
    document.apply("Set", edits.set_params(document.project, {"n2": {"filters": 77}}))
    QApplication.processEvents()
    assert panel.module is before
    panel.show()
    assert "77" in panel.text.toPlainText()


def test_moving_a_node_generates_nothing(panel: CodePanel, document: Document) -> None:
    before = panel.module
    document.apply("Move", edits.move(document.project, {"n2": (500.0, 0.0)}))
    QApplication.processEvents()
    assert panel.module is before


def test_selecting_a_node_marks_its_lines(panel: CodePanel, document: Document) -> None:
    document.select(frozenset({"n2"}))
    assert marked(panel)
    assert any("Conv2D" in line for line in marked(panel))
    document.select(frozenset())
    assert marked(panel) == []


def test_clicking_a_line_selects_its_node(panel: CodePanel, document: Document) -> None:
    line = panel.module.nodes.index("n4")
    panel.text.show_line(line)
    QApplication.processEvents()
    cursor = QTextCursor(panel.text.document().findBlockByNumber(line))
    spot = panel.text.cursorRect(cursor).center()
    QTest.mouseClick(panel.text.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert document.selection == {"n4"}


def test_it_cannot_be_written_in(panel: CodePanel) -> None:
    before = panel.text.toPlainText()
    QTest.keyClicks(panel.text, "import os")
    assert panel.text.toPlainText() == before


def test_copy_takes_the_whole_script(panel: CodePanel) -> None:
    button = next(b for b in panel.findChildren(QPushButton) if b.text() == "Copy")
    button.click()
    assert QApplication.clipboard().text() == panel.module.source
    compile(panel.module.source, "model.py", "exec")


def test_an_unfinished_network_is_still_shown(qtbot: QtBot) -> None:
    project = chain("Input", "Dense", catalog=CATALOG)
    panel = CodePanel(Document(project), CATALOG)
    qtbot.addWidget(panel)
    panel.show()
    assert "Dense" in panel.text.toPlainText()
