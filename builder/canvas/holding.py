"""What frames hold, and so what goes along when they are moved, copied or put in line."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from builder.canvas.geometry import Box, body, position_of, positions_of
from builder.document import edits, framing
from builder.document.frames import Frame, Mark, box_of
from builder.document.project import Point, Project

_MOST_NAMES = 6


class Things(NamedTuple):
    """Nodes, and frames and notes, by their ids."""

    nodes: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


class Thing(NamedTuple):
    """One of them: nodes have ids of their own, and so have frames and notes."""

    kind: Literal["node", "mark"]
    id: str


def bounds(mark: Mark) -> Box:
    """Left, top, right and bottom of a frame or note."""
    left, top, width, height = box_of(mark)
    return (left, top, left + width, top + height)


def inside(project: Project, frame: str) -> Things:
    """What stands wholly in a frame. `project` shows one level; a note holds nothing."""
    marks = framing.marks_of(project.layout)
    holder = marks[frame]
    if not isinstance(holder, Frame):
        return Things()
    area = bounds(holder)
    return Things(
        frozenset(i for i, at in positions_of(project).items() if _within(body(at), area)),
        frozenset(
            i
            for i, mark in marks.items()
            if i != frame and mark.level == holder.level and _within(bounds(mark), area)
        ),
    )


def told(project: Project, mark: str) -> str:
    """A frame with what it holds, or a note, in words. `project` shows its level."""
    value = framing.marks_of(project.layout)[mark]
    if not isinstance(value, Frame):
        return f"{value.text}, note"
    nodes, marks = inside(project, mark)
    names = [node.name for id_, node in project.graph.nodes.items() if id_ in nodes]
    if len(names) > _MOST_NAMES:
        names = [*names[:_MOST_NAMES], f"{len(names) - _MOST_NAMES:,} more layers"]
    if marks:
        names.append(words(project, (), marks))
    return f"{value.title}, frame, holds {_listed(names) or 'nothing'}"


def held(project: Project, nodes: Collection[str], marks: Collection[str]) -> Things:
    """These, with all that stands in the frames among them."""
    found = Things(frozenset(nodes), frozenset(marks))
    for mark in marks:
        inner = inside(project, mark)
        found = Things(found.nodes | inner.nodes, found.marks | inner.marks)
    return found


def units(project: Project, nodes: Collection[str], marks: Collection[str]) -> dict[Thing, Box]:
    """What is put in line as one: a frame goes with what stands in it."""
    inner = [inside(project, mark) for mark in marks]
    carried = Things(
        frozenset().union(*(found.nodes for found in inner)),
        frozenset().union(*(found.marks for found in inner)),
    )
    every = framing.marks_of(project.layout)
    boxes = {Thing("node", i): body(position_of(project, i)) for i in {*nodes} - carried.nodes}
    return boxes | {Thing("mark", i): bounds(every[i]) for i in {*marks} - carried.marks}


def words(project: Project, nodes: Collection[str], marks: Collection[str]) -> str:
    """What these are, for the title of a step: “dense and 2 frames”; empty for nothing."""
    every = framing.marks_of(project.layout)
    counted = []
    if nodes:
        one = len(nodes) == 1
        name = project.graph.nodes[next(iter(nodes))].name
        counted.append(name if one else f"{len(nodes)} layers")
    kinds = Counter("frame" if isinstance(every[i], Frame) else "note" for i in marks)
    counted += [f"{n} {kind}s" if n > 1 else kind for kind, n in sorted(kinds.items())]
    return _listed(counted)


def shifted(
    project: Project, nodes: Collection[str], marks: Collection[str], way: Point
) -> Project:
    """The project with these so far from where they were."""
    places = {}
    for id_ in nodes:
        x, y = position_of(project, id_)
        places[id_] = (round(x + way[0], 2), round(y + way[1], 2))
    every = framing.marks_of(project.layout)
    step = (round(way[0], 2), round(way[1], 2))
    moved = {id_: framing.moved(every[id_], step) for id_ in marks}
    project = edits.move(project, places) if places else project
    return framing.put(project, moved) if moved else project


def placed(
    project: Project, shown: Project, boxes: Mapping[Thing, Box], corners: Mapping[Thing, Point]
) -> Project:
    """The project with `units` at other places. `shown` has only the level that they stand at."""
    for thing, (x, y) in corners.items():
        way = (x - boxes[thing][0], y - boxes[thing][1])
        is_node = thing.kind == "node"
        along = Things(frozenset((thing.id,))) if is_node else held(shown, (), (thing.id,))
        if way != (0.0, 0.0):
            project = shifted(project, *along, way)
    return project


def _listed(names: list[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _within(box: Box, area: Box) -> bool:
    return area[0] <= box[0] and area[1] <= box[1] and box[2] <= area[2] and box[3] <= area[3]
