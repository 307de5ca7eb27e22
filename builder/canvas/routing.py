"""The way a wire takes: straight down in a curve, or in a free lane beside nodes that stand between.

A route depends on nothing but where nodes stand within its `reach`, so a scene that was changed
step by step draws the same wires as one drawn afresh.
"""

from collections import defaultdict
from collections.abc import Collection

from msgspec import Struct

from builder.canvas.geometry import Box, body
from builder.document.project import Point

CELL = 320.0
LONG = 110.0
LANE_MARGIN = 18.0
LANE_REACH = 620.0
BEND = 30.0

_STEPS = 12
_WEIGHTS = tuple(
    ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    for t in (step / _STEPS for step in range(_STEPS + 1))
)
"""Of the four points of a cubic curve, at even steps along it."""


class Route(Struct, frozen=True):
    """The points of a wire: two for one curve, four for curve, lane, curve.

    `reach` is the box whose nodes the route looked at; None for a short wire, which looks at none.
    """

    points: tuple[Point, ...]
    reach: Box | None = None


class Obstacles:
    """Nodes by place, for asking which of them stand in a box."""

    def __init__(self) -> None:
        self._boxes: dict[str, Box] = {}
        self._cells: dict[tuple[int, int], set[str]] = defaultdict(set)

    def put(self, node: str, at: Point) -> None:
        self.take(node)
        box = self._boxes[node] = body(at)
        for cell in _cells(box):
            self._cells[cell].add(node)

    def take(self, node: str) -> None:
        box = self._boxes.pop(node, None)
        if box is not None:
            for cell in _cells(box):
                self._cells[cell].discard(node)

    def boxes(self, box: Box, without: Collection[str] = ()) -> list[Box]:
        """The bodies of the nodes that overlap a box, in no order."""
        return [self._boxes[node] for node in self.nodes(box) if node not in without]

    def nodes(self, box: Box) -> set[str]:
        left, top, right, bottom = box
        near: Collection[str]
        if ((right - left) // CELL + 2) * ((bottom - top) // CELL + 2) > len(self._cells):
            near = self._boxes  # a box over half the world has more cells than there are nodes
        else:
            near = set().union(*(self._cells.get(cell, ()) for cell in _cells(box)))
        return {
            node
            for node in near
            if (b := self._boxes[node])[0] < right and left < b[2] and b[1] < bottom and top < b[3]
        }


def _cells(box: Box) -> list[tuple[int, int]]:
    left, top, right, bottom = box
    rows = range(int(top // CELL), int(bottom // CELL) + 1)
    return [(x, y) for x in range(int(left // CELL), int(right // CELL) + 1) for y in rows]


def route(
    start: Point, end: Point, obstacles: Obstacles, ends: tuple[str, str], direction: str = "down"
) -> Route:
    """The route from an output to an input. `ends` are the two nodes, which are no obstacles."""
    span = end[1] - start[1] if direction == "down" else end[0] - start[0]
    if span < LONG:
        return Route((start, end))
    near = _reach(start, end, direction, 0.0)
    between = obstacles.boxes(near, ends)
    if not between or not _blocked(curve_points(start, end, direction), between):
        return Route((start, end), near)
    reach = _reach(start, end, direction, LANE_REACH)
    boxes = obstacles.boxes(reach, ends)
    if direction != "down":
        turned = _lane(_turned(start), _turned(end), [_turned_box(box) for box in boxes])
        return Route(tuple(_turned(point) for point in turned), reach)
    return Route(_lane(start, end, boxes), reach)


def _reach(start: Point, end: Point, direction: str, aside: float) -> Box:
    side, ahead = (aside + 4, 0.0) if direction == "down" else (0.0, aside + 4)
    return (
        min(start[0], end[0]) - side,
        min(start[1], end[1]) - ahead,
        max(start[0], end[0]) + side,
        max(start[1], end[1]) + ahead,
    )


def _turned(point: Point) -> Point:
    return (point[1], point[0])


def _turned_box(box: Box) -> Box:
    return (box[1], box[0], box[3], box[2])


def _lane(start: Point, end: Point, boxes: list[Box]) -> tuple[Point, ...]:
    """Points by way of the free column nearest to both ends."""
    top, bottom = start[1] + BEND, end[1] - BEND
    walls: list[tuple[float, float]] = []
    for left, upper, right, lower in sorted(boxes):
        if upper >= bottom or lower <= top:
            continue
        left, right = left - LANE_MARGIN, right + LANE_MARGIN
        if walls and left < walls[-1][1]:
            walls[-1] = (walls[-1][0], max(walls[-1][1], right))
        else:
            walls.append((left, right))
    free = {x for wall in walls for x in wall}
    free |= {x for x in (start[0], end[0]) if not any(a < x < b for a, b in walls)}
    if not free:
        return (start, end)
    lane = min(free, key=lambda x: (abs(x - start[0]) + abs(x - end[0]), x))
    return (start, (lane, top), (lane, bottom), end)


def _blocked(points: list[Point], boxes: list[Box]) -> bool:
    for left, top, right, bottom in boxes:
        for x, y in points:
            if left - 4 < x < right + 4 and top - 4 < y < bottom + 4:
                return True
    return False


def handle(start: Point, end: Point, direction: str = "down") -> float:
    """How far the control points of the curve between two points stand out from its ends."""
    ahead = end[1] - start[1] if direction == "down" else end[0] - start[0]
    if ahead >= 0:
        return max(14.0, min(ahead * 0.5, 120.0))
    return min(40.0 - ahead * 0.35, 180.0)


def curve_points(start: Point, end: Point, direction: str = "down") -> list[Point]:
    """Points along the curve from one point to another, both ends included."""
    out = handle(start, end, direction)
    dx, dy = (0.0, out) if direction == "down" else (out, 0.0)
    (x1, y1), (x4, y4) = start, end
    x2, y2, x3, y3 = x1 + dx, y1 + dy, x4 - dx, y4 - dy
    return [
        (a * x1 + b * x2 + c * x3 + d * x4, a * y1 + b * y2 + c * y3 + d * y4)
        for a, b, c, d in _WEIGHTS
    ]


def along(points: tuple[Point, ...], direction: str = "down") -> list[Point]:
    """Points along a whole route, close enough to tell whether the mouse is on it."""
    if len(points) == 2:
        return curve_points(points[0], points[1], direction)
    first = curve_points(points[0], points[1], direction)
    return first + curve_points(points[2], points[3], direction)
