"""The Export dialog: what it offers, what it writes, and what it says."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QGraphicsView
from pytestqt.qtbot import QtBot

from builder.canvas.scene import GraphScene
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.engine import messages
from builder.engine.formats import FORMATS
from builder.engine.messages import Fault, Request
from builder.resources import resource
from builder.storage.project_file import load
from builder.window.export_dialog import ExportDialog, export_actions
from builder.window.exporter import Exporter
from builder.window.trainer import TrainingState
from tests.window import far
from tests.window.desk import Desk

CATALOG = load_catalog()


def answer(request: Request, report: far.Report) -> None:
    match request:
        case messages.Train(id=id_):
            far.train(report, id_, epochs=1)
        case messages.ListFormats(id=id_):
            report(messages.FormatsListed(id_, {"onnx": ("onnx", "tf2onnx")}, "/opt/my py"))
        case messages.Export(id=id_, output=output):
            report(messages.ExportStage(id_, "Writing it"))
            report(messages.Exported(id_, output, 12_000_000, 2.1e-7, 16, "test rows"))


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Desk:
    assert qtbot is not None
    return Desk(tmp_path, answer, load(resource("examples", "digits.knet")), CATALOG)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def view(desk: Desk, qtbot: QtBot) -> Iterator[QGraphicsView]:
    scene = GraphScene(desk.document, CATALOG)
    view = QGraphicsView(scene)
    qtbot.addWidget(view)
    yield view
    assert view.scene() is scene


@pytest.fixture
def exporter(desk: Desk, view: QGraphicsView) -> Exporter:
    return Exporter(desk.document, CATALOG, desk.trainer, view)


@pytest.fixture
def dialog(
    exporter: Exporter, view: QGraphicsView, settings: QSettings, qtbot: QtBot
) -> ExportDialog:
    with qtbot.waitSignal(exporter.obstacles_changed):
        dialog = ExportDialog(view, exporter, settings)
        dialog.show()
    return dialog


def write(dialog: ExportDialog, name: str, path: Path) -> None:
    dialog.choose(name)
    dialog.place.setText(str(path))
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def request_of(desk: Desk) -> messages.Export:
    requests = desk.pool.workers[-1].requests
    return next(one for one in reversed(requests) if isinstance(one, messages.Export))


# --- what it offers


def test_every_entry_of_the_menu_opens_the_dialog_at_its_format(
    view: QGraphicsView, exporter: Exporter, settings: QSettings
) -> None:
    settings.setValue("export_format", "svg")
    actions = [one for one in export_actions(view, exporter, settings) if one is not None]
    assert actions[0].text() == "Export…"
    for action, name in zip(actions, ("svg", *(one.name for one in FORMATS)), strict=True):
        action.trigger()
        (dialog,) = (one for one in view.findChildren(ExportDialog) if one.isVisible())
        assert dialog.format.name == name
        dialog.close()


def test_what_is_missing_comes_with_the_command(dialog: ExportDialog, exporter: Exporter) -> None:
    dialog.choose("onnx")
    assert "It needs onnx and tf2onnx." in dialog._obstacle.text
    assert not dialog.go.isEnabled()
    assert dialog._command.text() == '"/opt/my py" -m pip install onnx tf2onnx'
    QTest.mouseClick(dialog._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog._command.text()
    dialog.choose("litert")
    assert dialog.go.isEnabled()
    assert dialog._command.isHidden()
    document = exporter.document
    document.apply("Backend", replace(document.project, backend="jax"))
    dialog.choose("saved-model")
    assert "Written by TensorFlow only; this project runs on JAX" in dialog._obstacle.text


def test_places_are_judged_as_they_are_typed(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    (tmp_path / "old.json").touch()
    for name, place, said in (
        ("python", "", "Say where"),
        ("python", "a.py", "whole path"),
        ("python", tmp_path / "no" / "a.py", "There is no folder"),
        ("keras-json", tmp_path / "mine", "is a folder"),
        ("folder", tmp_path / "mine", "holds other things (thesis.txt)"),
        ("saved-model", tmp_path / "mine", "holds other things (thesis.txt)"),
        ("png", tmp_path / "a.jpg", "ends in .png"),
    ):
        dialog.choose(name)
        dialog.place.setText(str(place))
        assert said in dialog._obstacle.text
        assert not dialog.go.isEnabled()
    dialog.choose("keras-json")
    dialog.place.setText(str(tmp_path / "old.json"))
    assert dialog.go.text() == "Replace"
    assert "will be replaced" in dialog._about.text()


def test_it_remembers_the_format_and_the_place(
    dialog: ExportDialog,
    view: QGraphicsView,
    exporter: Exporter,
    settings: QSettings,
    tmp_path: Path,
) -> None:
    assert dialog.place.text() == str(Path.home() / "digits.py")
    write(dialog, "notebook", tmp_path / "other.ipynb")
    again = ExportDialog(view, exporter, settings)
    assert again.place.text() == str(tmp_path / "digits.ipynb")
    again.choose("saved-model")
    assert again.place.text() == str(tmp_path / "digits-saved-model")


def test_browse_asks_for_a_file(dialog: ExportDialog, tmp_path: Path) -> None:
    QTest.mouseClick(dialog._browse, Qt.MouseButton.LeftButton)
    (asked,) = dialog.findChildren(QFileDialog)
    assert asked.isVisible()
    asked.fileSelected.emit(str(tmp_path / "x.py"))
    assert dialog.place.text() == str(tmp_path / "x.py")


# --- what it writes


def test_python(dialog: ExportDialog, tmp_path: Path) -> None:
    write(dialog, "python", tmp_path / "digits.py")
    tree = ast.parse((tmp_path / "digits.py").read_text())
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert {"build_model", "load_data", "train", "evaluate", "predict", "main"} <= set(names)
    assert "Script: " in dialog.outcome.text
    assert "digits.py" in dialog.outcome.text
    write(dialog, "notebook", tmp_path / "digits.ipynb")
    assert json.loads((tmp_path / "digits.ipynb").read_text())["cells"]
    write(dialog, "folder", tmp_path / "digits")
    assert (tmp_path / "digits" / "model.py").is_file()


def test_pictures(dialog: ExportDialog, tmp_path: Path) -> None:
    write(dialog, "png", tmp_path / "digits.png")
    assert QImage(str(tmp_path / "digits.png")).width() > 300
    write(dialog, "svg", tmp_path / "digits.svg")
    assert "<svg" in (tmp_path / "digits.svg").read_text()


def test_a_picture_of_the_selection_alone(dialog: ExportDialog, desk: Desk, tmp_path: Path) -> None:
    dialog.choose("png")
    assert not dialog.part.isVisible(), "nothing is selected"
    write(dialog, "png", tmp_path / "all.png")
    first = next(iter(desk.document.project.graph.nodes.values()))
    desk.document.select(frozenset({first.id}))
    dialog.choose("svg")
    dialog.choose("png")
    assert dialog.part.text() == f"Only the selection: {first.name}"
    QTest.mouseClick(
        dialog.part, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.part.height() // 2)
    )
    write(dialog, "png", tmp_path / "part.png")
    whole, part = (QImage(str(tmp_path / f"{name}.png")) for name in ("all", "part"))
    assert part.height() < whole.height() / 3
    dialog.choose("python")
    assert not dialog.part.isVisible()


def test_a_model_with_the_weights_of_the_training(
    dialog: ExportDialog, desk: Desk, exporter: Exporter, tmp_path: Path, qtbot: QtBot
) -> None:
    def export() -> str:
        with qtbot.waitSignal(exporter.done):
            write(dialog, "keras", tmp_path / "digits.keras")
        return dialog.outcome.text

    said = export()
    assert "Keras model: 12 MB, largest difference 2e-7 on 16 test rows." in said
    assert "not trained yet" in said
    assert request_of(desk).run is None
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    assert desk.trainer.run is not None
    assert "With the weights trained at" in export()
    assert request_of(desk).run == str(desk.trainer.run.folder)
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "first"))
    assert "has changed since" in export()
    assert request_of(desk).run is None


# --- what goes wrong


@pytest.mark.parametrize("name", ["python", "keras-json"])
def test_a_network_with_a_fault_is_not_written(
    name: str, dialog: ExportDialog, desk: Desk, tmp_path: Path
) -> None:
    graph = desk.document.project.graph
    desk.document.apply("Cut", edits.disconnect(desk.document.project, graph.wires[:1]))
    write(dialog, name, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert "out was not written" in dialog.outcome.text
    assert "no input" in dialog.outcome.text
    assert dialog.outcome.tone == "error"


def test_a_worker_that_cannot_export_says_why(
    dialog: ExportDialog, desk: Desk, exporter: Exporter, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.pool.workers[-1]._answer = lambda request, report: report(
        messages.Failed(request.id, Fault("LiteRT has no loops."))  # type: ignore[union-attr]
    )
    with qtbot.waitSignal(exporter.failed):
        write(dialog, "litert", tmp_path / "digits.tflite")
    assert dialog.outcome.text == "LiteRT has no loops."
    assert dialog.go.isEnabled()
    assert dialog._bar.isHidden()


def test_an_export_is_cancelled(
    dialog: ExportDialog, desk: Desk, exporter: Exporter, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.pool.workers[-1]._answer = far.silent
    write(dialog, "keras", tmp_path / "digits.keras")
    assert dialog._bar.isVisible()
    assert not dialog.go.isEnabled()
    assert dialog._close.text() == "Cancel"
    QTest.mouseClick(dialog._close, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert isinstance(desk.pool.workers[-1].requests[-1], messages.Stop)
    with qtbot.waitSignal(exporter.cancelled):
        desk.report(messages.Cancelled(request_of(desk).id))
    assert dialog.outcome.text == "Cancelled. Nothing was written."
    assert desk.trainer.state is TrainingState.IDLE
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_converter_that_does_not_look_up_is_ended(
    dialog: ExportDialog, desk: Desk, exporter: Exporter, tmp_path: Path, qtbot: QtBot
) -> None:
    worker = desk.pool.workers[-1]
    worker._answer = far.silent
    desk.trainer._cancelling.setInterval(10)
    write(dialog, "keras", tmp_path / "digits.keras")
    with qtbot.waitSignal(exporter.cancelled):
        exporter.cancel()
    assert desk.trainer.state is TrainingState.IDLE
    qtbot.waitUntil(lambda: not worker.alive)


def test_it_waits_for_a_training(dialog: ExportDialog, desk: Desk) -> None:
    desk.pool.workers[-1]._answer = far.silent
    desk.trainer.train()
    dialog.choose("keras")
    assert "Wait until the training is over" in dialog._obstacle.text
    dialog.choose("notebook")
    assert dialog.go.isEnabled()
