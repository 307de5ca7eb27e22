"""Undo and redo: the values that a document had, and what each step was called."""

from msgspec import Struct

from builder.document.project import Project

UNDO_LIMIT = 500


class Step(Struct, frozen=True):
    """An edit that was made: its name for the menu and the value before it.

    Steps that follow each other with one `merge` key (typing a number, nudging) are one step.
    """

    title: str
    before: Project
    merge: str | None = None


class Undone(Struct, frozen=True):
    title: str
    after: Project


class History(Struct, frozen=True):
    """The present value with the way back and the way forth. Each method returns a new history."""

    present: Project
    past: tuple[Step, ...] = ()
    future: tuple[Undone, ...] = ()

    def apply(self, title: str, project: Project, merge: str | None = None) -> "History":
        """The history after an edit. An edit that changed nothing leaves no step."""
        if project == self.present:
            return self
        if merge is not None and self.past and self.past[-1].merge == merge and not self.future:
            return History(project, self.past)
        past = (*self.past, Step(title, self.present, merge))[-UNDO_LIMIT:]
        return History(project, past)

    def undo(self) -> "History":
        if not self.past:
            return self
        step = self.past[-1]
        undone = Undone(step.title, self.present)
        return History(step.before, self.past[:-1], (*self.future, undone))

    def redo(self) -> "History":
        if not self.future:
            return self
        undone = self.future[-1]
        step = Step(undone.title, self.present)
        return History(undone.after, (*self.past, step), self.future[:-1])
