"""Objects of Keras as values in the inspector: initializers, metrics, layers inside layers."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from builder.window.fields import LineField
from builder.window.form import Form
from builder.window.object_field import ObjectField
from builder.window.objects_field import ObjectsField
from tests.window.bench import CATALOG, Bench


def test_an_object_is_chosen_by_name_and_tuned_below(bench: Bench) -> None:
    bench.select("dense")
    field = bench.field("kernel_initializer")
    assert isinstance(field, ObjectField)
    normal = CATALOG.object("initializers", "he_normal")
    field.combo.picked.emit(normal)
    assert bench.node("dense").params["kernel_initializer"] == "he_normal"
    form = field.options.findChild(Form)
    assert isinstance(form, Form)
    form.show_folded(True)
    seed = form.rows["seed"].field
    assert isinstance(seed, LineField)
    seed.line.setFocus()
    QTest.keyClicks(seed.line, "7")
    QTest.keyClick(seed.line, Qt.Key.Key_Return)
    expected = {"type": "keras.initializers.HeNormal", "params": {"seed": 7}}
    assert bench.node("dense").params["kernel_initializer"] == expected
    bench.document.undo()
    assert bench.node("dense").params["kernel_initializer"] == "he_normal"


def test_metrics_are_added_and_taken_away(bench: Bench) -> None:
    bench.select("output")
    field = bench.field("metrics")
    assert isinstance(field, ObjectsField)
    field.combo.picked.emit(CATALOG.object("metrics", "keras.metrics.MeanAbsoluteError"))
    assert len(bench.node("output").params["metrics"]) == 1
    below = field.below()
    assert below is not None
    away = next(b for b in below.findChildren(QToolButton) if "away" in b.toolTip())
    away.click()
    assert bench.node("output").params["metrics"] == []


def test_a_layer_inside_a_layer_is_chosen_and_edited(qtbot: QtBot) -> None:
    """Only what fits is offered; what the new layer takes as well stays."""
    bench = Bench(qtbot, "Input", "Bidirectional", "Output")
    bench.select("bidirectional")
    field = bench.field("layer")
    assert isinstance(field, ObjectField)
    offered = [field.combo.itemText(i) for i in range(field.combo.count())]
    assert "GRU" in offered
    assert "Dense" not in offered
    form = field.options.findChild(Form)
    assert isinstance(form, Form)
    units = form.rows["units"].field
    assert isinstance(units, LineField)
    units.line.setFocus()
    units.line.selectAll()
    QTest.keyClicks(units.line, "7")
    QTest.keyClick(units.line, Qt.Key.Key_Return)
    field.combo.picked.emit(CATALOG.layer("keras.layers.GRU"))
    expected = {"type": "keras.layers.GRU", "params": {"units": 7}}
    assert bench.node("bidirectional").params["layer"] == expected
    bench.document.undo()
    assert bench.node("bidirectional").params["layer"]["type"] == "keras.layers.LSTM"
    bench.document.undo()
    assert bench.node("bidirectional").params["layer"]["params"] == {"units": 64}


def test_the_steps_of_a_pipeline_are_moved_and_tuned(qtbot: QtBot) -> None:
    bench = Bench(qtbot, "Input", "Pipeline", "Output")
    bench.select("pipeline")
    field = bench.field("layers")
    assert isinstance(field, ObjectsField)
    field.combo.picked.emit(CATALOG.layer("keras.layers.Rescaling"))

    def steps() -> list[str]:
        return [one["type"].rpartition(".")[2] for one in bench.node("pipeline").params["layers"]]

    def button(words: str) -> QToolButton:
        QApplication.processEvents()
        below = field.below()
        assert below is not None
        shown = (b for b in below.findChildren(QToolButton) if b.isVisible())
        return next(b for b in shown if b.toolTip() == words)

    assert steps() == ["RandomFlip", "RandomRotation", "Rescaling"]
    QTest.mouseClick(button("Move Rescaling up"), Qt.MouseButton.LeftButton)
    assert steps() == ["RandomFlip", "Rescaling", "RandomRotation"]
    QApplication.processEvents()
    QTest.keyClick(bench.inspector.focusWidget(), Qt.Key.Key_Space)  # the keyboard went along
    assert steps() == ["Rescaling", "RandomFlip", "RandomRotation"]
    assert not button("Move Rescaling up").isEnabled()
    QTest.mouseClick(button("Take RandomFlip away"), Qt.MouseButton.LeftButton)
    assert steps() == ["Rescaling", "RandomRotation"]
    for _ in range(3):
        bench.document.undo()
    assert steps() == ["RandomFlip", "RandomRotation", "Rescaling"]


def test_cells_stand_in_cells(qtbot: QtBot) -> None:
    """RNN, a stack of cells in it, and the units of one of them: three forms deep, one undo step."""
    bench = Bench(qtbot, "Input", "RNN", "Output")
    bench.select("rnn")
    cell = bench.field("cell")
    assert isinstance(cell, ObjectField)
    cell.combo.picked.emit(CATALOG.layer("keras.layers.StackedRNNCells"))
    (cells,) = cell.options.findChildren(ObjectsField)
    cells.combo.picked.emit(CATALOG.layer("keras.layers.GRUCell"))
    below = cells.below()
    assert below is not None
    units = below.findChildren(Form)[-1].rows["units"].field
    assert isinstance(units, LineField)
    units.line.setFocus()
    units.line.selectAll()
    QTest.keyClicks(units.line, "9")
    QTest.keyClick(units.line, Qt.Key.Key_Return)
    stack = bench.node("rnn").params["cell"]["params"]["cells"]
    assert stack[-1] == {"type": "keras.layers.GRUCell", "params": {"units": 9}}
    QApplication.processEvents()
    assert units.line.isVisible()  # the form stands as it stood
