"""The open document: a history of project values, and the signals that tell of a new one."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from builder.canvas.levels import at_level, block_of, scene_of_change, surviving
from builder.catalog.spec import Catalog
from builder.document.framing import marks_of
from builder.document.history import History
from builder.document.project import Project


class Document(QObject):
    """Holds the present project. The only thing in the window that changes it is `apply`.

    Signals:
        changed(old, new): the project was edited, undone, redone or replaced.
        state_changed(): undo, redo, the path or the unsaved mark may read differently.
        selection_changed(ids): the selected nodes (a frozenset of ids) are others.
        marks_selected(ids): the selected frames and notes are others.
        level_changed(block): another block is looked into; empty for the top level. Which one it
            is, like the selection, is never undone.
        done(deed, title): a step was made (`deed` is "done"), "undone" or "redone".
    """

    changed = Signal(object, object)
    state_changed = Signal()
    selection_changed = Signal(object)
    marks_selected = Signal(object)
    level_changed = Signal(str)
    done = Signal(str, str)

    def __init__(self, project: Project | None = None) -> None:
        super().__init__()
        self._history = History(project or Project())
        self._saved = self._history.present
        self._selection: frozenset[str] = frozenset()
        self._marks: frozenset[str] = frozenset()
        self._level = ""
        self._doors: dict[str, str] = {}
        self._shown = at_level(self.project, "")
        self.path: Path | None = None

    @property
    def project(self) -> Project:
        return self._history.present

    def including(self, catalog: Catalog) -> Catalog:
        """A catalogue with the layers of the open project's own as well."""
        return catalog.including(self.project.custom)

    @property
    def shown(self) -> Project:
        """The project with the nodes and wires of the level that is looked at."""
        return self._shown

    @property
    def level(self) -> str:
        """The id of the block that is looked into; empty for the top level."""
        return self._level

    def enter(self, node: str) -> None:
        """Look into a block, or into the one that a node shares."""
        block = block_of(self.project.graph, node)
        if block is not None:
            self._doors[block] = node
            self._look_into(block)

    def leave(self) -> None:
        """Look at what is around the block that was looked into, which is selected then."""
        if self._level:
            self.look_at(self.project.graph.nodes[self._level].parent)

    def _door(self, block: str) -> str:
        """The node that a block was entered by: one that shares it, or the block itself."""
        door = self._doors.get(block, block)
        return door if block_of(self.project.graph, door) == block else block

    def look_at(self, level: str) -> None:
        """Look into a block further out, by its id; empty is the top level."""
        path = (*self.project.graph.path(self._level), self._level) if self._level else ()
        way = ("", *path)
        if level in way[:-1]:
            self._look_into(level, frozenset({self._door(way[way.index(level) + 1])}))

    def _look_into(
        self,
        level: str,
        chosen: frozenset[str] = frozenset(),
        marks: frozenset[str] = frozenset(),
    ) -> None:
        if level != self._level:
            self._level = level
            self._shown = at_level(self.project, level)
            self.level_changed.emit(level)
        self.select(chosen, marks)

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected nodes. Every one stands at the shown level."""
        return self._selection

    @property
    def selected_marks(self) -> frozenset[str]:
        """Ids of the selected frames and notes, which all stand at the shown level."""
        return self._marks

    def select(self, nodes: frozenset[str], marks: frozenset[str] = frozenset()) -> None:
        """Select these, and nothing else, at the shown level.

        If all of them stand at other levels, the one of the first is shown then.
        """
        known = nodes & self.project.graph.nodes.keys()
        here = known & self._shown.graph.nodes.keys()
        places = {i: m.level for i, m in marks_of(self.project.layout).items() if i in marks}
        beside = frozenset(id_ for id_, level in places.items() if level == self._level)
        if (known or places) and not (here or beside):
            every = self.project.graph.nodes
            level = every[min(known)].parent if known else places[min(places)]
            self._look_into(
                level,
                frozenset(id_ for id_ in known if every[id_].parent == level),
                frozenset(id_ for id_, place in places.items() if place == level),
            )
            return
        others, other_marks = here != self._selection, beside != self._marks
        self._selection, self._marks = here, beside
        if others:
            self.selection_changed.emit(here)
        if other_marks:
            self.marks_selected.emit(beside)

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
        before = self._history
        self._advance(before.apply(title, project, merge))
        if self._history is not before:
            self.done.emit("done", title)

    def undo(self) -> None:
        title = self.undo_title
        self._advance(self._history.undo(), follow=True)
        if title is not None:
            self.done.emit("undone", title)

    def redo(self) -> None:
        title = self.redo_title
        self._advance(self._history.redo(), follow=True)
        if title is not None:
            self.done.emit("redone", title)

    def reset(self, project: Project, path: Path | None = None) -> None:
        """Open another project: no way back to the one before."""
        self.select(frozenset())  # ids recur from one project to the next
        self.path = path
        self._saved = project
        self._advance(History(project), level="")
        self.state_changed.emit()

    def mark_saved(self, path: Path) -> None:
        self.path = path
        self._saved = self.project
        self.state_changed.emit()

    def _advance(self, history: History, *, level: str | None = None, follow: bool = False) -> None:
        """Take a history over. `follow` shows the level where the change is, if it is another."""
        old, before = self._history.present, self._level
        if history is self._history:
            return
        self._history = history
        new = history.present
        if new is not old:
            kept = surviving(before, old.graph, new.graph) if level is None else level
            kept, chosen = scene_of_change(old, new, kept) if follow else (kept, frozenset())
            self._level = kept
            self._shown = at_level(new, kept)
            self.changed.emit(old, new)
            if kept != before:
                self.level_changed.emit(kept)
            if kept != before:
                self.select(chosen)
            else:
                self.select(self._selection & self._shown.graph.nodes.keys(), self._marks)
        self.state_changed.emit()
