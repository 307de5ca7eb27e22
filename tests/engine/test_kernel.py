"""Real worker processes: started, asked, killed, orphaned, refused."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Pipe
from pathlib import Path

import psutil
import pytest

from builder.catalog.load import load_catalog
from builder.document.graph import INPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.engine.door import MAX_FRAME, Door
from builder.engine.kernel import Worker
from builder.engine.messages import (
    CatalogMade,
    Event,
    Export,
    Failed,
    Fault,
    Inspect,
    Inspected,
    LogLine,
    MakeCatalog,
    Quit,
    Ready,
    Stop,
    Train,
    WorkerDied,
    decode_event,
    encode,
)
from builder.engine.pool import Pool
from builder.engine.worker.context import Context
from builder.engine.worker.loop import Loop
from tests.build import chain
from tests.engine.listening import PATIENCE, Listener, started
from tests.engine.networks import catalog

keras = pytest.mark.keras
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

GRAPH = chain(("Input", {"shape": [8]}), "Dense", catalog=catalog()).graph


def _long() -> Graph:
    nodes = {"n0": Node("n0", "n0", INPUT, {"shape": [8]})}
    wires = []
    for place in range(1, 2001):
        id_ = f"n{place}"
        nodes[id_] = Node(id_, id_, "keras.layers.Dense", {"units": 10 + place})
        wires.append(Wire(OutputRef(f"n{place - 1}"), PortRef(id_)))
    return Graph(nodes, tuple(wires))


# Long enough to be killed in the middle: each of its layers is new to the inspector.
LONG = _long()


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def until(condition: Callable[[], bool]) -> None:
    """Wait for what no event tells: that a process of the system has ended."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.02)


@pytest.fixture(scope="module", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for sockets that no other program on this machine uses."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path_factory.mktemp("t"))
    yield
    tempfile.tempdir = before


def doors() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("keras-builder-*")}


@pytest.fixture(scope="module")
def inspecting() -> Iterator[tuple[Worker, Listener]]:
    """One worker for all tests that leave it alive."""
    worker, listener = started()
    listener.wait(Ready)
    yield worker, listener
    worker.stop()


# --- a worker that lives


@keras
def test_a_worker_is_ready_and_says_what_it_runs(inspecting: tuple[Worker, Listener]) -> None:
    worker, listener = inspecting
    ready = next(event for event in listener.heard if isinstance(event, Ready))
    assert ready.pid == worker.pid
    assert ready.backend == "tensorflow"
    assert ready.devices
    assert worker.alive


@keras
def test_an_inspection_goes_there_and_back(inspecting: tuple[Worker, Listener]) -> None:
    worker, listener = inspecting
    worker.send(Inspect(7, GRAPH))
    answer = listener.wait(Inspected)
    assert answer.id == 7
    assert answer.nodes["n2"].outputs["output"].shape == (None, 64)


@keras
def test_of_many_inspections_the_last_is_answered(inspecting: tuple[Worker, Listener]) -> None:
    worker, listener = inspecting
    for number in range(100, 120):
        worker.send(Inspect(number, LONG))
    worker.send(Inspect(120, GRAPH))
    answered = [listener.wait(Inspected).id]
    while answered[-1] != 120:
        answered.append(listener.wait(Inspected).id)
    assert len(answered) < 20


@keras
def test_a_job_that_fails_is_told_and_the_worker_lives(
    inspecting: tuple[Worker, Listener], tmp_path: Path
) -> None:
    worker, listener = inspecting
    worker.send(Export(8, "raise ValueError('no model here')", "keras", str(tmp_path / "m.keras")))
    failed = listener.wait(Failed)
    assert failed.id == 8
    assert "no model here" in failed.fault.message + failed.fault.detail
    assert worker.alive


@keras
@pytest.mark.slow
def test_the_catalogue_of_the_installed_keras_is_written(
    inspecting: tuple[Worker, Listener], tmp_path: Path
) -> None:
    worker, listener = inspecting
    worker.send(MakeCatalog(9, str(tmp_path / "catalog.json")))
    assert listener.wait(CatalogMade).output == str(tmp_path / "catalog.json")
    assert load_catalog(tmp_path / "catalog.json") == catalog()


@keras
def test_what_is_too_large_to_send_is_refused_here(inspecting: tuple[Worker, Listener]) -> None:
    worker, listener = inspecting
    huge = Node("n1", "x" * (MAX_FRAME + 1), "keras.Input")
    worker.send(Inspect(10, Graph({"n1": huge})))
    failed = listener.wait(Failed)
    assert failed.id == 10
    assert "too large" in failed.fault.message
    worker.send(Inspect(11, GRAPH))
    assert listener.wait(Inspected).id == 11


@keras
@pytest.mark.slow
def test_starting_and_sending_never_block_and_what_is_sent_early_is_done() -> None:
    began = time.perf_counter()
    worker, listener = started()
    for number in range(50):
        worker.send(Inspect(number, GRAPH))
    assert worker.alive
    assert time.perf_counter() - began < 0.5
    assert listener.wait(Inspected).id == 49
    worker.stop()


# --- the end


@keras
@pytest.mark.slow
@posix
def test_a_worker_killed_in_mid_inspection_is_told_and_another_answers() -> None:
    before = doors()
    worker, listener = started()
    listener.wait(Ready)
    worker.send(Inspect(1, LONG))
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    died = listener.wait(WorkerDied)
    assert died.exit_code == -signal.SIGKILL
    assert "memory ran out" in died.message
    assert not worker.alive
    assert not any(isinstance(event, Inspected) for event in listener.heard)
    assert isinstance(listener.heard[-1], WorkerDied)
    another, listener = started()
    another.send(Inspect(2, GRAPH))
    assert listener.wait(Inspected).id == 2
    another.stop()
    assert doors() <= before


@keras
@pytest.mark.slow
@posix
def test_stop_ends_a_worker_that_does_not_listen() -> None:
    worker, listener = started()
    listener.wait(Ready)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    began = time.perf_counter()
    worker.stop(grace=0.2)
    assert time.perf_counter() - began < 5
    assert gone(worker.pid)
    assert not worker.alive
    assert not any(isinstance(event, WorkerDied) for event in listener.heard)


@keras
@pytest.mark.slow
def test_stop_ends_an_idle_worker_quickly_and_leaves_nothing() -> None:
    before = doors()
    worker, listener = started()
    listener.wait(Ready)
    pid = worker.pid
    assert pid is not None
    began = time.perf_counter()
    worker.stop()
    assert time.perf_counter() - began < 1
    assert gone(pid)
    assert doors() <= before
    worker.stop()


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.1, 0.5])
def test_a_worker_can_be_stopped_at_any_moment_of_its_start(moment: float) -> None:
    before, listener = doors(), Listener()
    worker = Worker(listener)
    worker.start()
    threading.Event().wait(moment)
    worker.stop()
    assert not worker.alive
    assert worker.pid is None or gone(worker.pid)
    until(lambda: doors() <= before)
    assert not any(isinstance(event, WorkerDied) for event in listener.heard)


ORPHAN = """
import sys
from builder.engine.kernel import Worker
from builder.engine.messages import Inspect, Ready
from tests.engine.test_kernel import LONG
def report(event):
    if isinstance(event, Ready):
        worker.send(Inspect(1, LONG))
        print(event.pid, flush=True)
worker = Worker(report)
worker.start()
sys.stdin.read()
"""


@keras
@pytest.mark.slow
def test_a_worker_ends_when_its_window_dies_even_at_work() -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    pid = int(window.stdout.readline())
    window.kill()
    window.wait()
    until(lambda: gone(pid))
    window.stdout.close()
    assert window.stdin is not None
    window.stdin.close()


# --- a worker that does not come to life


def fake_python(folder: Path, script: str) -> str:
    """A program that is started instead of Python, as far as the kernel can see."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@posix
def test_tensorflow_missing_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'tensorflow'\", name='tensorflow')"
    )
    python = fake_python(
        tmp_path, f'PYTHONPATH="{tmp_path}:$PYTHONPATH" exec {sys.executable} "$@"'
    )
    worker, listener = started(python=python)
    died = listener.wait(WorkerDied)
    assert "TensorFlow is not installed in this Python" in died.message
    assert "pip install tensorflow" in died.message
    assert any("ModuleNotFoundError" in e.text for e in listener.heard if isinstance(e, LogLine))
    worker.stop()


@posix
def test_tensorflow_broken_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("raise ImportError('libcudart.so.12: not found')")
    python = fake_python(
        tmp_path, f'PYTHONPATH="{tmp_path}:$PYTHONPATH" exec {sys.executable} "$@"'
    )
    worker, listener = started(python=python)
    died = listener.wait(WorkerDied)
    assert "fails to import (ImportError: libcudart.so.12: not found)" in died.message
    assert "Reinstall" in died.message
    worker.stop()


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    worker, listener = started(python=str(tmp_path / "nowhere"))
    assert "could not be started" in listener.wait(WorkerDied).message
    assert not worker.alive


@posix
def test_no_line_is_lost_when_a_worker_dies(tmp_path: Path) -> None:
    script = "for i in $(seq 2000); do echo line $i; done; printf 'a\\rb\\r\\033[31mc'; exit 3"
    worker, listener = started(python=fake_python(tmp_path, script))
    died = listener.wait(WorkerDied)
    lines = [event.text for event in listener.heard if isinstance(event, LogLine)]
    assert lines == [*(f"line {number}" for number in range(1, 2001)), "a", "b", "c"]
    assert died.exit_code == 3
    assert "exit code 3" in died.message
    assert listener.heard[-1] == died
    worker.stop()


STRANGER = """
import json, sys
from multiprocessing.connection import Client
where = json.loads(sys.stdin.readline())
connection = Client(where["address"], authkey=bytes.fromhex(where["key"]))
connection.send_bytes({frame})
try:
    connection.recv_bytes()
except EOFError:
    pass
"""


@posix
@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("bytes(80 * 2**20)", "too large a message"),
        ("b'[1, 2]'", "no message"),
        ("b'\\x80\\x04N.'", "no message"),
    ],
    ids=["oversized", "no event", "pickle"],
)
def test_a_worker_that_talks_nonsense_is_ended(tmp_path: Path, frame: str, words: str) -> None:
    (tmp_path / "stranger.py").write_text(STRANGER.format(frame=frame))
    python = fake_python(tmp_path, f"exec {sys.executable} {tmp_path / 'stranger.py'}")
    worker, listener = started(python=python)
    assert words in listener.wait(WorkerDied).message
    assert not worker.alive


def test_a_report_may_stop_its_worker(tmp_path: Path) -> None:
    stopped = threading.Event()

    def report(event: Event) -> None:
        if isinstance(event, LogLine):
            worker.stop()
            stopped.set()

    worker = Worker(report, python=fake_python(tmp_path, "echo hello; sleep 60"))
    worker.start()
    assert stopped.wait(PATIENCE)
    assert not worker.alive


# --- the door


def test_the_door_opens_to_the_key_only() -> None:
    door = Door()
    admitted: list[Connection | None] = []
    waiting = threading.Thread(target=lambda: admitted.append(door.admit()))
    waiting.start()
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        Client(door.address, authkey=b"a guess")
    Client(door.address).close()
    assert not admitted
    with Client(door.address, authkey=door.key) as caller:
        waiting.join(PATIENCE)
        connection = admitted[0]
        assert connection is not None
        caller.send_bytes(b"hello")
        assert connection.recv_bytes() == b"hello"
        connection.close()
    door.close()


@posix
def test_only_this_user_may_come_to_the_door() -> None:
    door = Door()
    folder = Path(door.address).parent
    assert folder.stat().st_mode & 0o077 == 0
    door.close()
    assert not folder.exists()


def test_a_door_that_is_shut_keeps_nobody_waiting() -> None:
    door = Door()
    admitted: list[object] = []
    waiting = threading.Thread(target=lambda: admitted.append(door.admit()))
    waiting.start()
    door.shut()
    waiting.join(PATIENCE)
    assert admitted == [None]
    door.close()


# --- the loop, without a process


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


# --- the pool


@keras
@pytest.mark.slow
def test_the_pool_keeps_a_warm_spare_behind_the_inspector() -> None:
    pool, listener, trainer_says = Pool(), Listener(), Listener()
    inspector = pool.start_inspector(listener)
    listener.wait(Ready)
    until(lambda: pool.spare is not None and pool.spare.pid is not None)
    trainer = pool.take_trainer(trainer_says)
    trainer_says.wait(Ready)
    assert trainer.pid not in (None, inspector.pid)
    if os.name != "nt":
        assert psutil.Process(trainer.pid).nice() == 5
        assert psutil.Process(inspector.pid).nice() == 0
    while "Warm after" not in trainer_says.wait(LogLine).text:
        pass
    trainer.send(Train(1, "no such folder"))
    assert trainer_says.wait(Failed).id == 1
    until(lambda: pool.spare is not None and pool.spare.pid is not None)
    spare = pool.spare
    pool.stop()
    assert spare is not None
    assert not spare.alive
    assert trainer.alive
    trainer.stop()
    inspector.stop()


def test_a_pool_without_a_spare_starts_a_trainer() -> None:
    pool, listener = Pool(), Listener()
    trainer = pool.take_trainer(listener)
    assert trainer.alive
    trainer.stop()
    pool.stop()
    pool.prepare()
    assert pool.spare is None


def test_the_key_is_on_no_command_line(tmp_path: Path) -> None:
    said = tmp_path / "said"
    python = fake_python(tmp_path, f'echo "$@" > {said}; env >> {said}; cat >> {said}')
    worker, listener = started(python=python)
    listener.wait(WorkerDied)
    *public, secret = said.read_text().splitlines()
    key = json.loads(secret)["key"]
    assert len(key) == 64
    assert key not in "\n".join(public)
    worker.stop()
