"""Random walks through the levels of blocks: the scene follows, and undo leads back."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.canvas.document import Document
from builder.canvas.scene import GraphScene
from builder.document import blocks
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK
from builder.document.project import Project
from tests.build import SMALL, chain
from tests.canvas.test_scene import changed, edit_step, places
from tests.thorough import some


def grouped() -> tuple[Project, str]:
    project = chain("Input", "Dense", "Dropout", "Dense", "Output")
    return blocks.group(project, {"n2", "n3"}, "body")


BLOCKS = ["group", "ungroup", "enter", "leave", "again", "repeat"]


numbers = st.integers(0, 40)


steps = st.lists(
    st.one_of(
        edit_step, st.tuples(st.sampled_from([*BLOCKS, "group", "enter"]), numbers, numbers, places)
    ),
    max_size=25,
)


def level_edit(document: Document, kind: str, a: int, b: int) -> Project | None:
    """An edit of blocks at the shown level; None for one that only looks elsewhere."""
    ids, project = list(document.shown.graph.nodes), document.project
    if kind == "leave" or not ids:
        document.leave()
        return None
    one, other = ids[a % len(ids)], ids[b % len(ids)]
    match kind:
        case "group":
            return blocks.group(project, {one, other})[0]
        case "ungroup":
            return blocks.ungroup(project, one)[0]
        case "again":
            return blocks.use_again(project, one, (40.0 * a, 60.0 * b))[0]
        case "repeat":
            return blocks.repeat(project, one, 1 + b % 4)
    inner = [id_ for id_ in ids if project.graph.nodes[id_].type == BLOCK]
    if inner:
        document.enter(inner[a % len(inner)])
    return None


@settings(
    max_examples=some(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_the_scene_follows_through_levels_and_undo_leads_back(
    steps: list[tuple[str, int, int, tuple[float, float]]],
) -> None:
    first = grouped()[0]
    document = Document(first)
    scene = GraphScene(document, SMALL)
    for kind, a, b, at in steps:
        try:
            if kind == "undo":
                document.undo()
            elif kind == "redo":
                document.redo()
            elif kind == "select":
                every = list(document.project.graph.nodes)
                document.select(frozenset(every[a % len(every) : a % len(every) + 1]))
            elif kind in BLOCKS:
                project = level_edit(document, kind, a, b)
                if project is not None:
                    document.apply(kind, project)
            else:
                document.apply(kind, changed(document.project, kind, a, b, at))
        except EditRefused:
            continue
        level = document.level
        assert not level or document.project.graph.nodes[level].type == BLOCK
        assert document.selection <= document.shown.graph.nodes.keys()
        fresh_document = Document(document.project)
        if level:
            fresh_document.enter(level)
        fresh_document.select(document.selection)
        assert fresh_document.level == level
        fresh = GraphScene(fresh_document, SMALL)
        assert scene.snapshot() == fresh.snapshot()
    last = document.project
    count = 0
    while document.undo_title:
        document.undo()
        count += 1
    assert document.project == first
    for _ in range(count):
        document.redo()
    assert document.project == last
