"""Messages as frames: JSON with the type's name as tag."""

from functools import cache

import msgspec

from builder.engine.messages.events import Event
from builder.engine.messages.requests import Request

_encoder = msgspec.json.Encoder()


# Made as the first frame comes: the first paint imports the messages and reads none.


@cache
def _requests() -> msgspec.json.Decoder[Request]:
    return msgspec.json.Decoder(Request)


@cache
def _events() -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(Event)


def encode(message: Request | Event) -> bytes:
    """One frame. Numbers that JSON cannot hold (nan, infinity) arrive as null."""
    return _encoder.encode(message)


def decode_request(frame: bytes) -> Request:
    """Raises msgspec.DecodeError for anything that is no request."""
    return _requests().decode(frame)


def decode_event(frame: bytes) -> Event:
    """Raises msgspec.DecodeError for anything that is no event."""
    return _events().decode(frame)
