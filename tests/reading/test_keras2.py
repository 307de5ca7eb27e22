"""The JSON that Keras 2 wrote, as far as it is written otherwise than today's."""

import json
from pathlib import Path
from typing import Any

import pytest

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.document.graph import BLOCK, Graph
from builder.reading.keras_config import read_config
from builder.reading.refusal import CannotImport

CATALOG = load_catalog()
KEPT = Path(__file__).with_name("keras2")


def entry(name: str, shape: list[int | None]) -> dict[str, Any]:
    config = {"batch_input_shape": shape, "dtype": "float32", "sparse": False, "name": name}
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def layer(kind: str, name: str, calls: list[Any], **config: Any) -> dict[str, Any]:
    return {
        "class_name": kind,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "name": name,
        "inbound_nodes": calls,
    }


def model(layers: list[Any], output: list[Any], name: str = "net") -> dict[str, Any]:
    config = {
        "name": name,
        "layers": layers,
        "input_layers": [[layers[0]["name"], 0, 0]],
        "output_layers": [output],
    }
    return {"class_name": "Functional", "config": config, "keras_version": "2.9.0"}


def read(config: Any) -> Graph:
    reading = read_config(config, CATALOG)
    assert reading.remarks == ()
    return reading.project.graph


def wired(graph: Graph) -> set[tuple[str, str, str]]:
    name = {id_: node.name for id_, node in graph.nodes.items()}
    return {(name[w.source.node], name[w.target.node], w.target.port) for w in graph.wires}


def test_calls_shared_layers_and_renamed_parameters() -> None:
    graph = read(
        model(
            [
                entry("x", [None, 4]),
                layer("Dense", "d", [[["x", 0, 0, {}]], [["relu", 0, 0, {}]]], units=4),
                layer("LeakyReLU", "relu", [[["d", 0, 0, {}]]], alpha=0.1),
                layer("Add", "sum", [[["d", 0, 0, {}], ["d", 1, 0, {}]]]),
            ],
            ["sum", 0, 0],
        )
    )
    assert wired(graph) == {
        ("x", "d", "inputs"),
        ("d", "relu", "inputs"),
        ("relu", "d_1", "inputs"),
        ("d", "sum", "inputs"),
        ("d_1", "sum", "inputs"),
        ("sum", "output", "inputs"),
    }
    assert graph.by_name["d_1"].shares == graph.by_name["d"].id
    assert graph.by_name["relu"].params == {"negative_slope": 0.1}


def test_a_model_inside_counts_its_calls_from_one() -> None:
    inner = model(
        [entry("in", [None, 4]), layer("Dense", "d", [[["in", 0, 0, {}]]], units=2)],
        ["d", 0, 0],
        "inner",
    )
    inside = {**inner, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]]]}
    graph = read(
        model(
            [
                entry("x", [None, 4]),
                inside,
                layer("Activation", "end", [[["inner", 1, 0, {}]]], activation="softmax_v2"),
            ],
            ["end", 0, 0],
        )
    )
    assert [node.name for node in graph.of_type(BLOCK)] == ["inner"]
    assert ("inner", "end", "inputs") in wired(graph)
    assert graph.by_name["end"].params == {"activation": "softmax"}


def test_ops_of_tensorflow_and_slices() -> None:
    graph = read(
        model(
            [
                entry("x", [None, 4]),
                layer(
                    "SlicingOpLambda",
                    "part",
                    [["x", 0, 0, {"slice_spec": [{"start": None, "stop": None, "step": None}, 0]}]],
                    function="__operators__.getitem",
                ),
                layer(
                    "TFOpLambda",
                    "twice",
                    [["part", 0, 0, {"y": ["part", 0, 0], "name": None}]],
                    function="__operators__.add",
                ),
            ],
            ["twice", 0, 0],
        )
    )
    assert graph.by_name["part"].params == {"index": ":, 0"}
    assert wired(graph) >= {("part", "twice", "x1"), ("part", "twice", "x2")}
    unknown = layer("TFOpLambda", "fft", [["x", 0, 0, {}]], function="signal.fft")
    with pytest.raises(CannotImport, match=r"calls tf\.signal\.fft"):
        read(model([entry("x", [None, 4]), unknown], ["fft", 0, 0]))


def test_a_sequential_model_whose_first_layer_knows_the_shape() -> None:
    layers = [
        layer("Dense", "a", [], units=3, batch_input_shape=[None, 4], activation="relu"),
        layer("LSTM", "b", [], units=2, implementation=2, time_major=False),
    ]
    graph = read({"class_name": "Sequential", "config": {"name": "s", "layers": layers}})
    assert [node.name for node in graph.nodes.values()] == ["inputs", "a", "b", "output"]
    assert graph.by_name["inputs"].params == {"shape": [4]}
    assert graph.by_name["b"].params == {"units": 2}


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_what_keras_2_really_wrote(path: Path) -> None:
    """Files written by tf-keras 2.21; those of an .h5 file name no modules."""
    reading = read_config(json.loads(path.read_text()), CATALOG)
    assert reading.remarks == ()
    generate(reading.project, CATALOG)


def test_states_that_a_recurrent_layer_begins_with() -> None:
    graph = read(json.loads((KEPT / "seq2seq.json").read_text()))
    assert wired(graph) >= {
        ("input_2", "lstm_1", "inputs"),
        ("lstm", "lstm_1", "initial_state"),
    }
    states = [w.source.output for w in graph.wires if w.target.port == "initial_state"]
    assert states == ["state_h", "state_c"]


@pytest.mark.parametrize(
    ("function", "given", "params"),
    [
        ("concat", {"axis": 1}, {"axis": 1}),
        ("math.reduce_mean", {"axis": [1, 2], "keepdims": True}, {"axis": [1, 2], "keepdims": True}),
        ("reshape", {"shape": [-1, 2]}, {"newshape": [-1, 2]}),
        ("compat.v1.transpose", {"perm": [0, 1], "conjugate": False, "name": "t"}, {"axes": [0, 1]}),
        ("split", {"num_or_size_splits": [1, 3], "axis": 1}, {"indices_or_sections": [1], "axis": 1}),
        ("clip_by_value", {"clip_value_min": -1.0, "clip_value_max": 1.0}, {"x_min": -1.0, "x_max": 1.0}),
        ("math.subtract", {"y": 2.0}, {"x2": 2.0}),
        ("cast", {"dtype": "int32"}, {"dtype": "int32"}),
    ],
)  # fmt: skip
def test_functions_of_tensorflow(
    function: str, given: dict[str, Any], params: dict[str, Any]
) -> None:
    call = ["x", 0, 0, given]
    calls = [[call]] if function == "concat" else [call]
    graph = read(
        model(
            [entry("x", [None, 4]), layer("TFOpLambda", "op", calls, function=function)],
            ["op", 0, 0],
        )
    )
    (node,) = [one for one in graph.nodes.values() if one.type.startswith("keras.ops.")]
    assert node.params == params


def test_a_number_before_an_operator() -> None:
    call = ["_CONSTANT_VALUE", -1, 1, {"y": ["x", 0, 0], "name": None}]
    minus = layer("TFOpLambda", "minus", [call], function="math.subtract")
    graph = read(model([entry("x", [None, 4]), minus], ["minus", 0, 0]))
    (node,) = graph.of_type("keras.ops.subtract")
    assert node.params == {"x1": 1}
    assert wired(graph) >= {("x", node.name, "x2")}


def test_what_an_op_of_keras_does_not_take() -> None:
    call = ["x", 0, 0, {"b": ["x", 0, 0], "transpose_b": True}]
    product = layer("TFOpLambda", "product", [call], function="linalg.matmul")
    with pytest.raises(CannotImport, match="with transpose_b, which its counterpart matmul"):
        read(model([entry("x", [None, 4, 4]), product], ["product", 0, 0]))
