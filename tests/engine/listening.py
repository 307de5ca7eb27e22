"""Waiting for what a worker says, in tests with real worker processes."""

import queue
import time
from typing import TypeVar

from builder.engine.kernel import Worker
from builder.engine.messages import Event, WorkerDied
from tests.patience import PATIENCE

Kind = TypeVar("Kind", bound=Event)


class Listener:
    """Hears a worker's events; `heard` holds them all, in order."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self._waiting: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def __call__(self, event: Event) -> None:
        self.heard.append(event)
        self._waiting.put(event)

    def wait(self, kind: type[Kind]) -> Kind:
        """The next event of a kind; whatever comes before it is passed over."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                event = self._waiting.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {kind.__name__}; heard {self.heard}") from None
            if isinstance(event, kind):
                return event
            if isinstance(event, WorkerDied):
                raise AssertionError(f"the worker died: {event.message}; heard {self.heard}")


def started(**options: object) -> tuple[Worker, Listener]:
    """A worker that has just been started, and what it says."""
    listener = Listener()
    worker = Worker(listener, **options)  # type: ignore[arg-type]
    worker.start()
    return worker, listener
