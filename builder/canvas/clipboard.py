"""A part of a network as clipboard text: JSON that pastes into another window, or into a chat."""

from typing import Literal

import msgspec
from msgspec import Struct

from builder.document.edits import EditRefused
from builder.document.frames import box_of
from builder.document.parts import Part

_LIMIT = 20_000_000
_FARTHEST = 1e7


class _Clip(Struct, frozen=True):
    format: Literal["keras-builder-part"]
    part: Part


def to_text(part: Part) -> str:
    clip = _Clip("keras-builder-part", part)
    return msgspec.json.format(msgspec.json.encode(clip), indent=1).decode()


def from_text(text: str) -> Part:
    """The part that a text holds. Raises EditRefused for any other text."""
    foreign = EditRefused(
        "The clipboard holds no layers, so nothing was pasted. Copy layers on the canvas first."
    )
    if len(text) > _LIMIT:
        raise EditRefused("The clipboard holds more than 20 MB, too much for a part of a network.")
    try:
        part = msgspec.json.decode(text, type=_Clip).part
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise foreign from None
    boxes = [box_of(mark) for mark in part.marks.values()]
    far = any(abs(side) > _FARTHEST for at in (*part.positions.values(), *boxes) for side in at)
    if far or any(min(box[2:]) <= 0 for box in boxes) or not (part.nodes or boxes):
        raise foreign
    return part
