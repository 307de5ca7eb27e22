"""Exports in every format: each is run in a fresh process and answers as the model does."""

import json
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.document import edits
from builder.document.project import Project
from builder.engine.formats import BY_NAME, FORMATS
from builder.engine.messages import (
    Cancelled,
    Export,
    Exported,
    ExportStage,
    FormatsListed,
    ListFormats,
    RunEnded,
    Train,
)
from builder.engine.worker.faults import JobError
from builder.engine.worker.run_module import run_source
from builder.storage.project_file import load
from builder.storage.runs import PROJECT
from tests.codegen.networks import GOLDEN, Sketch
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import run_of, starting_with

pytestmark = pytest.mark.keras
ROWS = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from builder.engine.worker.train import train

    folder = run_of(starting_with("iris"), tmp_path_factory.mktemp("iris"))
    recording = Recording()
    train(Train(1, str(folder)), recording.context)
    recording.only(RunEnded)
    return folder


def project(run: Path) -> Project:
    return load(run / PROJECT)


def text_of(project: Project) -> str:
    return generate(project, load_catalog()).source


def recurrent(*, unroll: bool) -> Project:
    sketch = Sketch()
    sketch.add("steps", "keras.Input", shape=[6, 2])
    sketch.add("memory", "LSTM", "steps", units=3, unroll=unroll)
    sketch.add("value", "Dense", "memory", units=1)
    sketch.add("output", "output", "value")
    return sketch.project("recurrent")


def exported(**request: object) -> Exported:
    from builder.engine.worker.exporter import export

    recording = Recording()
    export(Export(4, **request), recording.context)  # type: ignore[arg-type]
    assert recording.all(ExportStage)
    return recording.only(Exported)


def needs(format_: str) -> None:
    missing = [pip for module, pip in BY_NAME[format_].packages if find_spec(module) is None]
    if missing:
        pytest.skip(f"{format_} needs {', '.join(missing)}")


def test_a_keras_file_with_the_weights_of_a_run(run: Path, tmp_path: Path) -> None:
    import keras

    output = tmp_path / "iris.keras"
    answer = exported(
        project=project(run), folder=str(run), format="keras", output=str(output), run=str(run)
    )
    assert (answer.output, answer.bytes) == (str(output), output.stat().st_size)
    assert (answer.rows, answer.sample) == (16, "test rows")
    assert answer.difference is not None
    assert answer.difference < 1e-6
    read, original = (keras.saving.load_model(path) for path in (output, run / "model.keras"))
    assert read.predict(ROWS, verbose=0) == pytest.approx(original.predict(ROWS, verbose=0))
    assert [path.name for path in tmp_path.iterdir()] == ["iris.keras"]


def test_json_without_weights_and_with_any_suffix(run: Path, tmp_path: Path) -> None:
    import keras

    output = tmp_path / "iris"
    answer = exported(
        project=project(run), folder=str(run), format="keras-json", output=str(output)
    )
    assert answer.difference is None
    text = output.read_text()
    assert "\n" in text
    assert json.loads(text)["class_name"] == "Functional"
    assert keras.models.model_from_json(text).output_shape == (None, 3)


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["onnx", "openvino", "litert", "saved-model"])
def test_a_trained_network_in_the_formats_of_others(
    format_: str, run: Path, tmp_path: Path
) -> None:
    """It begins with a Normalization that has adapted, as every network for tables does."""
    needs(format_)
    output = tmp_path / f"iris{BY_NAME[format_].suffix}"
    answer = exported(
        project=project(run), folder=str(run), format=format_, output=str(output), run=str(run)
    )
    assert answer.difference is not None
    assert answer.difference < 1e-5
    assert answer.bytes > 500
    beside = {"iris.bin", "iris.xml"} if format_ == "openvino" else {output.name}
    assert {path.name for path in tmp_path.iterdir()} == beside


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["onnx", "openvino"])
def test_blocks_and_several_inputs_and_outputs(format_: str, tmp_path: Path) -> None:
    """Asked of the two that need no TensorFlow to run, since they are quick."""
    needs(format_)
    for name in ("churn_csv", "nested"):
        output = tmp_path / f"{name}{BY_NAME[format_].suffix}"
        answer = exported(project=GOLDEN[name](), format=format_, output=str(output))
        assert answer.difference is not None
        assert answer.difference < 1e-4


@pytest.mark.slow
def test_a_loop_over_steps(tmp_path: Path) -> None:
    """ONNX and OpenVINO have loops, in whatever order they are asked. LiteRT has none.

    LiteRT says what helps; then it takes it.
    """
    from builder.engine.worker.conversion import convert

    needs("onnx")
    needs("openvino")
    loop, unrolled = (
        run_source(text_of(recurrent(unroll=unroll)), "<test>").build_model()
        for unroll in (False, True)
    )
    made = recurrent(unroll=False)
    for place, format_ in enumerate(("openvino", "onnx", "openvino")):
        output = tmp_path / f"loop{place}{BY_NAME[format_].suffix}"
        answer = exported(project=made, format=format_, output=str(output))
        assert (answer.rows, answer.sample) == (16, "random rows")
    with pytest.raises(JobError, match=r"no loops like that of “memory”\. Set unroll to True"):
        convert(loop, "litert", tmp_path)
    assert convert(unrolled, "litert", tmp_path).stat().st_size > 0


def small(kind: str, shape: list[int | None], **params: Any) -> Any:
    """A model with one layer, called “layer”."""
    sketch = Sketch()
    sketch.add("steps", "keras.Input", shape=shape)
    sketch.add("layer", kind, "steps", **params)
    sketch.add("output", "output", "layer")
    return run_source(text_of(sketch.project("small")), "<test>").build_model()


LSTM = {"type": "keras.layers.LSTM", "params": {"units": 3}}
LOADING = (
    "onnxruntime.capi.onnxruntime_pybind11_state.InvalidGraph: [ONNXRuntimeError] : 10 : "
    "INVALID_GRAPH : Load model from /tmp/model.onnx failed:This is an invalid model. In Node, "
    '("net_1/layer_1/stft/rfft", RFFT)'
)
REFUSALS: Mapping[str, tuple[tuple[str, list[int | None], dict[str, Any]], str, str, str]] = {
    "a loop": (
        ("GRU", [6, 2], {"units": 3}),
        "litert",
        "x",
        "“layer”. Set unroll to True there, t",
    ),
    "a free length": (
        ("LSTM", [None, 2], {"units": 3}),
        "litert",
        "x",
        "Set unroll to True there and give the Input a fixed length, then",
    ),
    "a loop inside": (
        ("Bidirectional", [6, 2], {"layer": LSTM}),
        "litert",
        "x",
        "that of “layer”.",
    ),
    "a cell": (
        ("RNN", [6, 2], {"cell": {"type": "keras.layers.LSTMCell", "params": {"units": 3}}}),
        "litert",
        "x",
        "Set unroll to True there, then export again; weights that were trained stay valid.",
    ),
    "a loop for good": (
        ("ConvLSTM1D", [4, 6, 1], {"filters": 2, "kernel_size": [3]}),
        "litert",
        "x",
        "and a ConvLSTM cannot do without. Export as ONNX or OpenVINO",
    ),
    "a table": (
        ("IntegerLookup", [1], {"vocabulary": [1, 2]}),
        "onnx",
        "x",
        "ONNX has no tables like that of “layer”. Export as Keras model or SavedModel",
    ),
    "half numbers": (
        ("Dense", [4], {"units": 2, "dtype": "mixed_bfloat16"}),
        "openvino",
        "x",
        "OpenVINO does not calculate with bfloat16, as “layer” would. Set dtype to float32 there",
    ),
    "a layer by its name": (
        ("Dense", [4], {"units": 2}),
        "onnx",
        LOADING,
        "ONNX has no way to say what “layer” does: This is an invalid model. In Node,",
    ),
    "nobody to blame": (
        ("Dense", [4], {"units": 2}),
        "litert",
        "x.",
        "in this network: x. Export as Keras model or SavedModel, or replace that layer.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_why_and_what_helps(case: str) -> None:
    from builder.engine.worker.unwritable import cannot

    (layer, shape, params), format_, reason, said = REFUSALS[case]
    assert said in cannot(small(layer, shape, **params), format_, reason)


def test_what_a_converter_says_is_cut_to_what_it_means() -> None:
    from builder.engine.worker.unwritable import reason_of

    assert reason_of("<unknown>:0: note: x\n<unknown>:0: error: loc(f(g)): 'tf.X' is bad.") == (
        "'tf.X' is bad"
    )
    assert reason_of("") == "it broke off without a word"


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["onnx", "openvino", "saved-model"])
def test_what_only_acts_in_training_is_in_no_way(format_: str, tmp_path: Path) -> None:
    """Flips draw random numbers, which some formats cannot, and rest outside of training."""
    needs(format_)
    sketch = Sketch()
    sketch.add("picture", "keras.Input", shape=[8, 8, 3])
    sketch.add("turn", "RandomRotation", "picture", factor=0.1)
    sketch.add("flip", "RandomFlip", "turn")
    sketch.add("conv", "Conv2D", "flip", filters=2, kernel_size=[3, 3])
    sketch.add("seen", "output", "conv")
    answer = exported(
        project=sketch.project("augmented"),
        format=format_,
        output=str(tmp_path / f"a{BY_NAME[format_].suffix}"),
    )
    assert answer.difference is not None
    assert answer.difference < 1e-5


def test_weights_of_another_network_are_refused(run: Path, tmp_path: Path) -> None:
    project = load(run / PROJECT)
    wider = edits.set_params(project, {project.graph.by_name["dense"].id: {"units": 99}})
    with pytest.raises(JobError, match="do not fit this network"):
        exported(
            project=wider,
            folder=str(run),
            format="keras",
            output=str(tmp_path / "x.keras"),
            run=str(run),
        )
    with pytest.raises(JobError, match="has no model"):
        exported(
            project=wider,
            folder=str(run),
            format="keras",
            output=str(tmp_path / "x.keras"),
            run=str(tmp_path),
        )
    assert list(tmp_path.iterdir()) == []


def test_a_network_that_has_to_learn_first_says_so(tmp_path: Path) -> None:
    sketch = Sketch()
    sketch.add("table", "keras.Input", shape=[3])
    steps = [{"type": "keras.layers.Normalization", "params": {}}]
    sketch.add("prepare", "Pipeline", "table", layers=steps)
    sketch.add("output", "output", "prepare")
    with pytest.raises(JobError, match=r"before “prepare” has learned from the data\. Train first"):
        exported(project=sketch.project("p"), format="keras", output=str(tmp_path / "p.keras"))


def test_places_that_cannot_be_taken(run: Path, tmp_path: Path) -> None:
    """It is said before any work is done, and what stands there stays."""
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.txt").write_text("mine")
    for format_, place, said in (
        ("keras", tmp_path / "gone" / "x.keras", "was not written: there is no folder"),
        ("keras-json", tmp_path / "gone" / "x", "was not written: there is no folder"),
        ("keras", taken, "is a folder"),
        ("saved-model", taken, "holds other things .thesis.txt."),
        ("saved-model", taken / "thesis.txt", "is a file"),
    ):
        with pytest.raises(JobError, match=said):
            exported(project=project(run), folder=str(run), format=format_, output=str(place))
    assert (taken / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("after", range(4))
def test_a_cancelled_export_leaves_what_was_there(after: int, run: Path, tmp_path: Path) -> None:
    """Stopped at each of its stages, the fresh process included."""
    from builder.engine.worker.context import Context
    from builder.engine.worker.exporter import export

    output = tmp_path / "iris.keras"
    output.write_text("the old one")
    events: list[object] = []
    stopping = threading.Event()

    def send(event: object) -> None:
        events.append(event)
        if len(events) > after:
            stopping.set()

    export(Export(4, project(run), "keras", str(output), folder=str(run)), Context(send, stopping))
    assert events[-1] == Cancelled(4)
    assert output.read_text() == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["iris.keras"]


def test_an_answer_that_differs_is_not_kept() -> None:
    from builder.engine.worker.exporter import _compared

    one = {"a": np.array([1.0, np.nan]), "b": np.array([2.0])}
    assert _compared("X", one, {"a": one["a"] + 1e-7, "b": one["b"]}) == pytest.approx(1e-7)
    assert _compared("X", one, {"b": one["b"], "a/a:0": one["a"]}) == 0
    for other, said in (
        ({"a": one["a"] + 0.1, "b": one["b"]}, "largest difference is 0.1"),
        ({"a": one["a"]}, "gives 1 outputs"),
        ({"a": one["a"], "b": np.array([[2.0]])}, r"in the shape \(1, 1\)"),
        ({"a": np.array([np.nan, 1.0]), "b": one["b"]}, "otherwise than the model"),
    ):
        with pytest.raises(JobError, match=said):
            _compared("X", one, other)


def test_formats_say_what_they_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    from builder.engine.worker import conversion
    from builder.engine.worker.exporter import list_formats

    monkeypatch.setattr(conversion, "find_spec", lambda name: None if name == "onnx" else name)
    recording = Recording()
    list_formats(ListFormats(7), recording.context)
    assert recording.only(FormatsListed).missing == {"onnx": ("onnx",)}
    with pytest.raises(JobError, match="-m pip install onnx"):
        conversion.check_possible("onnx", "/usr/bin/python")
    assert {format_.name for format_ in FORMATS if format_.of_worker} == set(conversion._WRITE)
