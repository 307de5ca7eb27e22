"""One real worker for the command line's tests: Keras takes seconds to start."""

from collections.abc import Callable

from builder.engine.kernel import Report, Worker


class Kept:
    """A worker that outlives the sessions which it serves, one after the other."""

    def __init__(self) -> None:
        self._report: Report = lambda _event: None
        self._worker = Worker(lambda event: self._report(event))
        self._worker.start()

    def serve(self, report: Report, *, backend: str) -> "Kept":
        assert backend == "tensorflow"
        self._report = report
        return self

    def start(self) -> None:
        """It was started long ago."""

    def stop(self, grace: float = 2.0) -> None:
        """The session is over, the worker stays."""
        del grace
        self._report = lambda _event: None

    @property
    def send(self) -> Callable[..., None]:
        return self._worker.send

    def end(self) -> None:
        self._worker.stop(0.0)
