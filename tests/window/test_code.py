"""The live source: in step with the project and with the selection, made only while it is seen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.window.code_panel import CodePanel
from builder.window.source_view import SourceView
from tests.build import chain
from tests.thorough import some

CATALOG = load_catalog()


@pytest.fixture
def document() -> Document:
    return Document(chain("Input", "Conv2D", "Flatten", "Dense", "Output", catalog=CATALOG))


@pytest.fixture
def panel(document: Document, qtbot: QtBot) -> CodePanel:
    panel = CodePanel(document, CATALOG)
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    with qtbot.waitExposed(panel):
        panel.show()
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


def edited(panel: CodePanel, old: str, new: str) -> None:
    """Edit a piece of the source as if it were typed."""
    panel.edit()
    source = panel.text.toPlainText()
    assert source.count(old) == 1, old
    cursor = panel.text.textCursor()
    cursor.setPosition(source.index(old))
    cursor.setPosition(source.index(old) + len(old), cursor.MoveMode.KeepAnchor)
    cursor.insertText(new)


def applied(panel: CodePanel, qtbot: QtBot) -> None:
    QTest.keyClick(panel.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not panel.editing)


def test_the_canvas_follows_edited_code_in_one_step(
    panel: CodePanel, document: Document, qtbot: QtBot
) -> None:
    document.apply("Move", edits.move(document.project, {"n2": (500.0, 0.0)}))
    before = document.project
    edited(panel, "Conv2D(32", "Conv2D(77")
    applied(panel, qtbot)
    after = document.project
    assert after.graph.nodes["n2"].params["filters"] == 77
    assert after.layout == before.layout
    others = [id_ for id_ in before.graph.nodes if id_ != "n2"]
    assert all(after.graph.nodes[id_] is before.graph.nodes[id_] for id_ in others)
    document.undo()
    assert document.project == before


def test_a_class_in_the_code_becomes_a_layer_of_ones_own(
    panel: CodePanel, document: Document, qtbot: QtBot
) -> None:
    before = document.project
    own = "class Twice(keras.Layer):\n    def call(self, x):\n        return 2 * x\n\n\n"
    edited(panel, "def build_model", own + "def build_model")
    edited(panel, "x = layers.Flatten", "x = Twice()(x)\n    x = layers.Flatten")
    applied(panel, qtbot)
    after = document.project
    assert "custom_layers.Twice" in {node.type for node in after.graph.nodes.values()}
    assert "class Twice" in after.custom
    panel.edit()
    source = panel.text.toPlainText()
    assert "import custom_layers" in source
    assert "class Twice" not in source
    document.undo()
    assert document.project == before


def test_a_new_layer_in_the_code_stands_between_its_neighbours(
    panel: CodePanel, document: Document, qtbot: QtBot
) -> None:
    edited(
        panel,
        "    x = layers.Flatten(",
        '    x = layers.Dropout(0.2, name="drop")(x)\n    x = layers.Flatten(',
    )
    applied(panel, qtbot)
    graph, places = document.project.graph, document.project.layout.positions
    drop = graph.by_name["drop"]
    assert graph.into(drop.id)[0].source.node == "n2"
    assert graph.out_of(drop.id)[0].target.node == "n3"
    heights = [places[id_][1] for id_ in ("n2", drop.id, "n3")]
    assert heights == sorted(heights)


def test_what_cannot_be_read_is_underlined_and_the_canvas_untouched(
    panel: CodePanel, document: Document, qtbot: QtBot
) -> None:
    before = document.project
    edited(panel, "Conv2D(32, 3", "Conv2D(filterz=32, kernel_size=3")
    QTest.keyClick(panel.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.bar.notice.tone == "error")
    assert "Did you mean “filters”?" in panel.bar.notice.text
    (mark,) = panel.text.extraSelections()
    assert mark.cursor.selectedText() == "filterz=32"  # type: ignore[attr-defined]
    assert document.project is before
    assert panel.editing
    edited(panel, "filterz", "filters")
    assert panel.text.extraSelections() == []
    applied(panel, qtbot)
    assert document.project == before


def test_typing_begins_to_edit_and_escape_leaves(panel: CodePanel, document: Document) -> None:
    before = panel.text.toPlainText()
    QTest.keyClicks(panel.text, "import os")
    assert panel.editing
    assert panel.text.toPlainText() == "import os" + before
    QTest.keyClick(panel.text, Qt.Key.Key_Escape)
    assert panel.editing
    assert "again" in panel.bar.notice.text
    QTest.keyClick(panel.text, Qt.Key.Key_Escape)
    assert not panel.editing
    assert panel.text.toPlainText() == before
    assert document.undo_title is None


def test_another_project_ends_the_editing(panel: CodePanel, document: Document) -> None:
    edited(panel, "Conv2D(32", "Conv2D(77")
    document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    assert not panel.editing
    assert "77" not in panel.text.toPlainText()


def test_the_canvas_may_change_while_code_is_typed(
    panel: CodePanel, document: Document, qtbot: QtBot
) -> None:
    edited(panel, "Conv2D(32", "Conv2D(77")
    document.apply("Rename", edits.rename(document.project, "n4", "head"))
    assert "changed meanwhile" in panel.bar.notice.text
    assert "Conv2D(77" in panel.text.toPlainText()
    applied(panel, qtbot)
    nodes = document.project.graph.nodes
    assert nodes["n2"].params["filters"] == 77
    assert nodes["n4"].name == "head"


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


@pytest.mark.usefixtures("qapp")
@settings(max_examples=some(40), deadline=None)
@given(st.lists(st.text("ab \n😀", max_size=12), min_size=2, max_size=4))
def test_only_lines_that_differ_are_written_and_any_source_is_shown(sources: list[str]) -> None:
    view = SourceView()
    for source in sources:
        view.replace_text(source)
        assert view.toPlainText() == source
    assert not view.document().isUndoAvailable()
    view.deleteLater()
