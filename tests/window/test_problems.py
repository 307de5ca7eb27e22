"""The list of problems: it names them, leads to them and mends them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.document import edits, topology
from builder.document.problems import Fix, Insertion, Problem
from builder.window.problems_list import ProblemsList
from tests.build import SMALL, chain

FIX = Fix("Set padding to same", {"n2": {"padding": "same"}})
PROBLEMS = (
    Problem("error", "Conv2D shrinks the image to nothing.", "n2", (FIX,)),
    Problem("warning", "The network is small."),
)


@pytest.fixture
def document() -> Document:
    return Document(chain("Input", "Conv2D", "Output"))


@pytest.fixture
def problems(document: Document, qtbot: QtBot) -> ProblemsList:
    problems = ProblemsList(document, SMALL)
    qtbot.addWidget(problems)
    problems.resize(800, 200)
    with qtbot.waitExposed(problems):
        problems.show()
    return problems


def test_without_problems_it_says_so(problems: ProblemsList) -> None:
    assert problems.list.isHidden()
    problems.show_problems(PROBLEMS)
    assert problems.list.isVisible()
    assert problems.list.count() == 2
    problems.show_problems(())
    assert problems.list.isHidden()


def test_a_click_leads_to_the_node(problems: ProblemsList, qtbot: QtBot) -> None:
    problems.show_problems(PROBLEMS)
    spot = problems.list.visualItemRect(problems.list.item(0)).center()
    with qtbot.waitSignal(problems.chosen) as caught:
        QTest.mouseClick(problems.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert caught.args == ["n2"]


def test_enter_leads_to_the_node(problems: ProblemsList, qtbot: QtBot) -> None:
    problems.show_problems(PROBLEMS)
    problems.list.setFocus()
    with qtbot.waitSignal(problems.chosen) as caught:
        QTest.keyClick(problems.list, Qt.Key.Key_Return)
    assert caught.args == ["n2"]


def test_a_problem_of_the_whole_project_leads_nowhere(problems: ProblemsList, qtbot: QtBot) -> None:
    problems.show_problems(PROBLEMS)
    problems.list.setCurrentRow(1)
    with qtbot.assertNotEmitted(problems.chosen):
        QTest.keyClick(problems.list, Qt.Key.Key_Return)


def test_a_fix_is_one_undo_step(problems: ProblemsList, document: Document) -> None:
    problems.show_problems(PROBLEMS)
    button = next(b for b in problems.findChildren(QPushButton) if b.text() == FIX.title)
    button.click()
    assert document.project.graph.nodes["n2"].params["padding"] == "same"
    assert document.undo_title == FIX.title
    document.undo()
    assert "padding" not in document.project.graph.nodes["n2"].params


def test_a_missing_end_is_added_connected_and_placed(
    problems: ProblemsList, document: Document, qtbot: QtBot
) -> None:
    document.reset(chain("Conv2D", "Dense"))
    problems.show_problems(topology.problems(document.project.graph, SMALL.ports_of))
    for title in ("Add an Input before “conv2d”", "Add an Output after “dense”"):
        (button,) = (b for b in problems.findChildren(QPushButton) if b.text() == title)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert document.undo_title == title
    graph = document.project.graph
    assert topology.problems(graph, SMALL.ports_of) == ()
    names = ("input", "conv2d", "dense", "output")
    heights = [document.project.layout.positions[graph.by_name[one].id][1] for one in names]
    assert heights == sorted(set(heights))


def test_a_layer_without_input_is_connected_to_the_one_loose_end(
    problems: ProblemsList, document: Document, qtbot: QtBot
) -> None:
    project = chain("Input", "Dense", "Dropout", "Output")
    cut = tuple(wire for wire in project.graph.wires if wire.target.node == "n3")
    document.reset(edits.disconnect(project, cut))
    problems.show_problems(topology.problems(document.project.graph, SMALL.ports_of))
    (button,) = (b for b in problems.findChildren(QPushButton) if b.text().startswith("Connect"))
    assert button.text() == "Connect “dense” to it"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert set(document.project.graph.wires) == set(project.graph.wires)


def test_very_many_are_counted_not_all_shown(problems: ProblemsList) -> None:
    problems.show_problems(tuple(Problem("warning", f"Number {n}.") for n in range(1050)))
    assert problems.list.count() == 51
    assert problems.list.item(50).text() == "and 1,000 more"


def test_a_screen_reader_hears_severity_message_and_name(problems: ProblemsList) -> None:
    problems.show_problems(PROBLEMS)
    said = problems.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "error: Conv2D shrinks the image to nothing. conv2d"


def test_a_fix_that_puts_a_layer_in_makes_room_for_it(
    problems: ProblemsList, document: Document, qtbot: QtBot
) -> None:
    before = document.project
    insertion = Insertion("keras.layers.Dense", "n2", "inputs", {"units": 3})
    fix = Fix("Insert a Dense", insertions=(insertion,))
    problems.show_problems((Problem("error", "Too few.", "n2", (fix,)),))
    button = problems.findChild(QPushButton)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    graph = document.project.graph
    (wire,) = graph.into("n2")
    dense = graph.nodes[wire.source.node]
    assert (dense.type, dense.params) == ("keras.layers.Dense", {"units": 3})
    assert [w.source.node for w in graph.into(dense.id)] == ["n1"]
    heights = [document.project.layout.positions[id_][1] for id_ in ("n1", dense.id, "n2")]
    assert heights == sorted(heights)
    assert document.undo_title == "Insert a Dense"
    document.undo()
    assert document.project == before
