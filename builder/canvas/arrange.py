"""Tidy: a layered layout in which every layer stands below all that feed it."""

from collections.abc import Collection

from builder.canvas.geometry import positions_of
from builder.document import edits
from builder.document.layered import layered
from builder.document.project import Point, Project


def arrange(project: Project, nodes: Collection[str] | None = None) -> Project:
    """Lay out the given nodes, or all. The corner of the area they cover stays where it is.

    The same graph always gets the same layout, whatever stood where before.
    """
    graph = project.graph
    chosen = set(graph.nodes if nodes is None else nodes) & graph.nodes.keys()
    if not chosen:
        return project
    down = project.layout.direction == "down"
    places = layered(graph, chosen, down)
    before = positions_of(project)
    dx, dy = _shift([before[id_] for id_ in chosen], places.values())
    return edits.move(project, {i: (round(x + dx), round(y + dy)) for i, (x, y) in places.items()})


def _shift(before: Collection[Point], after: Collection[Point]) -> Point:
    return (
        min(x for x, _ in before) - min(x for x, _ in after),
        min(y for _, y in before) - min(y for _, y in after),
    )
