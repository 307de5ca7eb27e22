"""Disks that are full and folders that are read-only, as the person at the window meets them."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.document.plan import Bundled, DataPlan
from builder.document.project import Project
from builder.engine.messages import Describe
from builder.engine.worker.data import described
from builder.resources import resource
from builder.storage.project_file import load, save
from builder.storage.runs import list_runs
from builder.window.trainer import TrainingState
from tests.build import chain
from tests.faults.conftest import Terminal
from tests.faults.desk import CATALOG, Desk
from tests.patience import ENDLESS


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill a disk but for some bytes. Returns the file that fills it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"0" * 4096)
        except OSError:
            stream.truncate(max(0, stream.tell() - leave))
    return filler


def big() -> Project:
    """A project whose file does not fit where a small one stood."""
    project = chain("Input", *["Dense"] * 60, "Output", catalog=CATALOG)
    return replace(project, name="big")


def test_a_full_disk_on_save(still_desk: Desk, small_disk: Path) -> None:
    desk, path = still_desk, small_disk / "net.knet"
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    assert desk.window.files.save_to(path)
    old = path.read_bytes()
    filler = fill(small_disk)
    desk.apply(big())
    desk.window.files.save()
    assert path.read_bytes() == old
    assert not desk.document.is_clean
    assert desk.window.isWindowModified()
    assert desk.banner == (
        f"“{path}” was not saved: No space left on device. The file is as it was before; make "
        "room there, or save it elsewhere."
    )
    assert sorted(os.listdir(small_disk)) == ["filler", "net.knet"], "nothing half-written"
    filler.unlink()
    desk.window.files.save()
    assert desk.document.is_clean
    assert load(path) == desk.document.project


def test_a_full_disk_keeps_the_window_from_closing_over_unsaved_work(
    still_desk: Desk, small_disk: Path
) -> None:
    desk, path = still_desk, small_disk / "net.knet"
    assert desk.window.files.save_to(path)
    fill(small_disk)
    desk.apply(big())
    went_on: list[bool] = []
    desk.window.files.save(lambda: went_on.append(True))
    assert went_on == []
    assert desk.window.isVisible()
    assert "No space left" in desk.banner


def test_a_limit_on_file_size_is_a_full_disk_too(still_desk: Desk, tmp_path: Path) -> None:
    limits = pytest.importorskip("resource")
    desk, path = still_desk, tmp_path / "net.knet"
    assert desk.window.files.save_to(path)
    old = path.read_bytes()
    desk.apply(big())
    before = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (2000, before[1]))
    try:
        desk.window.files.save()
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, before)
    assert path.read_bytes() == old
    assert not desk.document.is_clean
    assert "was not saved: File too large" in desk.banner
    assert not list(tmp_path.glob(".writing*"))


@pytest.mark.keras
@pytest.mark.slow
def test_a_full_disk_when_training_begins(desk: Desk, small_disk: Path) -> None:
    path = desk.digits(2, small_disk)
    filler = fill(small_disk)
    desk.press_train()
    assert desk.trainer.state is TrainingState.IDLE
    assert "No space left on device" in desk.said_of_run
    assert "Make room" in desk.said_of_run
    assert list_runs(path) == ()
    assert not path.with_suffix(".runs").exists(), "no run folder without a run"
    assert load(path) == desk.document.project
    filler.unlink()


@pytest.mark.keras
@pytest.mark.slow
def test_a_value_that_no_file_holds_keeps_training_from_beginning(
    desk: Desk, tmp_path: Path
) -> None:
    """Half a character comes into a project with a file name that is no UTF-8."""
    path = desk.digits(2, tmp_path)
    desk.apply(replace(desk.document.project, name="half \ud800"))
    desk.press_train()
    assert desk.trainer.state is TrainingState.IDLE
    assert "a value that a file cannot hold" in desk.said_of_run
    assert list_runs(path) == ()


@pytest.mark.keras
@pytest.mark.slow
def test_a_disk_that_fills_up_while_training(desk: Desk, small_disk: Path) -> None:
    path = desk.digits(ENDLESS, small_disk)
    with desk.qtbot.waitSignal(desk.trainer.epoch_ended):
        desk.press_train()
    filler = fill(small_disk)
    with desk.qtbot.waitSignal(desk.trainer.failed):
        desk.press_stop()
    desk.wait(lambda: desk.trainer.state is TrainingState.IDLE)
    assert "Make room" in desk.said_of_run
    (run,) = list_runs(path)
    assert not run.has_model
    assert not list(run.folder.glob(".writing*"))
    assert load(path) == desk.document.project
    filler.unlink()
    with desk.qtbot.waitSignal(desk.trainer.run_ended):
        desk.press_train()
        desk.press_stop()


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder as on Linux")
def test_a_cache_that_cannot_be_written_takes_pictures_away_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where a folder would have to be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    answer = described(Describe(1, DataPlan(Bundled("digits"))), threading.Event())
    assert answer is not None
    assert (answer.rows, answer.fatal, answer.images) == (1797, False, None)


# --- folders that are read-only


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder with a project in it that nobody may write to, not even root."""
    folder = tmp_path / "locked"
    folder.mkdir()
    save(folder / "net.knet", load(resource("examples", "digits.knet")))
    if sys.platform == "linux" and os.geteuid() == 0:
        bind = ["mount", "--bind", str(folder), str(folder)]
        lock = ["mount", "-o", "remount,bind,ro", str(folder)]
        for command in (bind, lock):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("no folder can be locked here")
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_read_only_folder_opens_and_refuses_to_be_saved_to(
    still_desk: Desk, read_only: Path, tmp_path: Path
) -> None:
    desk, path = still_desk, read_only / "net.knet"
    old = path.read_bytes()
    assert desk.open(path)
    desk.apply(replace(desk.document.project, name="other"))
    desk.window.files.save()
    assert "was not saved: " in desk.banner
    assert "save it elsewhere" in desk.banner
    assert not desk.document.is_clean
    assert path.read_bytes() == old
    assert desk.window.files.save_to(tmp_path / "elsewhere.knet")
    assert desk.document.is_clean


def test_a_read_only_folder_in_the_terminal(terminal: Terminal, read_only: Path) -> None:
    code, said = terminal.run("train", read_only / "net.knet")
    assert code == 1
    assert said.count("\n") == 1
    assert "Save the project elsewhere, then train again." in said
    code, said = terminal.run(
        "export", read_only / "net.knet", "--to", "python", "-o", read_only / "net.py"
    )
    assert code == 1
    assert f"“{read_only / 'net.py'}” was not written: " in said
    assert said.count("\n") == 1


def test_a_full_disk_in_the_terminal(terminal: Terminal, small_disk: Path) -> None:
    path = small_disk / "net.knet"
    save(path, load(resource("examples", "digits.knet")))
    fill(small_disk)
    for words in (["train", path], ["export", path, "--to", "python", "-o", small_disk / "a.py"]):
        code, said = terminal.run(*words)
        assert code == 1
        assert said.count("\n") == 1
        assert "No space left on device" in said
    code, said = terminal.run("new", "digits", "-o", small_disk / "other.knet")
    assert code == 1
    assert "No space left on device" in said
    assert sorted(os.listdir(small_disk)) == ["filler", "net.knet"]
