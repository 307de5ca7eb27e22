"""Wires as painted: many to one item, by where they are, and a few live ones while they move."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.geometry import Box
from builder.canvas.ink import BLOCKS, PLAIN, Ink
from builder.canvas.routing import Route, along, handle
from builder.document.graph import Wire
from builder.document.project import Point

CELL = 1000.0
LABEL_GAP = 10.0
_PAD = 12.0
_STEEP = 150.0


class WireShape:
    """How one wire lies: its path, the straight lines of its distant view, and its label.

    `alone` says that its output feeds nothing else, so that the label may stand at its start.
    `faulty` marks a wire into a node that Keras refused. `label` is the shape it carries, or
    nothing where another wire of the same output says it.
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


class WireItem(QGraphicsRectItem):
    """All wires whose middles lie in one cell of the canvas; or those that move just now.

    `marked` are the wires painted in the accent: selected, or a node is about to stand in them.
    """

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._ink = ink
        self.shapes: dict[Wire, WireShape] = {}
        self.marked: frozenset[Wire] = frozenset()
        self._plain = QPainterPath()
        self._faulty = QPainterPath()
        self._lines: list[QLineF] = []
        self._faulty_lines: list[QLineF] = []

    def take(self, shapes: Mapping[Wire, WireShape]) -> None:
        self.shapes = dict(shapes)
        self.settle()

    def settle(self) -> None:
        """Gather the paths anew after `shapes` was changed."""
        self._plain, self._faulty = QPainterPath(), QPainterPath()
        self._lines, self._faulty_lines = [], []
        for shape in self.shapes.values():
            (self._faulty if shape.faulty else self._plain).addPath(shape.path)
            (self._faulty_lines if shape.faulty else self._lines).extend(shape.lines)
        self.setRect(self._bounds(self.shapes.values()))
        self.update()

    def _bounds(self, shapes: Iterable[WireShape]) -> QRectF:
        boxes = [shape.box for shape in shapes]
        if not boxes:
            return QRectF()
        widest = max((len(shape.label) for shape in self.shapes.values()), default=0)
        room = _PAD + LABEL_GAP + widest * 8.0
        left, top = min(box[0] for box in boxes) - room, min(box[1] for box in boxes) - _PAD
        right, bottom = max(box[2] for box in boxes) + room, max(box[3] for box in boxes) + _PAD
        return QRectF(left, top, right - left, bottom - top)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._ink
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if ink.scale < BLOCKS:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(ink.far_wire_pen)
            painter.drawLines(self._lines)
            if self._faulty_lines:
                painter.setPen(ink.far_error_pen)
                painter.drawLines(self._faulty_lines)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if ink.scale < PLAIN:
            self._paint_thin(painter)
            return
        exposed = option.exposedRect
        left, top = exposed.left() - _PAD, exposed.top() - _PAD
        right, bottom = exposed.right() + _PAD, exposed.bottom() + _PAD
        painter.setPen(ink.wire_pen)
        for shape in self.shapes.values():
            box = shape.box
            if box[0] < right and left < box[2] and box[1] < bottom and top < box[3]:
                if shape.faulty:
                    painter.setPen(ink.error_wire_pen)
                painter.drawPath(shape.path)
                if shape.faulty:
                    painter.setPen(ink.wire_pen)
        self._paint_marked(painter)
        self._paint_labels(painter)

    def _paint_thin(self, painter: QPainter) -> None:
        """All curves in one call, one pixel wide: what is left of 1.6 at such a scale."""
        if self._lines:
            painter.setPen(self._ink.far_wire_pen)
            painter.drawPath(self._plain)
        if self._faulty_lines:
            painter.setPen(self._ink.far_error_pen)
            painter.drawPath(self._faulty)
        self._paint_marked(painter)

    def _paint_marked(self, painter: QPainter) -> None:
        painter.setPen(self._ink.chosen_wire_pen)
        for wire in self.marked:
            if wire in self.shapes:
                painter.drawPath(self.shapes[wire].path)

    def _paint_labels(self, painter: QPainter) -> None:
        ink = self._ink
        painter.setFont(ink.shape_font)
        painter.setPen(ink.secondary)
        height = ink.shape_metrics.height()
        for shape in self.shapes.values():
            if not shape.label:
                continue
            x = shape.middle[0]
            box = self._label_box(shape, ink.shape_metrics.horizontalAdvance(shape.label), height)
            if box.left() < x < box.right():
                painter.fillRect(box, ink.canvas)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shape.label)

    def _label_box(self, shape: WireShape, width: float, height: float) -> QRectF:
        """Beside the wire where no sibling passes, or right on it.

        A wire that is its output's only one may share its target with others: its start is free,
        on the side away from them. One of several from an output has its outer end for itself.
        """
        x, y = shape.middle
        left, right = shape.box[0], shape.box[2]
        start, end = shape.route.points[0], shape.route.points[-1]
        beside = shape.direction == "down" and len(shape.lines) == 1
        if beside and (shape.alone or right - left < _STEEP):
            lean = end[0] - start[0]
            at_left = lean > 1 if shape.alone else lean < -1
            edge = left - LABEL_GAP - width if at_left else right + LABEL_GAP
            return QRectF(edge, y - height / 2, width, height)
        return QRectF(x - width / 2 - 4, y - height / 2, width + 8, height)
