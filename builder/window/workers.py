"""The workers that the trainer has at hand, and the way of their events to the GUI's thread."""

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from builder.engine.messages import Event, LogLine, Request, Stop, WorkerDied

_GIVEN_UP = "The worker was ended before it had answered. Ask again."


class Far(Protocol):
    """The far side: a worker process, or in tests anything that answers requests with events."""

    @property
    def alive(self) -> bool: ...

    def send(self, request: Request) -> None: ...

    def stop(self, grace: float = 2.0) -> None: ...


Report = Callable[[Event], None]


class Pool(Protocol):
    """Where warm workers come from."""

    def take_trainer(self, report: Report) -> Far: ...


class Link:
    """A worker in use. `used` says that it has trained: the next training takes another."""

    far: Far
    used = False


class Workers(QObject):
    """The present worker, and the one beside it that reads data while the present one trains.

    Signals, all on the GUI's thread:
        said(Event): by the present worker.
        said_beside(Event): by the one beside it.
        gone(Link, sentence): it will not answer any more, though nobody said so: it was given up,
            or another took its place before its death was told.
        printed(str): a line of output of either, also of one given up.
    """

    said = Signal(object)
    said_beside = Signal(object)
    gone = Signal(object, str)
    printed = Signal(str)

    _arrived = Signal(object, object)

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool
        self.present: Link | None = None
        self.beside: Link | None = None
        self._replaced: list[Link] = []
        self._arrived.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def ask(self, request: Request) -> Link:
        """Send to the present worker; one that is not there is taken from the pool."""
        self.present = self._linked(self.present)
        self.present.far.send(request)
        return self.present

    def ask_beside(self, request: Request) -> Link:
        self.beside = self._linked(self.beside)
        self.beside.far.send(request)
        return self.beside

    def stop_job(self, id_: int) -> None:
        """Ask the present worker to end a job; without one there is nothing to end."""
        if self.present is not None:
            self.present.far.send(Stop(id_))

    def ask_fresh(self, request: Request) -> None:
        """Send to a worker that has not trained yet: the present one, the one beside, a new one."""
        if self.present is not None and self.present.used:
            following, self.beside = self.beside, None
            self.close()
            self.present = following
        self.ask(request)
        if self.present is not None:
            self.present.used = True

    def drop_beside(self) -> None:
        self.beside = None

    def close(self, grace: float = 0.2) -> None:
        """Give both up, with `grace` seconds to end their job. What they still say is not heard."""
        links = [link for link in (self.present, self.beside) if link is not None]
        self.present = self.beside = None
        for link in links:
            # Ending a process may take seconds; the window does not wait for it.
            threading.Thread(target=link.far.stop, args=(grace,), daemon=True).start()
            self.gone.emit(link, _GIVEN_UP)

    def _linked(self, link: Link | None) -> Link:
        if link is not None and link.far.alive:
            return link
        if link is not None:
            self._replaced.append(link)
        fresh = Link()

        def report(event: Event) -> None:
            try:
                self._arrived.emit(fresh, event)
            except RuntimeError:  # the window is gone: Qt has deleted this object already
                return

        fresh.far = self._pool.take_trainer(report)
        return fresh

    def _receive(self, link: object, event: Event) -> None:
        if isinstance(event, LogLine):
            self.printed.emit(event.text)
        elif link is self.present:
            self.said.emit(event)
        elif link is self.beside:
            self.said_beside.emit(event)
        elif isinstance(event, WorkerDied) and link in self._replaced:
            self._replaced.remove(link)
            self.gone.emit(link, event.message)
