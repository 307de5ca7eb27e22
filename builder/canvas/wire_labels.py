"""Where the shapes stand that wires carry: each beside a part of its wire that it has for itself.

A place is asked for anew after wires or nodes nearby changed, for the wires of one cell at once
(`label_layer`). It depends on what is there and not on how that came to be.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from PySide6.QtCore import QRectF

from builder.canvas.geometry import HEIGHT, Box, overlap
from builder.canvas.routing import along
from builder.canvas.wire_shape import WireShape
from builder.document.graph import Wire
from builder.document.project import Point

LABEL_GAP = 10.0
_STEEP, _TALL = 150.0, 100.0
_ROOM = 2.0
_CLOSE = 4.0
_BLANK = 3.0  # above and below the digits of a line
_PARTS = (0.5, 0.7, 0.3, 0.85, 0.15)
_LANE_PARTS = (*_PARTS, 1.0, 0.0)
_ON_NODE, _ON_LABEL, _ON_WIRE = 1000, 300, 30
_ON_ITS_OWN = 4
_CROWD = 400
_NONE: Mapping[Wire, WireShape] = {}

Blocked = Callable[[Box], bool]
WidthOf = Callable[[str], float]


class Label(Struct, frozen=True):
    """A text in its box. `covers` says that its own wire passes behind it."""

    text: str
    box: QRectF
    covers: bool


def labels(
    shapes: Mapping[Wire, WireShape],
    width_of: WidthOf,
    height: float,
    blocked: Blocked,
    beside: Mapping[Wire, WireShape] = _NONE,
    taken: Iterable[Box] = (),
) -> list[Label]:
    """A label for every wire that has one, clear of nodes, of each other and of other wires.

    `beside` are wires with labels of their own elsewhere, `taken` boxes of labels that stand already.
    Where there is no such place, it is the one where least is covered.
    """
    every = {**shapes, **beside}
    ways = {wire: along(shape.route.points, shape.direction) for wire, shape in every.items()}
    placed: list[Box] = [*taken]
    found = []
    crowd = len(every) > _CROWD  # so many in one cell can be told apart by no label
    for wire in sorted(wire for wire, shape in shapes.items() if shape.label):
        shape = shapes[wire]
        near = [] if crowd else [w for w in every if w != wire and _near(every[w], shape)]
        others = [ways[other] for other in near]
        best, least = None, float("inf")
        for rank, box in enumerate(_places(shape, ways[wire], width_of(shape.label), height)):
            cost = rank + _cost(box, ways[wire], others, placed, blocked)
            if cost < least:
                best, least = box, cost
            if crowd or least <= rank + 1:
                break
        assert best is not None, "there are always places to try"
        placed.append(best)
        left, top, right, bottom = best
        covers = _passes(ways[wire], best)
        found.append(Label(shape.label, QRectF(left, top, right - left, bottom - top), covers))
    return found


def _near(one: WireShape, other: WireShape) -> bool:
    return overlap(one.box, other.box, 120.0)


def _cost(
    box: Box,
    own: Sequence[Point],
    others: Sequence[Sequence[Point]],
    placed: Sequence[Box],
    blocked: Blocked,
) -> int:
    cost = _ON_NODE if blocked((box[0], box[1] + _ROOM, box[2], box[3] - _ROOM)) else 0
    cost += _ON_LABEL * sum(overlap(box, other, _ROOM) for other in placed)
    cost += _ON_WIRE * sum(_passes(way, box) for way in others)
    return cost + _ON_ITS_OWN * _passes(own, box)


def _passes(way: Sequence[Point], box: Box) -> bool:
    """Whether a wire comes into what is written in a box, as far as its straight pieces tell."""
    left, top, right, bottom = box[0], box[1] + _BLANK, box[2], box[3] - _BLANK
    for (x1, y1), (x2, y2) in pairwise(way):
        if x1 > x2:
            x1, x2 = x2, x1
        if y1 > y2:
            y1, y2 = y2, y1
        if x1 < right and left < x2 + _ROOM and y1 < bottom and top < y2:
            return True
    return False


def _places(shape: WireShape, way: Sequence[Point], width: float, height: float) -> Iterator[Box]:
    """Where a label may stand, the best first.

    A wire that is its output's only one may share its target with others: its start is free,
    on the side away from them. One of several from an output has its outer end for itself.
    """
    start, end = shape.route.points[0], shape.route.points[-1]
    lane, down = len(shape.lines) > 1, shape.direction == "down"
    x, y = shape.middle
    lean = end[0] - start[0] if down else end[1] - start[1]
    back = x < (start[0] + end[0]) / 2 if lane else (lean > 1 if shape.alone else lean < -1)
    if not lane:
        if down and shape.box[2] - shape.box[0] < _STEEP:
            # A short one winds past its label, a long one is straight there.
            tall = shape.box[3] - shape.box[1] > _TALL
            west, east = (x, x) if tall else (shape.box[0], shape.box[2])
            edge = west - LABEL_GAP - width if back else east + LABEL_GAP
            yield _box(edge, y - height / 2, width, height)
        yield _at_port(shape, back, width, height)
    for part in _LANE_PARTS if lane else _PARTS:
        x, y = _on_lane(shape, part) if lane else way[round(part * (len(way) - 1))]
        if down:
            right = _box(x + LABEL_GAP, y - height / 2, width, height)
            left = _box(x - LABEL_GAP - width, y - height / 2, width, height)
            yield from (left, right) if back else (right, left)
        else:
            for away in (LABEL_GAP / 2, HEIGHT / 2 + 1):
                yield _box(x - width / 2, y - away - height, width, height)
                yield _box(x - width / 2, y + away, width, height)
        yield _box(x - width / 2 - 4, y - height / 2, width + 8, height)


def _at_port(shape: WireShape, back: bool, width: float, height: float) -> Box:
    """Beside the port at the wire's own end, on the side that the wire does not take."""
    x, y = shape.route.points[0 if shape.alone else -1]
    if shape.direction == "down":
        top = y + _CLOSE if shape.alone else y - _CLOSE - height
        return _box(x - LABEL_GAP - width if back else x + LABEL_GAP, top, width, height)
    left = x + LABEL_GAP if shape.alone else x - LABEL_GAP - width
    return _box(left, y - _CLOSE - height if back else y + _CLOSE, width, height)


def _on_lane(shape: WireShape, part: float) -> Point:
    (x1, y1), (x2, y2) = shape.route.points[1:3]
    return (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return (left, top, left + width, top + height)
