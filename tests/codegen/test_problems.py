"""The one list of what is wrong: it tells all that `generate` refuses, and tells it everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.codegen.problems import has_error, merged, problems
from builder.document import edits
from builder.document.fitting import fit_to_data
from builder.document.graph import Graph, OutputRef, PortRef, Wire
from builder.document.mending import mend
from builder.document.plan import Bundled, DataPlan, Feature, Split, Target
from builder.document.problems import Problem
from builder.document.project import Project
from tests.build import chain
from tests.codegen.graphs import nested_projects, projects
from tests.codegen.networks import GOLDEN

CATALOG = load_catalog()


def with_node(project: Project, id_: str, **changes: object) -> Project:
    nodes = {**project.graph.nodes, id_: replace(project.graph.nodes[id_], **changes)}
    return replace(project, graph=Graph(nodes, project.graph.wires))


@pytest.mark.parametrize("name", GOLDEN)
def test_a_project_in_order_has_no_errors(name: str) -> None:
    assert not has_error(problems(GOLDEN[name](), CATALOG))


def test_raw_scores_for_a_loss_of_probabilities_are_told_and_mended() -> None:
    target = Target("species", "multiclass", ("a", "b", "c"))
    data = DataPlan(Bundled("iris"), features=(Feature("table", (4,)),), targets=(target,))
    project = fit_to_data(replace(chain("Input", "Dense", "Output", catalog=CATALOG), data=data))
    assert [p for p in problems(project, CATALOG) if p.node == "n2"] == []
    raw = edits.set_params(project, {"n2": {"units": 64, "activation": "linear"}})
    (found,) = (p for p in problems(raw, CATALOG) if p.node == "n2")
    assert found.severity == "warning"
    assert "raw scores" in found.message
    (fix,) = found.fixes
    assert fix.title == "Use softmax with 3 units"
    assert mend(raw, fix, CATALOG.ports_of)[0] == project


@given(projects(ops=True) | nested_projects(ops=True), st.data())
def test_what_generate_refuses_is_on_the_list(project: Project, data: st.DataObject) -> None:
    nodes = project.graph.nodes
    gone = data.draw(st.sampled_from([None, *nodes]))
    if gone is not None:
        project = edits.remove(project, [gone])
    found = problems(project, CATALOG)
    if not has_error(found):
        generate(project, CATALOG)
    named = [problem.node for problem in found if problem.node is not None]
    assert len(named) == len(set(named))


def test_every_wrong_node_is_named_with_its_own_reason() -> None:
    project = chain("Input", "Dense", "Dense", "Dense", "Output")
    project = with_node(project, "n2", params={"units": -1})
    project = with_node(project, "n3", type="keras.layers.Magic\n")
    project = with_node(project, "n4", name="größe")
    reasons = {problem.node: problem.message for problem in problems(project, CATALOG)}
    assert "units" in reasons["n2"]
    assert "keras.layers.Magic" in reasons["n3"]
    assert "\n" not in reasons["n3"]
    assert "TensorFlow" in reasons["n4"]


def test_a_wire_at_a_port_that_is_not_there_is_a_problem() -> None:
    project = chain("Input", "Dense", "Output")
    wires = (*project.graph.wires, Wire(OutputRef("n1"), PortRef("n2", "mask")))
    wrong = replace(project, graph=Graph(project.graph.nodes, wires))
    (problem,) = problems(wrong, CATALOG)
    assert (problem.node, problem.severity) == ("n2", "error")
    assert "mask" in problem.message
    assert not problems(project, CATALOG), "what was found of the node was kept for other wires"


def test_a_plan_that_cannot_be_followed_is_a_problem_of_the_project() -> None:
    project = GOLDEN["digits"]()
    unsplit = replace(project, data=replace(project.data, split=Split(0.0, 0.2)))
    errors = [p for p in problems(unsplit, CATALOG) if p.severity == "error"]
    assert [problem.node for problem in errors] == [None]
    assert "shares" in errors[0].message


def test_the_plan_is_judged_once_the_network_is_in_order() -> None:
    project = GOLDEN["digits"]()
    output = next(n for n in project.graph.nodes.values() if n.type == "output")
    unbound = with_node(project, output.id, params={**output.params, "target": "letter"})
    (problem,) = [p for p in problems(unbound, CATALOG) if p.severity == "error"]
    assert (problem.node, "letter" in problem.message) == (output.id, True)


GRADES = st.sampled_from(["error", "warning", "info"])


@given(st.lists(st.builds(Problem, GRADES, st.text(), st.sampled_from(["a", "b", None]))))
def test_of_each_node_the_worst_is_told_and_the_worst_comes_first(found: list[Problem]) -> None:
    told = merged(found)
    ranks = ["error warning info".index(problem.severity) for problem in told]
    assert ranks == sorted(ranks)
    assert [p for p in told if p.node is None] == sorted(
        (p for p in found if p.node is None), key=lambda p: "error warning info".index(p.severity)
    )
    for node in {problem.node for problem in found} - {None}:
        (one,) = [problem for problem in told if problem.node == node]
        grades = [problem.severity for problem in found if problem.node == node]
        assert one.severity == min(grades, key="error warning info".index)


def test_a_layer_cannot_have_the_name_that_keras_gives_to_an_op() -> None:
    catalog = load_catalog()
    project = chain("Input", ("Dense", {"units": 4}), ("add", {"x2": 1}), "Output", catalog=catalog)
    assert not has_error(problems(project, catalog))
    project = edits.rename(project, project.graph.by_name["dense"].id, "add_3")
    (problem,) = [p for p in problems(project, catalog) if p.severity == "error"]
    assert "gives to the op “add”" in problem.message
    mended, _ = mend(project, problem.fixes[0], catalog.ports_of)
    assert "add_3_layer" in mended.graph.by_name
    assert not has_error(problems(mended, catalog))


def test_an_op_needs_a_wire_and_for_the_rest_a_wire_or_a_number() -> None:
    catalog = load_catalog()
    project = chain("Input", "add", "Output", catalog=catalog)
    said = [p.message for p in problems(project, catalog) if p.severity == "error"]
    assert said == ["“add” still needs a wire or a number at “x2”."]
    add = project.graph.by_name["add"].id
    project = edits.set_params(project, {add: {"x1": 1, "x2": 2}})
    assert not has_error(problems(project, catalog))  # the wire at x1 goes before its number
    project = edits.disconnect(project, project.graph.into(add))
    assert "still needs a wire" in " ".join(p.message for p in problems(project, catalog))


def test_parameters_that_do_not_fit_are_reset_by_a_button() -> None:
    catalog = load_catalog()
    project = chain("Input", "Dense", "Output", catalog=catalog)
    dense = project.graph.by_name["dense"].id
    spoiled = edits.set_params(project, {dense: {"units": -3, "use_bias": "no", "unit": 1}})
    (problem,) = [p for p in problems(spoiled, catalog) if p.node == dense]
    assert problem.fixes[0].title == "Reset units, use_bias, unit"
    mended, _ = mend(spoiled, problem.fixes[0], catalog.ports_of)
    assert mended.graph.nodes[dense].params == project.graph.nodes[dense].params
