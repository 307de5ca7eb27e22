"""Reaching Keras: a Worker is another process that runs it, seen from this one.

The process that owns a window never imports TensorFlow. It starts workers, sends them requests
and is told events (see `messages`); a worker that dies is an event as well. Nothing here knows Qt.
"""

import atexit
import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

import msgspec

import builder
from builder.engine.door import MAX_FRAME, Door
from builder.engine.messages import (
    Event,
    Failed,
    Fault,
    LogLine,
    Quit,
    Ready,
    Request,
    WorkerDied,
    decode_event,
    encode,
)

Report = Callable[[Event], None]

# After the grace of `stop`, and again after terminate: how long the system may take, in seconds.
_PATIENCE = 1.0
_LONGEST_LINE = 8192
# A process group of its own and no console window; and a priority below that of the window.
_WINDOWS_FLAGS = 0x08000200
_WINDOWS_BELOW_NORMAL = 0x00004000
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

_living: "weakref.WeakSet[Worker]" = weakref.WeakSet()


class Worker:
    """A process that runs Keras, and the threads that talk to it.

    `report` is called with each event, from the worker's threads, one call at a time: Ready
    first (lines that the process printed may come before it), and WorkerDied last if the process
    goes without having been asked. With `warm` the process prepares for training after Ready and
    runs at a lower priority, so that the window stays fluid while it trains.
    """

    def __init__(
        self,
        report: Report,
        *,
        backend: str = "tensorflow",
        python: str = sys.executable,
        warm: bool = False,
    ) -> None:
        self._report = report
        self._backend = backend
        self._python = python
        self._warm = warm
        self._reporting = threading.RLock()
        self._state = threading.Lock()
        self._outbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._ready = False
        self._over = False
        self._fault_at_start: Fault | None = None
        self._last_line = ""
        self._threads: list[threading.Thread] = []

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def alive(self) -> bool:
        """Whether it has been started and has not ended; true at once after `start`."""
        if not self._threads or self._stopping:
            return False
        return self._process.poll() is None if self._process is not None else not self._over

    def start(self) -> None:
        """Start the process. Returns at once; Ready or WorkerDied will be reported."""
        _living.add(self)
        self._spawn(self._live, "live")

    def send(self, request: Request) -> None:
        """Send a request as soon as the worker is ready. Never blocks, from any thread."""
        self._outbox.put(request)

    def stop(self, grace: float = 2.0) -> None:
        """End the process: ask, then terminate, then kill. Nothing is reported after that.

        `grace` is how long (in seconds) a running job may take to end by itself.
        """
        with self._state:
            self._stopping = True
            process = self._process
        if process is not None:
            self._outbox.put(Quit())
            self._end(process, grace if self._ready else 0.0)
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join(_PATIENCE)
        _living.discard(self)

    # --- the process

    def _live(self) -> None:
        """From birth to death, on a thread of its own."""
        door: Door | None = None
        try:
            door = Door()
            process = self._launch()
            if process is None:
                return
            self._introduce(process, door)
            self._spawn(lambda: self._copy_output(process, door), "output")
            connection = door.admit()
            door.close()
            broken = self._receive(connection) if connection is not None else ""
            if broken:
                _signal(process, kill=True)
            self._mourn(process, broken)
        except OSError as error:
            self._over = True
            what = error.filename or "The worker"
            sentence = f"{what} could not be started: {error.strerror or error}."
            self._tell(WorkerDied(1, sentence, hopeless=True))
        finally:
            self._over = True
            if door is not None:
                door.close()
            # Only if a report raised: nobody would hear of the process any more.
            if self._process is not None:
                _signal(self._process, kill=True)
            self._outbox.put(None)
            _living.discard(self)

    def _launch(self) -> "subprocess.Popen[bytes] | None":
        """Start the process unless it has been stopped already. Raises OSError."""
        command = [self._python, "-P", "-m", "builder.engine.worker"]
        if self._warm:
            command.append("--warm")
        flags = 0
        if os.name == "nt":  # elsewhere a warm worker is nice by itself
            flags = _WINDOWS_FLAGS | (_WINDOWS_BELOW_NORMAL if self._warm else 0)
        with self._state:
            if self._stopping:
                return None
            self._process = subprocess.Popen(  # noqa: S603 - our own Python and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment(self._backend),
                close_fds=True,
                start_new_session=True,
                creationflags=flags,
            )
        return self._process

    def _introduce(self, process: "subprocess.Popen[bytes]", door: Door) -> None:
        assert process.stdin is not None
        line = json.dumps({"address": door.address, "key": door.key.hex()})
        # A process that died at once has closed its end; its exit is told by _mourn.
        with contextlib.suppress(OSError):
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
        with contextlib.suppress(OSError):
            process.stdin.close()

    def _receive(self, connection: Connection) -> str:
        """Report what comes, until the far end closes. Returns what was wrong with it, if any."""
        with connection:
            while True:
                try:
                    event = decode_event(connection.recv_bytes(MAX_FRAME))
                except EOFError:
                    return ""
                except msgspec.DecodeError as error:
                    return f"sent something that is no message ({error})"
                except OSError as error:
                    # Python says "bad message length" for a frame beyond the cap, else the
                    # connection broke, which is how a killed process looks from here.
                    return f"sent too large a message ({error})" if error.errno is None else ""
                if isinstance(event, Ready):
                    self._ready = True
                    self._spawn(lambda: self._write(connection), "write")
                elif isinstance(event, Failed) and not self._ready:
                    self._fault_at_start = event.fault
                    if event.fault.detail:
                        self._tell_lines(event.fault.detail)
                    continue
                self._tell(event)

    def _write(self, connection: Connection) -> None:
        while (request := self._outbox.get()) is not None:
            frame = encode(request)
            if len(frame) > MAX_FRAME:
                size = f"{len(frame) / 2**20:.0f} MB; at most {MAX_FRAME // 2**20} MB can be sent"
                fault = Fault(f"This is too large for the worker: {size}.")
                self._tell(Failed(getattr(request, "id", 0), fault))
                continue
            try:
                connection.send_bytes(frame)
            except (OSError, TypeError):  # TypeError: closed by the reader in between
                return

    def _copy_output(self, process: "subprocess.Popen[bytes]", door: Door) -> None:
        assert process.stdout is not None
        try:
            for line in _lines(process.stdout):
                self._last_line = line
                self._tell(LogLine(line))
        finally:  # also when a report raised: a process that nobody listens to would wait for ever
            process.stdout.close()
            process.wait()
            door.shut()

    def _mourn(self, process: "subprocess.Popen[bytes]", broken: str) -> None:
        """Wait for the end and for the last words, then tell it unless it was wanted."""
        code = process.wait()
        for thread in list(self._threads):
            if thread.name.endswith("output"):
                thread.join(_PATIENCE)
        if broken:
            message = f"The worker {broken} and was ended. A new one can be started."
        elif self._fault_at_start is not None:
            message = self._fault_at_start.message
        else:
            message = exit_sentence(code, self._last_line)
        self._tell(WorkerDied(code, message, hopeless=self._fault_at_start is not None))

    def _end(self, process: "subprocess.Popen[bytes]", grace: float) -> None:
        for kill, patience in ((None, grace), (False, _PATIENCE), (True, _PATIENCE)):
            if kill is not None:
                _signal(process, kill=kill)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
                return

    # --- telling

    def _tell(self, event: Event) -> None:
        if self._stopping:
            return
        with self._reporting:
            if not self._stopping:
                self._report(event)

    def _tell_lines(self, text: str) -> None:
        for line in text.splitlines():
            self._tell(LogLine(line))

    def _spawn(self, work: Callable[[], None], role: str) -> None:
        thread = threading.Thread(target=work, name=f"worker-{role}", daemon=True)
        self._threads.append(thread)
        thread.start()


def environment(backend: str) -> dict[str, str]:
    """What a worker's process finds in its environment."""
    root = str(Path(builder.__file__).parent.parent)
    path = [root] if "site-packages" not in root else []
    path += [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    return {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # Several workers may share one GPU: none may take all its memory when it starts.
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        **os.environ,
        "KERAS_BACKEND": backend,
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "PYTHONPATH": os.pathsep.join(path),
    }


def exit_sentence(code: int, last_line: str = "") -> str:
    """What an exit code that nobody asked for means, for the user."""
    after = " Your project is untouched; a new worker can be started."
    if code in (-9, 137):
        return (
            "The system ended the worker, probably because memory ran out. Try a smaller "
            f"network or batch size.{after}"
        )
    if code in (-15, 143):
        return f"The worker was ended from outside.{after}"
    if code == -14:  # SIGALRM: see `worker.archive.ending`
        return f"The file was read for too long, so it is damaged. Get it again.{after}"
    if code < 0 or code > 0x80000000:
        name = signal.strsignal(-code) if code < 0 else f"code {code:#x}"
        return f"The worker crashed inside Keras or its backend ({name}); see the log.{after}"
    said = f" It last said: {last_line}" if last_line and code else ""
    return f"The worker ended without having been asked (exit code {code}).{said}{after}"


def _signal(process: "subprocess.Popen[bytes]", *, kill: bool) -> None:
    """Ask or force the process, with all that it started, to end."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines as they are printed, without colours; progress bars end theirs with a return."""
    pending = b""
    while chunk := os.read(stream.fileno(), 65536):
        *whole, pending = re.split(rb"[\r\n]+", pending + chunk)
        if len(pending) > _LONGEST_LINE:
            whole.append(pending)
            pending = b""
        yield from _cleaned(whole)
    yield from _cleaned([pending])


def _cleaned(lines: list[bytes]) -> Iterator[str]:
    for line in lines:
        text = _ANSI.sub("", line.decode("utf-8", "replace")).replace("\b", "").rstrip()
        if text:
            yield text


@atexit.register
def _end_all() -> None:
    for worker in list(_living):
        worker.stop(grace=0.5)
