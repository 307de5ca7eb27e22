"""The runs dock, over real run folders."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.document.project import Project
from builder.resources import resource
from builder.storage import runs
from builder.storage.project_file import load
from builder.window.run_store import RunFolders
from builder.window.runs_panel import RunsPanel
from builder.window.trainer import Trainer
from tests.window import far

LEFT = Qt.MouseButton.LeftButton
CATALOG = load_catalog()
HISTORY = "epoch,loss,accuracy,val_loss,val_accuracy\n0,1.0,0.5,1.1,0.4\n1,0.5,0.8,0.6,0.7\n"


@pytest.fixture
def project() -> Project:
    return load(resource("examples", "digits.knet"))


def keep_run(project: Project, path: Path, status: str, error: str = "") -> Path:
    folder = RunFolders(CATALOG).begin(project, path)
    (folder / runs.HISTORY).write_text(HISTORY)
    if status != "failed":
        (folder / runs.MODEL).write_bytes(b"model")
    scores = {"loss": 0.5, "accuracy": 0.8, "val_loss": 0.6, "val_accuracy": 0.7}
    runs.record(folder, status=status, epochs=2, seconds=3.0, scores=scores, error=error)
    return folder


@pytest.fixture
def trainer(project: Project, tmp_path: Path, qtbot: QtBot) -> Trainer:
    assert qtbot is not None
    document = Document()
    trainer = Trainer(document, CATALOG, far.PlainPool(far.silent))
    document.reset(project, tmp_path / "digits.knet")
    return trainer


def shown(trainer: Trainer, qtbot: QtBot) -> RunsPanel:
    panel = RunsPanel(trainer.document, trainer)
    qtbot.addWidget(panel)
    panel.resize(1100, 300)
    panel.show()
    return panel


def test_no_runs_yet(trainer: Trainer, qtbot: QtBot) -> None:
    panel = shown(trainer, qtbot)
    assert panel.empty.isVisible()
    assert panel.curves is None


def test_runs_are_listed_and_drawn_over_each_other(
    trainer: Trainer, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "digits.knet"
    first = keep_run(project, path, "completed")
    keep_run(project, path, "failed", "Memory ran out.")
    panel = shown(trainer, qtbot)
    assert [run.status for run in panel._runs] == ["failed", "completed"]
    assert panel.notice.text == "Memory ran out."
    assert not panel.use.isEnabled()
    used = panel.list.topLevelItem(1)
    assert used is not None
    assert [used.text(column) for column in (3, 4, 1)] == [
        "completed",
        "in use",
        "val_accuracy 0.700",
    ]
    assert "3 s · loss 0.500 · val_loss 0.600" in used.toolTip(0)
    panel.list.selectAll()
    assert panel.curves is not None
    assert list(panel.curves.plots) == ["loss", "accuracy"]
    loss = panel.curves.plots["loss"]
    assert len(loss.lines) == 4
    assert loss.lines[0].series.y.tolist() == [1.1, 0.6]
    assert trainer.run is not None
    assert trainer.run.folder == first
    assert trainer.run_note() == ""


def test_an_older_run_can_be_used(
    trainer: Trainer, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "digits.knet"
    old, new = keep_run(project, path, "completed"), keep_run(project, path, "stopped")
    panel = shown(trainer, qtbot)
    assert trainer.run is not None
    assert trainer.run.folder == new
    panel.list.setCurrentItem(panel.list.topLevelItem(1))
    qtbot.mouseClick(panel.use, LEFT)
    assert trainer.run.folder == old
    assert panel.notice.tone == "ok"


def test_a_run_is_deleted_after_a_question(
    trainer: Trainer, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = keep_run(project, tmp_path / "digits.knet", "completed")
    panel = shown(trainer, qtbot)
    assert trainer.has_model
    qtbot.mouseClick(panel.delete, LEFT)
    (box,) = panel.findChildren(QMessageBox)
    assert "cannot be undone" in box.text()
    yes = next(b for b in box.findChildren(QPushButton) if b.text() == "Delete")
    qtbot.mouseClick(yes, LEFT)
    assert not folder.exists()
    assert panel.empty.isVisible()
    assert not trainer.has_model


def test_a_run_that_trains_is_not_deleted(trainer: Trainer, tmp_path: Path, qtbot: QtBot) -> None:
    panel = shown(trainer, qtbot)
    trainer.train()
    panel.refresh()
    assert panel.list.topLevelItemCount() == 1
    qtbot.mouseClick(panel.delete, LEFT)
    assert not panel.findChildren(QMessageBox)
    assert "stop it" in panel.notice.text
    assert list((tmp_path / "digits.runs").iterdir())


def test_a_damaged_run_does_no_harm(
    trainer: Trainer, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = keep_run(project, tmp_path / "digits.knet", "completed")
    (folder / runs.PROJECT).write_text("{")
    panel = shown(trainer, qtbot)
    assert not trainer.has_model
    qtbot.mouseClick(panel.use, LEFT)
    assert panel.notice.tone == "error"


def test_two_runs_say_what_was_changed_between_them(
    trainer: Trainer, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "digits.knet"
    moved = edits.move(project, {next(iter(project.graph.nodes)): (900.0, 900.0)})
    for kept in (project, replace(moved, backend="jax"), replace(project, backend="jax")):
        keep_run(kept, path, "completed")
    panel = shown(trainer, qtbot)
    rows = [panel.list.topLevelItem(place) for place in range(3)]
    assert all(row is not None for row in rows)
    panel.list.clearSelection()
    for row in rows[:2]:
        row.setSelected(True)  # type: ignore[union-attr]
    assert panel.notice.text == "Both trained the same network."
    panel.list.clearSelection()
    for row in rows[1:]:
        row.setSelected(True)  # type: ignore[union-attr]
    assert panel.notice.text.endswith(": backend changed.")
