"""The Inspector against Keras itself: what it reports is what the exported model has."""

from typing import Any

import pytest

from builder.codegen import fragment, generate
from builder.document.graph import OUTPUT, Graph
from builder.document.project import Project
from tests.engine.inspected import IMAGES, SHARED, TEXTS, Inspector, drawn
from tests.engine.networks import LAYER, catalog, fed

pytestmark = pytest.mark.keras


RESIDUAL = drawn(
    {
        "in": ("Input", {"shape": [16, 8]}),
        "query": ("Dense", {"units": 8}),
        "attention": ("MultiHeadAttention", {"num_heads": 2, "key_dim": 4}),
        "add": ("Add", {}),
        "norm": ("LayerNormalization", {}),
        "flat": ("Flatten", {}),
        "out": ("Output", {}),
    },
    "in -> query",
    "query -> attention.query",
    "in -> attention.value",
    "attention -> add",
    "query -> add",
    "add -> norm",
    "norm -> flat",
    "flat -> out",
)


TWO_ENDS = drawn(
    {
        "image": ("Input", {"shape": [8, 8, 3]}),
        "flag": ("Input", {"shape": [2]}),
        "conv": ("Conv2DTranspose", {"strides": 2}),
        "flat": ("Flatten", {}),
        "join": ("Concatenate", {}),
        "a": ("Dense", {"units": 3}),
        "b": ("Dense", {"units": 1, "trainable": False}),
        "one": ("Output", {}),
        "two": ("Output", {}),
    },
    "image -> conv",
    "conv -> flat",
    "flat -> join",
    "flag -> join",
    "join -> a",
    "join -> b",
    "a -> one",
    "b -> two",
)


STATES = drawn(
    {
        "in": ("Input", {"shape": [6, 4]}),
        "lstm": ("LSTM", {"units": 5, "return_state": True}),
        "out": ("Output", {}),
        "memory": ("Output", {}),
    },
    "in -> lstm",
    "lstm -> out",
)


STATEFUL = drawn(
    {
        "in": ("Input", {"shape": [6, 4], "batch_size": 2}),
        "lstm": ("LSTM", {"units": 5, "stateful": True, "return_sequences": True}),
        "rows": ("Reshape", {"target_shape": [6, 5, 1, 1]}),
        "conv": ("ConvLSTM2D", {"filters": 2, "kernel_size": 1, "stateful": True}),
        "out": ("Output", {}),
    },
    "in -> lstm",
    "lstm -> rows",
    "rows -> conv",
    "conv -> out",
)


@pytest.mark.parametrize(
    "graph",
    [IMAGES, TEXTS, RESIDUAL, TWO_ENDS, SHARED, STATEFUL],
    ids=["images", "texts", "residual", "two ends", "shared", "stateful"],
)
def test_shapes_and_counts_are_those_of_the_exported_model(
    inspector: Inspector, graph: Graph
) -> None:
    reports = inspector.inspect(graph)
    namespace: dict[str, Any] = {"__name__": "model"}
    exec(generate(Project(graph=graph), catalog()).source, namespace)
    model = namespace["build_model"]()
    for node in graph.nodes.values():
        report = reports[node.id]
        assert report.fault is None, report.fault
        if node.type == OUTPUT or node.shares is not None:
            assert report.parameters == 0
            continue
        layer = model.get_layer(node.name)
        assert report.parameters == layer.count_params()
        # A layer that was called twice has no single output.
        if graph is not SHARED or node.id != "encode":
            tensors = layer.output if isinstance(layer.output, list) else [layer.output]
            told = [(spec.shape, spec.dtype) for spec in report.outputs.values()]
            assert told == [(tuple(tensor.shape), tensor.dtype) for tensor in tensors]
    assert sum(report.parameters for report in reports.values()) == model.count_params()
    trainable = sum(int(weight.shape.num_elements()) for weight in model.trainable_weights)
    assert sum(report.trainable for report in reports.values()) == trainable


def test_every_output_of_a_layer_has_its_name(inspector: Inspector) -> None:
    outputs = inspector.inspect(STATES)["lstm"].outputs
    ports = [port.name for port in catalog().ports_of(STATES.nodes["lstm"]).outputs]
    assert list(outputs) == ports
    assert len(ports) == 3
    assert {spec.shape for spec in outputs.values()} == {(None, 5)}


CANDIDATES = ([8], [8, 3], [600, 1], [8, 8, 3], [8, 8, 64], [8, 8, 8, 3], [6, 8, 8, 8, 3])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    sorted(
        spec.name
        for spec in catalog().layers.values()
        if spec.type.startswith("keras.layers.")
        and not spec.needs
        # Only a Pipeline may hold it.
        and spec.name != "Equalization"
    ),
)
def test_a_layer_without_weights_in_memory_reports_what_keras_makes(
    inspector: Inspector, name: str
) -> None:
    """For every layer of the catalogue and inputs of every rank: same shapes, types, counts."""
    import keras

    accepted = 0
    for shape in CANDIDATES:
        for dtype in ("float32", "int32", "string"):
            graph = fed(name, [shape] * _needed(name), dtype=dtype)
            report = inspector.inspect(graph)[LAYER]
            if report.fault is not None:
                continue
            accepted += 1
            wires = graph.into(LAYER)
            inputs: dict[str, list[str]] = {}
            scope: dict[str, Any] = {"keras": keras, "layers": keras.layers, "ops": keras.ops}
            for place, wire in enumerate(wires):
                inputs.setdefault(wire.target.port, []).append(f"x{place}")
                scope[f"x{place}"] = keras.Input(shape, dtype=dtype)
            text = fragment(graph.nodes[LAYER], inputs, catalog())
            scope["layer"] = layer = eval(text.maker, scope)
            made = keras.tree.flatten(eval("layer" + text.arguments, scope))
            told = [(spec.shape, spec.dtype) for spec in report.outputs.values()]
            assert told == [(tuple(tensor.shape), tensor.dtype) for tensor in made]
            assert report.parameters == layer.count_params()
    assert accepted, "no input of any rank was accepted"


def _needed(name: str) -> int:
    """How many Inputs a layer with its example parameters needs."""
    spec = next(spec for spec in catalog().layers.values() if spec.name == name)
    ports = spec.ports(spec.example_params()).inputs
    return 2 if ports[0].variadic else sum(not port.optional for port in ports)
