"""Which Python code the user trusts: fingerprints in the user's own folder, never in a project.

Each piece of code is trusted by itself, so that deleting a layer never asks again.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_config_path

from builder.catalog.code import Code, fingerprints
from builder.storage.atomic import write_atomically

NAME = "trusted.json"
_MOST = 10_000


class Trust:
    """The fingerprints (see `catalog.code`) that the user has trusted on this computer."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or user_config_path("keras-builder", appauthor=False)) / NAME

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
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def _write(self, known: Iterable[str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, json.dumps(list(known)).encode())
