"""The JSON that Keras 2 wrote, as far as it is written otherwise than today's."""

from typing import Any

import pytest

from builder.catalog.load import load_catalog
from builder.document.graph import BLOCK, Graph
from builder.reading.keras_config import read_config
from builder.reading.refusal import CannotImport

CATALOG = load_catalog()


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
