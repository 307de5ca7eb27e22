"""Reads edited source in a thread of its own, so that the window answers meanwhile."""

import contextlib
import threading

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from builder.catalog.spec import Catalog
from builder.codegen import Module
from builder.document.project import Project
from builder.reading.python_faults import CannotRead
from builder.reading.python_own import apart, joined
from builder.reading.python_source import read_with_lines
from builder.reading.revision import revised


class Revision(Struct, frozen=True):
    """A project (`old`) with what was edited in its source; `new` are the nodes that came with it."""

    old: Project
    project: Project
    new: frozenset[str]


class SourceReader(QObject):
    """Puts edited source back into its project. Signals `done(Revision)` and `failed(CannotRead)`.

    One source is read at a time; the answer about one that was given up is not told.
    """

    done = Signal(object)
    failed = Signal(object)
    _answered = Signal(int, object)

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self._asked = 0
        self._answered.connect(self._tell)

    def read(self, project: Project, module: Module, source: str) -> None:
        """Read `source`, which was `module` before it was edited, into the project."""
        self._asked += 1
        asked = self._asked

        def work() -> None:
            answer: Revision | CannotRead
            try:
                # Layers that are written into the module go to those of the project's own.
                rest, own = apart(source)
                custom = joined(project.custom, own)
                catalog = self._catalog.including(custom)
                before = read_with_lines(module.source, catalog)
                after = read_with_lines(rest, catalog)
                made, new = revised(project, before, module.nodes, after.project)
                answer = Revision(project, replace(made, custom=custom), new)
            except CannotRead as fault:
                answer = fault
            with contextlib.suppress(RuntimeError):  # the window is gone
                self._answered.emit(asked, answer)

        threading.Thread(target=work, name="source-reader", daemon=True).start()

    def give_up(self) -> None:
        """Tell nothing of what is being read."""
        self._asked += 1

    def _tell(self, asked: int, answer: Revision | CannotRead) -> None:
        if asked != self._asked:
            return
        if isinstance(answer, Revision):
            self.done.emit(answer)
        else:
            self.failed.emit(answer)
