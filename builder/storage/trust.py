"""Which Python code the user trusts: fingerprints in the user's own folder, never in a project."""

import json
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_config_path

from builder.storage.atomic import write_atomically

NAME = "trusted.json"
_MOST = 10_000


class Trust:
    """The fingerprints (see `catalog.code`) that the user has trusted on this computer."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or user_config_path("keras-builder", appauthor=False)) / NAME

    def knows(self, fingerprint: str) -> bool:
        """Whether the user trusts code; no code at all needs no trust."""
        return not fingerprint or fingerprint in self._read()

    def add(self, fingerprint: str) -> None:
        """Remember that the user trusts some code. Raises OSError where it cannot be written."""
        known = [one for one in self._read() if one != fingerprint]
        self._write([*known, fingerprint][-_MOST:])

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
