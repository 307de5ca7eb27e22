"""The open document: a history of project values, and the signals that tell of a new one."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from builder.document.history import History
from builder.document.project import Project


class Document(QObject):
    """Holds the present project. The only thing in the window that changes it is `apply`.

    Signals:
        changed(old, new): the project was edited, undone, redone or replaced.
        state_changed(): undo, redo, the path or the unsaved mark may read differently.
        selection_changed(ids): the selected nodes (a frozenset of ids) are others.
    """

    changed = Signal(object, object)
    state_changed = Signal()
    selection_changed = Signal(object)

    def __init__(self, project: Project | None = None) -> None:
        super().__init__()
        self._history = History(project or Project())
        self._saved = self._history.present
        self._selection: frozenset[str] = frozenset()
        self.path: Path | None = None

    @property
    def project(self) -> Project:
        return self._history.present

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected nodes. Every one is in the project."""
        return self._selection

    def select(self, nodes: frozenset[str]) -> None:
        known = nodes & self.project.graph.nodes.keys()
        if known != self._selection:
            self._selection = known
            self.selection_changed.emit(known)

    @property
    def is_clean(self) -> bool:
        """Whether the project equals what was last saved or opened."""
        return self.project is self._saved or self.project == self._saved

    @property
    def undo_title(self) -> str | None:
        return self._history.past[-1].title if self._history.past else None

    @property
    def redo_title(self) -> str | None:
        return self._history.future[-1].title if self._history.future else None

    def apply(self, title: str, project: Project, merge: str | None = None) -> None:
        """Make an edit one undo step. Consecutive edits with one `merge` key are one step."""
        self._advance(self._history.apply(title, project, merge))

    def undo(self) -> None:
        self._advance(self._history.undo())

    def redo(self) -> None:
        self._advance(self._history.redo())

    def reset(self, project: Project, path: Path | None = None) -> None:
        """Open another project: no way back to the one before."""
        self.path = path
        self._saved = project
        self._advance(History(project))
        self.state_changed.emit()

    def mark_saved(self, path: Path) -> None:
        self.path = path
        self._saved = self.project
        self.state_changed.emit()

    def _advance(self, history: History) -> None:
        old = self._history.present
        if history is self._history:
            return
        self._history = history
        if history.present is not old:
            self.changed.emit(old, history.present)
            self.select(self._selection)
        self.state_changed.emit()
