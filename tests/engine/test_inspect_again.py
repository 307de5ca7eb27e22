"""What the Inspector remembers from one edit to the next, and that it never shows."""

from collections.abc import Iterator, Mapping
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.document.graph import INPUT, Graph, OutputRef, PortRef, Wire
from builder.engine.messages import Inspect, Inspected, NodeReport
from builder.engine.worker.context import Context
from tests.engine.inspected import IMAGES, SHARED, TEXTS, Inspector, drawn, fresh
from tests.engine.networks import LAYER, catalog, fed
from tests.thorough import some

pytestmark = pytest.mark.keras


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
