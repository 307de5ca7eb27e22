"""How one wire lies: what is asked of it when it is painted, hit and labelled."""

from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath

from builder.canvas.geometry import Box
from builder.canvas.routing import Route, along, handle
from builder.document.project import Point

CELL = 1000.0


class WireShape:
    """How one wire lies: its path, the straight lines of its distant view, and its label.

    `alone` says that its output feeds nothing else, so that the label may stand at its start.
    `faulty` marks a wire into a node that Keras refused. `label` is the shape it carries, as
    far as it is known.
    """

    __slots__ = ("alone", "box", "direction", "faulty", "label", "lines", "path", "route")

    def __init__(
        self,
        route: Route,
        direction: str,
        label: str = "",
        faulty: bool = False,
        alone: bool = False,
    ) -> None:
        self.alone = alone
        self.route = route
        self.direction = direction
        self.label = label
        self.faulty = faulty
        self.path = path_of(route.points, direction)
        self.lines = [QLineF(*one, *two) for one, two in pairwise(route.points)]
        rect = self.path.controlPointRect()
        self.box: Box = (rect.left(), rect.top(), rect.right(), rect.bottom())

    @property
    def cell(self) -> tuple[int, int]:
        left, top, right, bottom = self.box
        return (int((left + right) / 2 // CELL), int((top + bottom) / 2 // CELL))

    @property
    def middle(self) -> Point:
        points = self.route.points
        if len(points) == 2:
            return ((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)
        return ((points[1][0] + points[2][0]) / 2, (points[1][1] + points[2][1]) / 2)

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the wire."""
        points = along(self.route.points, self.direction)
        return min(_to_segment(x, y, one, two) for one, two in pairwise(points))

    def crosses(self, line: QLineF) -> bool:
        """Whether a straight line crosses the wire."""
        points = along(self.route.points, self.direction)
        inside = QLineF.IntersectionType.BoundedIntersection
        return any(
            line.intersects(QLineF(*one, *two))[0] == inside for one, two in pairwise(points)
        )


def path_of(points: tuple[Point, ...], direction: str) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    _curve(path, points[0], points[1], direction)
    if len(points) == 4:
        path.lineTo(*points[2])
        _curve(path, points[2], points[3], direction)
    return path


def _curve(path: QPainterPath, start: Point, end: Point, direction: str) -> None:
    out = handle(start, end, direction)
    dx, dy = (0.0, out) if direction == "down" else (out, 0.0)
    path.cubicTo(start[0] + dx, start[1] + dy, end[0] - dx, end[1] - dy, *end)


def _to_segment(x: float, y: float, one: Point, two: Point) -> float:
    dx, dy = two[0] - one[0], two[1] - one[1]
    length = dx * dx + dy * dy
    t = 0.0 if not length else ((x - one[0]) * dx + (y - one[1]) * dy) / length
    t = min(1.0, max(0.0, t))
    nearest: float = ((x - one[0] - t * dx) ** 2 + (y - one[1] - t * dy) ** 2) ** 0.5
    return nearest
