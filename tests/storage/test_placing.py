"""Putting files and folders into their place: all or nothing."""

import os
from pathlib import Path

import pytest

from builder.storage.placing import PlaceTaken, check_file_place, check_folder_place, place


def made(folder: Path, text: str = "new") -> Path:
    """A folder with a file in a folder, as exports make them."""
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a.txt").write_text(text)
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_files_and_folders_take_the_place_of_old_ones(tmp_path: Path) -> None:
    source, home = made(tmp_path / "source"), tmp_path / "home"
    made(home / "folder", "old")
    (home / "folder" / "stale.txt").write_text("old")
    (home / "file").write_text("old")
    place({home / "file": source / "inner" / "a.txt", home / "folder": source})
    assert (home / "file").read_text() == "new"
    assert names(home / "folder") == {"inner"}
    assert names(home) == {"file", "folder"}
    place({home / "another": source})
    assert (home / "another" / "inner" / "a.txt").read_text() == "new"


def test_all_or_nothing(tmp_path: Path) -> None:
    """The second cannot be made, so the first stays what it was."""
    source, home = made(tmp_path / "source"), tmp_path / "home"
    home.mkdir()
    (home / "first").write_text("old")
    with pytest.raises(OSError, match="No such file"):
        place({home / "first": source / "inner" / "a.txt", home / "gone" / "second": source})
    assert names(home) == {"first"}
    assert (home / "first").read_text() == "old"


def test_what_was_moved_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fails in the middle of the swap."""
    source, home = made(tmp_path / "source"), tmp_path / "home"
    made(home / "first", "old")
    (home / "second").write_text("old")
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.parent != home and target == home / "second" and path.suffix != ".old":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="No space"):
        place({home / "first": source, home / "second": source / "inner" / "a.txt"})
    assert (home / "first" / "inner" / "a.txt").read_text() == "old"
    assert (home / "second").read_text() == "old"
    assert names(home) == {"first", "second"}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_and_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "new").write_text("new")
    place({tmp_path / "link": tmp_path / "new"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640


def test_places_that_are_taken(tmp_path: Path) -> None:
    folder = made(tmp_path / "folder")
    check_folder_place(folder, {"inner"})
    check_folder_place(tmp_path / "new", ())
    check_file_place(tmp_path / "new")
    with pytest.raises(PlaceTaken, match=r"holds other things .inner."):
        check_folder_place(folder, {"outer"})
    with pytest.raises(PlaceTaken, match="is a file"):
        check_folder_place(folder / "inner" / "a.txt", ())
    with pytest.raises(PlaceTaken, match="is a folder"):
        check_file_place(folder)
    for check in (check_file_place, lambda path: check_folder_place(path, ())):
        with pytest.raises(FileNotFoundError, match="there is no folder"):
            check(tmp_path / "gone" / "x")
