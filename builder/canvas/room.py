"""Making room for a node that is put between others."""

from builder.canvas.geometry import COLUMN_GAP, HEIGHT, ROW_GAP, WIDTH, position_of
from builder.document import edits, topology
from builder.document.project import Point, Project


def make_room(project: Project, node: str) -> Project:
    """Move what comes after a node away from it, and the node clear of what comes before.

    Nothing moves where there is room already. What comes after keeps its arrangement.
    """
    graph = project.graph
    feeding = {wire.source.node for wire in graph.into(node)}
    fed = {wire.target.node for wire in graph.out_of(node)}
    if not feeding or not fed:
        return project
    down = project.layout.direction == "down"
    axis = 1 if down else 0
    size, gap = (HEIGHT, ROW_GAP) if down else (WIDTH, COLUMN_GAP)
    at = position_of(project, node)
    least = max(position_of(project, id_)[axis] for id_ in feeding) + size + gap
    after = topology.descendants(graph, (node,))
    nearest = min(position_of(project, id_)[axis] for id_ in fed)
    start = at[axis]
    if start < least - gap / 2 or start + size > nearest - gap / 2:
        start = least
    push = start + size + gap - nearest
    places = {node: _along(at, axis, start)}
    if push > gap / 2:
        for id_ in after:
            place = position_of(project, id_)
            places[id_] = _along(place, axis, place[axis] + push)
    return edits.move(project, places)


def _along(at: Point, axis: int, value: float) -> Point:
    return (at[0], value) if axis == 1 else (value, at[1])
