"""The numbers that a model's file really holds, told from what it says of them.

An HDF5 file may declare arrays of any size and store next to nothing; whoever reads such an array
fills the memory with it. Nothing is read here but the arrays' shapes and how many bytes they take
on the disk.
"""

import io
import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from builder.engine.worker.archive import DAMAGED, PATIENCE, WEIGHTS, datasets, ending, unreadable

MOST_PER_BYTE = 100
"""Bytes in memory for each byte of a file, however well its numbers are packed."""

_SMALL = 2**20
"""Bytes that nobody has to account for."""
_MOST_PACKED = 2**30
_LOCAL_HEADER = 30
_PIECE = 2**16


def numbers_in(path: Path) -> int:
    """How many numbers the weights of a .keras or .h5 file are.

    Raises JobError for a file that is damaged, leads elsewhere or declares more than it stores.
    """
    try:
        with ending(PATIENCE), _weights(path) as file:
            return _count(file, path)
    except (*DAMAGED, zipfile.BadZipFile, EOFError) as error:
        raise unreadable(path, "its weights are damaged. Get the file again") from error


def _count(file: h5py.File, path: Path) -> int:
    total, declared = 0, 0
    for _, found in datasets(file, path):
        numbers = math.prod(found.shape or ())
        size = numbers * found.dtype.itemsize
        if size > _SMALL and size > MOST_PER_BYTE * (stored := found.id.get_storage_size()):
            raise unreadable(
                path,
                f"“{str(found.name)[-60:]}” in its weights says that it takes {size:,} bytes and "
                f"holds {stored:,}. It is damaged, or a trap",
            )
        total += numbers
        declared += size
    on_disk = path.stat().st_size
    if declared > _SMALL and declared > MOST_PER_BYTE * on_disk:
        raise unreadable(
            path,
            f"its weights say that they take {declared:,} bytes; the file has {on_disk:,}. It is "
            "damaged, or a trap",
        )
    return total


@contextmanager
def _weights(path: Path) -> Iterator[h5py.File]:
    """The HDF5 file that the weights are, wherever it is."""
    if not zipfile.is_zipfile(path):
        with h5py.File(path, "r") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        if WEIGHTS not in archive.namelist():
            raise unreadable(path, f"it holds no {WEIGHTS}, so it has no weights")
        entry = archive.getinfo(WEIGHTS)
        stream: io.BufferedReader | io.BytesIO
        if entry.compress_type == zipfile.ZIP_STORED:
            part = _Part(raw, _start(raw, entry), entry.file_size)
            stream = io.BufferedReader(part, _PIECE)
        elif entry.file_size > min(_MOST_PACKED, MOST_PER_BYTE * entry.compress_size):
            raise unreadable(
                path,
                f"its weights would unpack to {entry.file_size:,} bytes. Save it with model.save(), "
                "which does not pack them",
            )
        else:
            stream = io.BytesIO(archive.read(entry))
        with h5py.File(stream, "r") as file:
            yield file


def _start(raw: io.BufferedReader, entry: zipfile.ZipInfo) -> int:
    """Where the bytes of an entry begin: behind its own header, its name and what is added."""
    raw.seek(entry.header_offset)
    header = raw.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\3\4"):
        raise zipfile.BadZipFile("an entry has no header")
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return entry.header_offset + _LOCAL_HEADER + name + extra


class _Part(io.RawIOBase):
    """A part of a file as a file of its own, so that nothing is unpacked to look into it."""

    def __init__(self, whole: io.BufferedReader, start: int, size: int) -> None:
        self._whole = whole
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        room = memoryview(buffer).cast("B")
        wanted = max(0, min(len(room), self._size - self._at))
        self._whole.seek(self._start + self._at)
        found = self._whole.read(wanted)
        room[: len(found)] = found
        self._at += len(found)
        return len(found)
