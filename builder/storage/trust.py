"""Which Python code the user trusts: fingerprints in the user's own folder, never in a project.

Each piece of code is trusted by itself, so that deleting a layer never asks again.
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import msgspec

from builder.catalog.code import Code, fingerprints
from builder.storage.atomic import write_atomically

NAME = "trusted.json"
_MOST = 10_000


class Trust:
    """The fingerprints (see `catalog.code`) that the user has trusted on this computer."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def _path(self) -> Path:
        from platformdirs import user_config_path  # of no use to who has no code

        return (self._folder or user_config_path("keras-builder", appauthor=False)) / NAME

    def covers(self, code: Code) -> bool:
        """Whether the user trusts every piece of some code; no code at all needs no trust."""
        return not code or fingerprints(code) <= self.known()

    def known(self) -> frozenset[str]:
        """The fingerprints of all pieces that are trusted."""
        return frozenset(self._read())

    def add(self, code: Code) -> None:
        """Remember that the user trusts some code. Raises OSError where it cannot be written."""
        pieces = fingerprints(code)
        known = [one for one in self._read() if one not in pieces]
        self._write([*known, *sorted(pieces)][-_MOST:])

    def forget(self) -> None:
        """Trust nothing any more. Raises OSError where that cannot be written."""
        self._write([])

    def _read(self) -> list[str]:
        try:
            found = msgspec.json.decode(self._path.read_bytes())
        except (OSError, ValueError, RecursionError, msgspec.DecodeError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def _write(self, known: Iterable[str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, msgspec.json.encode(list(known)))
