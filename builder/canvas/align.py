"""Standing in line and at equal distances: where the chosen nodes go."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from builder.document.project import Point

Edge = Literal["left", "centre", "right", "top", "middle", "bottom"]
Way = Literal["across", "down"]

# Nodes are of one size, so that the edges are in line when the corners are.
_LINES: Mapping[Edge, tuple[int, Callable[[Sequence[float]], float]]] = {
    "left": (0, min),
    "centre": (0, lambda values: (min(values) + max(values)) / 2),
    "right": (0, max),
    "top": (1, min),
    "middle": (1, lambda values: (min(values) + max(values)) / 2),
    "bottom": (1, max),
}


def align(places: Mapping[str, Point], edge: Edge) -> dict[str, Point]:
    """The places with one edge, or the centres, in line."""
    axis, choose = _LINES[edge]
    line = round(choose([at[axis] for at in places.values()]), 2)
    return {id_: (line, y) if axis == 0 else (x, line) for id_, (x, y) in places.items()}


def distribute(places: Mapping[str, Point], way: Way) -> dict[str, Point]:
    """The places at equal distances; the first and the last stay where they are."""
    axis = 0 if way == "across" else 1
    order = sorted(places, key=lambda id_: (places[id_][axis], places[id_][1 - axis], id_))
    first, last = places[order[0]][axis], places[order[-1]][axis]
    step = (last - first) / max(1, len(order) - 1)
    result = {}
    for place, id_ in enumerate(order):
        x, y = places[id_]
        value = round(first + place * step, 2)
        result[id_] = (value, y) if axis == 0 else (x, value)
    return result
