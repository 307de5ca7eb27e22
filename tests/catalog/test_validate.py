from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.catalog.load import load_catalog
from builder.catalog.spec import ParamSpec
from builder.catalog.validate import validate, validate_params
from builder.resources import resource

CATALOG = load_catalog(resource("catalog.json"))
LAYERS = {spec.name: spec for spec in CATALOG.layers.values()}
EVERY_PARAM = [
    (spec.name, param)
    for specs in (CATALOG.layers, *CATALOG.objects.values())
    for spec in specs.values()
    for param in spec.params
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def param(layer: str, name: str) -> ParamSpec:
    found = LAYERS[layer].param(name)
    assert found is not None
    return found


def said(layer: str, name: str, value: Any) -> str | None:
    return validate(value, param(layer, name), CATALOG)


@pytest.mark.parametrize(
    ("layer", "name", "value"),
    [
        ("Dense", "units", 64),
        ("Dense", "use_bias", False),
        ("Dense", "activation", "relu"),
        ("Dense", "activation", None),
        ("Dense", "dtype", "mixed_float16"),
        ("Dense", "kernel_regularizer", {"type": "keras.regularizers.L2", "params": {"l2": 0.1}}),
        ("Dense", "kernel_initializer", {"type": "keras.initializers.HeNormal"}),
        ("Conv2D", "kernel_size", 3),
        ("Conv2D", "kernel_size", [3, 5]),
        ("Conv2D", "padding", "same"),
        ("Dropout", "rate", 0),
        ("Reshape", "target_shape", [-1, 8]),
        ("Input", "shape", [None, 8]),
        ("Input", "shape", []),
        ("ZeroPadding2D", "padding", [[1, 1], [0, 2]]),
        ("LayerNormalization", "axis", [1, 2]),
        ("StringLookup", "vocabulary", ["a", "b"]),
        ("Bidirectional", "layer", {"type": "keras.layers.GRU", "params": {"units": 8}}),
        ("Output", "metrics", ["accuracy", {"type": "keras.metrics.AUC"}]),
        ("Output", "loss", "mse"),
    ],
)
def test_takes_what_fits(layer: str, name: str, value: Any) -> None:
    assert said(layer, name, value) is None


@pytest.mark.parametrize(
    ("layer", "name", "value", "sentence"),
    [
        ("Dense", "units", 0, "units is a whole number of at least 1; received 0."),
        ("Dense", "units", 3.0, "units is a whole number of at least 1; received 3."),
        ("Dense", "units", True, "units is a whole number of at least 1; received True."),
        ("Dense", "units", None, "units cannot be None; it is a whole number of at least 1."),
        ("Dense", "use_bias", 1, "use_bias is True or False; received 1."),
        ("Dense", "activation", "rulu", "activation is an activation or None; received “rulu”."),
        ("Conv2D", "padding", "causal", "padding is one of valid, same; received “causal”."),
        ("Dropout", "rate", 1.5, "rate is a number from 0 to 1; received 1.5."),
        ("Dropout", "rate", float("nan"), "rate is a number from 0 to 1; received nan."),
        (
            "Conv2D",
            "strides",
            [1, 2, 3],
            "strides is a whole number or a list of 2 whole numbers of at least 1; "
            "received 1 × 2 × 3.",
        ),
        ("RandomBrightness", "value_range", 3, "value_range is a list of 2 numbers; received 3."),
        (
            "Dense",
            "kernel_regularizer",
            {"type": "keras.regularizers.L2", "params": {"l2": -1}},
            "l2 is a number of at least 0; received -1.",
        ),
        (
            "Dense",
            "kernel_regularizer",
            {"type": "keras.regularizers.L2", "params": {"l3": 1}},
            "L2 has no parameter called “l3”.",
        ),
        (
            "Bidirectional",
            "layer",
            {"type": "keras.layers.LSTM"},
            "layer: LSTM needs a value for units.",
        ),
        (
            "Output",
            "loss",
            {"type": "keras.losses.Huber", "params": {}, "more": 1},
            "loss is a loss or None; received Huber.",
        ),
    ],
)
def test_refuses_with_what_was_expected_and_received(
    layer: str, name: str, value: Any, sentence: str
) -> None:
    assert said(layer, name, value) == sentence


@pytest.mark.parametrize("evil", ["os.system", "keras.layers.Lambda", "__import__('os')"])
def test_an_object_is_of_its_own_group(evil: str) -> None:
    for value in (evil, {"type": evil, "params": {}}):
        assert said("Dense", "kernel_initializer", value)
        assert said("Output", "loss", value)
    assert said("TimeDistributed", "layer", {"type": "os.system"})
    assert said("TimeDistributed", "layer", {"type": "output"})


def test_an_inner_layer_is_of_a_type_that_fits() -> None:
    dense = {"type": "keras.layers.Dense", "params": {"units": 8}}
    assert said("TimeDistributed", "layer", dense) is None
    assert "LSTM" in (said("Bidirectional", "layer", dense) or "")


def test_a_learning_rate_is_a_number_or_a_schedule() -> None:
    adam = CATALOG.objects["optimizers"]["keras.optimizers.Adam"]
    rate = adam.param("learning_rate")
    assert rate is not None
    decay = {
        "type": "keras.optimizers.schedules.CosineDecay",
        "params": {"initial_learning_rate": 0.01, "decay_steps": 100},
    }
    assert validate(0.01, rate, CATALOG) is None
    assert validate(decay, rate, CATALOG) is None
    assert validate({**decay, "params": {}}, rate, CATALOG)
    assert validate("fast", rate, CATALOG)


def test_a_whole_set_of_parameters() -> None:
    dense = LAYERS["Dense"]
    assert validate_params({"units": 3}, dense, CATALOG) is None
    assert validate_params({}, dense, CATALOG) == "Dense needs a value for units."
    assert "no parameter" in (validate_params({"units": 3, "x": 1}, dense, CATALOG) or "")


def test_bottomless_nesting_is_refused() -> None:
    layer: Any = {"type": "keras.layers.Dense", "params": {"units": 3}}
    for _ in range(200):
        layer = {"type": "keras.layers.TimeDistributed", "params": {"layer": layer}}
    assert "deep" in (said("TimeDistributed", "layer", layer) or "")
    literal: Any = 1
    for _ in range(200):
        literal = [literal]
    assert said("ZeroPadding2D", "padding", literal)


def test_every_default_and_example_fits_its_own_parameter() -> None:
    for owner, spec in EVERY_PARAM:
        value = spec.example if spec.required else spec.default
        if spec.required and spec.kind in {"code", "text"} and value is None:
            continue  # nothing can be suggested: the person must write it
        assert validate(value, spec, CATALOG) is None, owner


_OF_KIND = {
    "bool": lambda v: isinstance(v, bool),
    "int": lambda v: type(v) is int,
    "number": lambda v: type(v) in (int, float),
    "text": lambda v: isinstance(v, str),
    "choice": lambda v: isinstance(v, str),
    "ints": lambda v: type(v) is int or _all(v, int),
    "numbers": lambda v: type(v) in (int, float) or _all(v, int, float),
    "axis": lambda v: type(v) is int or _all(v, int),
    "shape": lambda v: _all(v, int, type(None)),
    "texts": lambda v: _all(v, str),
    "dtype": lambda v: isinstance(v, str),
    "feature": lambda v: isinstance(v, str),
    "target": lambda v: isinstance(v, str),
    "code": lambda v: isinstance(v, str),
    "object": lambda v: isinstance(v, str | dict),
    "objects": lambda v: _all(v, str, dict),
    "layer": lambda v: isinstance(v, dict),
    "layers": lambda v: _all(v, dict),
    "literal": lambda _: True,
}


def _all(value: Any, *types: type) -> bool:
    return isinstance(value, list) and all(type(item) in types for item in value)


@given(st.sampled_from(EVERY_PARAM), json_values)
def test_nothing_of_another_json_type_passes(entry: tuple[str, ParamSpec], value: Any) -> None:
    _, spec = entry
    sentence = validate(value, spec, CATALOG)
    if sentence is not None:
        assert sentence.endswith(".")
        assert sentence.isprintable()
        return
    assert (value is None and spec.nullable) or _OF_KIND[spec.kind](value)
    if type(value) in (int, float):
        assert spec.minimum is None or value >= spec.minimum
        assert spec.maximum is None or value <= spec.maximum
    if spec.choices and isinstance(value, str) and spec.kind == "choice":
        assert value in spec.choices
