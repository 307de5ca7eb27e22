"""Walking over the canvas with the arrow keys."""

from collections.abc import Mapping
from typing import Literal

from builder.document.project import Point

Direction = Literal["left", "right", "up", "down"]
_UNIT: Mapping[Direction, Point] = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, -1),
    "down": (0, 1),
}


def nearest(places: Mapping[str, Point], start: str, direction: Direction) -> str | None:
    """The nearest node in a direction: one straight ahead goes before one off to the side."""
    ux, uy = _UNIT[direction]
    x, y = places[start]
    best, least = None, float("inf")
    for node, (nx, ny) in places.items():
        dx, dy = nx - x, ny - y
        ahead = dx * ux + dy * uy
        aside = abs(dx * uy) + abs(dy * ux)
        if node == start or ahead <= 1 or aside > 3 * ahead + 120:
            continue
        cost = ahead + 2 * aside
        if cost < least:
            best, least = node, cost
    return best
