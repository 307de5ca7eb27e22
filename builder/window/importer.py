"""The Import menu: models of Keras and Python scripts opened as projects.

A worker of its own reads models, and a thread reads scripts, so the window answers all the while;
the project comes laid out. A script runs only if the user trusts its very text.
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
from builder.document.graph import INPUT, OUTPUT
from builder.document.project import Project
from builder.engine.messages import (
    Event,
    Failed,
    Import,
    Imported,
    RunScript,
    ScriptRan,
    WorkerDied,
)
from builder.reading.applications import FAMILIES, PREFIX
from builder.storage.imported_weights import waiting_place
from builder.storage.script_file import SUFFIX as SCRIPT
from builder.storage.trust import Trust
from builder.window.choice_dialog import ChoiceDialog, Row, containing
from builder.window.files import Files
from builder.window.messages import Banner
from builder.window.script_dialog import ScriptDialog
from builder.window.script_reader import ScriptReader, Unread
from builder.window.workers import Pool, Workers

FILTER = "Models of Keras and Python scripts (*.keras *.h5 *.hdf5 *.json *.py)"


class Importer(QObject):
    """Reads one model at a time, asks nothing that is not needed, and says what was left out.

    Attributes:
        actions: the entries of the Import menu.
    """

    _judged = Signal(object)

    def __init__(
        self,
        window: QWidget,
        files: Files,
        banner: Banner,
        catalog: Catalog,
        pool: Pool,
        trust: Trust | None = None,
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
        self._scripts = ScriptReader(self, catalog)
        self._scripts.found.connect(self._judge_later)
        self._scripts.unread.connect(self._offer_to_run)
        self._scripts.failed.connect(self._say_failed)
        self._trust = trust or Trust()
        self._wanted = 0
        self._name = ""
        self.actions = [
            self._action("Model or script from a file…", self.ask_file, "Ctrl+Shift+I"),
            self._action("Model that Keras ships…", self.ask_application),
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
            question="Its layers, not what they have learned. A .keras or .h5 file brings both.",
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
        if Path(source).suffix == SCRIPT:
            self._scripts.read(self._wanted, Path(source))
            return
        weights = waiting_place(Path(self._name).stem)
        self._workers.ask(Import(self._wanted, source, str(weights)))

    def _receive(self, event: Event) -> None:
        match event:
            case Imported() if event.id == self._wanted:
                self._workers.close()
                self._judge_later(event)
            case ScriptRan() if event.id == self._wanted:
                self._workers.close()
                self._offer(event)
            case Failed() if event.id == self._wanted:
                self._workers.close()
                self._banner.say(event.fault.message, "error")
            case WorkerDied():
                self._workers.close()
                self._banner.say(f"{self._name} was not imported. {event.message}", "error")

    # --- scripts

    def _offer_to_run(self, script: Unread) -> None:
        """A script that cannot be read is run if the user trusts this very text."""
        if script.id != self._wanted:
            return
        self._banner.hide()
        code = ((f"“{script.path.name}”", script.text),)
        if self._trust.covers(code):
            self._run(script)
            return
        dialog = ScriptDialog(self._window, script.path, script.text, script.fault)

        def trust() -> None:
            try:
                self._trust.add(code)
            except OSError as error:
                self._banner.say(f"That it is trusted was not noted: {error}", "warning")
            self._run(script)

        dialog.accepted.connect(trust)
        dialog.open()

    def _run(self, script: Unread) -> None:
        self._banner.say(f"Running {self._name} …", "info")
        self._workers.ask(RunScript(self._wanted, str(script.path), script.text))

    def _offer(self, ran: ScriptRan) -> None:
        """Let the user choose among the models that a script made."""
        if len(ran.models) == 1:
            self._judge_later(ran.models[0])
            return
        self._banner.hide()
        rows = [
            (str(place), f"{one.project.name}: {_layers(one.project)}")
            for place, one in enumerate(ran.models)
        ]
        dialog = ChoiceDialog(
            self._window,
            title=f"Import from {self._name}",
            question="The models that it makes",
            verb="Import",
            find=containing(rows),
        )
        dialog.chosen.connect(lambda place: self._judge_later(ran.models[int(place)]))
        dialog.open()

    def _say_failed(self, id_: int, sentence: str) -> None:
        if id_ == self._wanted:
            self._banner.say(sentence, "error")

    # --- what was read

    def _judge_later(self, found: Imported) -> None:
        threading.Thread(target=self._judge, args=(found,), daemon=True).start()

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


def _layers(project: Project) -> str:
    count = sum(node.type not in (INPUT, OUTPUT) for node in project.graph.nodes.values())
    return "1 layer" if count == 1 else f"{count:,} layers"
