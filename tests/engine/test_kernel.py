"""Real worker processes: started, asked, killed, orphaned, refused."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from builder.catalog.load import load_catalog
from builder.document.graph import INPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.engine.door import MAX_FRAME
from builder.engine.kernel import Worker
from builder.engine.messages import (
    CatalogMade,
    Event,
    Export,
    Failed,
    Inspect,
    Inspected,
    LogLine,
    MakeCatalog,
    Ready,
    WorkerDied,
)
from tests.build import chain
from tests.engine.listening import Listener, started
from tests.engine.networks import catalog
from tests.patience import PATIENCE, until

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
    worker.send(Export(8, Project(), "keras", str(tmp_path / "m.keras")))
    failed = listener.wait(Failed)
    assert failed.id == 8
    assert "no input" in failed.fault.message
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
def test_nothing_blocks_what_is_sent_early_is_done_and_stop_leaves_nothing() -> None:
    before = doors()
    worker, listener = started()
    for number in range(50):
        worker.send(Inspect(number, GRAPH))
    assert worker.alive
    assert not any(isinstance(event, Ready) for event in listener.heard)
    assert listener.wait(Inspected).id == 49
    assert worker.pid is not None
    process = worker._process
    worker.stop(grace=PATIENCE)
    assert process is not None
    assert process.returncode == 0, "it went by itself"
    assert gone(worker.pid)
    assert doors() <= before
    worker.stop()


# --- the end


@keras
@pytest.mark.slow
@posix
def test_one_killed_in_mid_inspection_is_told_and_another_answers_till_it_hangs() -> None:
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
    assert another.pid is not None
    os.kill(another.pid, signal.SIGSTOP)
    another.stop(grace=0.2)
    assert gone(another.pid)
    assert not another.alive
    assert not any(isinstance(event, WorkerDied) for event in listener.heard)
    assert doors() <= before


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
