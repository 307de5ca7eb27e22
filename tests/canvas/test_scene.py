"""The scene follows the document: whatever happened before, it looks like one made afresh."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from builder.canvas.document import Document
from builder.canvas.picture import picture
from builder.canvas.scene import GraphScene
from builder.canvas.wire_labels import labels
from builder.document import edits, framing, parts
from builder.document.edits import EditRefused
from builder.document.frames import Frame, Note
from builder.document.graph import Graph, Node, OutputRef, PortRef, Wire
from builder.document.problems import Problem
from builder.document.project import Layout, Project
from builder.engine.messages import Fault, NodeReport, TensorSpec
from tests.build import SMALL, STEP, chain
from tests.thorough import some

ADD = "keras.layers.Add"

TYPES = sorted(SMALL.layers)
numbers = st.integers(0, 40)
places = st.tuples(st.integers(-6, 6), st.integers(0, 12)).map(
    lambda p: (p[0] * 130.0, p[1] * 60.0)
)
edit_step = st.tuples(
    st.sampled_from(
        ["add", "connect", "remove", "move", "insert", "dissolve", "rename", "paste", "turn"]
        + ["connect", "undo", "redo", "select"]
    ),
    numbers,
    numbers,
    places,
)

edit_steps = st.lists(edit_step, max_size=25)


def changed(project: Project, kind: str, a: int, b: int, at: tuple[float, float]) -> Project:
    """One edit, chosen by numbers; raises EditRefused where it makes no sense."""
    ids, wires = list(project.graph.nodes), project.graph.wires
    if kind == "add" or not ids:
        spec = SMALL.layers[TYPES[a % len(TYPES)]]
        name = edits.snake_case(spec.name)
        return edits.add(project, spec.type, at, name=name, params=spec.example_params())[0]
    one, other = ids[a % len(ids)], ids[b % len(ids)]
    match kind:
        case "connect":
            port = edits.best_port(project, other, SMALL.ports_of)
            return edits.connect(project, Wire(OutputRef(one), port), SMALL.ports_of)
        case "remove":
            return edits.remove(project, {one}, wires[:1] if b % 3 == 0 else ())
        case "move":
            return edits.move(project, {one: at})
        case "insert" if wires:
            return edits.insert(project, one, wires[b % len(wires)], SMALL.ports_of)
        case "dissolve":
            return edits.dissolve(project, one)
        case "rename":
            return edits.rename(project, one, f"layer_{b}")
        case "paste":
            return parts.paste(project, parts.copy(project, {one, other}), at)[0]
        case "turn":
            direction = "right" if project.layout.direction == "down" else "down"
            layout = Layout(project.layout.positions, direction)
            return Project(project.name, project.graph, layout)
    raise EditRefused("nothing to do")


@pytest.mark.usefixtures("qapp")
class TestFollowing:
    @settings(
        max_examples=some(25),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(edit_steps)
    def test_it_equals_a_fresh_one_at_every_step(
        self, steps: list[tuple[str, int, int, tuple[float, float]]]
    ) -> None:
        document = Document(chain("Input", "Dense", "Add", "Output"))
        first = document.project
        scene = GraphScene(document, SMALL)
        for kind, a, b, at in steps:
            if kind == "undo":
                document.undo()
            elif kind == "redo":
                document.redo()
            elif kind == "select":
                ids = list(document.project.graph.nodes)
                document.select(frozenset(ids[a % len(ids) :][:2]) if ids else frozenset())
            else:
                try:
                    project = changed(document.project, kind, a, b, at)
                except EditRefused:
                    continue
                document.apply(kind, project)
            assert document.selection <= document.project.graph.nodes.keys()
            assert scene.snapshot() == fresh(document).snapshot()
        while document.undo_title:
            document.undo()
        assert document.project == first
        assert scene.snapshot() == fresh(document).snapshot()

    def test_items_survive_an_edit_of_another_node(self) -> None:
        document = Document(chain("Input", "Dense", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        kept = scene.nodes["n2"]
        document.apply("x", edits.remove(document.project, {"n3"}))
        document.undo()
        assert scene.nodes["n2"] is kept

    def test_carried_nodes_come_back_when_the_document_changes(self) -> None:
        document = Document(chain("Input", "Dense", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        scene.lift({"n2", "n3"})
        scene.carry(50, 60)
        assert scene.box(("n2",)).left() == 50
        document.apply("x", edits.remove(document.project, {"n3"}))
        assert scene.snapshot() == fresh(document).snapshot()

    def test_reset_to_another_project(self) -> None:
        document = Document(chain("Input", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        document.select(frozenset({"n2"}))
        document.reset(chain("Input", "Flatten", "Dense", "Dense", "Output"))
        assert scene.snapshot() == fresh(document).snapshot()
        assert not document.selection

    def test_wires_into_an_add_do_not_cross(self) -> None:
        project = chain("Input", "Dense", "Add", "Output")
        project = edits.connect(project, Wire(OutputRef("n1"), PortRef("n3")), SMALL.ports_of)
        document = Document(edits.move(project, {"n2": (300.0, 90.0)}))
        scene = GraphScene(document, SMALL)
        sources = [s.wire.source.node for s in scene.nodes["n3"].slots.inputs if s.wire]
        assert sources == ["n1", "n2"]
        document.apply("x", edits.move(document.project, {"n2": (-300.0, 90.0)}))
        sources = [s.wire.source.node for s in scene.nodes["n3"].slots.inputs if s.wire]
        assert sources == ["n2", "n1"]


def fresh(document: Document) -> GraphScene:
    return GraphScene(document, SMALL)


def shape(*axes: int, parameters: int = 0) -> NodeReport:
    return NodeReport({"output": TensorSpec((None, *axes))}, parameters)


@pytest.mark.usefixtures("qapp")
class TestAnalysis:
    def test_shapes_stand_on_wires_and_counts_on_nodes(self) -> None:
        document = Document(chain("Input", "Dense", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        reports = {"n1": shape(8, 8, 1), "n2": shape(8, 8, 64, parameters=1088)}
        scene.show_reports(reports)
        labels = {w.source.node: s.label for w, s in scene.wires.shapes.items()}
        assert labels == {"n1": "8 × 8 × 1", "n2": "8 × 8 × 64", "n3": ""}
        assert scene.nodes["n2"].count == "1,088"
        scene.show_reports({})
        assert not any(s.label for s in scene.wires.shapes.values())

    def test_every_wire_says_its_shape_clear_of_nodes_wires_and_other_shapes(self) -> None:
        project = chain("Input", "Dense", "Add", "Output")
        for place in (300.0, -300.0):
            project, beside = edits.add(project, "keras.layers.Dense", (place, STEP), name="d")
            for wire in (
                Wire(OutputRef("n1"), PortRef(beside)),
                Wire(OutputRef(beside), PortRef("n3")),
            ):
                project = edits.connect(project, wire, SMALL.ports_of)
        skip = Wire(OutputRef("n1"), PortRef("n3"))
        project = edits.connect(project, skip, SMALL.ports_of)
        scene = GraphScene(Document(project), SMALL)
        scene.show_reports({id_: shape(32, 32, 64) for id_ in project.graph.nodes})
        shapes, metrics = scene.wires.shapes, scene.ink.shape_metrics
        assert {s.label for s in shapes.values()} == {"32 × 32 × 64"}
        found = labels(
            shapes,
            metrics.horizontalAdvance,
            metrics.height(),
            lambda box: bool(scene.nodes_in(QRectF(*box[:2], box[2] - box[0], box[3] - box[1]))),
        )
        assert len(found) == len(shapes) == len(project.graph.wires)
        for one, other in combinations(found, 2):
            assert not one.box.intersects(other.box)
        for label in found:
            assert not scene.nodes_in(label.box.adjusted(0, 2, 0, -2))
            behind = [
                s for s in shapes.values() if s.path.intersects(label.box.adjusted(0, 3, 0, -3))
            ]
            assert len(behind) <= label.covers

    def test_shapes_make_room_for_those_of_the_cells_around(self) -> None:
        project, dice, ids = Project(), Random(4), list[str]()
        for row in range(-6, 6):  # around the corner where four cells meet
            for column in range(-2, 2):
                at = (column * 260.0 + dice.randrange(20), row * 95.0 + dice.randrange(40))
                project, id_ = edits.add(project, ADD, at, name="add")
                for source in dice.sample(ids[-7:], min(2, len(ids))):
                    wire = Wire(OutputRef(source), PortRef(id_))
                    project = edits.connect(project, wire, SMALL.ports_of)
                ids.append(id_)
        document = Document(project)
        scene, told = GraphScene(document, SMALL), dict.fromkeys(ids, shape(112, 112, 3072))
        scene.show_reports(told)
        assert len(scene.wires.items) >= 4
        metrics = scene.ink.shape_metrics
        alone = [
            label.box
            for item in scene.wires.items.values()
            for label in labels(
                item.shapes,
                metrics.horizontalAdvance,
                metrics.height(),
                lambda box: bool(
                    scene.nodes_in(QRectF(*box[:2], box[2] - box[0], box[3] - box[1]))
                ),
            )
        ]
        first = placed(scene)
        assert len(first) == len(alone) == len(project.graph.wires)
        assert crossing(first) < crossing(alone)
        # However it came to be: after moves and back, and in a scene that was made afresh.
        for way in ((30.0, -20.0), (-260.0, 0.0)):
            x, y = document.project.layout.positions[ids[20]]
            moved = edits.move(document.project, {ids[20]: (x + way[0], y + way[1])})
            document.apply("Move", moved)
            fresh = GraphScene(Document(moved), SMALL)
            fresh.show_reports(told)
            assert placed(scene) == placed(fresh)
        document.undo()
        document.undo()
        assert placed(scene) == first

    def test_shapes_make_room_for_the_words_of_frames_and_notes(self) -> None:
        document = Document(chain("Input", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        told = dict.fromkeys(document.project.graph.nodes, shape(32, 32, 64))
        scene.show_reports(told)
        before = placed(scene)
        corner = before[0].topLeft()
        frame = Frame("A title over the label", (corner.x() - 20, corner.y() - 4, 400.0, 90.0))
        note = Note("Aside", before[1].getRect()[:2], (60.0, 30.0))
        document.apply("Explain", framing.put(document.project, {"f1": frame, "t1": note}))
        words = [item.words for item in scene.marks.items.values()]
        assert all(any(one.intersects(box) for box in before) for one in words)
        assert not any(one.intersects(box) for one in words for box in placed(scene))
        fresh = GraphScene(Document(document.project), SMALL)
        fresh.show_reports(told)
        assert placed(scene) == placed(fresh)
        document.apply("Delete", framing.remove(document.project, {"f1", "t1"}))
        assert placed(scene) == before

    def test_wires_into_a_refused_layer_are_faulty(self) -> None:
        document = Document(chain("Input", "Dense", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        scene.show_reports({"n2": shape(4), "n3": NodeReport(fault=Fault("Expected 3 axes"))})
        assert {w.target.node for w, s in scene.wires.shapes.items() if s.faulty} == {"n3"}

    def test_the_worst_problem_is_the_badge(self) -> None:
        scene = GraphScene(Document(chain("Input", "Dense")), SMALL)
        scene.show_problems([Problem("info", "i", "n2"), Problem("error", "e", "n2")])
        assert scene.nodes["n2"].severity == "error"
        assert scene.nodes["n1"].severity is None
        scene.show_problems([Problem("warning", "for all")])
        assert scene.nodes["n2"].severity is None

    def test_progress_stands_beside_the_output(self) -> None:
        document = Document(chain("Input", "Dense", "Output"))
        scene = GraphScene(document, SMALL)
        width = scene.box().width()
        scene.show_progress("n3", [2.0, float("nan"), 1.0, 0.5], "loss 0.5")
        assert scene.box().width() > width
        scene.show_progress("gone", [1.0], "loss 1")
        document.apply("x", edits.move(document.project, {"n3": (500.0, 0.0)}))
        scene.show_progress("n3", [], "")
        assert scene.box(("n3",)).width() == pytest.approx(236)
        scene.show_progress("n3", [1.0], "loss 1")
        document.apply("x", edits.remove(document.project, {"n3"}))
        document.undo()
        scene.show_progress("n3", [1.0, 0.5], "loss 0.5")
        scene.forget_progress()
        assert scene.box(("n3",)).width() == pytest.approx(236)
        document.reset(chain("Input", "Dense", "Output"))
        assert scene.box(("n3",)).width() == pytest.approx(236)

    def test_names_of_a_foreign_file_are_painted_as_plain_text(self) -> None:
        name = "<b>bold</b> \n" + "x" * 5000
        graph = Graph({"n1": Node("n1", name, "keras.layers.Unheard", {"a": [[[]]]})})
        scene = GraphScene(Document(Project(graph=graph)), SMALL)
        assert scene.nodes["n1"].texts[:2] == (name, "Unheard")
        assert not picture(scene).isNull()


def placed(scene: GraphScene) -> list[QRectF]:
    """Where all labels of a scene stand."""
    every = (label.box for item in scene.wires.items.values() for label in item.labels)
    return sorted(every, key=QRectF.getRect)


def crossing(boxes: list[QRectF]) -> int:
    """How many pairs of them lie one over the other."""
    return sum(one.intersects(other) for one, other in combinations(boxes, 2))


@pytest.mark.usefixtures("qapp")
def test_a_tensor_that_a_layer_takes_twice_is_two_wires() -> None:
    project = chain("Input", "Dense", "Add", "Output")
    graph = project.graph
    dense, add = graph.by_name["dense"].id, graph.by_name["add"].id
    twice = edits.connect(project, Wire(OutputRef(dense), PortRef(add)), SMALL.ports_of)
    document = Document(twice)
    scene = GraphScene(document, SMALL)
    one, two = (scene.wires.shapes[wire].route.points for wire in twice.graph.into(add))
    assert one[0] == two[0], "from one output"
    assert one[-1] != two[-1], "to two places"
    scene.show_reports({dense: NodeReport(outputs={"output": TensorSpec((None, 3))})})
    assert [scene.wires.shapes[wire].label for wire in twice.graph.into(add)] == ["3", "3"]
    scene.show_reports({})
    document.apply("Cut", edits.disconnect(twice, twice.graph.into(add)[:1]))
    assert set(scene.wires.shapes) == set(project.graph.wires)
    assert scene.snapshot() == GraphScene(document, SMALL).snapshot()
