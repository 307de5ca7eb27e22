"""Tidy: every layer below what feeds it, nothing on top of anything, the same each time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from builder.canvas.arrange import arrange
from builder.canvas.document import Document
from builder.canvas.geometry import HEIGHT, WIDTH, body, overlap
from builder.canvas.routing import along
from builder.canvas.scene import GraphScene
from builder.canvas.zoom_view import ZoomView
from builder.document import edits
from builder.document.graph import Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Layout, Project
from tests.build import SMALL, chain
from tests.thorough import some

ADD = "keras.layers.Add"


def dag(edges: list[tuple[int, int]], count: int, direction: str = "down") -> Project:
    """`count` merge nodes with wires from lower to higher numbers."""
    nodes = {f"n{i}": Node(f"n{i}", f"a{i}", ADD) for i in range(count)}
    joined = {(min(e) % count, max(e) % count) for e in edges}
    wires = tuple(Wire(OutputRef(f"n{a}"), PortRef(f"n{b}")) for a, b in sorted(joined) if a < b)
    places = dict.fromkeys(nodes, (0.0, 0.0))
    return Project(graph=Graph(nodes, wires), layout=Layout(places, direction))  # type: ignore[arg-type]


edges = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40)


@settings(max_examples=some(30), deadline=None)
@given(edges, st.integers(1, 20), st.sampled_from(["down", "right"]))
def test_layers_stand_after_what_feeds_them_and_apart(
    joined: list[tuple[int, int]], count: int, direction: str
) -> None:
    project = arrange(dag(joined, count, direction))
    places = project.layout.positions
    axis = 1 if direction == "down" else 0
    size = HEIGHT if direction == "down" else WIDTH
    for wire in project.graph.wires:
        assert places[wire.target.node][axis] >= places[wire.source.node][axis] + size
    boxes = [body(at) for at in places.values()]
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    scattered = edits.move(project, {id_: (y, x * 3) for id_, (x, y) in places.items()})
    again = arrange(scattered).layout.positions
    first, second = places["n0"], again["n0"]
    for id_ in places:
        assert again[id_][0] - second[0] == places[id_][0] - first[0]
        assert again[id_][1] - second[1] == places[id_][1] - first[1]


def test_only_the_chosen_nodes_move() -> None:
    project = chain("Input", "Dense", "Dense", "Output")
    moved = edits.move(project, {"n2": (700.0, 700.0), "n3": (900.0, 100.0)})
    result = arrange(moved, {"n2", "n3"}).layout.positions
    assert result["n1"] == project.layout.positions["n1"]
    assert result["n2"] == (700.0, 100.0)
    assert result["n3"][1] > result["n2"][1]


def test_a_cycle_from_a_file_is_no_reason_to_stop() -> None:
    nodes = {i: Node(i, i, ADD) for i in "abcd"}
    wires = [("a", "b"), ("b", "a"), ("c", "d"), ("c", "c")]
    graph = Graph(nodes, tuple(Wire(OutputRef(a), PortRef(b)) for a, b in wires))
    places = arrange(Project(graph=graph)).layout.positions
    assert len(set(places.values())) == 4


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("direction", ["down", "right"])
def test_skip_wires_go_around_nodes(direction: str) -> None:
    skips = [(i, i + 1) for i in range(12)] + [(0, 4), (1, 6), (3, 11), (5, 9), (2, 12)]
    scene = GraphScene(Document(arrange(dag(skips, 13, direction))), SMALL)
    for wire, shape in scene.wires.shapes.items():
        points = [QPointF(x, y) for x, y in along(shape.route.points, direction)]
        for id_, item in scene.nodes.items():
            if id_ in (wire.source.node, wire.target.node):
                continue
            place = item.pos()
            box = QRectF(place.x() + 1, place.y() + 1, WIDTH - 2, HEIGHT - 2)
            assert not any(box.contains(point) for point in points), (wire, id_)


def test_rows_stand_close_where_no_wire_turns() -> None:
    places = arrange(dag([(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)], 5)).layout.positions
    top, split, left, end = (places[id_][1] for id_ in ("n0", "n1", "n2", "n4"))
    assert split - top < left - split
    assert left - split == end - left


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("direction", ["down", "right"])
def test_a_view_starts_readable_at_the_first_layers(direction: str) -> None:
    project = arrange(dag([(i, i + 1) for i in range(39)], 40, direction))
    view = ZoomView(GraphScene(Document(project), SMALL))
    view.resize(500, 400)
    view.show_start()
    assert view.scale_factor >= 0.6
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    assert seen.contains(view.graph_scene.box(("n0",)))
    small = ZoomView(GraphScene(Document(arrange(dag([(0, 1)], 2, direction))), SMALL))
    small.resize(800, 600)
    small.show_start()
    seen = small.mapToScene(small.viewport().rect()).boundingRect()
    assert seen.contains(small.graph_scene.box())
