"""Blocks: what goes in comes out the same, and wires keep to their ports."""

import pytest
from msgspec.structs import replace

from builder.document import blocks, edits, parts, topology
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, DEEPEST, INPUT, OUTPUT, OutputRef, PortRef, Wire
from builder.document.project import Project
from tests.build import SMALL, chain

PORTS = SMALL.ports_of


def wire(source: str, target: str, port: str = "inputs", output: str = "output") -> Wire:
    return Wire(OutputRef(source, output), PortRef(target, port))


def grouped() -> tuple[Project, str]:
    """input -> [dense, dropout] -> dense_2 -> output, the middle in a block."""
    return blocks.group(chain("Input", "Dense", "Dropout", "Dense", "Output"), {"n2", "n3"}, "body")


def test_a_block_has_a_port_for_each_tensor_that_crosses_its_edge() -> None:
    project, block = grouped()
    graph = project.graph
    ports = graph.ports(graph.nodes[block], PORTS)
    assert [port.name for port in ports.inputs] == ["input"]
    assert [port.name for port in ports.outputs] == ["dropout_2"]
    assert wire("n1", block, "input") in graph.wires
    assert wire(block, "n4", output="dropout_2") in graph.wires
    assert {n.name for n in graph.level(block).nodes.values()} == {
        "input",
        "dense",
        "dropout",
        "dropout_2",
    }
    assert set(graph.level().nodes) == {"n1", "n4", "n5", block}


def test_ungroup_gives_back_what_was_grouped() -> None:
    before = chain("Input", "Dense", "Dropout", "Dense", "Output")
    project, block = grouped()
    after, freed = blocks.ungroup(project, block)
    assert set(freed) == {"n2", "n3"}
    assert dict(after.graph.nodes) == dict(before.graph.nodes)
    assert set(after.graph.wires) == set(before.graph.wires)
    assert after.layout.positions == before.layout.positions


def test_renaming_an_inner_port_keeps_the_wires_outside() -> None:
    project, block = grouped()
    inner = project.graph.level(block)
    (entry,), (leaving,) = inner.of_type(INPUT), inner.of_type(OUTPUT)
    project = edits.rename(project, entry.id, "pixels")
    project = edits.rename(project, leaving.id, "features")
    assert wire("n1", block, "pixels") in project.graph.wires
    assert wire(block, "n4", output="features") in project.graph.wires


def test_deleting_an_inner_port_cuts_the_wire_outside() -> None:
    project, block = grouped()
    (entry,) = project.graph.level(block).of_type(INPUT)
    project = edits.remove(project, {entry.id})
    assert not project.graph.into(block)


def test_deleting_a_block_takes_its_inside_along() -> None:
    project, block = grouped()
    project = edits.remove(project, {block})
    assert set(project.graph.nodes) == {"n1", "n4", "n5"}


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ({"n1", "n2"}, "stays outside"),
        ({"n2", "n4"}, "stands between"),
        (set[str](), "Select the layers"),
    ],
)
def test_group_refuses_with_a_reason(nodes: set[str], reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        blocks.group(chain("Input", "Dense", "Dropout", "Dense", "Output"), nodes)


def test_wires_do_not_cross_the_edge_of_a_block() -> None:
    project, _ = grouped()
    with pytest.raises(EditRefused, match="not in the same block"):
        edits.connect(project, wire("n1", "n3"), PORTS)


def test_blocks_nest_and_levels_know_their_path() -> None:
    project, outer = grouped()
    project, inner = blocks.group(project, {"n2"}, "core")
    assert project.graph.path("n2") == (outer, inner)
    assert project.graph.inside([outer]) >= {"n2", "n3", inner}
    project, _ = blocks.ungroup(project, outer)
    assert project.graph.path("n2") == (inner,)


def test_copies_of_a_block_have_an_inside_of_their_own() -> None:
    project, block = grouped()
    part = parts.copy(project, {block})
    project, (copy,), _ = parts.paste(project, part)
    graph = project.graph
    assert graph.nodes[copy].name == "body_2"
    assert len(graph.level(copy).nodes) == len(graph.level(block).nodes)
    assert len(graph.level(copy).wires) == len(graph.level(block).wires)
    assert not topology.cycle(graph)


def test_repeat_needs_one_way_through() -> None:
    project, block = grouped()
    project = blocks.repeat(project, block, 3)
    assert blocks.repeats(project.graph.nodes[block]) == 3
    with pytest.raises(EditRefused, match="3 copies"):
        blocks.ungroup(project, block)
    project = blocks.repeat(project, block, 1)
    assert "repeat" not in project.graph.nodes[block].params
    with pytest.raises(EditRefused, match="no block"):
        blocks.repeat(project, "n4", 2)


def test_a_shared_block_outlives_its_owner() -> None:
    project, block = grouped()
    project, again = blocks.use_again(project, block, (300.0, 0.0))
    graph = project.graph
    assert graph.ports(graph.nodes[again], PORTS) == graph.ports(graph.nodes[block], PORTS)
    project = edits.remove(project, {block})
    heir = project.graph.nodes[again]
    assert (heir.type, heir.shares) == (BLOCK, None)
    assert len(project.graph.level(again).nodes) == 4


def test_a_layer_used_again_has_one_set_of_parameters() -> None:
    project = chain("Input", "Dense", "Output")
    project, again = blocks.use_again(project, "n2", (300.0, 0.0))
    project = edits.set_params(project, {again: {"units": 7}})
    assert project.graph.nodes["n2"].params["units"] == 7
    assert project.graph.nodes[again].params == {}


def test_a_merge_keeps_the_order_of_its_inputs() -> None:
    project = chain("Input", "Dense", "Add", "Output")
    project = edits.connect(project, wire("n1", "n3"), PORTS)  # dense first, then input
    outside, block = blocks.group(project, {"n2"})
    assert [w.source.node for w in outside.graph.into("n3")] == [block, "n1"]
    inside, block = blocks.group(project, {"n3"})
    entries = [inside.graph.nodes[w.source.node].name for w in inside.graph.into("n3")]
    assert entries == ["dense", "input"]
    for grouped_ in (outside, inside):
        back, _ = blocks.ungroup(grouped_, next(iter(grouped_.graph.of_type(BLOCK))).id)
        assert [w.source.node for w in back.graph.into("n3")] == ["n2", "n1"]


def test_ports_stand_in_reading_direction() -> None:
    project = chain("Input", "Dense", "Output")
    right = replace(project, layout=replace(project.layout, direction="right"))
    for before, axis in ((project, 1), (right, 0)):
        after, block = blocks.group(before, {"n2"})
        level, places = after.graph.level(block), after.layout.positions
        (entry,), (leaving,) = level.of_type(INPUT), level.of_type(OUTPUT)
        assert places[entry.id][axis] < places["n2"][axis] < places[leaving.id][axis]


def test_blocks_nest_only_as_deep_as_a_file_may_hold() -> None:
    project = chain("Input", "Dense", "Output")
    for _ in range(DEEPEST):
        project, _block = blocks.group(project, {"n2"})
    assert project.graph.depth == DEEPEST
    with pytest.raises(EditRefused, match="deep"):
        blocks.group(project, {"n2"})
