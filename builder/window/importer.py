"""The Import menu: models of Keras opened as projects, from a file or from those that Keras ships.

A worker of its own reads them, so the window answers all the while; the project comes laid out.
"""

import contextlib
import itertools
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QWidget

from builder.catalog.spec import Catalog
from builder.codegen.problems import problems
from builder.engine.messages import Event, Failed, Import, Imported, WorkerDied
from builder.reading.applications import FAMILIES, PREFIX
from builder.storage.runs import imported_weights
from builder.window.choice_dialog import ChoiceDialog, Row, containing
from builder.window.files import Files
from builder.window.messages import Banner
from builder.window.workers import Pool, Workers

FILTER = "Models of Keras (*.keras *.h5 *.hdf5 *.json)"


class Importer(QObject):
    """Reads one model at a time, asks nothing that is not needed, and says what was left out.

    Attributes:
        actions: the entries of the Import menu.
    """

    _judged = Signal(object)

    def __init__(
        self, window: QWidget, files: Files, banner: Banner, catalog: Catalog, pool: Pool
    ) -> None:
        super().__init__(window)
        self._catalog = catalog
        self._judged.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._window = window
        self._files = files
        self._banner = banner
        self._workers = Workers(pool)
        self._workers.said.connect(self._receive)
        self._ids = itertools.count(1)
        self._wanted = 0
        self._name = ""
        self.actions = [
            self._action("Model from a file …", self.ask_file, "Ctrl+Shift+I"),
            self._action("Model that Keras ships …", self.ask_application),
        ]

    def ask_file(self) -> None:
        dialog = QFileDialog(self._window, "Import a model", self._files.folder(), FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def ask_application(self) -> None:
        rows: list[Row] = [(name, name) for names in FAMILIES.values() for name in names]
        dialog = ChoiceDialog(
            self._window,
            title="Import a model that Keras ships",
            question="Its layers, without weights",
            verb="Import",
            find=containing(rows),
        )
        dialog.chosen.connect(lambda name: self.read(PREFIX + name))
        dialog.open()

    def read(self, source: str) -> None:
        """Read a file, or `keras.applications.NAME`; one that was asked for before is let go."""
        self._name = source.removeprefix(PREFIX) if source.startswith(PREFIX) else Path(source).name
        self._wanted = next(self._ids)
        self._banner.say(f"Reading {self._name} …", "info")
        weights = imported_weights(Path(self._name).stem)
        self._workers.ask(Import(self._wanted, source, str(weights)))

    def _receive(self, event: Event) -> None:
        match event:
            case Imported() if event.id == self._wanted:
                self._workers.close()
                threading.Thread(target=self._judge, args=(event,), daemon=True).start()
            case Failed() if event.id == self._wanted:
                self._banner.say(event.fault.message, "error")
            case WorkerDied():
                self._workers.close()
                self._banner.say(f"{self._name} was not imported. {event.message}", "error")

    def _judge(self, found: Imported) -> None:
        """On a thread of its own: look at every layer once, so that the window need not.

        What is found is remembered for these very values; the window asks again in no time.
        """
        problems(found.project, self._catalog)
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._judged.emit(found)

    def _take(self, found: Imported) -> None:
        if found.id == self._wanted:
            self._files.when_safe(lambda: self._show(found))

    def _show(self, found: Imported) -> None:
        self._files.show_copy(found.project)
        if found.remarks:
            first = found.remarks[0].message
            more = len(found.remarks) - 1
            others = f" And {more} more; see Problems." if more else ""
            self._banner.say(f"{first}{others}", "warning")
        else:
            weights = " with its weights" if found.project.training.start else ""
            self._banner.say(f"Imported {self._name}{weights}. Save it to keep it.", "info")

    def close(self) -> None:
        """Give the worker up, with the window."""
        self._workers.close(0.0)

    def _action(self, text: str, act: object, key: str = "") -> QAction:
        action = QAction(text, self)
        action.triggered.connect(act)
        if key:
            action.setShortcut(QKeySequence(key))
        return action
