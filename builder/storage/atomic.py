"""Atomic writes: a file is either the old one or the new one, never half of either."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content in one step that survives a crash or a loss of power.

    The bytes go to a temporary file in the same folder, which then takes the file's place; the
    file keeps its permissions, and a symbolic link keeps pointing where it did.
    Raises OSError when the folder is gone or read-only or the disk is full; then the old file
    stands as it was and the temporary file is gone.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(mode_for(path))
        part.replace(path)
    except BaseException:  # also when interrupted: no leftovers beside the user's files
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def mode_for(path: Path) -> int:
    """The permissions of the file that is there, or those that a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o666 & ~_umask()


def _umask() -> int:
    """The process's mask, from /proc where there is one: setting it, even briefly, would race."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    except (OSError, ValueError):
        pass
    return 0o022


def sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can.

    Windows and some network drives cannot; the file is in place all the same, so that is no
    failure to report.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
