"""Recovery copies: what was not saved yet, kept beside the settings until it is saved or let go.

Each window has a folder of its own, RECOVERY/PID-TIME/, that it holds a claim on while it lives:

    copy.json    one line of JSON (the original's path, the time), then the project as in a .knet

A copy whose folder nobody holds was left by a window that ended without closing.
"""

import contextlib
import datetime
import gc
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import platformdirs
from msgspec import Struct

from builder.document.project import Project
from builder.storage.atomic import write_atomically
from builder.storage.claim import claim, is_claimed
from builder.storage.project_file import MAX_BYTES, ProjectFileError, decode, encode

COPY = "copy.json"
_HEADER = 16_384
_OLD = 3600.0
_FORMAT = "keras-builder-recovery"

log = logging.getLogger("builder")


def recovery_folder() -> Path:
    """Where recovery copies stand, in the folder that the system has for a program's state."""
    return Path(platformdirs.user_state_path("keras-builder")) / "recovery"


# --- writing


class RecoveryFile:
    """The copy of one window. The folder and the claim on it are made with the first copy."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder: Path | None = None
        self._held = ExitStack()

    def write(self, project: Project, original: Path | None) -> None:
        """Put this project in the place of the one kept before. Raises OSError."""
        header = {
            "format": _FORMAT,
            "original": None if original is None else str(original),
            "time": time.time(),
        }
        try:
            data = encode(project)
        except ProjectFileError as error:  # what no project file can hold has no copy either
            raise OSError(str(error)) from error
        folder = self._own()
        write_atomically(folder / COPY, json.dumps(header).encode() + b"\n" + data)

    def remove(self) -> None:
        """Nothing is unsaved any more: the copy goes, and the claim on its folder."""
        folder, self._folder = self._folder, None
        if folder is not None:
            with contextlib.suppress(OSError):
                (folder / COPY).unlink(missing_ok=True)
            self._held.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _own(self) -> Path:
        if self._folder is None:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = self._root / f"{os.getpid()}-{time.time_ns():x}"
            folder.mkdir(mode=0o700)
            self._held.enter_context(claim(folder))
            self._folder = folder
        return self._folder


class RecoveryWriter:
    """A thread that writes the newest of the projects it is given; older ones are passed over.

    `report` is told, on that thread, why a copy could not be written, or "" when one was.
    """

    def __init__(self, root: Path, report: Callable[[str], None]) -> None:
        self._file = RecoveryFile(root)
        self._report = report
        self._changed = threading.Condition()
        self._wish: tuple[Project, Path | None] | None = None
        self._present = False
        self._idle = True
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="recovery", daemon=True)
        self._thread.start()

    def keep(self, project: Project, original: Path | None) -> None:
        """Write this as soon as the thread is free."""
        with self._changed:
            self._wish, self._present, self._idle = (project, original), True, False
            self._changed.notify()

    def drop(self) -> None:
        """Nothing is unsaved: take the copy away."""
        with self._changed:
            self._wish, self._present, self._idle = None, False, False
            self._changed.notify()

    def end(self) -> None:
        """Take the copy away and end the thread, which has at most one copy left to write."""
        with self._changed:
            self._wish, self._present, self._idle, self._ended = None, False, False, True
            self._changed.notify()
        self._thread.join(timeout=5.0)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._idle)
                wish, self._wish, self._idle = self._wish, None, True
                present, ended = self._present, self._ended
            if wish is not None:
                self._write(*wish)
            elif not present:
                self._file.remove()
            if ended:
                return

    def _write(self, project: Project, original: Path | None) -> None:
        try:
            with _collector_at_rest():
                self._file.write(project, original)
        except OSError as error:
            log.warning("No recovery copy was written: %s", error)
            self._report(error.strerror or str(error))
        else:
            self._report("")


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Encoding makes many objects; a collection on this thread could end Qt's objects on it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


# --- finding


class Leftover(Struct, frozen=True):
    """What a window left when it ended without closing. `original` is None if it had no file."""

    folder: Path
    project: Project
    original: Path | None
    time: datetime.datetime

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Hold it, so that no other window offers it meanwhile. Yields whether it was free."""
        try:
            with claim(self.folder) as free:
                yield free and (self.folder / COPY).exists()
        except FileNotFoundError:
            yield False


def leftovers(root: Path) -> tuple[Leftover, ...]:
    """The copies that no living window owns, newest first. What cannot be read is passed over."""
    try:
        folders = [folder for folder in root.iterdir() if folder.is_dir()]
    except OSError:
        return ()
    free = [folder for folder in folders if not is_claimed(folder)]
    for folder in free:
        _sweep(folder)
    found = [_read(folder) for folder in free]
    return tuple(sorted(filter(None, found), key=lambda one: one.time, reverse=True))


def _sweep(folder: Path) -> None:
    """Take away what a window left that was killed before its first copy was whole."""
    with contextlib.suppress(OSError):
        old = time.time() - folder.stat().st_mtime > _OLD  # a younger one may be in the making
        if old and not (folder / COPY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> Leftover | None:
    try:
        with (folder / COPY).open("rb") as stream:
            header = json.loads(stream.readline(_HEADER))
            data = stream.read(MAX_BYTES + 1)
        if not isinstance(header, dict) or header.get("format") != _FORMAT:
            return None
        original = header.get("original")
        moment = datetime.datetime.fromtimestamp(float(header["time"]), datetime.UTC)
        if original is not None and not isinstance(original, str):
            return None
        path = None if original is None else Path(original)
        return Leftover(folder, decode(data), path, moment)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, ProjectFileError) as error:
        log.info("The recovery copy in %s is passed over: %s", folder, error)
        return None
