"""The training plan: every edit is one undo step, and what makes no sense is said."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.document.plan import KerasObject, Split, TrainingPlan
from builder.document.plan_checks import EARLY_STOPPING, REDUCE, complaints, monitors
from builder.document.project import Project
from builder.resources import resource
from builder.storage.project_file import load
from builder.window.plan_panel import TrainingPlanPanel
from builder.window.start_field import FRESH, StartField

CATALOG: Catalog = load_catalog()


@pytest.fixture
def document() -> Document:
    project = load(resource("examples", "digits.knet"))
    return Document(replace(project, training=TrainingPlan()))


@pytest.fixture
def panel(document: Document, qtbot: QtBot) -> TrainingPlanPanel:
    panel = TrainingPlanPanel(document, CATALOG)
    qtbot.addWidget(panel)
    panel.resize(308, 700)
    panel.show()
    return panel


def typed(panel: TrainingPlanPanel, qtbot: QtBot, name: str, text: str) -> None:
    editor = panel.basics.rows[name].field.focusProxy()
    assert editor is not None
    editor.setFocus()
    editor.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_numbers_are_typed(panel: TrainingPlanPanel, document: Document, qtbot: QtBot) -> None:
    typed(panel, qtbot, "epochs", "50")
    typed(panel, qtbot, "batch_size", "64")
    assert (document.project.training.epochs, document.project.training.batch_size) == (50, 64)
    assert document.undo_title == "Set batch size"
    typed(panel, qtbot, "epochs", "0")
    assert document.project.training.epochs == 50
    assert panel.basics.rows["epochs"].complaint.text()
    document.undo()
    document.undo()
    assert document.project.training == TrainingPlan()


def test_a_model_to_start_from_is_pointed_at(
    panel: TrainingPlanPanel, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    document.mark_saved(tmp_path / "mine.knet")
    field = panel.start.field
    assert isinstance(field, StartField)
    assert field.line.placeholderText() == FRESH
    qtbot.mouseClick(field.choose, Qt.MouseButton.LeftButton)
    dialog = field.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "old" / "trained.keras"))
    dialog.reject()
    assert document.project.training.start == "old/trained.keras"
    assert field.line.text() == "old/trained.keras"
    qtbot.mouseClick(panel.start.undo, Qt.MouseButton.LeftButton)
    assert document.project.training.start == ""


def test_names_of_parameters_are_never_cut(panel: TrainingPlanPanel, qtbot: QtBot) -> None:
    panel.rows[EARLY_STOPPING].box.click()
    form = panel.rows[EARLY_STOPPING].form
    assert form is not None
    for row in form.rows.values():
        assert row.name.text().replace("\u200b", "") == row.spec.name
        qtbot.waitUntil(lambda name=row.name: name.height() >= name.heightForWidth(name.width()))  # type: ignore[misc]


def test_an_optimizer_is_chosen_and_keeps_its_rate(
    panel: TrainingPlanPanel, document: Document
) -> None:
    assert panel.optimizer.currentText() == "Adam"
    panel._set_optimizer("learning_rate", 0.01)
    panel.optimizer.activated.emit(panel.optimizer.findData("keras.optimizers.SGD"))
    chosen = document.project.training.optimizer
    assert chosen == KerasObject("keras.optimizers.SGD", {"learning_rate": 0.01})
    assert panel.optimizer_form is not None
    assert "momentum" in panel.optimizer_form.rows
    panel._set_optimizer("momentum", 0.9)
    panel.optimizer_form.reset.emit("momentum")
    assert "momentum" not in document.project.training.optimizer.params


def test_every_optimizer_has_a_form(panel: TrainingPlanPanel) -> None:
    for place in range(panel.optimizer.count()):
        panel.optimizer.activated.emit(place)
        assert panel.optimizer_form is not None


def test_callbacks_are_switched(panel: TrainingPlanPanel, document: Document, qtbot: QtBot) -> None:
    for type_ in (EARLY_STOPPING, REDUCE):
        qtbot.mouseClick(
            panel.rows[type_].box,
            Qt.MouseButton.LeftButton,
            pos=panel.rows[type_].box.rect().center() / 4,
        )
    assert {c.type for c in document.project.training.callbacks} == {EARLY_STOPPING, REDUCE}
    form = panel.rows[EARLY_STOPPING].form
    assert form is not None
    form.edited.emit("patience", 3)
    stopping = next(c for c in document.project.training.callbacks if c.type == EARLY_STOPPING)
    assert stopping.params["patience"] == 3
    panel.rows[REDUCE].box.click()
    assert [c.type for c in document.project.training.callbacks] == [EARLY_STOPPING]
    assert panel.rows[REDUCE].form is None
    document.undo()
    assert panel.rows[REDUCE].box.isChecked()


def with_plan(project: Project, **changes: object) -> Project:
    return replace(project, training=replace(project.training, **changes))


def test_the_learning_rate_follows_a_schedule(panel: TrainingPlanPanel, document: Document) -> None:
    optimizer = KerasObject("keras.optimizers.Adam", {"learning_rate": 0.01})
    document.apply("Set rate", with_plan(document.project, optimizer=optimizer))
    assert panel.optimizer_form is not None
    schedule = {"type": "keras.optimizers.schedules.CosineDecay", "params": {"decay_steps": 50}}
    panel.optimizer_form.rows["schedule"].field.committed.emit(schedule)
    rate = document.project.training.optimizer.params["learning_rate"]
    assert rate["params"] == {"decay_steps": 50, "initial_learning_rate": 0.01}
    assert document.undo_title == "Set schedule"
    assert next(iter(panel.optimizer_form.rows)) == "schedule"
    assert "learning_rate" not in panel.optimizer_form.rows
    panel.optimizer_form.rows["schedule"].field.committed.emit(None)
    assert document.project.training.optimizer.params == {}
    assert "learning_rate" in panel.optimizer_form.rows


def test_what_makes_no_sense_is_said(document: Document) -> None:
    project = document.project
    assert monitors(project) == ("val_loss", "val_accuracy", "loss", "accuracy")
    assert list(complaints(project)) == []
    watch = KerasObject(EARLY_STOPPING, {"monitor": "val_auc"})
    assert "val_auc, which is not measured" in next(
        complaints(with_plan(project, callbacks=(watch,)))
    )
    unsplit = replace(project, data=replace(project.data, split=Split(validation=0.0)))
    plain = KerasObject(EARLY_STOPPING)
    assert "no rows are kept" in next(complaints(with_plan(unsplit, callbacks=(plain,))))
    schedule = {"type": "keras.optimizers.schedules.CosineDecay", "params": {}}
    optimizer = KerasObject("keras.optimizers.Adam", {"learning_rate": schedule})
    both = with_plan(project, optimizer=optimizer, callbacks=(KerasObject(REDUCE),))
    assert "schedule" in next(complaints(both))
    fast = KerasObject("keras.optimizers.Adam", {"learning_rate": 0.5})
    assert "0.5 is high for Adam" in next(complaints(with_plan(project, optimizer=fast)))


def test_an_unknown_optimizer_is_shown_and_kept(qtbot: QtBot) -> None:
    plan = TrainingPlan(optimizer=KerasObject("mine.Optimizer"))
    document = Document(Project(training=plan))
    panel = TrainingPlanPanel(document, CATALOG)
    qtbot.addWidget(panel)
    assert panel.optimizer.currentText() == "Optimizer"
    assert panel.optimizer_form is None


def test_any_callback_is_added_tuned_and_taken_away(
    panel: TrainingPlanPanel, document: Document, qtbot: QtBot
) -> None:
    assert panel.more is not None
    combo = panel.more.field.combo  # type: ignore[attr-defined]
    names = [combo.itemText(i) for i in range(combo.count())]
    assert {"ModelCheckpoint", "CSVLogger", "TensorBoard", "SwapEMAWeights"} <= set(names)
    for name in ("History", "RemoteMonitor", "LambdaCallback"):
        assert not combo.model().item(names.index(name)).isEnabled()
    combo.activated.emit(names.index("ModelCheckpoint"))
    path = {"filepath": "best.keras"}
    assert document.project.training.callbacks == (
        KerasObject("keras.callbacks.ModelCheckpoint", path),
    )
    assert document.undo_title == "Change callbacks"
    away = panel.more.findChild(QToolButton, "take away")
    assert away is not None
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    assert document.project.training.callbacks == ()


def test_options_of_fit_and_compile_are_set_and_reset(
    panel: TrainingPlanPanel, document: Document
) -> None:
    panel.options.edited.emit("class_weight", "balanced")
    panel.options.edited.emit("steps_per_execution", 4)
    plan = document.project.training
    assert (plan.fit, plan.compile) == ({"class_weight": "balanced"}, {"steps_per_execution": 4})
    panel.options.reset.emit("class_weight")
    panel.options.reset.emit("steps_per_execution")
    assert document.project.training == TrainingPlan()
