"""Reads a Python script in a thread of its own, without running it."""

import contextlib
import threading
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from builder.catalog.custom import FILE
from builder.catalog.spec import Catalog
from builder.engine.messages import Imported
from builder.reading.places import laid_out
from builder.reading.python_faults import CannotRead
from builder.reading.python_own import read_script as read_own
from builder.storage.script_file import ScriptError, beside, read_script


class Unread(Struct, frozen=True):
    """A script that is no plain description of a network; running it would tell."""

    id: int
    path: Path
    text: str
    fault: str


class ScriptReader(QObject):
    """Signals: `found(Imported)`, `unread(Unread)`, `failed(id, sentence)`."""

    found = Signal(object)
    unread = Signal(object)
    failed = Signal(int, str)

    def __init__(self, parent: QObject, catalog: Catalog) -> None:
        super().__init__(parent)
        self._catalog = catalog

    def read(self, id_: int, path: Path) -> None:
        threading.Thread(target=self._read, args=(id_, path), daemon=True).start()

    def _read(self, id_: int, path: Path) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone
            try:
                text = read_script(path)
            except ScriptError as error:
                self.failed.emit(id_, str(error))
                return
            try:
                own = beside(path, FILE)
                project = laid_out(read_own(text, self._catalog, own, path.stem))
            except CannotRead as fault:
                if not fault.runs:
                    self.failed.emit(id_, f"“{path.name}” was not imported. {fault}")
                    return
                self.unread.emit(Unread(id_, path, text, str(fault)))
            else:
                self.found.emit(Imported(id_, project))
