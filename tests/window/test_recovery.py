"""A window that is killed loses at most two seconds; one that is closed leaves nothing behind."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from builder.document import edits
from builder.storage import atomic
from builder.storage.project_file import load, save
from builder.storage.recovery import COPY, leftovers
from builder.window.recovery import Recovery
from tests.build import chain
from tests.patience import PATIENCE, until
from tests.storage.test_recovery import abandon
from tests.window.window_desk import CATALOG, Desk

PROJECT = chain("Input", "Dense", "Output", catalog=CATALOG)
LOSS_MS = 2000
EDIT_MS = 30

_EDITING = f"""
import os, sys
from pathlib import Path
from msgspec.structs import replace
from PySide6.QtCore import QSettings, QTimer
from builder import app as module

folder, path = Path(sys.argv[1]), Path(sys.argv[2])
os.fsync = lambda descriptor: None  # a process is killed, not the system: no disk is waited for
qt = module.application()
app = module.start(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat), path)
count = 0

def edit():
    global count
    count += 1
    app.document.apply("Edit", replace(app.document.project, name=f"n{{count}}"))
    print(count, flush=True)

timer = QTimer()
timer.timeout.connect(edit)

def begin():
    app.keep_copies(folder / "recovery")
    timer.start({EDIT_MS})

app.window.painted.connect(begin)
qt.exec()
"""


def recovery_of(desk: Desk, folder: Path) -> Recovery:
    desk.app.keep_copies(folder)
    assert desk.app.recovery is not None
    return desk.app.recovery


def copies(folder: Path) -> list[Path]:
    return list(folder.glob(f"*/{COPY}"))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("edits_made", [1, 75, 110])
def test_killed_at_any_instant_it_loses_at_most_two_seconds(
    tmp_path: Path, edits_made: int
) -> None:
    """Counted in edits: while a busy machine lets it make none, there is none to lose."""
    path = tmp_path / "net.knet"
    save(path, PROJECT)
    before = path.read_bytes()
    window = subprocess.Popen(
        [sys.executable, "-c", _EDITING, str(tmp_path), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert window.stdout is not None
    for _ in range(edits_made):
        assert window.stdout.readline()
    window.kill()
    rest, _ = window.communicate(timeout=PATIENCE)
    made = edits_made + rest.count("\n")
    assert path.read_bytes() == before
    found = leftovers(tmp_path / "recovery")
    kept = max((int(one.project.name[1:]) for one in found), default=0)
    assert made - kept <= LOSS_MS / EDIT_MS
    assert all(one.original == path for one in found)


def test_an_edit_has_a_copy_that_goes_when_it_is_undone(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "recovery"
    recovery_of(desk, folder)
    desk.document.reset(PROJECT)
    desk.document.apply("Rename", edits.rename(PROJECT, "n2", "wide"))
    qtbot.waitUntil(lambda: bool(copies(folder)))
    assert b"wide" in copies(folder)[0].read_bytes()
    desk.document.undo()
    qtbot.waitUntil(lambda: not copies(folder))


def test_saving_and_closing_take_the_copy_away(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    recovery_of(desk, folder)
    desk.document.reset(PROJECT)
    desk.document.apply("Rename", edits.rename(PROJECT, "n2", "wide"))
    qtbot.waitUntil(lambda: bool(copies(folder)))
    desk.window.files.save_to(tmp_path / "net.knet")
    qtbot.waitUntil(lambda: not copies(folder))
    desk.document.apply("Rename", edits.rename(PROJECT, "n2", "wider"))
    qtbot.waitUntil(lambda: bool(copies(folder)))
    desk.window.close()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    box.button(QMessageBox.StandardButton.Discard).click()
    assert not desk.window.isVisible()
    assert copies(folder) == []


def test_the_next_start_offers_it_with_what_differs(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, path = tmp_path / "recovery", tmp_path / "net.knet"
    save(path, PROJECT)
    left, _ = edits.add(PROJECT, "keras.layers.Dropout", (0.0, 400.0), name="drop")
    abandon(folder, left, path)
    recovery = recovery_of(desk, folder)
    desk.furnish()
    assert recovery.offer is not None
    assert recovery.offer.isVisible()
    assert "net.knet" in recovery.offer.said.text()
    assert recovery.offer.differs.text() == "1 layer added"
    recovery.offer.restore.click()
    assert desk.document.project == left
    assert desk.document.path == path
    assert desk.window.isWindowModified()
    assert load(path) == PROJECT, "nothing is written before Save"
    assert recovery.offer is None
    qtbot.waitUntil(lambda: len(copies(folder)) == 1 and not leftovers(folder))
    desk.document.undo()
    assert desk.document.project == PROJECT
    assert desk.document.is_clean


def test_what_was_restored_and_let_go_is_not_offered_again(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    abandon(folder, PROJECT)
    recovery = recovery_of(desk, folder)
    recovery.look()
    assert recovery.offer is not None
    recovery.offer.restore.click()
    desk.window._agreed = True  # "Don't save"
    desk.window.close()
    assert copies(folder) == []


def test_discard_deletes_and_later_keeps(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    abandon(folder, PROJECT)
    abandon(folder, replace(PROJECT, name="newer"))
    recovery = recovery_of(desk, folder)
    recovery.look()
    assert recovery.offer is not None
    assert "newer" in recovery.offer.said.text()
    assert leftovers(folder) == (), "no second window offers what this one does"
    recovery.offer.discard.click()
    assert recovery.offer is not None
    recovery.offer.later.click()
    assert recovery.offer is None
    (kept,) = leftovers(folder)
    assert kept.project == PROJECT
    assert not desk.document.project.graph.nodes


def test_no_prompt_for_what_was_saved_or_is_broken(desk: Desk, tmp_path: Path) -> None:
    folder, path = tmp_path / "recovery", tmp_path / "net.knet"
    save(path, PROJECT)
    abandon(folder, PROJECT, path)
    broken = abandon(folder, replace(PROJECT, name="cut"), path)
    broken.write_bytes(broken.read_bytes()[:200])
    recovery = recovery_of(desk, folder)
    recovery.look()
    assert recovery.offer is None
    assert copies(folder) == [broken]


def test_two_windows_on_one_file_do_not_disturb_each_other(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, path = tmp_path / "recovery", tmp_path / "net.knet"
    save(path, PROJECT)
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = Desk(qtbot, other_folder)
    for number, one in enumerate((desk, other)):
        recovery_of(one, folder)
        one.window.files.load(path)
        one.document.apply("Edit", edits.rename(PROJECT, "n2", f"window{number}"))
    qtbot.waitUntil(lambda: len(copies(folder)) == 2)
    assert leftovers(folder) == ()
    other.document.undo()
    qtbot.waitUntil(lambda: len(copies(folder)) == 1)
    assert b"window0" in copies(folder)[0].read_bytes()


def test_unsaved_work_is_asked_about_before_restoring(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    abandon(folder, PROJECT)
    recovery = recovery_of(desk, folder)
    recovery.look()
    desk.palette.chosen.emit("keras.layers.Dense")
    assert recovery.offer is not None
    recovery.offer.restore.click()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert len(desk.document.project.graph.nodes) == 1
    assert recovery.offer is not None


def test_a_full_disk_is_said_once(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery_of(desk, tmp_path / "recovery")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        desk.document.apply("Edit", PROJECT)
        qtbot.waitUntil(lambda: "No space left" in desk.window.banner.sentence)
    desk.document.apply("Edit", replace(PROJECT, name="more"))
    qtbot.waitUntil(lambda: desk.window.banner.sentence == "")
    QApplication.processEvents()


_FIRST_START = """
import os, sys
from PySide6.QtCore import QTimer
from builder import app as module
from tests.window.far import PlainPool

module._make_pool = PlainPool
plain = module.start

def start(settings, path=None):
    app = plain(settings, path)

    def look():
        offer = app.recovery.offer
        print(app.window.tools.guide is not None, offer is not None, flush=True)
        app.window.view.append_layer("keras.layers.Dense")
        if sys.argv[1] == "close":
            app.window._agreed = True
            app.window.close()

    app.furnished.connect(lambda: QTimer.singleShot(0, look))
    return app

module.start = start
sys.exit(module.run())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="folders are set through XDG variables")
def test_a_real_start_shows_the_tour_once_and_offers_after_a_kill(tmp_path: Path) -> None:
    names = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME")
    env = {**os.environ, **{name: str(tmp_path / name) for name in names}}
    env["QT_QPA_PLATFORM"] = "offscreen"

    def started(how: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", _FIRST_START, how], stdout=subprocess.PIPE, text=True, env=env
        )

    folder = tmp_path / "XDG_STATE_HOME" / "keras-builder" / "recovery"
    first = started("stay")
    assert first.stdout is not None
    assert first.stdout.readline().split() == ["True", "False"]
    until(lambda: copies(folder))
    first.kill()
    first.communicate(timeout=PATIENCE)
    second, _ = started("close").communicate(timeout=PATIENCE)
    assert second.split() == ["False", "True"]
    assert len(leftovers(folder)) == 1, "closing without an answer keeps it for later"
