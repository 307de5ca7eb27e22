"""Standing in line: guides while dragging, and the commands that align and distribute."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint

from builder.canvas.align import align, distribute
from builder.canvas.geometry import Box, body
from builder.canvas.snap import Lines, snap
from builder.document import edits
from builder.document.project import Point
from tests.build import chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

SHIFT_ALT = Keys.ShiftModifier | Keys.AltModifier


def at(canvas: Canvas, name: str) -> tuple[float, float]:
    return canvas.project.layout.positions[canvas.id(name)]


def loose(opened: Opens) -> Canvas:
    """Three layers that stand anywhere."""
    project = edits.move(chain("Input", "Dense", "Output"), {})
    ids = {node.name: node.id for node in project.graph.nodes.values()}
    places = {ids["input"]: (0.0, 0.0), ids["dense"]: (40.0, 100.0), ids["output"]: (310.0, 260.0)}
    return opened(edits.move(project, places))


class TestSnapping:
    def test_near_a_neighbours_line_it_stands_in_line(self, opened: Opens) -> None:
        canvas = loose(opened)
        start = canvas.body("dense")
        canvas.drag(start, start + QPoint(-37, 21), hold=True)
        assert canvas.view.overlay.has_guides
        canvas.release(start + QPoint(-37, 21))
        assert at(canvas, "dense") == (0.0, 121.0)
        assert not canvas.view.overlay.has_guides
        assert canvas.steps() == 1

    def test_among_hundreds_in_sight_too(self, opened: Opens) -> None:
        project = chain("Input", *["Dense"] * 399)
        ids = list(project.graph.nodes)
        places = {id_: (270.0 * (i % 20), 72.0 * (i // 20)) for i, id_ in enumerate(ids)}
        x, y = places[ids[210]]
        canvas = opened(edits.move(project, {**places, ids[210]: (x + 80, y + 36)}))
        canvas.view.fit()
        start = canvas.view.mapFromScene(canvas.scene.box((ids[210],)).center())
        canvas.drag(start, start - QPoint(round(70 * canvas.view.scale_factor), 0))
        assert canvas.project.layout.positions[ids[210]][0] == x

    def test_ctrl_lets_it_stand_anywhere(self, opened: Opens) -> None:
        canvas = loose(opened)
        start = canvas.body("dense")
        canvas.drag(start, start + QPoint(-37, 21), hold=True)
        canvas.release(start + QPoint(-37, 21), Keys.ControlModifier)
        assert at(canvas, "dense") == (3.0, 121.0)

    def test_far_from_all_lines_nothing_pulls(self, opened: Opens) -> None:
        canvas = loose(opened)
        start = canvas.body("dense")
        canvas.drag(start, start + QPoint(60, 30))
        assert at(canvas, "dense") == (100.0, 130.0)

    def test_esc_takes_the_guides_away(self, opened: Opens) -> None:
        canvas = loose(opened)
        start = canvas.body("dense")
        canvas.drag(start, start + QPoint(-37, 21), hold=True)
        canvas.type(Key.Key_Escape)
        assert not canvas.view.overlay.has_guides
        canvas.release(start)
        assert canvas.steps() == 0

    def test_brought_back_it_is_no_step(self, opened: Opens) -> None:
        canvas = loose(opened)
        start = canvas.body("dense")
        canvas.drag(start, start + QPoint(90, 30), hold=True)
        canvas.hover(start)
        canvas.release(start)
        assert canvas.steps() == 0

    @given(
        st.tuples(st.integers(-500, 500), st.integers(-500, 500)),
        st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), max_size=6),
    )
    def test_never_further_than_its_reach(
        self, place: tuple[int, int], others: list[tuple[int, int]]
    ) -> None:
        box = (place[0], place[1], place[0] + 236, place[1] + 48)
        found = snap(box, Lines((x, y, x + 100, y + 80) for x, y in others), 6.0)
        assert abs(found.way[0]) <= 6
        assert abs(found.way[1]) <= 6


class TestCommands:
    def test_edges(self, opened: Opens) -> None:
        canvas = loose(opened)
        before = canvas.project
        canvas.type(Key.Key_A, Keys.ControlModifier)
        for key, axis, value in (
            (Key.Key_A, 0, 0.0),
            (Key.Key_D, 0, 310.0),
            (Key.Key_C, 0, 155.0),
            (Key.Key_W, 1, 0.0),
            (Key.Key_S, 1, 260.0),
            (Key.Key_M, 1, 130.0),
        ):
            canvas.type(key, SHIFT_ALT)
            assert {at(canvas, name)[axis] for name in canvas.names()} == {value}
            assert canvas.steps() == 1
            canvas.document.undo()
            assert canvas.project == before

    def test_distances(self, opened: Opens) -> None:
        canvas = loose(opened)
        canvas.type(Key.Key_A, Keys.ControlModifier)
        canvas.type(Key.Key_H, SHIFT_ALT)
        assert [at(canvas, name)[0] for name in ("input", "dense", "output")] == [0, 155, 310]
        assert canvas.document.undo_title == "Distribute horizontally"
        canvas.type(Key.Key_V, SHIFT_ALT)
        assert [at(canvas, name)[1] for name in ("input", "dense", "output")] == [0, 130, 260]

    def test_what_stands_in_line_already_is_no_step(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_A, Keys.ControlModifier)
        canvas.type(Key.Key_A, SHIFT_ALT)
        assert canvas.steps() == 0

    def test_enabled_with_enough_layers(self, canvas: Canvas) -> None:
        assert not canvas.actions.align.menu.isEnabled()
        canvas.click(canvas.body("dense"))
        canvas.click(canvas.body("dense_2"), Keys.ControlModifier)
        assert canvas.actions.align.menu.isEnabled()
        menu = canvas.actions.align.menu.menu()
        states = {a.text(): a.isEnabled() for a in menu.actions() if a.text()}
        assert states["Align left"]
        assert not states["Distribute vertically"]


PLACES = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=2
)


def bodies(places: dict[str, Point]) -> dict[str, Box]:
    return {id_: body(at) for id_, at in places.items()}


@given(PLACES)
def test_aligning_twice_is_aligning_once(places: dict[str, tuple[float, float]]) -> None:
    for edge in ("left", "centre", "right", "top", "middle", "bottom"):
        once = align(bodies(places), edge)
        assert align(bodies(once), edge) == once


@given(PLACES)
def test_distributing_keeps_the_ends_and_the_order(places: dict[str, tuple[float, float]]) -> None:
    found = distribute(bodies(places), "down")
    assert min(y for _, y in found.values()) == min(y for _, y in places.values())
    assert max(y for _, y in found.values()) == max(y for _, y in places.values())
    order = sorted(places, key=lambda i: (places[i][1], places[i][0], i))
    assert [found[i][1] for i in order] == sorted(found[i][1] for i in order)
