"""The loop in a worker, without a process: which job is done, which is stopped."""

import threading
from multiprocessing.connection import Pipe

from builder.document.graph import Graph
from builder.engine.door import MAX_FRAME
from builder.engine.messages import (
    Failed,
    Fault,
    Inspect,
    LogLine,
    Quit,
    Stop,
    Train,
    decode_event,
    encode,
)
from builder.engine.worker.context import Context
from builder.engine.worker.loop import Loop
from tests.patience import PATIENCE


class Looped:
    """A Loop on a thread, with jobs that wait to be let go."""

    def __init__(self) -> None:
        self.here, there = Pipe()
        self.started: list[int] = []
        self.stopped: list[int] = []
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.loop = Loop(there, {Train: self._job, Inspect: self._job})
        self.loop.listen()
        self.thread = threading.Thread(target=self.loop.work)
        self.thread.start()

    def _job(self, request: Train | Inspect, context: Context) -> None:
        self.started.append(request.id)
        self.begun.release()
        while not self.go.is_set() and not context.stopping.is_set():
            context.stopping.wait(0.01)
        if context.stopping.is_set():
            self.stopped.append(request.id)
        if request.id == 666:
            raise ValueError("this one fails")

    def send(self, *requests: Train | Inspect | Stop | Quit) -> None:
        for request in requests:
            self.here.send_bytes(encode(request))

    def end(self) -> None:
        self.send(Quit())
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        self.here.close()


def test_stop_reaches_the_job_that_runs_and_no_other() -> None:
    looped = Looped()
    looped.send(Train(1, "a"), Train(2, "b"))
    assert looped.begun.acquire(timeout=PATIENCE)
    looped.send(Stop(99), Stop(1))
    assert looped.begun.acquire(timeout=PATIENCE)
    assert looped.started == [1, 2]
    assert looped.stopped == [1]
    looped.end()
    assert looped.stopped == [1, 2]


def test_a_stop_that_comes_before_the_job_begins_is_not_forgotten() -> None:
    looped = Looped()
    looped.send(Train(1, "a"), Train(2, "b"), Stop(2), Stop(1))
    assert looped.begun.acquire(timeout=PATIENCE)
    assert looped.begun.acquire(timeout=PATIENCE)
    looped.end()
    assert looped.stopped == [1, 2]


def test_a_newer_inspection_makes_older_ones_pointless() -> None:
    looped = Looped()
    looped.send(Inspect(1, Graph()))
    assert looped.begun.acquire(timeout=PATIENCE)
    looped.send(Inspect(2, Graph()), Inspect(3, Graph()), Inspect(4, Graph()))
    looped.end()
    assert looped.started[0] == 1
    assert 1 in looped.stopped
    assert looped.started == sorted(looped.started)


def test_a_job_that_raises_is_answered_and_the_next_one_is_done() -> None:
    looped = Looped()
    looped.go.set()
    looped.send(Train(666, "a"), Train(2, "b"))
    assert looped.begun.acquire(timeout=PATIENCE)
    assert looped.begun.acquire(timeout=PATIENCE)
    failed = decode_event(looped.here.recv_bytes())
    assert isinstance(failed, Failed)
    assert failed.id == 666
    assert "this one fails" in failed.fault.message
    looped.end()


def test_an_answer_too_large_to_send_is_told_as_such() -> None:
    here, there = Pipe()
    loop = Loop(there, {})
    loop.send(Failed(5, Fault("x" * (MAX_FRAME + 1))))
    answer = decode_event(here.recv_bytes())
    assert isinstance(answer, Failed)
    assert answer.id == 5
    assert "too large" in answer.fault.message
    here.close()
    loop.send(LogLine("to nobody"))
