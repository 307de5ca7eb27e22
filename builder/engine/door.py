"""The door a worker process comes in by: a local socket that opens only to one who knows the key.

multiprocessing.connection carries frames of bytes; nothing here or behind it is ever pickled.
The key travels to the worker over its stdin, never over a command line that others can read.
"""

import contextlib
import os
import secrets
import shutil
import tempfile
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

# What one frame may hold. A network of 10,000 layers takes about 2 MB.
MAX_FRAME = 64 * 2**20

_WAITING = 4


class Door:
    """Listens at `address` until the first caller who knows `key` has come in.

    On POSIX the socket stands in a folder of its own that only this user may enter, on Windows
    it is a named pipe. `close()` leaves nothing behind.
    """

    def __init__(self) -> None:
        self.key = secrets.token_bytes(32)
        self._folder: Path | None = None
        self._shut = False
        if os.name == "nt":
            self._listener = Listener(None, "AF_PIPE", _WAITING, self.key)
        else:
            self._folder = Path(tempfile.mkdtemp(prefix="keras-builder-"))
            self._listener = Listener(str(self._folder / "door"), "AF_UNIX", _WAITING, self.key)
        self.address = str(self._listener.address)

    def admit(self) -> Connection | None:
        """Wait for the caller. Returns None when the door was shut first.

        Whoever does not know the key is turned away, and the waiting goes on.
        """
        while not self._shut:
            try:
                connection = self._listener.accept()
            except (AuthenticationError, EOFError, OSError):
                continue
            if not self._shut:
                return connection
            connection.close()
        return None

    def shut(self) -> None:
        """End the waiting, from any thread. accept() cannot be woken otherwise than by a call."""
        self._shut = True
        with contextlib.suppress(OSError):
            Client(self.address).close()

    def close(self) -> None:
        self._listener.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
