"""The Inspector against Keras itself: what it reports is what the exported model has."""

from collections.abc import Iterator, Mapping
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.codegen import CannotGenerate, fragment, generate
from builder.document.graph import INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.engine.messages import Inspect, Inspected, NodeReport
from builder.engine.worker.context import Context
from tests.build import chain
from tests.engine.networks import LAYER, catalog, fed
from tests.thorough import some

pytestmark = pytest.mark.keras

Inspector = Any


@pytest.fixture
def inspector() -> Inspector:
    return fresh()


def fresh() -> Inspector:
    from builder.engine.worker.inspector import Inspector

    return Inspector(catalog())


def drawn(nodes: Mapping[str, tuple[str, Mapping[str, Any]]], *wires: str) -> Graph:
    """A graph from `{"a": ("Dense", {...})}` and wires such as `"a -> b"` or `"a.state -> b.key"`."""
    by_name = {spec.name: spec for spec in catalog().layers.values()}
    made, joined = {}, []
    for id_, (name, params) in nodes.items():
        spec = by_name[name]
        made[id_] = Node(id_, id_, spec.type, {**spec.example_params(), **params})
    for wire in wires:
        (source, _, output), (target, _, port) = (end.partition(".") for end in wire.split(" -> "))
        port = port or catalog().ports_of(made[target]).inputs[0].name
        output = output or catalog().ports_of(made[source]).outputs[0].name
        joined.append(Wire(OutputRef(source, output), PortRef(target, port)))
    return Graph(made, tuple(joined))


def shape_of(report: NodeReport, output: str = "output") -> tuple[int | None, ...]:
    return report.outputs[output].shape


# --- against the exported model


IMAGES = chain(
    ("Input", {"shape": [28, 28, 1]}),
    ("Conv2D", {"filters": 8, "padding": "same"}),
    "BatchNormalization",
    "MaxPooling2D",
    "SeparableConv2D",
    "GlobalAveragePooling2D",
    ("Dense", {"units": 10, "activation": "softmax"}),
    "Output",
    catalog=catalog(),
).graph
TEXTS = chain(
    ("Input", {"shape": [20], "dtype": "int32"}),
    ("Embedding", {"mask_zero": True}),
    ("Bidirectional", {}),
    "Dropout",
    "Dense",
    "Output",
    catalog=catalog(),
).graph
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
_siamese = drawn(
    {
        "left": ("Input", {"shape": [12]}),
        "right": ("Input", {"shape": [12]}),
        "encode": ("Dense", {"units": 7}),
        "again": ("Dense", {}),
        "far": ("Subtract", {}),
        "out": ("Output", {}),
    },
    "left -> encode",
    "right -> again",
    "encode -> far.x1",
    "again -> far.x2",
    "far -> out",
)
SHARED = Graph(
    {**_siamese.nodes, "again": replace(_siamese.nodes["again"], params={}, shares="encode")},
    _siamese.wires,
)


@pytest.mark.parametrize(
    "graph",
    [IMAGES, TEXTS, RESIDUAL, TWO_ENDS, SHARED],
    ids=["images", "texts", "residual", "two ends", "shared"],
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


# --- faults


def test_analysis_goes_on_past_a_faulty_node(inspector: Inspector) -> None:
    graph = drawn(
        {
            "in": ("Input", {"shape": [8, 8]}),
            "bad": ("Conv2D", {}),
            "after": ("Flatten", {}),
            "good": ("Dense", {"units": 3}),
            "alone": ("Dense", {}),
        },
        "in -> bad",
        "bad -> after",
        "in -> good",
    )
    reports = inspector.inspect(graph)
    assert reports["bad"].fault is not None
    assert reports["bad"].fault.node == "bad"
    assert reports["after"] == NodeReport()
    assert shape_of(reports["good"]) == (None, 8, 3)
    assert reports["alone"] == NodeReport()


def test_nodes_on_a_cycle_wait_and_the_rest_is_told(inspector: Inspector) -> None:
    graph = drawn(
        {
            "in": ("Input", {"shape": [4]}),
            "a": ("Dense", {}),
            "b": ("Dense", {}),
            "c": ("Dense", {}),
        },
        "a -> b",
        "b -> a",
        "in -> c",
    )
    reports = inspector.inspect(graph)
    assert reports["a"] == reports["b"] == NodeReport()
    assert shape_of(reports["c"]) == (None, 64)


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (fed("Concatenate", [[4, 3], [5, 3]]), "(None, 4, 3) from “a” and (None, 5, 3) from “b”"),
        (fed("Add", [[4, 3], [5, 3]]), "needs inputs of equal shape"),
        (fed("Dense", [[]]), "at least 2 axes"),
        (fed("Dense", [[None]]), "needs to know the size"),
        (fed("Conv2D", [[28, 28]]), "Insert a Reshape to (28, 28, 1)"),
        (fed("Conv2D", [[3, 3, 1]], {"kernel_size": 5}), "The 5 kernel of “conv2d” is larger"),
        (fed("LSTM", [[3]]), "3 axes (batch, steps, features)"),
        (fed("Reshape", [[16]], {"target_shape": [3, 5]}), "to (3, 5) needs 15 values"),
        (fed("MultiHeadAttention", [[4, 8], [5, 8], [6, 8]]), "value and key of equal length"),
        (fed("MultiHeadAttention", [[8], [8]]), "at least 3 axes"),
        (fed("Attention", [[4, 8], [5, 16]]), "as many features"),
        (fed("Permute", [[8, 8, 8]], {"dims": [2, 1]}), "“dims” of “permute”"),
        (fed("BatchNormalization", [[8]], {"axis": 5}), "works on axis 5"),
        (fed("Conv2D", [[4, 4, 3]], dtype="string"), "calculates with numbers; received texts"),
        (fed("StringLookup", [[4]]), "reads texts; received float32 from “a”"),
        (fed("Cropping2D", [[4, 4, 1]], {"cropping": 5}), "cuts off more than there is"),
        (fed("TimeDistributed", [[8]]), "at least 3 axes"),
        (fed("Dense", [[4]], {"units": None}), "units"),
        (fed("Dense", [[4]], {"activation": "reluu"}), "reluu"),
        (fed("Dense", [[8]], {"units": 2**40}), "9,895,604,649,984 parameters, which take 36 TB"),
        (fed("UpSampling2D", [[8, 8, 3]], {"size": 2**40}), "numbers for each row"),
        (fed("Embedding", [[8]], {"input_dim": 2**50, "output_dim": 2**50}), "parameters"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_fault_is_a_sentence(inspector: Inspector, graph: Graph, words: str) -> None:
    before = psutil.Process().memory_info().rss
    report = inspector.inspect(graph)[LAYER]
    assert report.fault is not None
    assert words in report.fault.message
    assert report.fault.node == LAYER
    assert not report.outputs
    for noise in ("Traceback", "Arguments received", "\x1b", "KerasTensor", "<class", "\n"):
        assert noise not in report.fault.message
    assert psutil.Process().memory_info().rss - before < 200 * 2**20


@pytest.mark.parametrize(
    "graph",
    [
        fed("Lambda", [[4]], {"function": "__import__('os').abort()"}),
        fed(
            "TimeDistributed",
            [[4, 4]],
            {"layer": {"type": "keras.layers.Lambda", "params": {"function": "x"}}},
        ),
        Graph({LAYER: Node(LAYER, "x", "os.abort")}),
        Graph({LAYER: Node(LAYER, 'd"); os.abort() #', INPUT, {"shape": ["__import__('os')"]})}),
    ],
    ids=["lambda", "nested", "unknown type", "shape"],
)
def test_code_from_a_project_is_never_run(inspector: Inspector, graph: Graph) -> None:
    report = inspector.inspect(graph)[LAYER]
    assert report.fault is not None
    assert not report.outputs


def test_a_name_is_data_whatever_it_holds(inspector: Inspector) -> None:
    graph = fed("Dense", [[4]])
    node = replace(graph.nodes[LAYER], name='d"); evil() #\n')
    report = inspector.inspect(Graph({**graph.nodes, LAYER: node}, graph.wires))[LAYER]
    assert shape_of(report) == (None, 64)


# --- what is remembered


def test_a_fault_follows_the_names_of_its_sources(inspector: Inspector) -> None:
    graph = fed("Add", [[4], [5]])
    inspector.inspect(graph)
    renamed = {**graph.nodes, "a": replace(graph.nodes["a"], name="picture")}
    fault = inspector.inspect(Graph(renamed, graph.wires))[LAYER].fault
    assert fault is not None
    assert "“picture”" in fault.message


def test_a_shared_layer_is_made_anew_for_all_who_call_it(inspector: Inspector) -> None:
    inspector.inspect(SHARED)
    wider = {
        id_: replace(node, params={**node.params, "shape": [20]}) if node.type == INPUT else node
        for id_, node in SHARED.nodes.items()
    }
    reports = inspector.inspect(Graph(wider, SHARED.wires))
    assert all(report.fault is None for report in reports.values())
    assert reports["encode"].parameters == 20 * 7 + 7
    one = {**SHARED.nodes, "right": wider["right"]}
    fault = inspector.inspect(Graph(one, SHARED.wires))["again"].fault
    assert fault is not None
    assert "made for 12 values" in fault.message


def test_memory_does_not_grow_with_edits(inspector: Inspector) -> None:
    import gc

    def edit(times: int) -> None:
        for size in range(times):
            params = {"units": 1000 + size % 5, "kernel_regularizer": "l2"}
            inspector.inspect(fed("Dense", [[100_000 + size]], params))
            inspector.inspect(fed("MultiHeadAttention", [[4, 8 + size % 7]] * 2))

    edit(40)
    gc.collect()
    before = psutil.Process().memory_info().rss
    edit(120)
    gc.collect()
    # One such Dense would take 400 MB if its weights were made.
    assert psutil.Process().memory_info().rss - before < 30 * 2**20


def test_nothing_is_left_of_the_scope_in_which_layers_are_made(inspector: Inspector) -> None:
    import keras

    inspector.inspect(IMAGES)
    layer = keras.layers.Dense(3)
    layer.build((None, 2))
    assert layer.get_weights()[0].shape == (2, 3)


def test_an_inspection_that_is_superseded_ends_early_and_says_nothing() -> None:
    from builder.engine.worker.inspector import inspect

    said: list[object] = []
    context = Context(said.append)
    inspect(Inspect(1, IMAGES), context)
    assert [type(event) for event in said] == [Inspected]
    context.stopping.set()
    inspect(Inspect(2, TEXTS), context)
    assert len(said) == 1


# --- incremental equals fresh


START = drawn(
    {
        "in": ("Input", {"shape": [6]}),
        "side": ("Input", {"shape": [6]}),
        "a": ("Dense", {"units": 4}),
        "b": ("Dense", {"units": 4}),
        "add": ("Add", {}),
        "cat": ("Concatenate", {}),
        "seq": ("Reshape", {"target_shape": [2, 2]}),
        "lstm": ("LSTM", {"units": 3}),
    },
    "in -> a",
    "side -> b",
    "a -> add",
    "b -> add",
    "add -> seq",
    "seq -> lstm",
    "lstm -> cat",
)
IDS = st.sampled_from(list(START.nodes))
EDITS = st.one_of(
    st.tuples(st.just("size"), IDS, st.sampled_from([2, 4, 6, -1])),
    st.tuples(st.just("rename"), IDS, st.sampled_from(["x", "y", "lstm"])),
    st.tuples(st.just("wire"), IDS, IDS),
    st.tuples(st.just("cut"), IDS, IDS),
    st.tuples(st.just("remove"), IDS, st.none()),
    st.tuples(st.just("restore"), IDS, st.none()),
    st.tuples(st.just("share"), st.sampled_from(["a", "b"]), st.sampled_from(["a", "b"])),
)
_SIZE = {"Dense": "units", "LSTM": "units", "Input": "shape", "Reshape": "target_shape"}


def edited(graph: Graph, kind: str, one: str, other: Any) -> Graph:
    """The graph after a random edit, or itself where the edit makes no sense."""
    nodes, wires = dict(graph.nodes), graph.wires
    if kind == "restore":
        nodes.setdefault(one, START.nodes[one])
    if one not in nodes or (kind in ("wire", "cut", "share") and other not in nodes):
        return Graph(nodes, wires)
    node = nodes[one]
    if kind == "size":
        key = _SIZE.get(node.type.rpartition(".")[2])
        if key is not None and node.shares is None:
            value = [other] if key in ("shape", "target_shape") else other
            nodes[one] = replace(node, params={**node.params, key: value})
    elif kind == "rename":
        nodes[one] = replace(node, name=other)
    elif kind == "wire" and catalog().ports_of(nodes[other]).inputs:
        port = catalog().ports_of(nodes[other]).inputs[0]
        kept = [w for w in wires if port.variadic or w.target.node != other]
        wires = (*kept, Wire(OutputRef(one), PortRef(other, port.name)))
    elif kind == "cut":
        wires = tuple(w for w in wires if (w.source.node, w.target.node) != (one, other))
    elif kind == "remove":
        del nodes[one]
        wires = tuple(w for w in wires if one not in (w.source.node, w.target.node))
        nodes = {
            key: START.nodes[key] if value.shares == one else value for key, value in nodes.items()
        }
    elif kind == "share" and one != other and nodes[other].shares is None:
        nodes[one] = replace(node, shares=other, params={})
    return Graph(nodes, wires)


def told(reports: Mapping[str, NodeReport]) -> Iterator[object]:
    """Reports without the tracebacks, which may differ in what they passed through."""
    for id_, report in sorted(reports.items()):
        fault = report.fault and replace(report.fault, detail="")
        yield id_, replace(report, fault=fault)


@pytest.mark.slow
@settings(max_examples=some(12), deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=10))
def test_whatever_was_edited_the_answer_is_that_of_a_fresh_inspector(
    edits: list[tuple[str, str, Any]],
) -> None:
    inspector = fresh()
    graph = START
    inspector.inspect(graph)
    for kind, one, other in edits:
        graph = edited(graph, kind, one, other)
        assert list(told(inspector.inspect(graph))) == list(told(fresh().inspect(graph)))


def test_a_refusal_of_codegen_is_the_fault() -> None:
    graph = fed("Dense", [[4]], {"units": "many"})
    with pytest.raises(CannotGenerate) as refused:
        fragment(graph.nodes[LAYER], {"inputs": ["x"]}, catalog())
    report = fresh().inspect(graph)[LAYER]
    assert report.fault is not None
    assert report.fault.message == refused.value.message


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("Dense", {"units": 4, "bias_initializer": "identity"}, "makes weights of 2 axes"),
        ("Dense", {"units": 4, "bias_initializer": "orthogonal"}, "at least 2 axes; bias has 1"),
        ("Dense", {"units": 4, "kernel_initializer": "stft"}, "3 axes; kernel has 2"),
        ("LSTM", {"units": 4, "bias_initializer": "identity"}, "2 axes; bias has 1"),
        ("LSTM", {"units": 4, "dtype": "bfloat16"}, "or the dtype mixed_bfloat16"),
        ("LSTM", {"units": 4, "dtype": "mixed_bfloat16"}, ""),
    ],
)
def test_an_initializer_that_does_not_fit_is_told(
    inspector: Inspector, name: str, params: dict[str, Any], said: str
) -> None:
    """The code would fail in it, and weights without values ask for none."""
    shape = [6] if name == "Dense" else [6, 4]
    fault = inspector.inspect(fed(name, [shape], params))[LAYER].fault
    assert said in fault.message if fault is not None else said == ""
