"""Standing in line and at equal distances: where the chosen nodes, frames and notes go."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from builder.canvas.geometry import Box
from builder.document.project import Point

Edge = Literal["left", "centre", "right", "top", "middle", "bottom"]
Way = Literal["across", "down"]
Key = TypeVar("Key")

_Span = tuple[float, float]
_PLACES: Mapping[Edge, tuple[int, Callable[[_Span, _Span], float]]] = {
    "left": (0, lambda _, all_: all_[0]),
    "centre": (0, lambda own, all_: (all_[0] + all_[1] - own[1] + own[0]) / 2),
    "right": (0, lambda own, all_: all_[1] - own[1] + own[0]),
    "top": (1, lambda _, all_: all_[0]),
    "middle": (1, lambda own, all_: (all_[0] + all_[1] - own[1] + own[0]) / 2),
    "bottom": (1, lambda own, all_: all_[1] - own[1] + own[0]),
}
"""Along which axis, and where something that spans `own` begins among what spans `all_`."""


def align(boxes: Mapping[Key, Box], edge: Edge) -> dict[Key, Point]:
    """The corners with one edge, or the centres, in line."""
    axis, begin = _PLACES[edge]
    spans = {key: (box[axis], box[axis + 2]) for key, box in boxes.items()}
    around = (min(near for near, _ in spans.values()), max(far for _, far in spans.values()))
    return {key: _put(box, axis, round(begin(spans[key], around), 2)) for key, box in boxes.items()}


def distribute(boxes: Mapping[Key, Box], way: Way) -> dict[Key, Point]:
    """The corners with equal gaps between; the first and the last stay where they are."""
    axis = 0 if way == "across" else 1

    def middle(key: Key) -> tuple[float, float, str]:
        box = boxes[key]
        centre = (box[axis] + box[axis + 2], box[1 - axis] + box[3 - axis])
        return (*centre, str(key))

    order = sorted(boxes, key=middle)
    sizes = [boxes[key][axis + 2] - boxes[key][axis] for key in order]
    room = boxes[order[-1]][axis] - boxes[order[0]][axis + 2] - sum(sizes[1:-1])
    gap = room / max(1, len(order) - 1)
    result, near = {}, boxes[order[0]][axis]
    for key, size in zip(order, sizes, strict=True):
        result[key] = _put(boxes[key], axis, round(near, 2))
        near += size + gap
    return result


def _put(box: Box, axis: int, near: float) -> Point:
    return (near, box[1]) if axis == 0 else (box[0], near)
