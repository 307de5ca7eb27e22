"""Putting what was made elsewhere into its place: all of it or nothing, the old one until then."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from builder.storage.atomic import mode_for, sync_folder

PREFIX = ".writing-"


class PlaceTaken(OSError):
    """There is something at the place that must not be replaced. Its text is the sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.strerror = sentence


def check_file_place(path: Path) -> None:
    """Raises PlaceTaken where a file would replace a folder, OSError where there is no folder."""
    if path.is_dir():
        raise PlaceTaken(f"“{path}” is a folder. Choose another name")
    if not path.parent.is_dir():
        raise FileNotFoundError(2, f"there is no folder “{path.parent}”", str(path))


def check_folder_place(path: Path, own: Collection[str]) -> None:
    """Raises PlaceTaken unless the folder is new, empty, or holds nothing but `own` names."""
    if path.is_file():
        raise PlaceTaken(f"“{path}” is a file. Choose another name for the folder")
    if path.is_dir():
        others = sorted({entry.name for entry in path.iterdir()} - set(own))
        if others:
            raise PlaceTaken(
                f"the folder “{path}” holds other things ({', '.join(others[:3])}"
                f"{', …' if len(others) > 3 else ''}). Choose a new name"
            )
    elif not path.parent.is_dir():
        raise FileNotFoundError(2, f"there is no folder “{path.parent}”", str(path))


def place(made: Mapping[Path, Path]) -> None:
    """Copy files or folders to their places, given by place; then each is there, or none.

    What is at a place stays until all copies stand beside it. Raises OSError; then everything is
    as it was, and nothing half-written is left.
    """
    with contextlib.ExitStack() as parts:
        ready = {
            target.resolve(): parts.enter_context(_copied(source, target.resolve()))
            for target, source in made.items()
        }
        _swap(ready)
    for target in ready:
        sync_folder(target.parent)


@contextlib.contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A copy beside the target, gone at the end of the block if nobody moved it."""
    stage = Path(tempfile.mkdtemp(prefix=PREFIX, dir=target.parent))
    try:
        part = stage / target.name
        if source.is_dir():
            shutil.copytree(source, part)
        else:
            shutil.copyfile(source, part)
            with part.open("rb+") as stream:
                os.fsync(stream.fileno())
            part.chmod(mode_for(target))
        yield part
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _swap(ready: Mapping[Path, Path]) -> None:
    """Move each part to its target. What was there goes with the part's folder, at the end."""
    done: list[tuple[Path, Path | None]] = []
    try:
        for target, part in ready.items():
            old = part.with_name(f"{part.name}.old") if target.exists() else None
            if old is not None:
                target.rename(old)
            done.append((target, old))
            part.rename(target)
    except BaseException:  # also when interrupted: the old ones come back
        for target, old in reversed(done):
            _remove(target)
            if old is not None:
                old.rename(target)
        raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
