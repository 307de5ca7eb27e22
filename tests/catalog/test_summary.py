from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.catalog.display import LONGEST, display
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.catalog.summary import summary
from builder.document.graph import Node
from builder.resources import resource

CATALOG = load_catalog(resource("catalog.json"))
BY_NAME = {spec.name: spec for spec in CATALOG.layers.values()}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def line(name: str, **params: Any) -> str:
    spec = BY_NAME[name]
    return summary(Node("n1", "x", spec.type, {**spec.example_params(), **params}), CATALOG)


@pytest.mark.parametrize(
    ("expected", "name", "params"),
    [
        ("32 × 3×3 · same · relu", "Conv2D", {"padding": "same", "activation": "relu"}),
        ("32 × 3×3 · stride 2", "Conv2D", {"kernel_size": 3, "strides": [2, 2]}),
        ("32 × 3×3", "Conv2D", {"strides": 1, "use_bias": True, "padding": "valid"}),
        ("10 · softmax", "Dense", {"units": 10, "activation": "softmax"}),
        ("64 · no bias · frozen", "Dense", {"use_bias": False, "trainable": False}),
        ("rate 0.5", "Dropout", {}),
        ("8 × 8 × 1 · float32", "Input", {}),
        ("image · 8 × 8 × 1", "Input", {"feature": "image"}),
        ("image · 8 × 8 × 1 · uint8", "Input", {"feature": "image", "dtype": "uint8"}),
        ("None × 8 · float32", "Input", {"shape": [None, 8]}),
        (
            "target digit · sparse cross-entropy",
            "Output",
            {"target": "digit", "loss": "sparse_categorical_crossentropy"},
        ),
        ("huber", "Output", {"loss": {"type": "keras.losses.Huber", "params": {"delta": 2.0}}}),
        ("", "Output", {}),
        ("", "Add", {}),
        ("axis 1", "Concatenate", {"axis": 1}),
        ("1000 → 64", "Embedding", {}),
        ("4 heads × 32", "MultiHeadAttention", {}),
        ("LSTM 64", "Bidirectional", {}),
        ("64 · return sequences", "LSTM", {"return_sequences": True}),
        ("2×2", "MaxPooling2D", {}),
        ("2×2", "MaxPooling2D", {"strides": None, "pool_size": 2}),
        ("scale 1/255", "Rescaling", {}),
        ("64 × 64", "Resizing", {}),
    ],
)
def test_says_what_differs_from_the_defaults(
    expected: str, name: str, params: dict[str, Any]
) -> None:
    assert line(name, **params) == expected


def test_says_nothing_of_a_layer_it_does_not_know() -> None:
    assert summary(Node("n1", "x", "custom.Layer", {"units": 3}), CATALOG) == ""
    assert summary(Node("n1", "x", "keras.layers.Dense", {"units": 3}), Catalog("1", {}, {})) == ""


@given(st.sampled_from(sorted(BY_NAME)), st.data())
def test_never_raises_and_stays_on_one_line(name: str, data: st.DataObject) -> None:
    spec = BY_NAME[name]
    names = [param.name for param in spec.params] + ["nonsense"]
    params = data.draw(st.dictionaries(st.sampled_from(names), json_values, max_size=5))
    text = summary(Node("n1", "x", spec.type, params), CATALOG)
    assert text.isprintable()
    assert len(text) <= 96


@given(json_values)
def test_display_never_raises_and_stays_on_one_line(value: Any) -> None:
    text = display(value)
    assert text.isprintable()
    assert len(text) <= LONGEST


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (0.001, "0.001"),
        (1 / 255, "1/255"),
        (1e-7, "1e-07"),
        ([3, 3], "3 × 3"),
        ([None, 8], "None × 8"),
        ([], "()"),
        ([0.1, 0.2], "0.1, 0.2"),
        ([[1, 1], [0, 2]], "(1, 1), (0, 2)"),
        ("he_normal", "he_normal"),
        ({"type": "keras.regularizers.L2", "params": {"l2": 0.01}}, "L2(l2 0.01)"),
        ({"type": "keras.initializers.HeNormal"}, "HeNormal"),
        ({"rmax": 3.0}, "{rmax: 3}"),
        ("two\nlines\x00", "two lines "),
    ],
)
def test_display(value: Any, text: str) -> None:
    assert display(value) == text


def test_a_number_that_python_will_not_spell_out() -> None:
    assert display(10**5000) == "a huge number"


def test_deep_nesting_is_cut() -> None:
    value: Any = 1
    for _ in range(500):
        value = [value]
    assert display(value) == "(((…)))"
    nested: Any = {"type": "keras.layers.Dense"}
    for _ in range(500):
        nested = {"type": "keras.layers.Bidirectional", "params": {"layer": nested}}
    assert line("Bidirectional", layer=nested).startswith("Bidirectional Bidirectional")
