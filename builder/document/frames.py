"""Frames and notes: what people put beside a network to explain it. Nothing is derived from them."""

from msgspec import Struct

Corner = tuple[float, float]
Size = tuple[float, float]


class Frame(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A titled area behind nodes; what stands in it moves along with it.

    `box` is left, top, width and height in scene pixels. `colour` is the name of a category whose
    colour it has; empty is grey. `level` is the block that it stands in, empty at the top.
    """

    title: str
    box: tuple[float, float, float, float]
    colour: str = ""
    level: str = ""


class Note(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A text on the canvas: its top left corner, and its width and height."""

    text: str
    at: Corner
    size: Size
    level: str = ""


Mark = Frame | Note


def box_of(mark: Mark) -> tuple[float, float, float, float]:
    """Left, top, width and height."""
    return mark.box if isinstance(mark, Frame) else (*mark.at, *mark.size)
