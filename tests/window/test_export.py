"""The Export menu's actions: what they write, and what they say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QGraphicsView
from pytestqt.qtbot import QtBot

from builder.canvas.scene import GraphScene
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.engine import messages
from builder.engine.messages import Fault, Request
from builder.resources import resource
from builder.storage.project_file import load
from builder.window.export_dialogs import Exporter, export_actions
from tests.window import far
from tests.window.desk import Desk

CATALOG = load_catalog()


def answer(request: Request, report: far.Report) -> None:
    if isinstance(request, messages.Train):
        far.train(report, request.id, epochs=1)
    if isinstance(request, messages.Export):
        report(messages.Exported(request.id, request.output, 204_800))


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Desk:
    assert qtbot is not None
    return Desk(tmp_path, answer, load(resource("examples", "digits.knet")), CATALOG)


@pytest.fixture
def view(desk: Desk, qtbot: QtBot) -> Iterator[QGraphicsView]:
    scene = GraphScene(desk.document, CATALOG)
    view = QGraphicsView(scene)
    qtbot.addWidget(view)
    yield view
    assert view.scene() is scene


@pytest.fixture
def said() -> list[str]:
    """What was told, in order."""
    return []


@pytest.fixture
def exporter(desk: Desk, view: QGraphicsView, said: list[str]) -> Exporter:
    return Exporter(desk.document, CATALOG, desk.trainer, view, lambda text, _: said.append(text))


def test_every_action_opens_a_dialog(desk: Desk, view: QGraphicsView) -> None:
    actions = export_actions(desk.document, CATALOG, desk.trainer, view, lambda *_: None)
    assert actions[0].text() == "Python script …"
    for number, action in enumerate(actions, 1):
        action.trigger()
        dialogs = view.findChildren(QFileDialog)
        assert len(dialogs) == number
        assert dialogs[-1].isVisible()


def test_the_script_is_python(exporter: Exporter, said: list[str], tmp_path: Path) -> None:
    exporter.write_script(tmp_path / "digits.py")
    tree = ast.parse((tmp_path / "digits.py").read_text())
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert {"build_model", "load_data", "train", "evaluate", "predict", "main"} <= set(names)
    assert "Wrote" in said[-1]


def test_a_network_with_a_fault_is_not_written(
    exporter: Exporter, desk: Desk, said: list[str], tmp_path: Path
) -> None:
    graph = desk.document.project.graph
    desk.document.apply("Cut", edits.disconnect(desk.document.project, graph.wires[:1]))
    exporter.write_script(tmp_path / "digits.py")
    assert not (tmp_path / "digits.py").exists()
    assert "digits.py was not written" in said[-1]
    assert "no input" in said[-1]


def test_a_folder_that_is_not_there_is_said(
    exporter: Exporter, said: list[str], tmp_path: Path
) -> None:
    exporter.write_script(tmp_path / "no" / "digits.py")
    assert "was not written" in said[-1]


def test_keras_says_whose_weights_it_holds(
    exporter: Exporter, desk: Desk, said: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    def export() -> messages.Export:
        with qtbot.waitSignal(desk.trainer.exported):
            exporter.write_keras(tmp_path / "digits.keras")
        request = desk.pool.workers[-1].requests[-1]
        assert isinstance(request, messages.Export)
        return request

    assert export().run is None
    assert "not trained yet" in said[-1]
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    assert desk.trainer.run is not None
    assert export().run == str(desk.trainer.run.folder)
    assert "200 KB" in said[-1]
    assert "weights trained at" in said[-1]
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "first"))
    assert export().run is None
    assert "has changed since" in said[-1]


def test_a_worker_that_cannot_export_says_why(
    exporter: Exporter, desk: Desk, said: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    desk.pool.answer = lambda request, report: report(
        messages.Failed(request.id, Fault("The disk is full."))  # type: ignore[union-attr]
    )
    with qtbot.waitSignal(desk.trainer.failed):
        exporter.write_json(tmp_path / "digits.json")
    assert said[-1] == "The model was not written. The disk is full."


def test_pictures(exporter: Exporter, said: list[str], tmp_path: Path) -> None:
    exporter.write_picture(tmp_path / "digits.png")
    assert QImage(str(tmp_path / "digits.png")).width() > 300
    exporter.write_picture(tmp_path / "digits.svg")
    assert "<svg" in (tmp_path / "digits.svg").read_text()
    exporter.write_picture(tmp_path / "no" / "digits.png")
    assert "was not written" in said[-1]
