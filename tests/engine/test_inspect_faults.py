"""What the Inspector says of what Keras refuses: a sentence, and the rest is told."""

from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from builder.codegen import CannotGenerate, fragment
from builder.document.graph import INPUT, Graph, Node
from builder.engine.messages import NodeReport
from tests.engine.inspected import Inspector, drawn, fresh, shape_of
from tests.engine.networks import LAYER, catalog, fed

pytestmark = pytest.mark.keras


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
    assert (fault is None) == (said == "")
    assert fault is None or said in fault.message
