"""Bypassed layers: on the canvas, in the file, and not in the network that counts."""

import pytest
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.codegen.problems import problems
from builder.document import blocks, edits
from builder.document.bypass import bypass, effective, in_effect, passed
from builder.document.edits import EditRefused
from builder.document.graph import Graph, OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.storage.project_file import decode, encode
from tests.build import SMALL, chain

CATALOG = load_catalog()


def id_of(project: Project, name: str) -> str:
    return project.graph.by_name[name].id


def pairs(project: Project) -> list[tuple[str, str]]:
    nodes = project.graph.nodes
    return [(nodes[w.source.node].name, nodes[w.target.node].name) for w in project.graph.wires]


def without(project: Project, *names: str) -> Project:
    return in_effect(bypass(project, [id_of(project, name) for name in names]))


PROJECT = chain("Input", "Dense", "Dropout", "Dense", "Output")


def test_what_feeds_it_feeds_what_it_fed() -> None:
    assert pairs(without(PROJECT, "dropout")) == [
        ("input", "dense"),
        ("dense", "dense_2"),
        ("dense_2", "output"),
    ]


def test_several_in_a_row() -> None:
    assert pairs(without(PROJECT, "dense", "dropout")) == [
        ("input", "dense_2"),
        ("dense_2", "output"),
    ]
    project = bypass(PROJECT, [id_of(PROJECT, "dense"), id_of(PROJECT, "dropout")])
    source = OutputRef(id_of(PROJECT, "input"))
    assert set(passed(project.graph).values()) == {source}


def test_nothing_bypassed_is_the_graph_itself() -> None:
    assert effective(PROJECT.graph) is PROJECT.graph
    assert in_effect(PROJECT) is PROJECT


def test_there_and_back_is_the_same_network() -> None:
    node = id_of(PROJECT, "dropout")
    assert bypass(bypass(PROJECT, [node]), [node], on=False) == PROJECT


def test_the_order_of_a_merge_is_kept() -> None:
    project = chain("Input", "Dense", "Dropout", "Add", "Output")
    wire = Wire(OutputRef(id_of(project, "dense")), PortRef(id_of(project, "add")))
    project = edits.connect(project, wire, SMALL.ports_of)
    assert pairs(without(project, "dropout")).count(("dense", "add")) == 2


@pytest.mark.parametrize("name", ["input", "output"])
def test_the_ends_are_refused(name: str) -> None:
    with pytest.raises(EditRefused, match="the model cannot do without it"):
        bypass(PROJECT, [id_of(PROJECT, name)])


def test_what_nothing_feeds_is_refused() -> None:
    project, loose = edits.add(PROJECT, "keras.layers.Flatten", (0, 0), name="flat")
    with pytest.raises(EditRefused, match="no input"):
        bypass(project, [loose])


def test_who_shares_the_layer_of_a_bypassed_one_has_it_for_itself() -> None:
    dense = id_of(PROJECT, "dense")
    project, again = blocks.use_again(PROJECT, dense, (0.0, 0.0))
    wire = Wire(OutputRef(id_of(project, "input")), PortRef(again))
    project = edits.connect(project, wire, SMALL.ports_of)
    found = without(project, "dense").graph.nodes[again]
    assert (found.shares, found.params) == (None, PROJECT.graph.nodes[dense].params)


def test_a_block_goes_with_what_is_inside() -> None:
    project, block = blocks.group(PROJECT, [id_of(PROJECT, "dropout")])
    found = in_effect(bypass(project, [block]))
    assert {node.name for node in found.graph.nodes.values()} == {
        "input",
        "dense",
        "dense_2",
        "output",
    }


def test_it_survives_the_file() -> None:
    project = bypass(PROJECT, [id_of(PROJECT, "dropout")])
    assert decode(encode(project)) == project
    assert b"bypassed" not in encode(PROJECT)


def test_code_and_problems_do_without_it() -> None:
    project = chain("Input", "Flatten", "Dense", "Dropout", "Output", catalog=CATALOG)
    assert "Dropout" in generate(project, CATALOG).source
    bypassed = bypass(project, [id_of(project, "dropout")])
    module = generate(bypassed, CATALOG)
    assert "Dropout" not in module.source
    assert id_of(project, "dropout") not in module.nodes
    broken = edits.set_params(bypassed, {id_of(project, "dropout"): {"rate": "much"}})
    assert [p.node for p in problems(broken, CATALOG) if p.severity == "error"] == []
    again = bypass(broken, [id_of(project, "dropout")], on=False)
    assert id_of(project, "dropout") in [p.node for p in problems(again, CATALOG)]


def test_a_mask_is_no_tensor_to_pass_on() -> None:
    project = chain("Input", "LSTM", "Output")
    lstm = id_of(project, "lstm")
    project, mask = edits.add(project, "keras.Input", (300.0, 0.0), name="mask")
    masked = Wire(OutputRef(mask), PortRef(lstm, "mask"))
    wires = (masked, *project.graph.wires)
    project = replace(project, graph=Graph(project.graph.nodes, wires))
    assert pairs(without(project, "lstm")) == [("input", "output")]
    assert pairs(edits.dissolve(project, lstm)) == [("input", "output")]
