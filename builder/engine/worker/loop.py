"""The worker's life: requests come in on one thread while the main thread does jobs, one by one.

A Stop must arrive while `fit` runs, and the end of the window must be noticed in the middle of
anything, so a thread of its own reads the connection.
"""

import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from builder.engine.door import MAX_FRAME
from builder.engine.messages import (
    Event,
    Failed,
    Fault,
    Inspect,
    Quit,
    Request,
    Stop,
    decode_request,
    encode,
)
from builder.engine.worker.context import Context
from builder.engine.worker.faults import fault_of

Handler = Callable[[Any, Context], None]

# How long a running job may go on once the window is gone, in seconds.
GRACE = 3.0


@dataclass(frozen=True)
class Job:
    request: Request
    context: Context


class Loop:
    """Receives requests and does them in order; a newer Inspect makes older ones pointless."""

    def __init__(
        self,
        connection: Connection,
        handlers: Mapping[type, Handler],
        *,
        warm: bool = False,
    ) -> None:
        self._connection = connection
        self._handlers = handlers
        self._warm = warm
        self._sending = threading.Lock()
        self._changed = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._running: Job | None = None
        self._ending = False

    def listen(self) -> None:
        """Begin to receive; jobs wait until `work`."""
        threading.Thread(target=self._receive, name="requests", daemon=True).start()

    def work(self) -> None:
        """Do jobs until the process has to end."""
        while (job := self._next()) is not None:
            handler = self._handlers[type(job.request)]
            try:
                handler(job.request, job.context)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - see below
                # Whatever a job raises is the user's answer, also where code of theirs wants to end.
                self.send(Failed(getattr(job.request, "id", 0), fault_of(error)))

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be done."""
        return not self._jobs and not self._ending

    def send(self, event: Event) -> None:
        """Send an event, from any thread. Goes nowhere once the window is gone."""
        frame = encode(event)
        if len(frame) > MAX_FRAME:
            fault = Fault(f"The answer is too large to be sent: {len(frame) / 2**20:.0f} MB.")
            frame = encode(Failed(getattr(event, "id", 0), fault))
        with self._sending:
            try:
                self._connection.send_bytes(frame)
            except OSError:
                return

    # --- inner parts

    def _next(self) -> Job | None:
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._jobs or self._ending)
            if self._ending:
                return None
            self._running = self._jobs.popleft()
            return self._running

    def _receive(self) -> None:
        while True:
            try:
                request = decode_request(self._connection.recv_bytes(MAX_FRAME))
            except Exception as error:  # noqa: BLE001 - see below
                # The window is gone, or it talks nonsense. Whatever it is, there is nobody to
                # work for any more, and without this thread the process would live for ever.
                self._orphaned(error)
                return
            with self._changed:
                self._take(request)
                if self._ending:
                    return
                self._changed.notify()

    def _take(self, request: Request) -> None:
        match request:
            case Quit():
                self._end()
            case Stop(id=id_):
                for job in self._known():
                    if getattr(job.request, "id", None) == id_:
                        job.context.stopping.set()
            case _:
                if isinstance(request, Inspect):
                    self._supersede()
                self._jobs.append(Job(request, Context(self.send, warm=self._warm)))

    def _supersede(self) -> None:
        for job in self._known():
            if isinstance(job.request, Inspect):
                job.context.stopping.set()
        waiting = [job for job in self._jobs if not isinstance(job.request, Inspect)]
        self._jobs = deque(waiting)

    def _known(self) -> list[Job]:
        return [*self._jobs, *([self._running] if self._running else [])]

    def _end(self) -> None:
        self._ending = True
        for job in self._known():
            job.context.stopping.set()
        self._changed.notify()

    def _orphaned(self, error: Exception) -> None:
        """The window is gone: end soon, even in the middle of a job."""
        if isinstance(error, msgspec.DecodeError):
            # The window lives and reads this; a broken connection has nobody to tell.
            with contextlib.suppress(OSError):
                print(f"The worker received no request: {error}", file=sys.stderr, flush=True)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        with self._changed:
            self._end()
        timer = threading.Timer(GRACE, os._exit, (1,))
        timer.daemon = True
        timer.start()
