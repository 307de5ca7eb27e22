"""Blocks, copies and shared layers: the canvas tells what the exported model has."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.codegen import generate
from builder.codegen.problems import has_error, problems
from builder.document import blocks, edits
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.plan import TrainingPlan
from builder.document.project import Project
from builder.engine.messages import (
    Evaluate,
    Evaluated,
    Failed,
    NodeReport,
    Predict,
    Predicted,
    RunEnded,
    Train,
)
from builder.engine.worker.context import Context
from tests.build import chain
from tests.codegen.networks import nested, with_params
from tests.engine.networks import catalog
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import completed, run_of
from tests.thorough import some

pytestmark = pytest.mark.keras


def inspected(graph: Graph) -> dict[str, NodeReport]:
    from builder.engine.worker.inspector import Inspector

    return Inspector(catalog()).inspect(graph)


def built(project: Project) -> Any:
    """The model that the exported code builds."""
    namespace: dict[str, Any] = {"__name__": "model"}
    exec(generate(project, catalog()).source, namespace)
    return namespace["build_model"]()


def compare(project: Project) -> None:
    """What is told of the top level is what the exported model has there."""
    graph = project.graph
    assert not has_error(problems(project, catalog()))
    reports = inspected(graph)
    assert {id_: r.fault for id_, r in reports.items() if r.fault} == {}
    model = built(project)
    top = [reports[id_] for id_ in graph.level().nodes]
    assert sum(report.parameters for report in top) == model.count_params()
    trainable = sum(int(weight.shape.num_elements()) for weight in model.trainable_weights)
    assert sum(report.trainable for report in top) == trainable
    for node in graph.level().nodes.values():
        if node.type != OUTPUT:
            continue
        (wire,) = graph.into(node.id)
        told = reports[wire.source.node].outputs[wire.source.output]
        output = model.output[node.name] if isinstance(model.output, dict) else model.output
        assert (told.shape, told.dtype) == (tuple(output.shape), output.dtype)


def test_the_network_of_the_golden_file() -> None:
    project = nested()
    compare(project)
    reports = inspected(project.graph)
    model = built(project)
    layer = model.get_layer("residual_1")
    assert reports["residual"].parameters == 3 * layer.count_params()
    assert reports["body"].parameters == reports["residual"].parameters // 3
    assert reports["twins"].parameters == model.get_layer("twins").count_params()
    assert reports["again"].parameters == 0
    assert reports["again"].flops == reports["twins"].flops > 0
    assert reports["conv"].outputs["output"].shape == (None, 8, 8, 16)
    assert reports["residual"].outputs["sum"].shape == (None, 8, 8, 16)
    assert list(reports["twins"].outputs) == ["near_by", "far_away"]
    assert reports.keys() == project.graph.nodes.keys()


def test_each_copy_sees_what_the_one_before_gives() -> None:
    project, body = blocks.group(
        chain(
            ("Input", {"shape": [64, 3]}),
            ("Conv1D", {"filters": 5, "kernel_size": 3}),
            "MaxPooling1D",
            "Output",
            catalog=catalog(),
        ),
        {"n2", "n3"},
        "down",
    )
    project = blocks.repeat(project, body, 4)
    compare(project)
    reports = inspected(project.graph)
    (shape,) = (spec.shape for spec in reports[body].outputs.values())
    assert shape == (None, 2, 5)
    assert reports[body].parameters == (3 * 3 * 5 + 5) + 3 * (3 * 5 * 5 + 5)
    assert reports["n2"].parameters == 3 * 3 * 5 + 5
    fault = inspected(blocks.repeat(project, body, 6).graph)[body].fault
    assert fault is not None
    assert fault.message.startswith("Copy 5 of “down” has a problem: The 3 kernel of")


def test_copies_that_are_alike_cost_nothing() -> None:
    project, body = blocks.group(chain("Input", "Dense", "Output", catalog=catalog()), {"n2"})
    reports = inspected(blocks.repeat(project, body, 1000).graph)
    assert reports[body].parameters == reports["n2"].parameters + 999 * (64 * 64 + 64)


def test_more_layers_than_can_be_built_are_refused() -> None:
    project = chain("Input", "Dense", "Output", catalog=catalog())
    inner = {"n2"}
    for _ in range(3):
        project, block = blocks.group(project, inner)
        project = blocks.repeat(project, block, 1000)
        inner = {block}
    assert "1,002,001,000 layers" not in str(inspected(project.graph)[block].fault)
    assert "at most 20,000" in str(inspected(project.graph)[block].fault)
    assert any("at most 20,000" in p.message for p in problems(project, catalog()))


SOURCES = {
    "dense": ("keras.layers.Dense", {"units": 4}),
    "norm": ("keras.layers.BatchNormalization", {}),
    "relu": ("keras.layers.ReLU", {}),
    "wide": ("keras.layers.Dense", {"units": 8}),
    "drop": ("keras.layers.Dropout", {"rate": 0.5}),
    "add": ("keras.layers.Add", {}),
    "join": ("keras.layers.Concatenate", {}),
    "split": ("keras.layers.LSTM", {"units": 8, "return_sequences": True, "return_state": True}),
}


@st.composite
def networks(draw: st.DrawFn) -> Project:
    """A network of layers that mostly suit each other, with parts grouped, repeated and shared."""
    project = Project()
    ends: list[OutputRef] = []

    def add(type_: str, params: Mapping[str, Any], *sources: OutputRef) -> OutputRef:
        nonlocal project
        name = edits.snake_case(type_.rpartition(".")[2])
        project, id_ = edits.add(project, type_, (0.0, 0.0), name=name, params=params)
        wires = tuple(Wire(source, PortRef(id_)) for source in sources)
        graph = project.graph
        project = replace(project, graph=Graph(graph.nodes, (*graph.wires, *wires)))
        return OutputRef(id_)

    ends = [add(INPUT, {"shape": [6, 8]}) for _ in range(draw(st.integers(1, 2)))]
    for _ in range(draw(st.integers(2, 8))):
        kind = draw(st.sampled_from(list(SOURCES)))
        type_, params = SOURCES[kind]
        many = draw(st.lists(st.sampled_from(ends), min_size=2, max_size=3))
        sources = many if kind in ("add", "join") else many[:1]
        ends.append(add(type_, params, *dict.fromkeys(sources)))
    loose = [end for end in ends if not project.graph.out_of(end.node)]
    if len(loose) > 1:
        loose = [add("keras.layers.Concatenate", {}, *loose)]
    add(OUTPUT, {}, *loose)
    if draw(st.booleans()):
        add(OUTPUT, {}, draw(st.sampled_from(ends)))
    for _ in range(draw(st.integers(1, 4))):
        level = project.graph.level(draw(st.sampled_from(list(project.graph.children))))
        layers = [n.id for n in level.nodes.values() if n.type not in (INPUT, OUTPUT)]
        if not layers:
            continue
        try:
            chosen = draw(st.sets(st.sampled_from(layers), min_size=1, max_size=4))
            grouped, block = blocks.group(project, chosen)
            if not grouped.graph.level(block).of_type(OUTPUT):
                continue
            project = grouped
            project = blocks.repeat(project, block, draw(st.integers(1, 3)))
        except EditRefused:
            continue
        ports = project.graph.ports(project.graph.nodes[block], catalog().ports_of)
        if len(ports.inputs) == len(ports.outputs) == 1 and draw(st.booleans()):
            project = chained(project, block)
    return project


def chained(project: Project, block: str) -> Project:
    """The block a second time, right behind itself."""
    project, again = blocks.use_again(project, block, (0.0, 0.0))
    ports = project.graph.ports(project.graph.nodes[block], catalog().ports_of)
    source, target = ports.outputs[0].name, ports.inputs[0].name
    wires = [
        replace(wire, source=OutputRef(again, source)) if wire.source.node == block else wire
        for wire in project.graph.wires
    ]
    link = Wire(OutputRef(block, source), PortRef(again, target))
    return replace(project, graph=Graph(project.graph.nodes, (*wires, link)))


@pytest.mark.slow
@settings(max_examples=some(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_any_network_is_told_as_it_is_built(project: Project) -> None:
    assume(not problems(project, catalog()))
    if any(report.fault for report in inspected(project.graph).values()):
        with pytest.raises(Exception):  # noqa: B017, PT011 - Keras raises what it likes
            built(project)
    else:
        compare(project)


def small(inner: list[Node], wires: list[Wire]) -> Project:
    """input (4, 8) -> block “body” -> output, with these nodes inside."""
    nodes = [
        Node("in", "in", INPUT, {"shape": [4, 8]}),
        Node("body", "body", BLOCK),
        Node("out", "out", OUTPUT),
        *(replace(node, parent="body") for node in inner),
    ]
    outer = [
        Wire(OutputRef("in"), PortRef("body", "way_in")),
        Wire(OutputRef("body", "way_out"), PortRef("out")),
    ]
    return Project(graph=Graph({node.id: node for node in nodes}, (*outer, *wires)))


def inside(shape: list[int | None] | None, type_: str, **params: Any) -> Project:
    given = {} if shape is None else {"shape": shape}
    nodes = [
        Node("way_in", "way_in", INPUT, given),
        Node("layer", "layer", f"keras.layers.{type_}", params),
        Node("way_out", "way_out", OUTPUT),
    ]
    wires = [
        Wire(OutputRef("way_in"), PortRef("layer")),
        Wire(OutputRef("layer"), PortRef("way_out")),
    ]
    return small(nodes, wires)


def test_a_shape_set_inside_wins_and_must_suit() -> None:
    compare(inside([4, 8], "Dense", units=3))
    project = inside([None, 8], "Dense", units=3)
    compare(project)
    reports = inspected(project.graph)
    assert reports["layer"].outputs["output"].shape == (None, None, 3)
    assert reports["body"].outputs["way_out"].shape == (None, 4, 3)
    fault = inspected(inside([4, 9], "Dense", units=3).graph)["body"].fault
    assert fault is not None
    assert "(None, 4, 9) at “way_in”" in fault.message
    assert "received (None, 4, 8)" in fault.message


def test_a_fault_inside_is_on_the_layer_and_told_of_the_block() -> None:
    reports = inspected(inside(None, "Conv2D", filters=2, kernel_size=3).graph)
    on_layer, on_block = reports["layer"].fault, reports["body"].fault
    assert on_layer is not None
    assert on_layer.node == "layer"
    assert on_block is not None
    assert on_block.node == "body"
    assert on_block.message.startswith("“layer” inside “body” has a problem: ")
    assert not reports["out"].outputs


def test_the_inside_is_told_before_anything_is_connected() -> None:
    project = inside([4, 8], "Dense", units=3)
    lone = replace(project, graph=Graph(project.graph.nodes, project.graph.wires[2:]))
    reports = inspected(lone.graph)
    assert reports["layer"].outputs["output"].shape == (None, 4, 3)
    assert reports["body"] == NodeReport()


def test_a_block_used_again_must_take_the_same_shape() -> None:
    narrow = with_params(nested(), "wide", units=1000)
    fault = inspected(narrow.graph)["twins"].fault
    assert fault is not None
    assert "the shape set inside it; received (None, 1000)" in fault.message
    fault = inspected(with_params(narrow, "right", shape=[1000]).graph)["again"].fault
    assert fault is not None
    assert "expects (None, 1024) at “left”, where it is used first" in fault.message


def test_an_edit_inside_a_block_is_seen_and_the_rest_is_kept() -> None:
    from builder.engine.worker.inspector import Inspector

    inspector = Inspector(catalog())
    project = nested()
    before = inspector.inspect(project.graph)
    changed = with_params(with_params(project, "conv", kernel_size=[5, 5]), "near", units=9)
    after = inspector.inspect(changed.graph)
    assert after == inspected(changed.graph)
    assert after["residual"].parameters > before["residual"].parameters
    assert inspector.inspect(project.graph) == before


def test_a_failure_inside_a_block_is_the_inner_layers() -> None:
    from builder.engine.worker.run_module import node_named_in

    text = "Graph execution error: at model_1/residual_1/body_1/conv_1/Conv2D"
    assert node_named_in(text, nested().graph) == "conv"


def test_a_head_in_a_block_is_named_when_it_does_not_suit_the_data(tmp_path: Path) -> None:
    from builder.engine.worker.train import train

    project = replace(nested(), training=TrainingPlan(epochs=1))
    project, _ = blocks.group(with_params(project, "scores", units=4), {"all", "scores"}, "head")
    recording = Recording()
    train(Train(1, str(run_of(project, tmp_path))), recording.context)
    fault = recording.only(Failed).fault
    assert fault.node == "scores"
    assert "Set the units of “scores” to 10" in fault.message


@pytest.mark.slow
def test_a_network_of_blocks_trains_is_scored_and_predicts(tmp_path: Path) -> None:
    from builder.engine.worker.evaluate import evaluate
    from builder.engine.worker.predict import predict
    from builder.engine.worker.train import train

    project = replace(nested(), data=completed(nested().data), training=TrainingPlan(epochs=1))
    run = run_of(project, tmp_path)
    recording = Recording()
    train(Train(1, str(run)), recording.context)
    assert recording.only(RunEnded).status == "completed"
    before = _scored(evaluate, run)
    evaluate_again = _scored(evaluate, run)  # by then the model is read from its file, or is kept
    assert evaluate_again.loss == pytest.approx(before.loss, abs=1e-5)
    rows = {"image": [[[[0.0]] * 8] * 8]}
    recording = Recording()
    predict(Predict(3, str(run), rows=rows), recording.context)
    assert recording.only(Predicted).count == 1


def _scored(evaluate: Callable[[Evaluate, Context], None], run: Path) -> Evaluated:
    recording = Recording()
    evaluate(Evaluate(2, str(run)), recording.context)
    return recording.only(Evaluated)


def inline(project: Project, *names: str) -> tuple[Project, str]:
    """The named nodes of the top level in an inline block. Returns its id as well."""
    by_name = project.graph.level().by_name
    project, block = blocks.group(project, [by_name[name].id for name in names], "part")
    return edits.set_params(project, {block: {blocks.KIND: blocks.INLINE}}), block


def test_an_inline_block_is_told_as_its_layers_are_and_changes_no_config() -> None:
    flat = chain("Input", "Dense", "Dropout", "Dense", "Output")
    names = [node.name for node in flat.graph.nodes.values()]
    project, block = inline(flat, *names[1:4])
    assert json.loads(built(project).to_json()) == json.loads(built(flat).to_json())
    compare(project)
    reports = inspected(project.graph)
    entry = project.graph.level(block).of_type(INPUT)[0]
    first = inspected(flat.graph)[flat.graph.by_name[names[0]].id]
    assert reports[entry.id].outputs == first.outputs
    loose = replace(project, graph=Graph(project.graph.nodes, ()))
    assert all(report.fault is None for report in inspected(loose.graph).values())
