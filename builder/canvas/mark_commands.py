"""What a person does with frames and notes: each method is one undo step."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from builder.canvas.document import Document
from builder.canvas.geometry import COLUMN_GAP, Box, around, body, position_of, positions_of
from builder.canvas.holding import bounds
from builder.canvas.mark_items import NOTE_WIDTH, STRIP, note_height
from builder.document import framing
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


def wrapped(boxes: Collection[Box]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a frame around these.

    Tight above and below: between the rows of a tidy network a frame has 24 pixels.
    """
    left, top, right, bottom = around(boxes)
    left, top = left - _SIDE, top - STRIP
    return (left, top, right + _SIDE - left, bottom + _BELOW - top)


class MarkCommands:
    """Edits of the frames and notes of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def frame(self, nodes: Collection[str], marks: Collection[str] = ()) -> str | None:
        """Put a frame around nodes, frames and notes. Returns its id."""
        project, every = self._document.project, self._marks
        boxes = [body(position_of(project, id_)) for id_ in nodes]
        boxes += [bounds(every[id_]) for id_ in marks]
        if not boxes:
            return None
        frame = Frame("Frame", wrapped(boxes), level=self._document.level)
        project, id_ = framing.add(project, frame)
        self._document.apply("Frame selection", project, merge=_new(id_))
        return id_

    def name(self, frame: str, title: str) -> None:
        """Give a frame that was just made its title: no step of its own."""
        title = title.strip()
        if title:
            new = framing.put(
                self._document.project, {frame: replace(self._marks[frame], title=title)}
            )
            self._document.apply("Frame selection", new, merge=_new(frame))

    def note(self, text: str, at: Point | None = None) -> str:
        """Put a note on the canvas, by default right of all there is. It is selected then."""
        document, text = self._document, text.strip()
        size = (NOTE_WIDTH, note_height(text, NOTE_WIDTH))
        note = Note(text, at or self.aside(), size, document.level)
        project, id_ = framing.add(document.project, note)
        document.apply("Add note", project)
        document.select(frozenset(), frozenset((id_,)))
        return id_

    def write(self, mark: str, text: str) -> None:
        """Give a frame another title or a note another text, for which it grows."""
        old, text = self._marks[mark], text.strip()
        if isinstance(old, Frame):
            new: Mark = replace(old, title=text or old.title)
        else:
            size = (old.size[0], max(old.size[1], note_height(text, old.size[0])))
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

    @property
    def _marks(self) -> Mapping[str, Mark]:
        return framing.marks_of(self._document.project.layout)

    def aside(self) -> Point:
        """Right of all that is shown, at its top."""
        shown = self._document.shown
        boxes = [body(at) for at in positions_of(shown).values()]
        level = self._document.level
        boxes += [bounds(mark) for mark in self._marks.values() if mark.level == level]
        left, top, right, _ = around(boxes or [(0.0, 0.0, 0.0, 0.0)])
        return (right + COLUMN_GAP, top) if boxes else (left, top)

    def _put(self, title: str, marks: Mapping[str, Mark]) -> None:
        self._document.apply(title, framing.put(self._document.project, marks))


def _kind(mark: Mark) -> str:
    return "frame" if isinstance(mark, Frame) else "note"


def _new(frame: str) -> str:
    """What joins making a frame and naming it into one step."""
    return f"new frame {frame}"
