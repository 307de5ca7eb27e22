"""One node as code: what stands in its constructor and how tensors reach its call."""

from typing import Any

import pytest

from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.codegen import CannotGenerate, Fragment, fragment
from builder.codegen.expressions import flat
from builder.codegen.fragments import maker
from builder.document.graph import INPUT, OUTPUT, Node, Port
from tests.codegen.graphs import CATALOG

LAYERS = "keras.layers."


def made(type_: str, **params: Any) -> str:
    return flat(maker(Node("n", "it", LAYERS + type_, params), CATALOG))


def called(type_: str, call: dict[str, Any] | None = None, **ports: list[str]) -> str:
    examples = CATALOG.layers[LAYERS + type_].example_params()
    node = Node("n", "it", LAYERS + type_, examples, call or {})
    return fragment(node, ports, CATALOG).arguments


def refusal(node: Node, **ports: list[str]) -> CannotGenerate:
    with pytest.raises(CannotGenerate) as caught:
        fragment(node, ports, CATALOG)
    assert caught.value.node == node.id
    return caught.value


def test_required_parameters_come_first_and_bare() -> None:
    assert made("Dense", units=64, activation="relu") == (
        'layers.Dense(64, activation="relu", name="it")'
    )
    assert made("Conv2D", kernel_size=[3, 3], filters=32, padding="same") == (
        'layers.Conv2D(32, 3, padding="same", name="it")'
    )
    assert made("MultiHeadAttention", num_heads=2, key_dim=8) == (
        'layers.MultiHeadAttention(num_heads=2, key_dim=8, name="it")'
    )


def test_defaults_are_left_out() -> None:
    params = {"units": 4, "use_bias": True, "kernel_initializer": "glorot_uniform"}
    assert made("Dense", **params) == 'layers.Dense(4, name="it")'
    assert made("Conv2D", filters=1, kernel_size=3, strides=[1, 1]) == (
        'layers.Conv2D(1, 3, name="it")'
    )
    assert made("Conv2D", filters=1, kernel_size=[3, 5], strides=[2, 2]) == (
        'layers.Conv2D(1, (3, 5), strides=2, name="it")'
    )


def test_what_every_layer_takes_stands_last() -> None:
    assert made("Dense", trainable=False, units=4, activation="relu") == (
        'layers.Dense(4, activation="relu", trainable=False, name="it")'
    )


def test_objects_are_strings_where_they_can_be() -> None:
    plain = {"type": "keras.initializers.HeNormal"}
    seeded = {"type": "keras.initializers.HeNormal", "params": {"seed": 1}}
    assert made("Dense", units=4, kernel_initializer=plain) == (
        'layers.Dense(4, kernel_initializer="he_normal", name="it")'
    )
    assert made("Dense", units=4, kernel_initializer=seeded) == (
        'layers.Dense(4, kernel_initializer=keras.initializers.HeNormal(seed=1), name="it")'
    )


def test_a_layer_inside_a_layer() -> None:
    lstm = {"type": "keras.layers.LSTM", "params": {"units": 8, "return_sequences": True}}
    assert made("Bidirectional", layer=lstm) == (
        'layers.Bidirectional(layers.LSTM(8, return_sequences=True), name="it")'
    )


def test_tensors_reach_the_call_as_the_ports_say() -> None:
    assert called("Dense", inputs=["x"]) == "(x)"
    assert called("Add", inputs=["a", "b"]) == "([a, b])"
    assert called("Add", inputs=["a"]) == "([a])"
    assert called("Attention", query=["q"], value=["v"]) == "([q, v])"
    assert called("MultiHeadAttention", query=["q"], value=["v"], key=["k"]) == "(q, v, key=k)"
    assert called("LSTM", inputs=["x"], initial_state=["h", "c"]) == "(x, initial_state=[h, c])"
    assert called("Dropout", {"training": True}, inputs=["x"]) == "(x, training=True)"


def test_inputs_outputs_and_shared_layers() -> None:
    image = Node("n", "image", INPUT, {"shape": [None, 8], "feature": "image"})
    assert fragment(image, {}, CATALOG) == Fragment(
        'keras.Input(shape=(None, 8), name="image")', ""
    )
    assert fragment(Node("n", "out", OUTPUT), {"inputs": ["x"]}, CATALOG) == Fragment("", "x")
    again = Node("n", "again", LAYERS + "Dense", shares="other")
    assert fragment(again, {"inputs": ["x"]}, CATALOG) == Fragment("", "(x)")


def test_refusals_name_the_node_and_the_way_out() -> None:
    unknown = refusal(Node("n", "mine", "custom.Layer"), inputs=["x"])
    assert "“mine”" in unknown.message
    assert "units" in refusal(Node("n", "d", LAYERS + "Dense", {"units": "many"})).message
    assert "unit" in refusal(Node("n", "d", LAYERS + "Dense", {"units": 1, "unit": 2})).message
    assert "wire" in refusal(Node("n", "d", LAYERS + "Dense", {"units": 1})).message
    assert "one wire" in refusal(Node("n", "f", LAYERS + "Flatten"), inputs=["a", "b"]).message
    assert "“/”" in refusal(Node("n", "a/b", LAYERS + "Flatten"), inputs=["x"]).message
    assert "“elsewhere”" in refusal(Node("n", "f", LAYERS + "Flatten"), elsewhere=["x"]).message


def test_only_a_lambda_or_a_name_of_ones_own_is_written_as_code() -> None:
    params = {"function": "x); evil("}
    own = Node("n", "own", LAYERS + "Lambda", params)
    assert "neither a lambda" in refusal(own, inputs=["x"]).message
    model = {"filepath": "/somewhere"}
    assert (
        "cannot be used"
        in refusal(Node("n", "tf", LAYERS + "TFSMLayer", model), inputs=["x"]).message
    )
    hidden = Node("n", "d", LAYERS + "Dense", {"units": 1, "quantization_config": "evil()"})
    assert "code" in refusal(hidden, inputs=["x"]).message
    inner = {"type": LAYERS + "Lambda", "params": params}
    wrapped = Node("n", "w", LAYERS + "TimeDistributed", {"layer": inner})
    assert refusal(wrapped, inputs=["x"])


def test_call_arguments_are_names_and_values() -> None:
    node = Node("n", "f", LAYERS + "Flatten", {}, {"training=evil(), x": 1})
    assert "call argument" in refusal(node, inputs=["x"]).message


def test_an_op_is_a_function_without_a_name() -> None:
    axis = ParamSpec("axis", "axis", default=-1)
    spec = LayerSpec("keras.ops.mean", "mean", "Core", (axis,), inputs=(Port("x"),))
    catalog = Catalog("test", {spec.type: spec}, {})
    node = Node("n", "average", spec.type, {"axis": [1, 2]})
    assert fragment(node, {"x": ["image"]}, catalog) == Fragment("ops.mean", "(image, axis=(1, 2))")


def test_every_layer_of_the_catalogue_is_written() -> None:
    for spec in CATALOG.layers.values():
        if spec.needs:
            continue
        ports = {port.name: ["x"] for port in spec.ports(spec.example_params()).inputs}
        written = fragment(Node("n", "it", spec.type, spec.example_params()), ports, CATALOG)
        compile(written.maker + written.arguments, spec.name, "eval")
