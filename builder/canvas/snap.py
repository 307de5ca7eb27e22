"""Snapping: nodes that are dragged nearly in line with others stand in line, and a guide says so."""

from collections.abc import Iterable

from msgspec import Struct

from builder.canvas.geometry import Box
from builder.document.project import Point

REACH = 6.0

Line = tuple[float, float, float, float]


class Snap(Struct, frozen=True):
    """How far to move a box for it to stand in line, and the guides (x1, y1, x2, y2) to show."""

    way: Point = (0.0, 0.0)
    guides: tuple[Line, ...] = ()


def snap(box: Box, others: Iterable[Box], reach: float) -> Snap:
    """Bring centres, or else edges, of a box in line with those of the others.

    Across and down are apart from each other; of several neighbours the nearest in line counts.
    """
    listed = list(others)
    across = _nearest(box, listed, 0, reach)
    down = _nearest(box, listed, 1, reach)
    way = (across[0] if across else 0.0, down[0] if down else 0.0)
    moved = (box[0] + way[0], box[1] + way[1], box[2] + way[0], box[3] + way[1])
    guides = []
    if across:
        _, x, other = across
        guides.append((x, min(moved[1], other[1]), x, max(moved[3], other[3])))
    if down:
        _, y, other = down
        guides.append((min(moved[0], other[0]), y, max(moved[2], other[2]), y))
    return Snap(way, tuple(guides))


def _nearest(
    box: Box, others: list[Box], axis: int, reach: float
) -> tuple[float, float, Box] | None:
    """The least way to stand in line along one axis, where the line is, and with whom."""
    best, least = None, (reach, 0.0, 0)
    for other in others:
        along = abs(other[1 - axis] - box[1 - axis])
        for rank, (mine, theirs) in enumerate(
            zip(_lines(box, axis), _lines(other, axis), strict=True)
        ):
            way = theirs - mine
            cost = (abs(way), along, rank)
            if abs(way) <= reach and (best is None or cost < least):
                best, least = (way, theirs, other), cost
    return best


def _lines(box: Box, axis: int) -> tuple[float, float, float]:
    """Centre, near edge and far edge of a box along one axis."""
    near, far = box[axis], box[axis + 2]
    return ((near + far) / 2, near, far)
