"""A context that keeps what a handler sends."""

from typing import TypeVar

from builder.engine.messages import Event
from builder.engine.worker.context import Context

E = TypeVar("E")


class Recording:
    """`context` for a handler; `events` is what it has sent so far."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.context = Context(self.events.append)

    def all(self, type_: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, type_)]

    def only(self, type_: type[E]) -> E:
        """The one event of a type; there must be exactly one."""
        (event,) = self.all(type_)
        return event
