"""The ports that the catalogue tells are those that layers of Keras have."""

from types import ModuleType
from typing import Any

import pytest

from builder.catalog.spec import Catalog, LayerSpec
from tests.engine.made import call, find, make

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def test_every_layer_takes_its_inputs_and_gives_its_outputs(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    for spec in layers:
        if spec.needs:
            continue
        params = spec.example_params()
        if spec.name == "StringLookup":
            params["vocabulary"] = ["a", "b"]
        if spec.name == "IntegerLookup":
            params["vocabulary"] = [1, 2]
        outputs = keras.tree.flatten(call(keras, spec, make(keras, spec, **params), params))
        assert len(outputs) == len(spec.ports(params).outputs), spec.name


def _wrapped(name: str, **params: Any) -> dict[str, Any]:
    return {"type": f"keras.layers.{name}", "params": params}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("LSTM", {"return_state": True}),
        ("GRU", {"return_state": True, "return_sequences": True}),
        ("SimpleRNN", {"return_state": True}),
        ("ConvLSTM1D", {"return_state": True}),
        ("ConvLSTM2D", {"return_state": True}),
        ("ConvLSTM3D", {"return_state": True}),
        ("RNN", {"return_state": True}),
        ("RNN", {"return_state": True, "cell": _wrapped("GRUCell", units=4)}),
        ("RNN", {"return_state": True, "cell": _wrapped("SimpleRNNCell", units=4)}),
        ("Bidirectional", {"layer": _wrapped("LSTM", units=4, return_state=True)}),
        ("Bidirectional", {"layer": _wrapped("GRU", units=4, return_state=True)}),
        ("Bidirectional", {"layer": _wrapped("SimpleRNN", units=4, return_state=True)}),
        ("Bidirectional", {"merge_mode": None}),
        (
            "Bidirectional",
            {"merge_mode": None, "layer": _wrapped("LSTM", units=4, return_state=True)},
        ),
    ],
)
def test_states_come_out_where_the_ports_say(
    keras: ModuleType, catalog: Catalog, name: str, params: dict[str, Any]
) -> None:
    spec = catalog.layers[f"keras.layers.{name}"]
    params = {**spec.example_params(), **params}
    layer = make(keras, spec, **params)
    outputs = keras.tree.flatten(call(keras, spec, layer, params))
    assert len(outputs) == len(spec.ports(params).outputs)


def test_states_can_be_fed_back(keras: ModuleType, catalog: Catalog) -> None:
    spec = catalog.layers["keras.layers.LSTM"]
    x = keras.Input((8, 16))
    _, *states = make(keras, spec, return_state=True)(x)
    make(keras, spec)(x, initial_state=states)


def test_a_rank_is_stated_only_where_keras_raises_nothing(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    """A wrong rank is to be caught once: by Keras, or else by us."""
    for spec in layers:
        if spec.rank is not None:
            shape = (8, 64)[: spec.rank - 2]
            given = [keras.Input(shape) for port in spec.inputs if not port.optional]
            layer = make(keras, spec)
            layer(given) if spec.inputs[0].passing == "item" else layer(*given)


def test_layers_that_adapt_have_adapt(keras: ModuleType, layers: list[LayerSpec]) -> None:
    for spec in layers:
        assert spec.adapts == hasattr(find(keras, spec.type), "adapt"), spec.name
