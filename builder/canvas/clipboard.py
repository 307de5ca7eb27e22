"""A part of a network as clipboard text: JSON that pastes into another window, or into a chat."""

from typing import Literal

import msgspec
from msgspec import Struct

from builder.document.edits import EditRefused
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
    far = any(abs(side) > _FARTHEST for at in part.positions.values() for side in at)
    if far or not part.nodes:
        raise foreign
    return part
