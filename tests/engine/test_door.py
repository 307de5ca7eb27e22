"""The door that a worker comes in by: for this user, with the key."""

import os
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path

import pytest

from builder.engine.door import Door
from tests.patience import PATIENCE

posix = pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")


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
