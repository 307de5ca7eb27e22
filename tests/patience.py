"""How long tests wait for what has to come: a busy machine is no fault."""

import threading
import time
from collections.abc import Callable
from functools import partial

from pytestqt.qtbot import QtBot

PATIENCE = 180.0
"""Seconds."""

ENDLESS = 100_000
"""Epochs of a training that a test ends itself, however slow it is about it."""


def patient(bot: QtBot) -> QtBot:
    """The bot, waiting for minutes where pytest-qt gives up after five seconds."""
    for name in ("waitActive", "waitExposed", "waitSignal", "waitSignals", "waitUntil"):
        setattr(bot, name, partial(getattr(bot, name), timeout=round(PATIENCE * 1000)))
    return bot


def until(condition: Callable[[], object]) -> None:
    """Wait for what no event tells: that a process has ended, that a file is there."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.02)
