"""Claims: a process says that a folder is its own for now. The system ends a claim with the process.

A file that says "running" lies after a crash; a lock that the system holds does not.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LOCK = ".claim"


@contextlib.contextmanager
def claim(folder: Path) -> Iterator[bool]:
    """Hold a folder while the block runs. Yields whether it was free; if not, nothing is held."""
    with (folder / LOCK).open("a+b") as stream:
        yield _locked(stream)


def is_claimed(folder: Path) -> bool:
    """Whether a living process holds the folder. A folder that nobody ever held is free."""
    try:
        with (folder / LOCK).open("r+b") as stream:
            return not _locked(stream)
    except OSError:
        return False  # never held, or not to be written to: nobody can be at work in it


if sys.platform == "win32":
    import msvcrt

    def _locked(stream: IO[bytes]) -> bool:
        try:
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(stream: IO[bytes]) -> bool:
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
