"""The config inside a model's file, taken out with care: the file may come from anybody.

A .keras file is a zip archive, a .h5 file is HDF5, and either may be made to fill a disk or a
memory, to name files outside of itself, or to nest its JSON until a reader falls over. Nothing is
unpacked to the disk and no object of Keras is made here.
"""

import faulthandler
import re
import signal
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import h5py
import msgspec

from builder.engine.worker.faults import JobError

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"

MOST_ENTRIES = 10_000
MOST_JSON = 32 * 2**20
MOST_BYTES = 64 * 2**30
MOST_RATIO = 1000
RATIO_FROM = 2**20
PATIENCE = 20
"""Seconds for what a file says of itself; its weights are not read in them."""

DAMAGED = (OSError, KeyError, RuntimeError, ValueError, TypeError)
"""What h5py raises for a file that something has gone over."""

_KEPT_BY_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[. ]", re.IGNORECASE)


def config_of(path: Path) -> Any:
    """The JSON of the model in a .keras, .h5 or .json file. Raises JobError with a sentence."""
    if not path.exists():
        raise JobError(f"There is no file “{path}”.", unreadable=True)
    if not path.is_file():
        raise JobError(f"“{path}” is not a file. Choose a .keras, .h5 or .json file.")
    try:
        if zipfile.is_zipfile(path):
            return _decoded(_from_zip(path), path)
        if h5py.is_hdf5(path):
            return _decoded(_from_hdf5(path), path)
        if path.suffix.lower() in (".keras", ".h5", ".hdf5"):
            raise unreadable(path, "it is damaged, or no file that Keras has written")
        return _decoded(_bounded(path), path)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise unreadable(path, _DAMAGED) from error
    except OSError as error:
        raise unreadable(path, str(error.strerror or error)) from error


def has_weights(path: Path) -> bool:
    """Whether a file that `config_of` has read holds weights too. Raises JobError for a trap."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return any(name == WEIGHTS for name in archive.namelist())
        if h5py.is_hdf5(path):
            with ending(PATIENCE), h5py.File(path, "r") as file:
                refuse_links(file, path)
                return "model_weights" in file
    except (*DAMAGED, zipfile.BadZipFile) as error:
        raise unreadable(path, _DAMAGED) from error
    return False


@contextmanager
def ending(seconds: float) -> Iterator[None]:
    """End the process if the block takes longer.

    Some damaged HDF5 files are gone over without end, and no exception ever leaves that.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
    else:
        faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            faulthandler.cancel_dump_traceback_later()


def is_zip(path: Path) -> bool:
    return zipfile.is_zipfile(path)


def refuse_links(file: h5py.File, path: Path) -> None:
    """Refuse an HDF5 file that leads to others: their content is nobody's to give."""
    for _ in datasets(file, path):
        pass


def datasets(file: h5py.File, path: Path) -> Iterator[tuple[str, h5py.Dataset]]:
    """All arrays of an HDF5 file, by the last part of their names. Raises JobError for a link."""
    waiting: list[tuple[Any, int]] = [(file, 0)]
    seen = 0
    while waiting:
        group, depth = waiting.pop()
        for name in group:
            seen += 1
            if seen > 100 * MOST_ENTRIES or depth > 64:
                raise unreadable(path, "it holds more groups than any model")
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise unreadable(path, f"“{name[:60]}” leads to another file or place")
            found = group[name]
            if isinstance(found, h5py.Group):
                waiting.append((found, depth + 1))
            elif isinstance(found, h5py.Dataset):
                if found.external or found.is_virtual:
                    raise unreadable(path, f"“{name[:60]}” keeps its numbers in another file")
                yield name, found


def _from_zip(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _refuse_traps(entries, path)
        found = next((entry for entry in entries if entry.filename == CONFIG), None)
        if found is None:
            raise unreadable(path, f"it holds no {CONFIG}, so it is no .keras file")
        if found.flag_bits & 1:
            raise unreadable(path, "it is locked with a password. Unlock it first")
        with archive.open(found) as stream:
            text = stream.read(MOST_JSON + 1)
    return _small(text, path)


def _refuse_traps(entries: list[zipfile.ZipInfo], path: Path) -> None:
    """Refuse an archive whose entries would fill a disk or lie outside of it."""
    if len(entries) > MOST_ENTRIES:
        raise unreadable(path, f"it holds {len(entries):,} files; a model has a few")
    seen: set[str] = set()
    total = 0
    for entry in entries:
        name = entry.filename
        parts = PurePosixPath(name).parts
        mode = entry.external_attr >> 16
        outside = name.startswith("/") or "\\" in name or ":" in name or ".." in parts
        if outside or "\0" in name or stat.S_ISLNK(mode):
            raise unreadable(path, f"it holds “{name[:60]}”, which leads out of the archive")
        if any(map(_KEPT_BY_WINDOWS.fullmatch, parts)):
            raise unreadable(path, f"it holds “{name[:60]}”, a name that Windows cannot have")
        plain = "/".join(parts).casefold()
        if plain in seen:
            raise unreadable(path, f"it holds “{name[:60]}” twice")
        seen.add(plain)
        total += entry.file_size
        ratio = entry.file_size / max(1, entry.compress_size)
        if total > MOST_BYTES or (entry.file_size > RATIO_FROM and ratio > MOST_RATIO):
            raise unreadable(path, f"“{name[:60]}” would unpack to {entry.file_size:,} bytes")


def _from_hdf5(path: Path) -> bytes:
    try:
        with ending(PATIENCE), h5py.File(path, "r") as file:
            return _small(_attribute(file, path), path)
    except DAMAGED as error:
        raise unreadable(path, _DAMAGED) from error


def _attribute(file: h5py.File, path: Path) -> bytes:
    if "model_config" not in file.attrs:
        raise unreadable(
            path, "it holds weights without a model. Save the whole model with model.save()"
        )
    size = file.attrs.get_id("model_config").get_storage_size()
    if size > MOST_JSON:
        raise unreadable(path, f"the description of the model takes {size:,} bytes")
    found = file.attrs["model_config"]
    return found.encode(errors="surrogateescape") if isinstance(found, str) else bytes(found)


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        return _small(stream.read(MOST_JSON + 1), path)


def _small(text: bytes, path: Path) -> bytes:
    if len(text) > MOST_JSON:
        raise unreadable(
            path, f"the description of the model is larger than {MOST_JSON // 2**20} MB"
        )
    return text


def _decoded(text: bytes, path: Path) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unreadable(path, f"its JSON has an error ({error})") from error
    except RecursionError as error:
        raise unreadable(path, "its JSON is nested too deep") from error


_DAMAGED = "it is damaged. Get the file again"


def unreadable(path: Path, why: str) -> JobError:
    """What to raise for a file that is not what it should be."""
    return JobError(f"“{path.name}” cannot be read: {why}.", unreadable=True)
