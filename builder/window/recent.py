"""The files opened last, newest first, remembered between starts."""

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

LIMIT = 10
_KEY = "recent_files"


class RecentFiles(QObject):
    """Paths of projects, newest first, at most ten.

    Signals:
        changed(): the list reads differently.
    """

    changed = Signal()

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings

    def paths(self) -> tuple[Path, ...]:
        """Those that still exist; a file on a drive that is away shows again when it is back."""
        return tuple(path for path in self._all() if path.is_file())

    def add(self, path: Path) -> None:
        chosen = path.absolute()
        others = [other for other in self._all() if other != chosen]
        self._write([chosen, *others][:LIMIT])

    def clear(self) -> None:
        self._write([])

    def _all(self) -> list[Path]:
        # QSettings gives a lone string for a list of one, and None for an empty one.
        found = self._settings.value(_KEY, [])
        texts = found if isinstance(found, list) else [found]
        return [Path(text) for text in texts if isinstance(text, str) and text]

    def _write(self, paths: list[Path]) -> None:
        self._settings.setValue(_KEY, [str(path) for path in paths])
        self.changed.emit()
