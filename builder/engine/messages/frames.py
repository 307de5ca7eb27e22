"""Messages as frames: JSON with the type's name as tag."""

import msgspec

from builder.engine.messages.events import Event
from builder.engine.messages.requests import Request

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Request | Event) -> bytes:
    """One frame. Numbers that JSON cannot hold (nan, infinity) arrive as null."""
    return _encoder.encode(message)


def decode_request(frame: bytes) -> Request:
    """Raises msgspec.DecodeError for anything that is no request."""
    return _requests.decode(frame)


def decode_event(frame: bytes) -> Event:
    """Raises msgspec.DecodeError for anything that is no event."""
    return _events.decode(frame)
