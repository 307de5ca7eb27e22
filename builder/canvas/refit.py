"""Frames after their nodes went elsewhere: around the same nodes again."""

from collections.abc import Collection

from msgspec.structs import replace

from builder.canvas.geometry import Box, around, body, position_of
from builder.canvas.holding import Things, inside
from builder.canvas.levels import at_level
from builder.canvas.mark_commands import wrapped
from builder.document import framing
from builder.document.frames import Frame, Mark
from builder.document.project import Project


def refit(before: Project, after: Project, joining: Collection[str] = ()) -> Project:
    """`after` with every frame around the nodes that it held `before`, and its notes with it.

    It keeps its margins, unless it would hold other nodes as well; then it is as tight as a new
    one. Nodes that are `joining` may come to stand in it. `before` shows the level where nodes
    were moved; a frame that held no node stays.
    """
    marks = framing.marks_of(before.layout)
    held = {i: inside(before, i) for i, mark in marks.items() if isinstance(mark, Frame)}
    if not held:
        return after
    level = {n.parent for n in before.graph.nodes.values()}
    fitted: dict[str, Mark] = {}
    # The innermost first: what stands in it follows it, whatever is around both.
    for id_ in sorted(held, key=lambda id_: len(held[id_].nodes)):
        if held[id_].nodes and marks[id_].level in level:
            fitted = _fitted(before, after, id_, held[id_], joining) | fitted
    return framing.put(after, fitted) if fitted else after


def _fitted(
    before: Project, after: Project, frame: str, held: Things, joining: Collection[str]
) -> dict[str, Mark]:
    """A frame and the notes in it, where they stand after."""
    old, new = _bounds(before, held), _bounds(after, held)
    marks = framing.marks_of(before.layout)
    value = marks[frame]
    if old == new or not isinstance(value, Frame):
        return {}
    left, top, width, height = value.box
    way = (new[0] - old[0], new[1] - old[1])
    wider, higher = new[2] - old[2] - way[0], new[3] - old[3] - way[1]
    box = (left + way[0], top + way[1], width + wider, height + higher)
    shown = framing.put(at_level(after, value.level), {frame: replace(value, box=box)})
    along = {
        id_: framing.moved(marks[id_], way)
        for id_ in held.marks
        if not (isinstance(marks[id_], Frame) and inside(before, id_).nodes)
    }
    if inside(shown, frame).nodes - held.nodes - {*joining}:
        box = wrapped([new])
    return {frame: replace(value, box=box), **along}


def _bounds(project: Project, held: Things) -> Box:
    return around([body(position_of(project, id_)) for id_ in held.nodes])
