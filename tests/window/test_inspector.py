"""The inspector edits what is selected: one entered value, one undo step."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.catalog.spec import Kind, ParamSpec
from builder.document import blocks, edits, framing
from builder.document.frames import Frame, Note
from builder.document.graph import Node
from builder.document.plan import DataPlan, Target
from builder.engine.messages import NodeReport, TensorSpec
from builder.window.analyst import Analysis
from builder.window.backend_field import BackendField
from builder.window.entry import EntryError, as_text, parse
from builder.window.fields import BoolField, ChoiceField, Line, LineField
from builder.window.form import Form, tooltip
from builder.window.inspector import Inspector
from builder.window.inspector_pages import Facts
from builder.window.layer_page import LayerPage
from builder.window.mark_page import MarkPage
from builder.window.object_field import ObjectField
from builder.window.objects_field import ObjectsField
from tests.build import chain

CATALOG = load_catalog()


class Bench:
    """An inspector on a document, with the words of a person using it."""

    def __init__(self, qtbot: QtBot, *types: Any) -> None:
        self.document = Document(chain(*types, catalog=CATALOG))
        self.inspector = Inspector(self.document, CATALOG)
        qtbot.addWidget(self.inspector)
        self.inspector.resize(308, 800)
        self.inspector.show()
        qtbot.waitExposed(self.inspector)

    def select(self, *names: str) -> None:
        by_name = self.document.project.graph.by_name
        self.document.select(frozenset(by_name[name].id for name in names))

    def node(self, name: str) -> Node:
        return self.document.project.graph.by_name[name]

    @property
    def form(self) -> Form:
        form = self.inspector.form
        assert form is not None
        return form

    def field(self, name: str) -> Any:
        return self.form.rows[name].field

    def type_into(self, name: str, text: str, key: Qt.Key | None = Qt.Key.Key_Return) -> Line:
        field = self.field(name)
        assert isinstance(field, LineField)
        field.line.setFocus()
        field.line.selectAll()
        QTest.keyClicks(field.line, text)
        if key is not None:
            QTest.keyClick(field.line, key)
        return field.line

    def shown_texts(self) -> list[str]:
        QApplication.processEvents()
        return [label.text() for label in self.inspector.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, "Input", "Conv2D", "Conv2D", "Flatten", ("Dense", {"units": 10}), "Output")


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
    assert form.unfold.text() == "▸ 1 when called"
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


# --- the notation


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("32", "int", 32),
        ("0.5", "number", 0.5),
        ("1e-3", "number", 0.001),
        ("3", "number", 3),
        ("3 × 3", "ints", [3, 3]),
        ("3x5", "ints", [3, 5]),
        ("(3, 5)", "ints", [3, 5]),
        ("3", "ints", 3),
        ("-1", "axis", -1),
        ("28 × 28 × 1", "shape", [28, 28, 1]),
        ("None, 8", "shape", [None, 8]),
        ("()", "shape", []),
        ("a, b", "texts", ["a", "b"]),
        ('["a, b"]', "texts", ["a, b"]),
        ("{'a': (1, 2)}", "literal", {"a": [1, 2]}),
        ("None", "literal", None),
        ("same", "text", "same"),
    ],
)
def test_texts_become_values(text: str, kind: Kind, value: Any) -> None:
    assert parse(text, ParamSpec("x", kind, length=2 if kind == "ints" else 0)) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "int"),
        ("3.5", "int"),
        ("nan", "number"),
        ("inf", "number"),
        ("3 × 3 × 3", "ints"),
        ("eight", "shape"),
        ("[1", "literal"),
        ("__import__('os')", "literal"),
        ("{1: 2}", "literal"),
        ("1e999", "literal"),
        ("[1, 2]", "texts"),
    ],
)
def test_other_texts_are_refused_with_a_sentence(text: str, kind: Kind) -> None:
    with pytest.raises(EntryError, match="received"):
        parse(text, ParamSpec("x", kind, length=2 if kind == "ints" else 0))


_numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
_values: dict[Kind, st.SearchStrategy[Any]] = {
    "int": st.integers(),
    "number": _numbers,
    "axis": st.integers(-9, 9) | st.lists(st.integers(-9, 9), min_size=2),
    "shape": st.lists(st.none() | st.integers(0, 4096)),
    "ints": st.lists(st.integers(1, 99), min_size=2, max_size=2),
    "numbers": st.lists(_numbers, min_size=2),
    "texts": st.lists(st.text(max_size=8)),
    "literal": st.recursive(
        st.none() | st.booleans() | _numbers | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=6,
    ),
}


@given(st.data())
def test_what_is_shown_reads_as_the_same_value(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(_values)))
    value = data.draw(_values[kind])
    spec = ParamSpec("x", kind, length=2 if kind == "ints" else 0)
    assert parse(as_text(value, spec), spec) == value


class TestFramesAndNotes:
    def bench(self, qtbot: QtBot) -> Bench:
        bench = Bench(qtbot, "Input", "Dense", "Dense", "Output")
        marks = {
            "f1": Frame("Head", (-20.0, 50.0, 300.0, 300.0)),
            "t1": Note("Try more units", (400.0, 0.0), (220.0, 40.0)),
        }
        bench.document.reset(framing.put(bench.document.project, marks))
        return bench

    def page(self, bench: Bench) -> MarkPage:
        page = bench.inspector.widget()
        assert isinstance(page, MarkPage)
        return page

    def test_a_frame_has_its_title_its_colour_and_what_it_holds(self, qtbot: QtBot) -> None:
        bench = self.bench(qtbot)
        bench.document.select(frozenset(), frozenset({"f1"}))
        reports = {id_: NodeReport({}, 10, 10, 1) for id_ in ("n1", "n2", "n3")}
        bench.inspector.show_analysis(Analysis(1, reports))
        page = self.page(bench)
        assert page.facts.shown == {"layers": "2", "parameters": "20", "FLOPs": "2"}
        line = page.name.findChild(Line)
        assert isinstance(line, Line)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, "Classifier")
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert bench.document.project.layout.frames["f1"].title == "Classifier"
        assert bench.document.undo_title == "Rename frame"
        assert self.page(bench) is page
        page.colour.field.committed.emit("Pooling")
        assert bench.document.project.layout.frames["f1"].colour == "Pooling"
        page.colour.undo.click()
        assert bench.document.project.layout.frames["f1"].colour == ""
        bench.document.apply("Delete", framing.remove(bench.document.project, {"f1"}))
        assert not isinstance(bench.inspector.widget(), MarkPage)

    def test_a_note_is_read_and_layers_go_before_it(self, qtbot: QtBot) -> None:
        bench = self.bench(qtbot)
        bench.document.select(frozenset(), frozenset({"t1"}))
        assert self.page(bench).text.text() == "Try more units"
        assert self.page(bench).name.isHidden()
        bench.document.select(frozenset(), frozenset({"f1", "t1"}))
        assert self.page(bench).text.isHidden()
        assert not self.page(bench).colour.isHidden()
        bench.document.select(frozenset({"n2"}), frozenset({"t1"}))
        assert isinstance(bench.inspector.widget(), LayerPage)
        bench.document.select(frozenset({"n2"}))
        assert isinstance(bench.inspector.widget(), LayerPage)
        bench.document.select(frozenset())
        assert not isinstance(bench.inspector.widget(), MarkPage)


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
