"""What a person does with parts of a network: copy, cut, paste, duplicate, each one undo step."""

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QApplication

from builder.canvas import clipboard
from builder.canvas.document import Document
from builder.canvas.geometry import positions_of
from builder.canvas.holding import held, words
from builder.catalog.spec import Catalog
from builder.document import edits, framing, parts
from builder.document.frames import box_of
from builder.document.graph import INPUT, OUTPUT
from builder.document.project import Point, Project


class PartCommands:
    """Copies of one document's nodes, frames and notes.

    `do` applies an edit under a title and selects what it made, or says why it cannot be.
    """

    def __init__(self, document: Document, catalog: Catalog, do: Callable[..., bool]) -> None:
        self._document = document
        self._base = catalog
        self._do = do

    def copy(self, nodes: Collection[str], marks: Collection[str] = ()) -> None:
        """Put nodes, frames and notes on the clipboard, with what stands in the frames."""
        if nodes or marks:
            part = parts.copy(self._document.project, *held(self._document.shown, nodes, marks))
            QApplication.clipboard().setText(clipboard.to_text(part))

    def cut(self, nodes: Collection[str], marks: Collection[str] = ()) -> None:
        going = held(self._document.shown, nodes, marks)

        def edit(project: Project) -> Project:
            return framing.remove(edits.remove(project, going.nodes), going.marks)

        if nodes or marks:
            self.copy(nodes, marks)
            self._do(f"Cut {words(self._document.project, *going)}", edit)

    def paste(self, at: Point | None = None) -> None:
        """Add what the clipboard holds, with its top left corner at `at`, and select it."""

        def edit(project: Project) -> Project:
            part = clipboard.from_text(QApplication.clipboard().text())
            corner = at if at is None else self._uncovered(at)
            return self._pasted(project, part, corner, ids, new_marks)

        ids, new_marks = list[str](), list[str]()
        self._do("Paste", edit, ids, new_marks)

    def duplicate(self, nodes: Collection[str], marks: Collection[str] = ()) -> None:
        going = held(self._document.shown, nodes, marks)

        def edit(project: Project) -> Project:
            return self._pasted(project, parts.copy(project, *going), None, ids, new_marks)

        ids, new_marks = list[str](), list[str]()
        if nodes or marks:
            self._do(f"Duplicate {words(self._document.project, *going)}", edit, ids, new_marks)

    def _pasted(
        self, project: Project, part: parts.Part, at: Point | None, ids: list[str], marks: list[str]
    ) -> Project:
        """The project with a part in it. `ids` and `marks` take what is new."""
        result, new, new_marks = parts.paste(project, part, at, parent=self._document.level)
        ids.extend(new)
        marks.extend(new_marks)
        return self._unbound(result, new)

    def _unbound(self, project: Project, nodes: Collection[str]) -> Project:
        """The inputs and outputs of a block are bound to no data, wherever they were copied."""
        catalog = self._document.including(self._base)
        for id_ in nodes:
            node = project.graph.nodes[id_]
            spec = catalog.layer(node.type)
            if node.parent and node.type in (INPUT, OUTPUT) and spec is not None:
                bound = [param.name for param in spec.params if not param.keras]
                project = edits.reset_params(project, [id_], bound)
        return project

    def _uncovered(self, at: Point) -> Point:
        """Pasting twice at one place must not hide the first under the second."""
        taken = set(positions_of(self._document.shown).values())
        taken |= {
            box_of(mark)[:2] for mark in framing.marks_of(self._document.shown.layout).values()
        }
        while at in taken:
            at = (at[0] + parts.PASTE_OFFSET[0], at[1] + parts.PASTE_OFFSET[1])
        return at
