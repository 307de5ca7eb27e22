"""Undo and redo: the present value, and the ways that lead from it to those before and after."""

from msgspec import Struct

from builder.document.patches import Patch, patch
from builder.document.project import Project

UNDO_LIMIT = 10_000


class Step(Struct, frozen=True):
    """An edit on the way: its name for the menu, and what leads from its one side to the other.

    Steps that follow each other with one `merge` key (typing a number, nudging) are one step.
    """

    title: str
    way: Patch
    merge: str | None = None


class History(Struct, frozen=True):
    """The present value with the way back and the way forth. Each method returns a new history."""

    present: Project
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def apply(self, title: str, project: Project, merge: str | None = None) -> "History":
        """The history after an edit. An edit that changed nothing leaves no step."""
        if project == self.present:
            return self
        past, before = self.past, self.present
        if merge is not None and past and past[-1].merge == merge and not self.future:
            title, before = past[-1].title, past[-1].way.apply(before)
            past = past[:-1]
            if project == before:
                return History(project, past)
        step = Step(title, patch(project, before), merge)
        return History(project, (*past[1 - UNDO_LIMIT :], step))

    def undo(self) -> "History":
        if not self.past:
            return self
        step = self.past[-1]
        before = step.way.apply(self.present)
        undone = Step(step.title, patch(before, self.present))
        return History(before, self.past[:-1], (*self.future, undone))

    def redo(self) -> "History":
        if not self.future:
            return self
        undone = self.future[-1]
        after = undone.way.apply(self.present)
        step = Step(undone.title, patch(after, self.present))
        return History(after, (*self.past, step), self.future[:-1])
