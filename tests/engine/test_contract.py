"""The contract of every layer: what the canvas says of it is what the exported code builds.

For each layer of the catalogue, with its examples and with other values of every parameter, the
Inspector's shapes and counts are those of the model that the written module makes; and where the
canvas tells a fault, the module fails.
"""

import math
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from builder.catalog.spec import LayerSpec, ParamSpec, Port
from builder.codegen import CannotGenerate, generate
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.engine.messages import NodeReport
from tests.codegen.networks import Sketch
from tests.engine.made import input_of, samples
from tests.engine.networks import LAYER, catalog

pytestmark = [pytest.mark.keras, pytest.mark.slow]

LAYERS = tuple(spec for spec in catalog().layers.values() if spec.type.startswith("keras.layers."))
# What a layer needs beside its examples, to be called at all.
BESIDE: dict[str, dict[str, Any]] = {
    "StringLookup": {"vocabulary": ["a", "b"]},
    "IntegerLookup": {"vocabulary": [1, 2]},
}


def inner(name: str, **params: Any) -> dict[str, Any]:
    return {"type": f"keras.layers.{name}", "params": params}


# Other layers inside a layer, by parameter.
INNER: dict[str, list[Any]] = {
    "Bidirectional.layer": [
        inner("GRU", units=4, return_sequences=True),
        inner("LSTM", units=4, return_state=True),
        inner("RNN", cell=inner("GRUCell", units=4)),
    ],
    "Bidirectional.backward_layer": [inner("LSTM", units=64, go_backwards=True)],
    "RNN.cell": [
        inner("GRUCell", units=4),
        inner("StackedRNNCells", cells=[inner("LSTMCell", units=4), inner("GRUCell", units=5)]),
    ],
    "TimeDistributed.layer": [
        inner("Normalization"),
        inner("Bidirectional", layer=inner("LSTM", units=4)),
        inner("Dropout", rate=0.5),
    ],
    "SpectralNormalization.layer": [inner("Conv1D", filters=4, kernel_size=3)],
    "Pipeline.layers": [
        [inner("Equalization"), inner("Rescaling", scale=0.1)],
        [inner("Normalization"), inner("Dense", units=3), inner("Flatten")],
    ],
}


def settings(spec: LayerSpec) -> Iterator[dict[str, Any]]:
    """The examples alone, then with each parameter at another value, one after the other."""
    examples = {**spec.example_params(), **BESIDE.get(spec.name, {})}
    yield examples
    for param in spec.params:
        more = INNER.get(f"{spec.name}.{param.name}", [])
        for value in (*others(param), *more, *([None] if param.nullable else [])):
            if value != examples.get(param.name, param.default):
                yield {**examples, param.name: value}


def others(param: ParamSpec) -> list[Any]:
    return list(param.choices) if param.kind == "choice" else samples(param)


def project_of(keras: ModuleType, spec: LayerSpec, params: dict[str, Any]) -> Project:
    """The layer with an Input at every port that wants one, and all that it gives as outputs."""
    node = Node(LAYER, "layer", spec.type, params)
    ports = catalog().ports_of(node)
    nodes, wires = {LAYER: node}, []
    for port in wanted(ports.inputs):
        tensor = input_of(keras, spec, port.name)
        id_ = f"input{len(nodes)}"
        shape = {"shape": list(tensor.shape[1:]), "dtype": tensor.dtype}
        nodes[id_] = Node(id_, id_, INPUT, shape)
        wires.append(Wire(OutputRef(id_), PortRef(LAYER, port.name)))
    for port in ports.outputs:
        id_ = f"out_{port.name}"
        nodes[id_] = Node(id_, id_, OUTPUT)
        wires.append(Wire(OutputRef(LAYER, port.name), PortRef(id_)))
    return Project("contract", Graph(nodes, tuple(wires)))


def wanted(ports: tuple[Port, ...]) -> Iterator[Port]:
    for port in ports:
        if not port.optional or port.name == "count_weights":
            yield from (port, port) if port.variadic else (port,)


def on_canvas(report: NodeReport) -> tuple[Any, ...] | None:
    """Shapes by output and the number of parameters; None for a layer with a fault."""
    if report.fault is not None:
        return None
    shapes = {name: tensor.shape for name, tensor in report.outputs.items()}
    return shapes, report.parameters, report.trainable


def exported(project: Project) -> tuple[Any, ...] | None:
    """The same of the model that the written module makes; None where it fails."""
    from builder.engine.worker.run_module import run_source

    try:
        model = run_source(generate(project, catalog()).source, "contract.py").build_model()
    except (
        CannotGenerate,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        NotImplementedError,
    ):
        return None
    made = model.output if isinstance(model.output, dict) else {"out_output": model.output}
    shapes = {name.removeprefix("out_"): tuple(tensor.shape) for name, tensor in made.items()}
    weights = [(math.prod(weight.shape), weight.trainable) for weight in model.weights]
    return shapes, sum(size for size, _ in weights), sum(size for size, on in weights if on)


def test_every_layer_is_on_the_canvas_what_it_is_in_the_exported_code(keras: ModuleType) -> None:
    from builder.engine.worker.inspector import Inspector

    inspector, different, cases = Inspector(catalog()), [], 0
    for spec in LAYERS:
        if spec.needs:
            continue
        for params in settings(spec):
            project = project_of(keras, spec, params)
            report = inspector.inspect(project.graph)[LAYER]
            canvas, code = on_canvas(report), exported(project)
            cases += 1
            if canvas != code:
                said = "" if report.fault is None else report.fault.message
                different.append(f"{spec.name} {params}: {canvas} {said} / {code}"[:400])
            keras.utils.clear_session(free_memory=False)
    assert "\n".join(different) == ""
    assert cases > 900


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("after", ["LSTM", "GlobalAveragePooling1D", "Concatenate"])
@pytest.mark.parametrize(
    "inside", ["LSTM", "Conv1D", "Dense", "MaxPooling1D", "MultiHeadAttention"]
)
def test_a_mask_at_the_edge_of_a_block_makes_no_difference(inside: str, after: str) -> None:
    """Keras hands a symbolic mask neither into a model nor out of it; nor does the canvas."""
    from builder.engine.worker.inspector import Inspector

    params: dict[str, dict[str, Any]] = {
        "LSTM": {"units": 4, "return_sequences": True},
        "Conv1D": {"filters": 4, "kernel_size": 3},
        "Dense": {"units": 4},
        "MultiHeadAttention": {"num_heads": 2, "key_dim": 2},
        "Concatenate": {"axis": 1},
    }
    sketch = Sketch()
    sketch.add("words", INPUT, shape=[6], dtype="int32")
    sketch.add("vectors", "Embedding", "words", input_dim=9, output_dim=4, mask_zero=True)
    sketch.add("block", BLOCK, ports={"x": "vectors"}).into("block").add("x", INPUT)
    if inside == "MultiHeadAttention":
        sketch.add("inner", inside, ports={"query": "x", "value": "x"}, **params[inside])
    else:
        sketch.add("inner", inside, "x", **params.get(inside, {}))
    sketch.add("y", OUTPUT, "inner").into("")
    others = ("vectors",) if after == "Concatenate" else ()
    after_params = {"units": 3} if after == "LSTM" else params.get(after, {})
    sketch.add(LAYER, after, "block.y", *others, **after_params)
    sketch.add("out_output", OUTPUT, LAYER)
    project = sketch.project("masks")
    reports = Inspector(catalog()).inspect(project.graph)
    total = sum(report.parameters for id_, report in reports.items() if id_ != "inner")
    found = exported(project)
    assert found is not None
    assert found[0] == {name: t.shape for name, t in reports[LAYER].outputs.items()}
    assert found[1] == total
