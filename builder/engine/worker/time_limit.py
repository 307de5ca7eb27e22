"""A limit on how long Python code may run in a thread of this process."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class OutOfTime(Exception):
    """The code did not come to an end."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in this thread if the block takes longer; a wait in C is not cut short."""
    thread = threading.get_ident()
    lock, over, fired = threading.Lock(), False, False

    def end() -> None:
        nonlocal fired
        with lock:
            if not over:
                fired = True
                _raise_in(thread, OutOfTime)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    came = False
    try:
        yield
    except OutOfTime:
        came = True
        raise
    finally:
        with lock:
            over = True
        timer.cancel()
        if fired and not came:
            _raise_in(thread, None)  # it ended by itself at the very last moment


def _raise_in(thread: int, error: type[Exception] | None) -> None:
    raised = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
