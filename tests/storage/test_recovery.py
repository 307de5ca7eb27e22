"""Recovery copies on the disk: whose they are, and what a broken one does."""

import errno
import os
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.document.differences import differences
from builder.document.edits import remove, rename
from builder.document.frames import Frame, Note
from builder.document.project import Layout, Project
from builder.storage import atomic
from builder.storage.recovery import COPY, RecoveryFile, RecoveryWriter, leftovers
from tests.build import chain
from tests.patience import PATIENCE

PROJECT = chain("Input", "Dense", "Output")


def abandon(root: Path, project: Project = PROJECT, original: Path | None = None) -> Path:
    """What a process leaves that is killed: the copy, and a claim that the system has dropped."""
    file = RecoveryFile(root)
    file.write(project, original)
    file._held.close()
    (copy,) = {c for c in root.glob(f"*/{COPY}") if c.parent == file._folder}
    return copy


def test_a_living_window_s_copy_is_nobody_else_s(tmp_path: Path) -> None:
    file = RecoveryFile(tmp_path)
    file.write(PROJECT, None)
    assert leftovers(tmp_path) == ()
    file.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_is_found_newest_first(tmp_path: Path) -> None:
    original = tmp_path / "net.knet"
    root = tmp_path / "recovery"
    abandon(root)
    abandon(root, replace(PROJECT, name="second"), original)
    found = leftovers(root)
    assert [one.project.name for one in found] == ["second", PROJECT.name]
    assert [one.original for one in found] == [original, None]
    assert found[1].project == PROJECT
    assert not original.exists()
    found[0].discard()
    assert len(leftovers(root)) == 1


def test_two_do_not_take_one_at_a_time(tmp_path: Path) -> None:
    abandon(tmp_path)
    (one,) = leftovers(tmp_path)
    with one.held() as mine:
        assert mine
        assert leftovers(tmp_path) == ()
        with one.held() as theirs:
            assert not theirs
    one.discard()
    with one.held() as gone:
        assert not gone


def test_a_copy_cut_off_anywhere_is_passed_over(tmp_path: Path) -> None:
    copy = abandon(tmp_path)
    whole = copy.read_bytes()
    for end in range(0, len(whole) - 1, 7):
        copy.write_bytes(whole[:end])
        assert leftovers(tmp_path) == (), end
    copy.write_bytes(whole)
    assert len(leftovers(tmp_path)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n{}",
        b"[]\n{}",
        b"\xff\xfe\n\xff",
        b'{"format": "keras-builder-recovery"}\n',
    ],
)
def test_foreign_bytes_are_passed_over(tmp_path: Path, content: bytes) -> None:
    copy = abandon(tmp_path)
    copy.write_bytes(content)
    (tmp_path / "stray file").write_text("nothing of ours")
    (tmp_path / "empty folder").mkdir()
    assert leftovers(tmp_path) == ()
    assert leftovers(tmp_path / "nowhere") == ()


def test_old_folders_without_a_copy_are_swept(tmp_path: Path) -> None:
    old, young = tmp_path / "1-a", tmp_path / "2-b"
    for folder in (old, young):
        folder.mkdir()
        (folder / ".claim").touch()
    os.utime(old, (0, 0))
    assert leftovers(tmp_path) == ()
    assert list(tmp_path.iterdir()) == [young]


def test_odd_times_are_passed_over(tmp_path: Path) -> None:
    copy = abandon(tmp_path)
    _, _, body = copy.read_bytes().partition(b"\n")
    for odd in (b"1e300", b'"noon"', b"null", b"NaN"):
        header = b'{"format": "keras-builder-recovery", "original": null, "time": ' + odd + b"}"
        copy.write_bytes(header + b"\n" + body)
        assert leftovers(tmp_path) == (), odd


def test_the_writer_keeps_the_newest_and_drops_it_at_the_end(tmp_path: Path) -> None:
    said: list[str] = []
    written = threading.Event()

    def report(reason: str) -> None:
        said.append(reason)
        written.set()

    writer = RecoveryWriter(tmp_path, report)
    for number in range(100):
        writer.keep(replace(PROJECT, name=f"name{number}"), None)

    def newest() -> bool:
        return any(b"name99" in copy.read_bytes() for copy in tmp_path.glob(f"*/{COPY}"))

    while not newest():
        assert written.wait(PATIENCE)
        written.clear()
    assert 1 <= len(said) <= 100
    assert set(said) == {""}
    writer.end()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_reported_and_the_older_copy_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    told = threading.Semaphore(0)

    def report(reason: str) -> None:
        said.append(reason)
        told.release()

    writer = RecoveryWriter(tmp_path, report)
    writer.keep(PROJECT, None)
    assert told.acquire(timeout=PATIENCE)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        writer.keep(replace(PROJECT, name="later"), None)
        assert told.acquire(timeout=PATIENCE)
    (copy,) = tmp_path.glob(f"*/{COPY}")
    assert b"later" not in copy.read_bytes()
    assert said == ["", "No space left on device"]
    writer.keep(replace(PROJECT, name="later"), None)
    assert told.acquire(timeout=PATIENCE)
    assert b"later" in copy.read_bytes()
    writer.end()


def test_differences_in_words() -> None:
    assert differences(PROJECT, PROJECT) == ""
    assert differences(Project(), PROJECT).startswith("3 layers added, 2 wires changed")
    assert differences(PROJECT, rename(PROJECT, "n2", "wide")) == "1 layer changed"
    assert "1 layer removed" in differences(PROJECT, remove(PROJECT, {"n2"}, ()))
    assert differences(PROJECT, replace(PROJECT, backend="jax")) == "backend changed"


@pytest.mark.parametrize("field", Layout.__struct_fields__)
def test_no_change_of_the_layout_goes_unsaid(field: str) -> None:
    """What is not said would be taken for saved, and thrown away."""
    other = {
        "positions": {"n1": (5.0, 5.0)},
        "direction": "right",
        "frames": {"f1": Frame("Head", (0.0, 0.0, 9.0, 9.0))},
        "notes": {"m1": Note("look", (0.0, 0.0), (9.0, 9.0))},
    }[field]
    assert differences(PROJECT, replace(PROJECT, layout=replace(PROJECT.layout, **{field: other})))
    far = replace(PROJECT.layout, positions={**PROJECT.layout.positions, "gone": (1.0, 1.0)})
    assert differences(PROJECT, replace(PROJECT, layout=far)) == "layout changed"
