"""What a config holds beyond plain layers, and what cannot be read of it."""

from typing import Any

import pytest

from builder.catalog.load import load_catalog
from builder.codegen.problems import problems
from builder.document.graph import OUTPUT
from builder.reading.keras_config import Reading, read_config
from builder.reading.refusal import CannotImport

CATALOG = load_catalog()


def tensor(name: str, call: int = 0, output: int = 0) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, call, output]}}


def layer(
    name: str, kind: str, *given: Any, module: str = "keras.layers", **config: Any
) -> dict[str, Any]:
    calls = [{"args": list(given), "kwargs": {}}] if given else []
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": calls,
    }


X = layer("x", "InputLayer", batch_shape=[None, 4], dtype="float32")


def model(*layers: dict[str, Any], end: str = "", kind: str = "Functional") -> dict[str, Any]:
    config = {
        "name": "net",
        "layers": [X, *layers],
        "input_layers": [["x", 0, 0]],
        "output_layers": [[end or layers[-1]["name"], 0, 0]],
    }
    return {"module": "keras.src.models.functional", "class_name": kind, "config": config}


def read(config: Any) -> Reading:
    return read_config(config, CATALOG)


def test_a_class_of_somebody_else_is_kept_with_its_parameters() -> None:
    theirs = layer("gate", "Gate", tensor("x"), module="theirs.layers", width=3, dtype="float32")
    reading = read(model(theirs, layer("end", "Dense", tensor("gate"), units=2)))
    node = reading.project.graph.by_name["gate"]
    assert (node.type, node.params) == ("custom_layers.Gate", {"width": 3})
    (remark,) = reading.remarks
    assert remark.node == node.id
    assert "“gate” is a Gate" in remark.message
    assert "custom_layers.py" in remark.message
    assert node.id in {problem.node for problem in problems(reading.project, CATALOG)}


def test_a_tensor_that_is_left_out_keeps_its_place() -> None:
    norm = layer("n", "LayerNorm", tensor("x"), None, tensor("x"), module="keras.src.ops.nn")
    ports = {wire.target.port for wire in read(model(norm)).project.graph.wires}
    assert ports == {"x", "beta", "inputs"}


def test_outputs_are_called_by_their_keys_even_if_layers_are() -> None:
    config = model(
        layer("price", "Dense", tensor("x"), units=1), layer("kind", "Dense", tensor("x"), units=3)
    )
    config["config"]["output_layers"] = {"price": ["price", 0, 0], "kind": ["kind", 0, 0]}
    graph = read(config).project.graph
    assert [node.name for node in graph.of_type(OUTPUT)] == ["price", "kind"]


def test_a_lambda_without_its_source_is_shown_and_named() -> None:
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None}}
    reading = read(model(layer("twice", "Lambda", tensor("x"), function=code)))
    assert reading.project.graph.by_name["twice"].type == "keras.layers.Lambda"
    assert "“twice” carries Python code" in reading.remarks[0].message


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, "no model of Keras"),
        ([], "no model of Keras"),
        ({"class_name": "Net", "config": {}}, "a class of its own"),
        ({"class_name": "Functional", "config": {"layers": []}}, "no outputs"),
        ({"class_name": "Sequential", "config": {"layers": []}}, "is empty"),
        (model(layer("a", "Dense", tensor("gone"), units=1)), "“gone” that the file does not make"),
        (model(layer("x", "Dense", tensor("x"), units=1)), "Two layers"),
        (model(layer("a", "Dense", {**tensor("x"), "config": {}}, units=1)), "where it is from"),
        (model({"config": {}}, end="x"), "no name or no class"),
        (model(layer("y", "InputLayer", batch_shape=["a"])), "shape of an input"),
        (model(layer("y", "InputLayer", batch_shape=[{"class_name": "f"}])), "shape of an input"),
    ],
)
def test_what_is_no_network_gets_one_sentence(config: Any, said: str) -> None:
    with pytest.raises(CannotImport, match=said):
        read(config)


def test_values_of_others_never_become_objects() -> None:
    evil = {"module": "os", "class_name": "system", "config": {"command": "true"}}
    reading = read(model(layer("a", "Dense", tensor("x"), units=1, kernel_initializer=evil)))
    assert reading.project.graph.by_name["a"].params == {"units": 1}
    assert "needs “system”, which is not a part of Keras" in reading.remarks[0].message


def test_models_inside_each_other_without_end_are_refused() -> None:
    inner = model(layer("d", "Dense", tensor("x"), units=1))
    for _ in range(80):
        inner = model({**inner, "name": "m", "inbound_nodes": [{"args": [tensor("x")]}]}, end="m")
        inner["config"]["output_layers"] = [["m", 1, 0]]
    with pytest.raises(CannotImport, match="at most"):
        read(inner)
