"""Ops, indexing and call arguments: what the canvas says is what Keras does and the code builds."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from builder.catalog.spec import LayerSpec
from builder.codegen import generate
from builder.codegen.problems import problems
from builder.document.graph import (
    BLOCK,
    INDEX,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Wire,
)
from builder.document.project import Project
from builder.engine.messages import NodeReport
from builder.storage.project_file import decode, encode
from tests.engine.networks import catalog

pytestmark = [pytest.mark.keras, pytest.mark.slow]

Shape = tuple[int | None, ...]


def ops() -> list[LayerSpec]:
    return [spec for type_, spec in catalog().layers.items() if type_.startswith("keras.ops.")]


def sketched(node: Node, feeds: Mapping[str, list[tuple[Shape, str]]]) -> Project:
    """One node between Inputs and Outputs: `feeds` are the shapes and dtypes at each port."""
    nodes, wires = {node.id: node}, []
    for port, tensors in feeds.items():
        for shape, dtype in tensors:
            id_ = f"in{len(nodes)}"
            params = {"shape": list(shape[1:]), "dtype": dtype}
            if shape[0] is not None:
                params["batch_size"] = shape[0]
            nodes[id_] = Node(id_, id_, INPUT, params)
            wires.append(Wire(OutputRef(id_), PortRef(node.id, port)))
    for place, output in enumerate(catalog().ports_of(node).outputs):
        id_ = f"out{place}"
        nodes[id_] = Node(id_, id_, OUTPUT)
        wires.append(Wire(OutputRef(node.id, output.name), PortRef(id_)))
    return Project(graph=Graph(nodes, tuple(wires)))


def inspected(project: Project) -> dict[str, NodeReport]:
    from builder.engine.worker.inspector import Inspector

    return Inspector(catalog()).inspect(project.graph)


def built(project: Project) -> Any:
    """The model that the exported code builds."""
    code = generate(project, catalog()).source
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(code, "exported.py", "exec"), scope)
    return scope["build_model"]()


def compared(project: Project, node: str) -> str:
    """What differs between the canvas and the model; nothing where all is well."""
    found = [problem for problem in problems(project, catalog()) if problem.severity == "error"]
    if found:
        return found[0].message
    report = inspected(project)[node]
    if report.fault is not None:
        return report.fault.message
    shown = [tuple(tensor.shape) for tensor in report.outputs.values()]
    model = built(project)
    outputs = model.output if isinstance(model.output, dict) else {"": model.output}
    made = [tuple(tensor.shape) for tensor in outputs.values()]
    return "" if shown == made else f"canvas {shown}, model {made}"


@pytest.mark.usefixtures("keras")
def test_every_op_is_on_the_canvas_what_it_is_in_keras() -> None:
    """Its example: canvas shape = Keras shape = shape of the model that the exported code builds."""
    from builder.engine.worker import catalogue_op_examples as examples
    from builder.engine.worker.catalogue_op_trials import example_node, fed_ports

    faults = {}
    for spec in ops():
        name, node = spec.type.removeprefix("keras.ops."), example_node(spec)
        feeds = {
            port.name: [examples.tensor(name, port.name)] * (2 if port.variadic else 1)
            for port in fed_ports(spec, node)
        }
        said = compared(sketched(node, feeds), node.id)
        if said:
            faults[name] = said
    assert faults == {}


def test_every_function_of_keras_ops_is_offered_or_left_out_for_a_reason(
    keras: ModuleType,
) -> None:
    from builder.engine.worker import catalogue_op_facts as facts

    found = {name for name, value in vars(keras.ops).items() if inspect.isfunction(value)}
    found |= {f"image.{n}" for n, v in vars(keras.ops.image).items() if inspect.isfunction(v)}
    offered = {spec.type.removeprefix("keras.ops.") for spec in ops()}
    assert offered | set(facts.LEFT_OUT) == found
    assert not offered & set(facts.LEFT_OUT)
    assert len(offered) > 300


def test_what_is_left_out_though_it_takes_tensors_fails_in_keras(
    keras: ModuleType, tmp_path: Path
) -> None:
    """The day one of these works, it is to be offered."""
    image, row = keras.Input((8, 8, 3)), keras.Input((3,))
    pooled = keras.Model(image, keras.ops.adaptive_average_pool(image, (2, 2)))
    pooled.save(tmp_path / "pooled.keras")
    with pytest.raises(TypeError):
        keras.saving.load_model(tmp_path / "pooled.keras")
    spread = keras.Model(row, keras.ops.geomspace(row, 8.0, 5, axis=-1))
    with pytest.raises(Exception, match="Incompatible shapes"):
        spread(np.ones((2, 3), "float32"))
    with pytest.raises(ValueError, match="must be tensors"):
        keras.ops.linspace(row, 1.0, 5, axis=-1, retstep=True)
    assert len(keras.ops.nonzero(row)) == len(row.shape), "a result for each axis"


def test_every_constant_of_an_op_has_been_reviewed_by_hand() -> None:
    from builder.engine.worker import catalogue_op_types

    unread = [
        f"{spec.type}.{param.name}"
        for spec in ops()
        for param in spec.params
        if param.kind != "constant"
        and not catalogue_op_types.reviewed(spec.type.removeprefix("keras.ops."), param.name)
    ]
    assert unread == []


def test_the_tables_name_no_op_that_keras_does_not_have() -> None:
    from builder.engine.worker import catalogue_op_examples as examples
    from builder.engine.worker import catalogue_op_facts as facts

    offered = {spec.type.removeprefix("keras.ops.") for spec in ops()}
    for table in (
        facts.COMMON,
        facts.KEYWORDS,
        facts.DROPPED,
        facts.INPUTS,
        facts.OUTPUTS,
        examples.TENSORS,
        examples.PARAMS,
    ):
        assert set(table) <= offered


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(
    ("index", "shape"),
    [
        (":, 0", (None, 6)),
        (":, -1, 2", (None,)),
        ("..., 0", (None, 4)),
        (":, ::2", (None, 2, 6)),
        (":, None, 1:3", (None, 1, 2, 6)),
        (":,1:,:4,", (None, 3, 4)),
    ],
)
def test_an_index_is_what_stands_between_the_brackets(index: str, shape: Shape) -> None:
    node = Node("n1", "part", INDEX, {"index": index})
    project = sketched(node, {"inputs": [((None, 4, 6), "float32")]})
    assert compared(project, "n1") == ""
    assert tuple(inspected(project)["n1"].outputs["output"].shape) == shape


def call_of(type_: str, call: Mapping[str, Any], **params: Any) -> Node:
    spec = catalog().layers[f"keras.layers.{type_}"]
    return Node("n1", "it", spec.type, {**spec.example_params(), **params}, call)


STEPS = ((None, 5, 8), "float32")
MASK = ((None, 5), "bool")


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(
    ("node", "feeds"),
    [
        (call_of("LSTM", {"training": True}), {"inputs": [STEPS], "mask": [MASK]}),
        (
            call_of("LSTM", {}, units=8, return_state=True),
            {"inputs": [STEPS], "initial_state": [((None, 8), "float32")] * 2},
        ),
        (call_of("Dropout", {"training": False}), {"inputs": [STEPS]}),
        (
            call_of("MultiHeadAttention", {"return_attention_scores": True}),
            {"query": [STEPS], "value": [STEPS], "attention_mask": [((None, 5, 5), "bool")]},
        ),
        (
            call_of("Attention", {"return_attention_scores": True, "use_causal_mask": True}),
            {"query": [STEPS], "value": [STEPS], "mask": [MASK, MASK]},
        ),
        (call_of("Softmax", {}), {"inputs": [STEPS], "mask": [((None, 5, 8), "bool")]}),
        (call_of("BatchNormalization", {"training": False}), {"inputs": [STEPS]}),
    ],
)
def test_arguments_of_a_call_reach_keras(
    node: Node, feeds: Mapping[str, list[tuple[Shape, str]]]
) -> None:
    assert compared(sketched(node, feeds), node.id) == ""


@pytest.mark.usefixtures("keras")
def test_no_argument_of_a_call_is_unknown() -> None:
    from builder.engine.worker import catalogue, catalogue_calls

    unknown = {c.__name__: catalogue_calls.unknown(c) for c in catalogue.layer_classes()}
    assert {name: names for name, names in unknown.items() if names} == {}


def with_dicts(**params: Any) -> Project:
    """A block of two inputs and two outputs, called with dicts or lists."""
    nodes = {
        node.id: node
        for node in (
            Node("a", "a", INPUT, {"shape": [4]}),
            Node("b", "b", INPUT, {"shape": [4]}),
            Node("pair", "pair", BLOCK, params),
            Node("one", "one", INPUT, parent="pair"),
            Node("two", "two", INPUT, parent="pair"),
            Node("sum", "sum", "keras.ops.add", parent="pair"),
            Node("last", "last", INDEX, {"index": ":, -1:"}, parent="pair"),
            Node("all", "all", OUTPUT, parent="pair"),
            Node("end", "end", OUTPUT, parent="pair"),
            Node("p", "p", OUTPUT),
            Node("q", "q", OUTPUT),
        )
    }
    wires = (
        Wire(OutputRef("a"), PortRef("pair", "one")),
        Wire(OutputRef("b"), PortRef("pair", "two")),
        Wire(OutputRef("one"), PortRef("sum", "x1")),
        Wire(OutputRef("two"), PortRef("sum", "x2")),
        Wire(OutputRef("sum"), PortRef("last")),
        Wire(OutputRef("sum"), PortRef("all")),
        Wire(OutputRef("last"), PortRef("end")),
        Wire(OutputRef("pair", "all"), PortRef("p")),
        Wire(OutputRef("pair", "end"), PortRef("q")),
    )
    return Project(graph=Graph(nodes, wires))


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("params", [{}, {"dict_inputs": True}, {"dict_outputs": True}])
def test_a_block_takes_and_gives_dicts_where_it_is_told_so(params: dict[str, bool]) -> None:
    project = with_dicts(**params)
    assert compared(project, "pair") == ""
    inner = built(project).get_layer("pair")
    assert isinstance(inner.input, dict) == ("dict_inputs" in params)
    assert isinstance(inner.output, dict) == ("dict_outputs" in params)
    assert decode(encode(project)) == project


@pytest.mark.usefixtures("keras")
def test_a_model_takes_a_dict_where_it_is_told_so() -> None:
    project = replace(with_dicts(dict_inputs=True, dict_outputs=True), dict_inputs=True)
    model = built(project)
    assert set(model.input) == {"a", "b"}
    assert set(model.output) == {"p", "q"}
    assert decode(encode(project)) == project


CUBE = ((None, 4, 6), "float32")


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(
    ("op", "port", "params"),
    [
        ("add", "x1", {"x2": 2}),
        ("subtract", "x2", {"x1": 1}),
        ("multiply", "x1", {"x2": [1, 2, 3, 4, 5, 6]}),
        ("matmul", "x1", {"x2": [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]}),
        ("greater", "x1", {"x2": 0.5}),
        ("take", "x", {"indices": [0, 2], "axis": 1}),
        ("clip", "x", {"x_min": -1, "x_max": 1}),
        ("clip", "x", {"x_min": [0, 0, 0, 0, 0, 1], "x_max": 2}),
        ("digitize", "x", {"bins": [0.0, 1.0]}),
        ("average", "x", {"weights": [1, 2, 3, 4, 5, 6], "axis": -1}),
    ],
)
def test_numbers_stand_in_for_wires(op: str, port: str, params: Mapping[str, Any]) -> None:
    node = Node("n1", "it", f"keras.ops.{op}", params)
    project = sketched(node, {port: [CUBE]})
    assert compared(project, "n1") == ""
    model = built(project)
    again = model.from_config(model.get_config())
    assert again.output_shape == model.output_shape


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(
    ("type_", "feeds", "params", "said"),
    [
        ("add", {"x1": [CUBE], "x2": [((None, 5), "float32")]}, {}, "(None, 5) from “in2”"),
        ("matmul", {"x1": [CUBE], "x2": [CUBE]}, {}, "Insert a transpose"),
        ("concatenate", {"xs": [CUBE, STEPS]}, {"axis": -1}, "equal shapes except on axis -1"),
        ("stack", {"x": [CUBE, STEPS]}, {}, "equal shape"),
        ("split", {"x": [CUBE]}, {"indices_or_sections": 4, "axis": 2}, "4 equal parts"),
        ("unstack", {"x": [CUBE]}, {"num": 3, "axis": 1}, "Set num to 4"),
        ("mean", {"x": [CUBE]}, {"axis": 5}, "axis 5"),
        ("squeeze", {"x": [CUBE]}, {"axis": 1}, "no axis of size 1"),
        ("transpose", {"x": [CUBE]}, {"axes": [0, 1]}, "every axis once"),
        ("add", {"x1": [((None, 4), "string")]}, {"x2": 1}, "received texts"),
        (INDEX, {"inputs": [CUBE]}, {"index": ":, 9"}, "[:, 9]"),
        (INDEX, {"inputs": [CUBE]}, {"index": ":, 0, 0, 0"}, "more axes than there are"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    type_: str,
    feeds: Mapping[str, list[tuple[Shape, str]]],
    params: Mapping[str, Any],
    said: str,
) -> None:
    node = Node("n1", "it", type_ if type_ == INDEX else f"keras.ops.{type_}", params)
    fault = inspected(sketched(node, feeds))["n1"].fault
    assert fault is not None
    assert said in fault.message
    assert "Received:" not in fault.message


@pytest.mark.usefixtures("keras")
def test_ops_count_as_work() -> None:
    product = Node("n1", "it", "keras.ops.matmul")
    feeds = {"x1": [CUBE], "x2": [((None, 6, 5), "float32")]}
    assert inspected(sketched(product, feeds))["n1"].flops == 2 * 4 * 6 * 5
    total = Node("n1", "it", "keras.ops.sum", {"axis": -1})
    assert inspected(sketched(total, {"x": [CUBE]}))["n1"].flops == 4 * 6
    turned = Node("n1", "it", "keras.ops.transpose", {"axes": [0, 2, 1]})
    assert inspected(sketched(turned, {"x": [CUBE]}))["n1"].flops == 0
