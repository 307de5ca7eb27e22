"""Which workers stand ready: one that inspects, and one warm spare for the next training.

A training needs a fresh process, and a fresh process needs seconds to import Keras. So a spare is
started ahead, but never while the window waits for something else: after the inspector is ready,
and again when a training is over.
"""

import sys
import threading

from builder.engine.kernel import Report, Worker
from builder.engine.messages import (
    Evaluated,
    Event,
    Exported,
    Failed,
    Imported,
    Predicted,
    Ready,
    RunEnded,
    WorkerDied,
)

# A worker that says one of these has done what it was taken for.
_DONE = (RunEnded, Evaluated, Predicted, Exported, Imported, Failed, WorkerDied)


class Pool:
    """Starts workers for one window and keeps the spare."""

    def __init__(self, *, python: str = sys.executable) -> None:
        self._python = python
        self._backend = "tensorflow"
        self._spare: _Spare | None = None
        self._closed = False
        self._lock = threading.Lock()

    @property
    def spare(self) -> Worker | None:
        """The worker that waits for the next training, if there is one."""
        with self._lock:
            return self._spare.worker if self._spare is not None else None

    def start_inspector(self, report: Report, backend: str = "tensorflow") -> Worker:
        """Start a worker that inspects. The spare for the same backend follows once it is ready."""

        def told(event: Event) -> None:
            report(event)
            if isinstance(event, Ready):
                self.prepare()

        with self._lock:
            changed, self._backend = backend != self._backend, backend
            spare = self._spare if changed else None
            if changed:
                self._spare = None
        if spare is not None:
            # Ending a process may take seconds, and it is the window that asks for the other one.
            threading.Thread(target=spare.worker.stop, args=(0.0,), daemon=True).start()
        worker = Worker(told, backend=backend, python=self._python)
        worker.start()
        return worker

    def prepare(self) -> None:
        """Start a spare if there is none. Returns at once."""
        with self._lock:
            if not self._closed and (self._spare is None or not self._spare.worker.alive):
                self._spare = _Spare(self._backend, self._python)

    def take_trainer(self, report: Report) -> Worker:
        """The spare, or a worker just started if there is none. `report` is told Ready as well.

        The taker owns it and stops it. Another spare is started when its first job is over.
        """
        with self._lock:
            spare, self._spare = self._spare, None
            if spare is None or not spare.worker.alive:
                spare = _Spare(self._backend, self._python)
        spare.give_to(self._preparing_after(report))
        return spare.worker

    def stop(self, grace: float = 0.0) -> None:
        """End the spare and start no more. Workers that were handed out are not touched."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.worker.stop(grace)

    def _preparing_after(self, report: Report) -> Report:
        def told(event: Event) -> None:
            report(event)
            if isinstance(event, _DONE):
                self.prepare()

        return told


class _Spare:
    """A warm worker that keeps what it says until somebody takes it."""

    def __init__(self, backend: str, python: str) -> None:
        self._lock = threading.RLock()
        self._said: list[Event] = []
        self._taker: Report | None = None
        self.worker = Worker(self._hear, backend=backend, python=python, warm=True)
        self.worker.start()

    def give_to(self, taker: Report) -> None:
        with self._lock:
            for event in self._said:
                taker(event)
            self._said.clear()
            self._taker = taker

    def _hear(self, event: Event) -> None:
        with self._lock:
            if self._taker is None:
                self._said.append(event)
                return
        self._taker(event)
