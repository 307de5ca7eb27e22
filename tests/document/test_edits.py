"""Every edit, what it refuses, and that nothing it was given changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.document import blocks, edits, parts, topology
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, OutputRef, PortRef, Wire
from builder.document.history import UNDO_LIMIT, History
from builder.document.project import Project
from builder.storage.project_file import decode, encode
from tests.build import SMALL, chain
from tests.thorough import some

PORTS = SMALL.ports_of


def wire(source: str, target: str, port: str = "inputs") -> Wire:
    return Wire(OutputRef(source), PortRef(target, port))


def ids(project: Project) -> list[str]:
    return list(project.graph.nodes)


def test_add_gives_a_free_name_and_a_fresh_id() -> None:
    project = chain("Input", "Dense")
    project, node = edits.add(project, "keras.layers.Dense", (5, 6), name="dense")
    assert project.graph.nodes[node].name == "dense_2"
    assert project.layout.positions[node] == (5, 6)
    assert len(set(ids(project))) == 3


def test_connect_replaces_the_wire_of_a_port_that_takes_one() -> None:
    project = chain("Input", "Dense", "Dropout")
    source, dense, dropout = ids(project)
    project = edits.connect(project, wire(source, dropout), PORTS)
    assert project.graph.wires == (wire(source, dense), wire(source, dropout))


def test_a_port_of_many_takes_one_tensor_twice() -> None:
    project = chain("Input", "Dense", "Dense", "Add", "Output")
    _, _, dense, add, _ = ids(project)
    single = project
    project = edits.connect(project, wire(dense, add), PORTS)
    first, second = project.graph.into(add)
    assert (first.again, second.again) == (0, 1)
    assert decode(encode(project)) == project
    for one in (first, second):
        assert edits.disconnect(project, [one]).graph.into(add) == (wire(dense, add),)
    inserted, drop = edits.add(project, "keras.layers.Dropout", (0, 0), name="drop")
    inserted = edits.insert(inserted, drop, second, PORTS)
    assert [w.source.node for w in inserted.graph.into(add)] == [dense, drop]
    assert len(edits.dissolve(project, dense).graph.into(add)) == 2
    assert len(edits.dissolve(inserted, drop).graph.into(add)) == 1
    block, _ = blocks.group(project, {dense})
    assert [w.again for w in block.graph.into(add)] == [0, 1]
    pasted, new, _ = parts.paste(project, parts.copy(project, [dense, add]))
    assert [w.again for w in pasted.graph.into(new[1])] == [0, 1]
    assert single.graph.into(add) == (wire(dense, add),)


def test_ungroup_keeps_what_comes_in_twice() -> None:
    project = chain("Input", "Dense", "Add", "Output")
    source, dense, add, _ = ids(project)
    project, other = edits.add(project, "keras.layers.Dropout", (0, 0), name="drop")
    project = edits.connect(project, wire(source, other), PORTS)
    project = edits.connect(project, wire(other, add), PORTS)
    project, block = blocks.group(project, {add})
    project = edits.dissolve(project, dense)
    project = edits.dissolve(project, other)
    project, _ = blocks.ungroup(project, block)
    assert [(w.source.node, w.again) for w in project.graph.into(add)] == [(source, 0), (source, 1)]


def test_connect_keeps_the_order_of_a_variadic_port() -> None:
    project = chain("Input", "Dense", "Add")
    source, dense, add = ids(project)
    project = edits.connect(project, wire(source, add), PORTS)
    assert [w.source.node for w in project.graph.into(add)] == [dense, source]


@pytest.mark.parametrize(
    ("source", "target", "port", "reason"),
    [
        (2, 1, "inputs", "cycle"),
        (1, 1, "inputs", "itself"),
        (0, 1, "inputs", "already feeds"),
        (0, 2, "query", "no input called"),
        (3, 1, "inputs", "nothing comes after"),
        (1, 0, "inputs", "no input called"),
    ],
)
def test_connect_refuses_with_a_reason(source: int, target: int, port: str, reason: str) -> None:
    project = chain("Input", "Dense", "Dropout", "Output")
    nodes = ids(project)
    with pytest.raises(EditRefused, match=reason):
        edits.connect(project, wire(nodes[source], nodes[target], port), PORTS)


def test_connect_refuses_an_end_that_is_gone() -> None:
    project = chain("Input", "Dense")
    with pytest.raises(EditRefused, match="gone"):
        edits.connect(project, wire("n1", "n99"), PORTS)


def test_remove_takes_the_wires_along() -> None:
    project = chain("Input", "Dense", "Output")
    project = edits.remove(project, {ids(project)[1]})
    assert len(project.graph.nodes) == 2
    assert project.graph.wires == ()
    assert set(project.layout.positions) == set(project.graph.nodes)


def test_dissolve_joins_the_neighbours() -> None:
    project = chain("Input", "Dense", "Output")
    source, dense, output = ids(project)
    project = edits.dissolve(project, dense)
    assert project.graph.wires == (wire(source, output),)


def test_insert_stands_where_the_wire_stood() -> None:
    project = chain("Input", "Dense", "Add")
    source, dense, add = ids(project)
    project = edits.connect(project, wire(source, add), PORTS)
    project, dropout = edits.add(project, "keras.layers.Dropout", (0, 0), name="drop")
    project = edits.insert(project, dropout, wire(dense, add), PORTS)
    assert [w.source.node for w in project.graph.into(add)] == [dropout, source]
    assert project.graph.into(dropout) == (wire(dense, dropout),)


def test_dissolve_draws_no_wire_twice() -> None:
    project = chain("Input", "Dense", "Add")
    source, dense, add = ids(project)
    project = edits.connect(project, wire(source, add), PORTS)
    project = edits.dissolve(project, dense)
    assert project.graph.wires == (wire(source, add),)


@pytest.mark.parametrize("name", ["", "  ", "a/b", "two\nlines", "dense", "a b", 'd"); evil() #'])
def test_rename_refuses_names_that_keras_would(name: str) -> None:
    project = chain("Input", "Dense")
    with pytest.raises(EditRefused):
        edits.rename(project, "n1", name)


def test_rename_offers_the_nearest_name() -> None:
    with pytest.raises(EditRefused, match="Try “grosse_Schicht”"):
        edits.rename(chain("Input", "Dense"), "n2", "große Schicht".replace("ß", "ss"))


def test_set_and_reset_params() -> None:
    project = chain("Input", "Dense")
    changed = edits.set_params(project, {"n2": {"units": 3, "activation": "relu"}})
    assert changed.graph.nodes["n2"].params == {"units": 3, "activation": "relu"}
    back = edits.reset_params(changed, ["n2"], {"activation"})
    assert back.graph.nodes["n2"].params == {"units": 3}
    assert project.graph.nodes["n2"].params == {"units": 64}


def test_copy_and_paste_keep_inner_wires_and_move_by_the_corner() -> None:
    project = chain("Input", "Dense", "Dropout", "Output")
    part = parts.copy(project, {"n2", "n3"})
    project, fresh, _ = parts.paste(project, part, (500.0, 10.0))
    assert [project.graph.nodes[i].name for i in fresh] == ["dense_2", "dropout_2"]
    assert wire(fresh[0], fresh[1]) in project.graph.wires
    assert project.layout.positions[fresh[0]] == (500.0, 10.0)
    assert len(project.graph.wires) == 4


def test_paste_refuses_wires_without_their_layers() -> None:
    part = parts.Part((), (wire("x", "y"),))
    with pytest.raises(EditRefused):
        parts.paste(Project(), part)


def test_an_heir_takes_over_a_shared_layer() -> None:
    project = chain("Input", "Dense", "Dense")
    graph = project.graph

    shared = replace(graph.nodes["n3"], shares="n2", params={})
    project = replace(project, graph=replace(graph, nodes={**graph.nodes, "n3": shared}))
    left = edits.remove(project, {"n2"})
    assert left.graph.nodes["n3"].shares is None
    assert left.graph.nodes["n3"].params == {"units": 64}


def test_best_port_prefers_a_free_one() -> None:
    project = chain("Input", "MultiHeadAttention")
    assert edits.best_port(project, "n2", PORTS) == PortRef("n2", "value")
    with pytest.raises(EditRefused, match="takes no input"):
        edits.best_port(project, "n1", PORTS)


# --- properties

TYPES = ("keras.Input", "output", *(t for t in SMALL.layers if t.startswith("keras.layers.")))


def random_edit(project: Project, draw: st.DataObject) -> Project:
    nodes = ids(project)
    pick = st.sampled_from(nodes) if nodes else None
    kinds = (
        ["add"]
        if pick is None
        else [
            "add",
            "connect",
            "remove",
            "rename",
            "set",
            "move",
            "paste",
            "insert",
            "dissolve",
            "group",
            "ungroup",
            "again",
        ]
    )
    kind = draw.draw(st.sampled_from(kinds))
    if kind == "add" or pick is None:
        type_ = draw.draw(st.sampled_from(TYPES))
        return edits.add(project, type_, (0, 0), name=type_.rsplit(".", 1)[-1].lower())[0]
    node = draw.draw(pick)
    if kind == "connect":
        return edits.connect(project, wire(node, draw.draw(pick)), PORTS)
    if kind == "remove":
        return edits.remove(project, {node})
    if kind == "rename":
        return edits.rename(project, node, draw.draw(st.text(max_size=4)))
    if kind == "set":
        return edits.set_params(project, {node: {"units": draw.draw(st.integers(1, 9))}})
    if kind == "move":
        return edits.move(project, {node: (draw.draw(st.floats(-99, 99)), 0.0)})
    if kind == "paste":
        return parts.paste(project, parts.copy(project, {node, draw.draw(pick)}))[0]
    if kind == "insert" and project.graph.wires:
        return edits.insert(project, node, draw.draw(st.sampled_from(project.graph.wires)), PORTS)
    if kind == "group":
        return blocks.group(project, {node, draw.draw(pick)})[0]
    if kind == "ungroup":
        return blocks.ungroup(project, node)[0]
    if kind == "again":
        return blocks.use_again(project, node, (0, 0))[0]
    return edits.dissolve(project, node)


@settings(max_examples=some(30), deadline=None)
@given(st.data())
def test_any_row_of_edits_keeps_the_project_whole_and_can_be_undone(draw: st.DataObject) -> None:
    start = chain("Input", "Dense", "Output")
    history = History(start)
    for _ in range(draw.draw(st.integers(1, 40))):
        try:
            project = random_edit(history.present, draw)
        except EditRefused:
            continue
        history = history.apply("Edit", project)
        whole(project)
    end, steps = history.present, len(history.past)
    for _ in range(steps):
        history = history.undo()
    assert history.present == start
    for _ in range(steps):
        history = history.redo()
    assert history.present == end


def whole(project: Project) -> None:
    graph = project.graph
    assert all(id_ == node.id for id_, node in graph.nodes.items())
    assert len(set(graph.wires)) == len(graph.wires)
    assert set(project.layout.positions) == set(graph.nodes)
    assert not topology.cycle(graph)
    assert set(topology.order(graph)) == set(graph.nodes)
    for w in graph.wires:
        assert w.source.node in graph.nodes
        assert w.target.node in graph.nodes
        source, target = graph.nodes[w.source.node], graph.nodes[w.target.node]
        assert source.parent == target.parent
        assert graph.ports(source, PORTS).output(w.source.output)
        assert graph.ports(target, PORTS).input(w.target.port)
    for node in graph.nodes.values():
        assert not node.parent or graph.nodes[node.parent].type == BLOCK
        assert node.shares is None or graph.nodes[node.shares].shares is None
        for port in graph.ports(node, PORTS).inputs:
            assert port.variadic or len(graph.into(node.id, port.name)) <= 1


def test_merged_steps_are_one_and_the_way_back_is_bounded() -> None:
    history = History(Project())
    for number in range(5):
        history = history.apply("Nudge", Project(name=f"p{number}"), merge="nudge")
    assert len(history.past) == 1
    for number in range(UNDO_LIMIT + 50):
        history = history.apply("Edit", Project(name=f"q{number}"))
    assert len(history.past) == UNDO_LIMIT
