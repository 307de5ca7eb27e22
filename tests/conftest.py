"""Set up for all tests: a display, a home for each process of theirs, and one worker to share."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from tests.kept import Kept
from tests.patience import patient
from tests.thorough import TIMES

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Settings, recovery copies, runs and caches: of this process alone, and not the developer's own.
_HOME = tempfile.mkdtemp(prefix="kb-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for name in ("CACHE", "CONFIG", "DATA", "STATE"):
    os.environ[f"XDG_{name}_HOME"] = str(Path(_HOME, name.lower()))

# The same examples each time, so that a change that breaks nothing breaks no test.
# A busy machine draws slowly: no fault of the property.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=TIMES == 1,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """pytest-qt's, with more patience."""
    return patient(qtbot)


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    """A real worker for sessions of the command line, started once in each process."""
    worker = Kept()
    yield worker
    worker.end()
