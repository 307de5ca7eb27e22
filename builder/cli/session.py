"""A conversation with one worker: requests go out, answers are waited for.

Ctrl+C reaches this process only; a command that wants to end in good order listens for
Interrupted among the events.
"""

import itertools
import queue
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from builder.cli.failure import FAILED, UNUSABLE, CommandFailed
from builder.cli.output import note
from builder.document.graph import Graph
from builder.engine.kernel import Worker
from builder.engine.messages import Event, Failed, Fault, LogLine, Request, WorkerDied

Answer = TypeVar("Answer", bound=Event)

# A wait without an end cannot be interrupted on Windows.
_TICK = 0.5


class Interrupted:
    """The user pressed Ctrl+C."""


class Session:
    """Use it in a `with` block: the worker starts with it and ends with it."""

    def __init__(self, backend: str, *, debug: bool = False) -> None:
        self._events: queue.SimpleQueue[Event | Interrupted] = queue.SimpleQueue()
        self._worker = Worker(self._events.put, backend=backend)
        self._debug = debug
        self._ids = itertools.count(1)

    def __enter__(self) -> "Session":
        if sys.stderr.isatty():
            note("Starting Keras …")
        self._worker.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self, grace: float = 2.0) -> None:
        """End the worker; after `grace` seconds by force. Does nothing a second time."""
        self._worker.stop(grace)

    def next_id(self) -> int:
        return next(self._ids)

    def send(self, request: Request) -> None:
        self._worker.send(request)

    def ask(self, request: Request, answer: type[Answer], graph: Graph | None = None) -> Answer:
        """Send a request and wait for its answer. Raises CommandFailed when it failed."""
        self.send(request)
        for event in self.events(graph):
            if isinstance(event, answer):
                return event
        raise AssertionError("events() never ends by itself")

    def events(self, graph: Graph | None = None) -> Iterator[Event | Interrupted]:
        """All that the worker says, as it comes. Raises CommandFailed for a failure or its death.

        `graph` lets a failure name the layer that caused it.
        """
        while True:
            try:
                event = self._events.get(timeout=_TICK)
            except queue.Empty:
                continue
            match event:
                case Failed(fault=fault):
                    code = UNUSABLE if fault.unreadable else FAILED
                    raise CommandFailed(said(fault, graph), code) from self._detail(fault)
                case WorkerDied(message=message):
                    raise CommandFailed(message)
                case LogLine(text=text):
                    if self._debug:
                        note(text)
                case _:
                    yield event

    @contextmanager
    def listening_for_interrupt(self) -> Iterator[None]:
        """Within the block Ctrl+C comes as an event instead of an exception."""

        def tell(_signal: int, _frame: FrameType | None) -> None:
            self._events.put(Interrupted())

        before = signal.signal(signal.SIGINT, tell)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _detail(self, fault: Fault) -> Exception | None:
        return RuntimeError(fault.detail) if self._debug and fault.detail else None


def said(fault: Fault, graph: Graph | None) -> str:
    """A fault's sentence, with the name of the layer it is about."""
    node = graph.nodes.get(fault.node) if graph is not None and fault.node is not None else None
    if node is None or node.name in fault.message:
        return fault.message
    return f"“{node.name}”: {fault.message}"
