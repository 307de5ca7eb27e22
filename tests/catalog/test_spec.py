from builder.catalog.spec import Catalog
from builder.document.graph import Node


def outputs(catalog: Catalog, name: str, **params: object) -> list[str]:
    node = Node("n1", "x", f"keras.layers.{name}", params)
    return [port.name for port in catalog.ports_of(node).outputs]


def inputs(catalog: Catalog, name: str) -> list[str]:
    return [port.name for port in catalog.ports_of(Node("n1", "x", f"keras.layers.{name}")).inputs]


def test_states_are_outputs_only_when_asked_for(catalog: Catalog) -> None:
    assert outputs(catalog, "LSTM", units=4) == ["output"]
    assert outputs(catalog, "LSTM", units=4, return_state=True) == ["output", "state_h", "state_c"]
    assert outputs(catalog, "GRU", units=4, return_state=True) == ["output", "state"]


def test_a_port_can_depend_on_the_layer_inside(catalog: Catalog) -> None:
    inner = {"type": "keras.layers.GRU", "params": {"units": 4, "return_state": True}}
    assert outputs(catalog, "Bidirectional", layer=inner) == [
        "output",
        "forward_state",
        "backward_state",
    ]
    assert outputs(catalog, "Bidirectional", layer="nonsense") == ["output"]
    cell = {"type": "keras.layers.LSTMCell", "params": {"units": 4}}
    assert outputs(catalog, "RNN", cell=cell, return_state=True) == ["output", "state_h", "state_c"]


def test_inputs_are_named_as_people_think_of_them(catalog: Catalog) -> None:
    assert inputs(catalog, "Dense") == ["inputs"]
    assert inputs(catalog, "MultiHeadAttention")[:3] == ["query", "value", "key"]
    assert inputs(catalog, "Subtract") == ["x1", "x2"]
    assert inputs(catalog, "LSTM") == ["inputs", "initial_state", "mask"]
    assert catalog.layers["keras.layers.Add"].inputs[0].variadic


def test_every_category_and_about_fifty_layers_are_shown_first(catalog: Catalog) -> None:
    common = [spec for spec in catalog.layers.values() if spec.common]
    assert 45 <= len([s for s in common if s.type.startswith("keras.layers.")]) <= 60
    assert {spec.category for spec in common} == {s.category for s in catalog.layers.values()}
    assert not [spec.name for spec in common if spec.needs]


def test_every_layer_has_words_and_a_page(catalog: Catalog) -> None:
    for spec in catalog.layers.values():
        assert spec.summary, spec.name
        assert "`" not in spec.summary + spec.doc, spec.name
        assert spec.url.startswith("https://keras.io/api/"), spec.name
        assert spec.url.partition("#")[0].endswith("/"), spec.name
        for param in spec.params:
            assert param.doc, (spec.name, param.name)
            assert "\n" not in param.doc
