"""The inspector edits what is selected: one entered value, one undo step."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.spec import ParamSpec
from builder.document import blocks, edits
from builder.document.plan import DataPlan, Target
from builder.engine.messages import NodeReport, TensorSpec
from builder.window.analyst import Analysis
from builder.window.backend_field import BackendField
from builder.window.fields import BoolField, ChoiceField
from builder.window.form import tooltip
from builder.window.inspector import Inspector
from builder.window.inspector_pages import Facts
from builder.window.layer_page import LayerPage
from tests.window.bench import CATALOG, Bench


def test_a_typed_value_is_one_undo_step(bench: Bench) -> None:
    bench.select("conv2d")
    bench.type_into("filters", "64")
    assert bench.node("conv2d").params["filters"] == 64
    assert bench.document.undo_title == "Set filters of conv2d"
    bench.document.undo()
    assert bench.node("conv2d").params["filters"] == 32
    assert bench.field("filters").line.text() == "32"


def test_leaving_a_field_commits_it_once(bench: Bench) -> None:
    bench.select("conv2d")
    bench.type_into("filters", "48", key=None)
    assert bench.node("conv2d").params["filters"] == 32
    bench.field("kernel_size").line.setFocus()
    assert bench.node("conv2d").params["filters"] == 48
    bench.document.undo()
    assert bench.document.undo_title is None


def test_an_invalid_text_stays_and_touches_nothing(bench: Bench) -> None:
    bench.select("conv2d")
    before = bench.document.project
    line = bench.type_into("filters", "many")
    assert bench.document.project is before
    assert line.text() == "many"
    assert line.property("invalid") is True
    row = bench.form.rows["filters"]
    assert row.complaint.isVisible()
    assert "whole number" in row.complaint.text()
    assert "many" in row.complaint.text()
    moved = edits.move(before, {"n1": (5.0, 5.0)})
    bench.document.apply("Move", moved)
    assert line.text() == "many", "another edit must not wipe what is being typed"
    bench.type_into("filters", "8")
    assert not row.complaint.isVisible()
    assert bench.node("conv2d").params["filters"] == 8


def test_what_the_catalogue_refuses_is_said_under_the_field(bench: Bench) -> None:
    bench.select("conv2d")
    bench.type_into("filters", "-3")
    assert bench.node("conv2d").params["filters"] == 32
    assert bench.form.rows["filters"].complaint.text()


def test_escape_takes_the_edit_back(bench: Bench) -> None:
    bench.select("conv2d")
    line = bench.type_into("filters", "7", key=Qt.Key.Key_Escape)
    assert line.text() == "32"
    assert bench.document.undo_title is None


def test_undo_belongs_to_the_field_only_while_it_is_edited(bench: Bench) -> None:
    bench.select("conv2d")
    bench.type_into("filters", "64")
    line = bench.type_into("filters", "128", key=None)
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line.text() != "128"
    assert bench.node("conv2d").params["filters"] == 64


def test_the_wheel_changes_nothing(bench: Bench) -> None:
    bench.select("conv2d")
    combo = bench.field("padding").combo
    before = combo.currentIndex()
    for focused in (False, True):
        if focused:
            combo.setFocus()
        wheel = QWheelEvent(
            QPointF(5, 5),
            QPointF(combo.mapToGlobal(QPoint(5, 5))),
            QPoint(0, -120),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(combo, wheel)
        assert combo.currentIndex() == before
    assert bench.document.undo_title is None


def test_changed_ones_come_first_and_can_be_reset(bench: Bench) -> None:
    bench.select("conv2d")
    padding = bench.form.rows["padding"]
    assert padding.undo.isHidden()
    assert padding.name.property("kind") == "secondary"
    field = padding.field
    assert isinstance(field, ChoiceField)
    field.combo.setCurrentIndex(field.combo.findText("same"))
    field.combo.activated.emit(field.combo.currentIndex())
    assert bench.node("conv2d").params["padding"] == "same"
    assert padding.undo.isVisible()
    assert padding.name.property("kind") == ""
    bench.select("dense")
    bench.select("conv2d")
    assert list(bench.form.rows)[:3] == ["filters", "kernel_size", "padding"]
    bench.form.rows["padding"].undo.click()
    assert "padding" not in bench.node("conv2d").params
    assert bench.document.undo_title == "Reset padding of conv2d"


def test_rare_parameters_wait_under_one_line(bench: Bench) -> None:
    bench.select("conv2d")
    rare = [p.name for p in CATALOG.layers["keras.layers.Conv2D"].params if p.rare]
    assert bench.form.unfold.text() == f"▸ {len(rare)} more with their defaults"
    assert not bench.form.rows[rare[0]].isVisible()
    bench.form.unfold.click()
    assert bench.form.rows[rare[0]].isVisible()


def test_several_layers_of_one_type_are_edited_at_once(bench: Bench) -> None:
    bench.select("conv2d")
    bench.type_into("filters", "64")
    bench.select("conv2d", "conv2d_2")
    line = bench.field("filters").line
    assert line.text() == ""
    assert line.placeholderText() == "—"
    bench.type_into("filters", "16")
    assert [bench.node(n).params["filters"] for n in ("conv2d", "conv2d_2")] == [16, 16]
    assert bench.document.undo_title == "Set filters of 2 layers"
    bench.document.undo()
    assert [bench.node(n).params["filters"] for n in ("conv2d", "conv2d_2")] == [64, 32]


def test_the_project_page_counts_layers_only(bench: Bench) -> None:
    before = bench.document.project.graph
    layers = [i for i, n in before.nodes.items() if n.type.startswith("keras.layers.")]
    assert 0 < len(layers) < len(before.nodes)
    bench.document.apply("Make block", blocks.group(bench.document.project, layers[:2])[0])
    bench.select()
    bench.inspector.show_analysis(Analysis(1))
    facts = bench.inspector.findChildren(Facts)
    assert [f.shown["layers"] for f in facts if "layers" in f.shown] == [str(len(layers))]


def test_layers_of_several_types_are_counted(bench: Bench) -> None:
    bench.select("conv2d", "conv2d_2", "flatten")
    assert bench.inspector.form is None
    assert "2 × Conv2D" in bench.shown_texts()


def test_renaming_says_why_it_cannot(bench: Bench) -> None:
    bench.select("conv2d")
    page = bench.inspector.widget()
    line = page.name.field.line  # type: ignore[attr-defined]
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "flatten")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "flatten" in page.name.complaint.text()  # type: ignore[attr-defined]
    assert "conv2d" in bench.document.project.graph.by_name
    line.selectAll()
    QTest.keyClicks(line, "conv")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert bench.document.undo_title == "Rename conv2d"
    assert "conv" in bench.document.project.graph.by_name


def test_a_target_is_chosen_from_the_data(qtbot: QtBot) -> None:
    bench = Bench(qtbot, "Input", "Dense", "Output")
    plan = DataPlan(targets=(Target("digit", "multiclass", ("0", "1")),))
    bench.document.apply("Choose data", replace(bench.document.project, data=plan))
    bench.select("output")
    field = bench.field("target")
    assert isinstance(field, ChoiceField)
    assert field.combo.findText("digit") >= 0


def test_a_flag_is_a_check_box(bench: Bench) -> None:
    bench.select("dense")
    field = bench.field("use_bias")
    assert isinstance(field, BoolField)
    field.box.click()
    assert bench.node("dense").params["use_bias"] is False


def test_what_keras_says_stands_under_the_form(bench: Bench) -> None:
    bench.select("conv2d")
    report = NodeReport({"output": TensorSpec((None, 8, 8, 32))}, 320, 320, 38_000)
    bench.inspector.show_analysis(Analysis(1, {bench.node("conv2d").id: report}))
    texts = bench.shown_texts()
    assert "(None, 8, 8, 32)" in texts
    assert "320" in texts
    assert "38 k" in texts


def test_without_a_selection_the_project_is_shown(bench: Bench) -> None:
    page = bench.inspector.widget()
    line = page._name.field.line  # type: ignore[attr-defined]
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "digits")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert bench.document.project.name == "digits"
    assert "4" in bench.shown_texts()


OPS = [f"keras.ops.{name}" for name in ("add", "cast", "einsum", "mean", "pad", "split", "take")]


LAYERS = [type_ for type_ in sorted(CATALOG.layers) if not type_.startswith("keras.ops.")]


@pytest.mark.parametrize("type_", [*LAYERS, *OPS])
def test_every_layer_of_the_catalogue_has_a_form(type_: str, qtbot: QtBot) -> None:
    project, id_ = edits.add(
        Document().project,
        type_,
        (0.0, 0.0),
        name="layer",
        params=CATALOG.layers[type_].example_params(),
    )
    document = Document(project)
    inspector = Inspector(document, CATALOG)
    qtbot.addWidget(inspector)
    document.select(frozenset({id_}))
    form = inspector.form
    assert form is not None
    assert set(form.rows) == {param.name for param in CATALOG.layers[type_].params}
    assert all(row.name.toolTip() == tooltip(row.spec) for row in form.rows.values())
    assert document.project is project


def test_what_a_call_is_told_stands_under_when_called(qtbot: QtBot) -> None:
    bench = Bench(qtbot, "Input", "LSTM", "Output")
    bench.select("lstm")
    page = bench.inspector.findChild(LayerPage)
    assert isinstance(page, LayerPage)
    assert page.call_form is not None
    form = page.call_form.form
    assert form.unfold.text() == "▸ 1 argument when called"
    QTest.mouseClick(form.unfold, Qt.MouseButton.LeftButton)
    field = form.rows["training"].field
    field.committed.emit(True)
    assert bench.node("lstm").call == {"training": True}
    assert bench.document.undo_title == "Set training in the call of lstm"
    QTest.mouseClick(form.rows["training"].undo, Qt.MouseButton.LeftButton)
    assert bench.node("lstm").call == {}
    bench.document.undo()
    assert bench.node("lstm").call == {"training": True}


def test_a_constant_stands_in_for_a_wire(qtbot: QtBot) -> None:
    bench = Bench(qtbot, "Input", "add", "Output")
    bench.select("add")
    bench.type_into("x2", "1, 2.5")
    assert bench.node("add").params == {"x2": [1, 2.5]}
    line = bench.type_into("x2", "two")
    assert line.text() == "two"
    assert "number" in bench.form.rows["x2"].complaint.text()
    assert bench.node("add").params == {"x2": [1, 2.5]}


def test_an_index_is_read_strictly(qtbot: QtBot) -> None:
    bench = Bench(qtbot, "Input", "Index", "Output")
    bench.select("index")
    bench.type_into("index", "..., ::-1")
    assert bench.node("index").params == {"index": "..., ::-1"}
    bench.type_into("index", "__import__('os')")
    assert "slices" in bench.form.rows["index"].complaint.text()
    assert bench.node("index").params == {"index": "..., ::-1"}


def test_a_docstring_is_never_read_as_markup() -> None:
    assert "<img" not in tooltip(ParamSpec("x", "int", doc='<img src="file:///etc/passwd">'))


def test_a_missing_backend_says_how_to_get_it(qtbot: QtBot) -> None:
    field = BackendField(lambda backend: backend == "tensorflow")
    qtbot.addWidget(field)
    field.show_value("tensorflow")
    items = [field.combo.itemText(place) for place in range(field.combo.count())]
    assert items == ["TensorFlow", "JAX: pip install jax", "PyTorch: pip install torch"]
    model = field.combo.model()
    choosable = Qt.ItemFlag.ItemIsEnabled
    enabled = [choosable in model.flags(model.index(place, 0)) for place in range(3)]
    assert enabled == [True, False, False]
    assert "pip install jax" in field.combo.itemData(1, Qt.ItemDataRole.ToolTipRole)
