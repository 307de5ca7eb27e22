"""Order, cycles, and the problems that need no Keras to be seen."""

from msgspec.structs import replace

from builder.document import blocks, edits, names, topology
from builder.document.graph import INPUT, Graph, OutputRef, PortRef, Wire
from builder.document.project import Project
from tests.build import SMALL, chain

PORTS = SMALL.ports_of


def messages(project: Project) -> list[str]:
    return [problem.message for problem in topology.problems(project.graph, PORTS)]


def test_a_whole_chain_has_no_problem() -> None:
    assert messages(chain("Input", "Dense", "Output")) == []


def test_an_empty_network_asks_for_both_ends() -> None:
    found = messages(Project())
    assert len(found) == 2
    assert "Input" in found[0]
    assert "Output" in found[1]


def test_each_unfed_port_is_named() -> None:
    project, node = edits.add(
        chain("Input", "Output"), "keras.layers.MultiHeadAttention", (0, 0), name="attend"
    )
    (problem,) = topology.problems(project.graph, PORTS)
    assert problem.node == node
    assert "“query”, “value”" in problem.message


def test_a_loose_end_is_a_warning_on_its_node() -> None:
    project = chain("Input", "Dense", "Output")
    project, node = edits.add(project, "keras.layers.Dropout", (0, 0), name="loose")
    project = edits.connect(project, Wire(OutputRef("n2"), PortRef(node)), PORTS)
    (problem,) = topology.problems(project.graph, PORTS)
    assert (problem.severity, problem.node) == ("warning", node)


def test_a_branch_that_leads_nowhere_is_told_once_at_its_end() -> None:
    project = chain("Input", "Dense", "Dense", "Dense", "Output")
    project = edits.disconnect(project, project.graph.wires[-1:])
    unfed, loose = topology.problems(project.graph, PORTS)
    if unfed.severity == "warning":
        unfed, loose = loose, unfed
    assert (unfed.severity, unfed.node) == ("error", "n5")
    assert (loose.severity, loose.node) == ("warning", "n4")
    assert "the 3 layers before it" in loose.message


def test_without_an_output_only_the_output_is_missed() -> None:
    (problem,) = topology.problems(chain("Input", "Dense").graph, PORTS)
    assert problem.severity == "error"
    assert "no output yet" in problem.message


def test_order_leaves_out_a_cycle_and_what_depends_on_it() -> None:
    project = chain("Input", "Dense", "Dropout", "Output")
    back = Wire(OutputRef("n3"), PortRef("n2"))
    graph = Graph(project.graph.nodes, (*project.graph.wires, back))
    assert topology.order(graph) == ("n1",)
    assert set(topology.cycle(graph)) == {"n2", "n3"}
    assert sum("cycle" in p.message for p in topology.problems(graph, PORTS)) == 2


def test_order_is_stable_and_respects_wires() -> None:
    project = chain(*["Input"], *["Dense"] * 20, "Output")
    place = {node: i for i, node in enumerate(topology.order(project.graph))}
    assert all(place[w.source.node] < place[w.target.node] for w in project.graph.wires)


def test_what_a_change_can_reach() -> None:
    graph = chain("Input", "Dense", "Dropout", "Output").graph
    assert topology.descendants(graph, ["n2"]) == {"n3", "n4"}
    assert topology.ancestors(graph, ["n3"]) == {"n1", "n2"}
    assert topology.reaches(graph, "n1", "n4")
    assert not topology.reaches(graph, "n4", "n1")


def test_a_name_that_tensorflow_refuses_is_a_problem_of_its_node() -> None:
    project = chain("Input", "Dense", "Output")
    hostile = replace(project.graph.nodes["n2"], name='d"); evil() #')
    graph = Graph({**project.graph.nodes, "n2": hostile}, project.graph.wires)
    (problem,) = names.problems(Project(graph=graph))
    assert problem.node == "n2"
    assert "“d_evil”" in problem.message


def test_what_is_wrong_inside_a_block_is_told_of_its_nodes() -> None:
    project, block = blocks.group(chain("Input", "Dense", "Dropout", "Output"), {"n2", "n3"})
    assert messages(project) == []
    (entry,) = project.graph.level(block).of_type(INPUT)
    project = edits.remove(project, {entry.id})
    found = {p.node: p.message for p in topology.problems(project.graph, PORTS)}
    assert "no input" in found[block]
    assert "no input" in found["n2"]
