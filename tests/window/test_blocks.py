"""Blocks and shared layers in the window: the way back, the inspector, the outline, problems."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from builder.canvas.accessible import Announcer, description
from builder.canvas.holding import Thing
from builder.document import blocks
from builder.document.problems import Problem
from builder.window.analyst import Analysis
from builder.window.code_panel import CodePanel
from builder.window.fields import LineField
from builder.window.inspector import Inspector
from builder.window.layer_page import LayerPage
from builder.window.outline import Outline
from tests.build import chain
from tests.window.window_desk import Desk

Key = Qt.Key


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    """input > body [dense > core [dropout]] > dense_2 > output."""
    desk = Desk(qtbot, tmp_path)
    project = chain("Input", "Dense", "Dropout", "Dense", "Output")
    project, body = blocks.group(project, {"n2", "n3"}, "body")
    project, _ = blocks.group(project, {"n3"}, "core")
    assert body
    desk.document.reset(project)
    return desk


def page(desk: Desk) -> LayerPage:
    inspector = desk.window.later["right.Layer"]
    assert isinstance(inspector, Inspector)
    found = inspector.widget()
    assert isinstance(found, LayerPage)
    return found


def id_of(desk: Desk, name: str) -> str:
    return desk.document.project.graph.by_name[name].id


def enter(desk: Desk, *names: str) -> None:
    for name in names:
        desk.document.enter(id_of(desk, name))


def type_into(desk: Desk, parameter: str, text: str) -> LineField:
    form = page(desk).form
    assert form is not None
    field = form.rows[parameter].field
    assert isinstance(field, LineField)
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, text)
    QTest.keyClick(field.line, Key.Key_Return)
    QApplication.processEvents()
    return field


# --- the way in and back


def test_the_inspector_leads_into_a_block(desk: Desk) -> None:
    desk.document.select(frozenset({id_of(desk, "body")}))
    QApplication.processEvents()
    (door,) = (b for b in page(desk).findChildren(QPushButton) if b.text() == "Look inside")
    desk.window.view.setFocus()
    QTest.mouseClick(door, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert desk.window.breadcrumbs.words == "model › body"
    assert desk.window.focusWidget() is desk.window.view


def test_breadcrumbs_lead_back(desk: Desk) -> None:
    crumbs = desk.window.breadcrumbs
    assert crumbs.isHidden()
    enter(desk, "body", "core")
    assert crumbs.isVisible()
    assert crumbs.words == "model › body › core"
    QTest.mouseClick(crumbs.parts[1], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert desk.document.level == id_of(desk, "body")
    assert desk.document.selection == {id_of(desk, "core")}
    QTest.mouseClick(crumbs.parts[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert desk.document.level == ""
    assert crumbs.isHidden()


def test_inside_a_shared_block_it_says_whose_inside_it_is(desk: Desk) -> None:
    document, crumbs = desk.document, desk.window.breadcrumbs
    assert desk.window.view.commands.blocks.use_again(id_of(desk, "body")) is not None
    enter(desk, "body_2")
    assert document.level == id_of(desk, "body")
    assert crumbs.words == "model › body shared by 2 nodes"
    assert crumbs.shared is not None
    assert "body, body_2" in crumbs.shared.toolTip()
    QTest.mouseClick(crumbs.parts[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert document.selection == {id_of(desk, "body_2")}, "back at the node it was entered by"


def test_another_project_begins_at_the_top(desk: Desk) -> None:
    enter(desk, "body")
    desk.document.reset(chain("Input", "Dense", "Output"))
    assert desk.document.level == ""
    assert desk.window.breadcrumbs.isHidden()
    assert len(desk.window.scene.nodes) == 3


# --- inspector


def test_repeat_is_a_field_of_a_block(desk: Desk) -> None:
    body = id_of(desk, "body")
    desk.document.select(frozenset({body}))
    type_into(desk, "repeat", "3")
    assert blocks.repeats(desk.document.project.graph.nodes[body]) == 3
    assert desk.document.undo_title == "Repeat body"
    desk.document.undo()
    assert blocks.repeats(desk.document.project.graph.nodes[body]) == 1


def test_a_block_that_cannot_be_repeated_says_why(desk: Desk) -> None:
    body = id_of(desk, "body")
    enter(desk, "body")
    desk.window.view.commands.add("keras.Input", (400.0, 0.0))
    desk.document.leave()
    before = desk.document.project
    type_into(desk, "repeat", "3")
    form = page(desk).form
    assert form is not None
    assert "one input and one output" in form.rows["repeat"].complaint.text()
    assert desk.document.project is before
    assert desk.document.selection == {body}


def test_a_port_has_no_data_and_takes_the_shape_of_what_is_connected(desk: Desk) -> None:
    enter(desk, "body")
    port = next(n for n in desk.document.shown.graph.nodes.values() if n.type == "keras.Input")
    desk.document.select(frozenset({port.id}))
    form = page(desk).form
    assert form is not None
    assert "feature" not in form.rows
    field = form.rows["shape"].field
    assert isinstance(field, LineField)
    assert field.line.text() == ""
    assert field.line.placeholderText() == "as connected"
    type_into(desk, "shape", "8, 8")
    assert desk.document.project.graph.nodes[port.id].params["shape"] == [8, 8]
    out = next(n for n in desk.document.shown.graph.nodes.values() if n.type == "output")
    desk.document.select(frozenset({out.id}))
    assert page(desk).form is None


def test_a_layer_used_again_is_edited_once(desk: Desk) -> None:
    again = desk.window.view.commands.blocks.use_again(id_of(desk, "dense_2"))
    assert again is not None
    assert page(desk).ties.text().startswith("Shares its weights with “dense_2”.")
    type_into(desk, "units", "7")
    graph = desk.document.project.graph
    assert graph.by_name["dense_2"].params["units"] == 7
    desk.document.select(frozenset({id_of(desk, "dense_2")}))
    assert page(desk).ties.text() == f"Shares its weights with “{graph.nodes[again].name}”."


# --- outline, problems


def outline_of(desk: Desk) -> Outline:
    outline = desk.window.later["left.Outline"]
    assert isinstance(outline, Outline)
    desk.window.show_later("left.Outline")
    return outline


def node_of(desk: Desk, name: str) -> Thing:
    return Thing("node", id_of(desk, name))


def test_the_outline_is_a_tree_in_step_with_the_canvas(desk: Desk) -> None:
    outline = outline_of(desk)
    model, tree = outline.model, outline.tree
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert names == ["input", "body", "dense_2", "output"]
    body = model.index(1, 0)
    inner = [model.index(row, 0, body).data() for row in range(model.rowCount(body))]
    assert inner == ["input", "dense", "core", "dropout_2"]
    flags = QItemSelectionModel.SelectionFlag
    dense = model.index_of(node_of(desk, "dense"))
    tree.expand(body)
    tree.selectionModel().setCurrentIndex(dense, flags.ClearAndSelect | flags.Rows)
    assert desk.document.level == id_of(desk, "body")
    assert desk.document.selection == {id_of(desk, "dense")}
    desk.document.leave()
    assert [model.thing_of(i).id for i in tree.selectionModel().selectedRows()] == [
        id_of(desk, "body")
    ]
    desk.document.select(frozenset({id_of(desk, "dropout")}))
    assert desk.document.level == id_of(desk, "core")
    assert tree.isExpanded(model.index_of(node_of(desk, "core")))


def test_the_outline_selects_at_one_level(desk: Desk) -> None:
    outline = outline_of(desk)
    model, tree = outline.model, outline.tree
    flags = QItemSelectionModel.SelectionFlag
    top, inner = model.index_of(node_of(desk, "dense_2")), model.index_of(node_of(desk, "dense"))
    tree.selectionModel().setCurrentIndex(top, flags.ClearAndSelect | flags.Rows)
    tree.selectionModel().setCurrentIndex(inner, flags.Select | flags.Rows)
    assert desk.document.selection == {id_of(desk, "dense")}
    assert [model.thing_of(i).id for i in tree.selectionModel().selectedRows()] == [
        id_of(desk, "dense")
    ]


def test_a_block_shows_the_problem_inside_and_an_edit_keeps_it_open(desk: Desk) -> None:
    outline = outline_of(desk)
    model, tree = outline.model, outline.tree
    tree.expand(model.index_of(node_of(desk, "body")))
    outline.show_analysis(Analysis(1, {}, (Problem("error", "Too many.", id_of(desk, "dropout")),)))
    assert model.index_of(node_of(desk, "body"), 4).data() == "Too many."
    desk.document.select(frozenset({id_of(desk, "dense_2")}))
    desk.window.view.commands.rename(id_of(desk, "dense"), "wide")
    assert tree.isExpanded(model.index_of(node_of(desk, "body")))


def test_a_problem_inside_is_gone_to(desk: Desk) -> None:
    dropout = id_of(desk, "dropout")
    desk.problems.chosen.emit(dropout)
    assert desk.document.level == id_of(desk, "core")
    assert desk.document.selection == {dropout}
    view = desk.window.view
    middle = view.mapToScene(view.viewport().rect().center())
    assert (view.graph_scene.box((dropout,)).center() - middle).manhattanLength() < 4


def test_a_problem_inside_says_in_which_blocks(desk: Desk) -> None:
    desk.problems.show_problems((Problem("error", "Too many.", id_of(desk, "dropout")),))
    row = desk.problems.list.itemWidget(desk.problems.list.item(0))
    assert row is not None
    assert "body › core › dropout" in [part.accessibleName() for part in row.findChildren(QLabel)]


def test_the_code_of_what_is_inside_is_in_step(desk: Desk, qtbot: QtBot) -> None:
    code = desk.window.later["bottom.Code"]
    assert isinstance(code, CodePanel)
    desk.window.show_later("bottom.Code")
    qtbot.waitUntil(lambda: id_of(desk, "dense") in code.module.nodes)
    desk.document.select(frozenset({id_of(desk, "dense")}))
    lines = [mark.cursor.block().text() for mark in code.text.extraSelections()]  # type: ignore[attr-defined]
    assert any("layers.Dense" in line for line in lines)
    desk.document.leave()
    code.text.pressed_line.emit(code.module.nodes.index(id_of(desk, "dropout")))
    assert desk.document.level == id_of(desk, "core")


def test_going_in_and_out_is_announced(desk: Desk) -> None:
    heard: list[str] = []
    Announcer(desk.window.view, lambda sentence, _urgent: heard.append(sentence))
    enter(desk, "body")
    desk.document.leave()
    assert heard == ["Inside the block body", "At the top level"]
    body = id_of(desk, "body")
    assert description(desk.window.view, body).startswith("body, Block, 2 layers, 1 input")


def test_the_menus_hold_what_blocks_can_do(desk: Desk) -> None:
    do = desk.window.canvas_actions.blocks
    keys = {action.text(): action.shortcut().toString() for action in do.menu if action is not None}
    assert keys == {
        "Make block": "Ctrl+Shift+G",
        "Ungroup": "Ctrl+Shift+U",
        "Enter block": "Return",
        "Leave block": "Alt+Up",
        "Use this layer again": "Ctrl+Shift+D",
    }
    assert not do.leave.isEnabled()
    desk.document.select(frozenset({id_of(desk, "body")}))
    assert do.enter.isEnabled()
    do.enter.trigger()
    assert do.leave.isEnabled()
    do.leave.trigger()
    do.ungroup.trigger()
    assert "body" not in desk.document.project.graph.by_name
