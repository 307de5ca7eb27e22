"""Snapping: what is dragged nearly in line with others stands in line, and a guide says so."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from msgspec import Struct

from builder.canvas.geometry import Box
from builder.document.project import Point

REACH = 6.0

Line = tuple[float, float, float, float]
_RANKS = (0.5, 0.0, 1.0)
"""Where centre, near and far edge are, as parts of a box's size."""
_ALIKE = ((0, 0), (1, 1), (2, 2))
_CORNER = ((2, 2), (2, 1))
"""Which line of a box stands in line with which of another: mine, theirs."""


class Snap(Struct, frozen=True):
    """How far to move a box for it to stand in line, and the guides (x1, y1, x2, y2) to show."""

    way: Point = (0.0, 0.0)
    guides: tuple[Line, ...] = ()


class Lines:
    """The centres and edges of what stays where it is, sorted once for a whole drag.

    So a step of the mouse asks only for the lines next to the dragged box, among thousands.
    """

    def __init__(self, boxes: Iterable[Box]) -> None:
        # By axis and size. Nodes are all of one size, so that one line of each tells all three.
        self._on: dict[tuple[int, float], dict[float, list[Box]]] = {}
        for box in boxes:
            for axis in (0, 1):
                key = (axis, round(box[axis + 2] - box[axis], 2))
                self._on.setdefault(key, {}).setdefault(box[axis], []).append(box)
        self._sorted = {key: sorted(found) for key, found in self._on.items()}

    def near(self, line: float, axis: int, rank: int) -> Iterator[tuple[float, list[Box]]]:
        """The next lines before and after a place, with the boxes that they belong to."""
        for (along, size), edges in self._sorted.items():
            if along == axis:
                place = bisect_left(edges, line - size * _RANKS[rank])
                for edge in edges[max(0, place - 1) : place + 1]:
                    boxes = self._on[along, size][edge]
                    yield _lines(boxes[0], axis)[rank], boxes


def snap(box: Box, others: Lines, reach: float) -> Snap:
    """Bring centres, or else edges, of a box in line with those of the others.

    Across and down are apart from each other; of several neighbours the nearest in line counts.
    """
    across = _nearest(box, others, 0, reach, _ALIKE)
    down = _nearest(box, others, 1, reach, _ALIKE)
    way = (across[0] if across else 0.0, down[0] if down else 0.0)
    moved = (box[0] + way[0], box[1] + way[1], box[2] + way[0], box[3] + way[1])
    return Snap(way, _guides(moved, across, down))


def snap_corner(box: Box, others: Lines, reach: float) -> Snap:
    """Bring the lower right corner of a box, drawn at, in line with edges of the others."""
    across = _nearest(box, others, 0, reach, _CORNER)
    down = _nearest(box, others, 1, reach, _CORNER)
    way = (across[0] if across else 0.0, down[0] if down else 0.0)
    drawn = (box[0], box[1], box[2] + way[0], box[3] + way[1])
    return Snap(way, _guides(drawn, across, down))


_Found = tuple[float, float, Box] | None


def _guides(moved: Box, across: _Found, down: _Found) -> tuple[Line, ...]:
    guides = []
    if across:
        _, x, other = across
        guides.append((x, min(moved[1], other[1]), x, max(moved[3], other[3])))
    if down:
        _, y, other = down
        guides.append((min(moved[0], other[0]), y, max(moved[2], other[2]), y))
    return tuple(guides)


def _nearest(
    box: Box, others: Lines, axis: int, reach: float, pairs: tuple[tuple[int, int], ...]
) -> _Found:
    """The least way to stand in line along one axis, where the line is, and with whom."""
    best, least = None, (reach, 0.0, 0)
    for rank, (own, other_rank) in enumerate(pairs):
        mine = _lines(box, axis)[own]
        for theirs, boxes in others.near(mine, axis, other_rank):
            way = theirs - mine
            if abs(way) > least[0]:
                continue
            other = min(boxes, key=lambda found: abs(found[1 - axis] - box[1 - axis]))
            cost = (abs(way), abs(other[1 - axis] - box[1 - axis]), rank)
            if best is None or cost < least:
                best, least = (way, theirs, other), cost
    return best


def _lines(box: Box, axis: int) -> tuple[float, float, float]:
    """Centre, near edge and far edge of a box along one axis."""
    near, far = box[axis], box[axis + 2]
    return ((near + far) / 2, near, far)
