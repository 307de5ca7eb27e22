"""What a person does with frames and notes: each method is one undo step."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from builder.canvas.document import Document
from builder.canvas.geometry import HEIGHT, WIDTH, position_of
from builder.canvas.mark_items import STRIP
from builder.document import edits, framing
from builder.document.frames import Frame, Mark, Note
from builder.document.project import Point

_SIDE = 20.0
_BELOW = 12.0
COLOURS: Mapping[str, str] = {
    "Grey": "",
    "Blue": "Core",
    "Violet": "Convolution",
    "Orange": "Pooling",
    "Green": "Activation",
    "Pink": "Attention",
}
"""Colours of frames by the words for them: those of categories, which both themes have."""


class MarkCommands:
    """Edits of the frames and notes of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def frame(self, nodes: Collection[str], title: str = "Frame") -> str | None:
        """Put a frame around nodes. Returns its id."""
        project = self._document.project
        places = [position_of(project, id_) for id_ in nodes]
        if not places:
            return None
        # Tight above and below: between the rows of a tidy network a frame has 24 pixels.
        left, top = min(x for x, _ in places) - _SIDE, min(y for _, y in places) - STRIP
        right = max(x for x, _ in places) + WIDTH + _SIDE
        bottom = max(y for _, y in places) + HEIGHT + _BELOW
        box = (left, top, right - left, bottom - top)
        frame = Frame(title, box, level=self._document.level)
        return self._add("Frame selection", frame)

    def note(self, at: Point, text: str, size: Point) -> str:
        """Put a note on the canvas. Returns its id."""
        return self._add("Add note", Note(text, at, size, self._document.level))

    def write(self, mark: str, text: str, height: float = 0.0) -> None:
        """Give a frame another title or a note another text. A note grows to `height` for it."""
        old, text = self._marks[mark], text.strip()
        if isinstance(old, Frame):
            new: Mark = replace(old, title=text or old.title)
        else:
            size = (old.size[0], max(old.size[1], height))
            new = replace(old, text=text or old.text, size=size)
        if new != old:
            self._put("Rename frame" if isinstance(old, Frame) else "Edit note", {mark: new})

    def paint(self, frames: Collection[str], colour: str) -> None:
        """Give frames a colour, by the name of a category."""
        found = {i: self._marks[i] for i in frames}
        new = {i: replace(m, colour=colour) for i, m in found.items() if isinstance(m, Frame)}
        if any(new[id_] != found[id_] for id_ in new):
            self._put("Colour frame", new)

    def resize(self, mark: str, size: Point) -> None:
        old = self._marks[mark]
        if isinstance(old, Frame):
            new: Mark = replace(old, box=(*old.box[:2], *size))
        else:
            new = replace(old, size=size)
        self._put(f"Resize {_kind(old)}", {mark: new})

    def move(
        self, mark: str, marks: Collection[str], way: Point, places: Mapping[str, Point]
    ) -> None:
        """Move a frame or note with the others and the nodes that stand in it."""
        project = edits.move(self._document.project, places)
        found = self._marks
        moved = {id_: framing.moved(found[id_], way) for id_ in marks}
        self._document.apply(f"Move {_kind(found[mark])}", framing.put(project, moved))

    def delete(self, marks: Collection[str]) -> None:
        if marks:
            title = f"Delete {self.words(marks)}"
            self._document.apply(title, framing.remove(self._document.project, marks))

    def words(self, marks: Collection[str]) -> str:
        """What these are, for the title of a step."""
        found = [_kind(self._marks[id_]) for id_ in marks]
        return found[0] if len(found) == 1 else "frames and notes"

    @property
    def _marks(self) -> Mapping[str, Mark]:
        return framing.marks_of(self._document.project.layout)

    def _add(self, title: str, mark: Mark) -> str:
        project, id_ = framing.add(self._document.project, mark)
        self._document.apply(title, project)
        return id_

    def _put(self, title: str, marks: Mapping[str, Mark]) -> None:
        self._document.apply(title, framing.put(self._document.project, marks))


def _kind(mark: Mark) -> str:
    return "frame" if isinstance(mark, Frame) else "note"
