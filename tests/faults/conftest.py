"""The real program to hurt: windows with real workers, small disks, a terminal."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.cli import main
from builder.cli import session as cli_session
from builder.engine.pool import Pool
from tests.faults.desk import Desk, opened_window
from tests.kept import Kept
from tests.window.far import PlainPool


@pytest.fixture(scope="package")
def ready_desk(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One window with real workers for all of these tests: Keras takes seconds to start."""
    del qapp
    folder = tmp_path_factory.mktemp("window")
    with opened_window(folder, Pool) as desk:
        yield desk


@pytest.fixture
def desk(ready_desk: Desk, qtbot: QtBot) -> Iterator[Desk]:
    """The window with its worker ready; whatever runs at the end of a test is ended."""
    ready_desk.use(qtbot)
    ready_desk.wait_ready()
    yield ready_desk
    ready_desk.clear()


@pytest.fixture(scope="package")
def quiet_desk(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One window with workers that never say anything."""
    del qapp
    with opened_window(tmp_path_factory.mktemp("window"), PlainPool) as desk:
        yield desk


@pytest.fixture
def still_desk(quiet_desk: Desk, qtbot: QtBot) -> Iterator[Desk]:
    """A window without Keras: for all that needs none."""
    quiet_desk.use(qtbot)
    yield quiet_desk
    quiet_desk.clear()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with 256 KiB; see `fill`."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux mounts a disk")
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


class Terminal:
    """Runs commands with one real worker for all of them, and tells how each ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = ""

    def run(self, *words: str | Path) -> tuple[int, str]:
        """The exit code and what stands on stderr. No command ever shows a traceback."""
        self._capsys.readouterr()
        code = main([str(word) for word in words])
        said = self._capsys.readouterr()
        self.out = said.out
        assert "Traceback" not in said.out + said.err
        return code, said.err


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def keras_terminal(terminal: Terminal, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose commands all talk to one real worker, started once."""
    monkeypatch.setattr(cli_session, "Worker", kept.serve)
    return terminal
