"""Where things stand: moving them and bringing them in line. Each method is one undo step."""

from collections.abc import Callable, Collection

from builder.canvas.align import Edge, Way, align, distribute
from builder.canvas.document import Document
from builder.canvas.geometry import Box
from builder.canvas.holding import Thing, Things, held, placed, shifted, units, words
from builder.document.project import Point


class PlaceCommands:
    """Moves, aligns and distributes nodes, frames and notes of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def shift(
        self,
        nodes: Collection[str],
        marks: Collection[str],
        way: Point,
        *,
        alone: bool = False,
        merge: str | None = None,
    ) -> None:
        """Move nodes, frames and notes, with what stands in the frames unless they go `alone`."""
        going = Things(frozenset(nodes), frozenset(marks))
        if not alone:
            going = held(self._document.shown, nodes, marks)
        project = shifted(self._document.project, *going, way)
        self._document.apply(f"Move {words(project, nodes, marks)}", project, merge)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selection a little; many nudges in a row are one undo step."""
        nodes, marks = self._document.selection, self._document.selected_marks
        if nodes or marks:
            key = " ".join(("nudge", *sorted(nodes), "beside", *sorted(marks)))
            self.shift(nodes, marks, (dx, dy), merge=key)

    @property
    def units(self) -> dict[Thing, Box]:
        """What is put in line: the selection, a frame as one with what stands in it."""
        document = self._document
        return units(document.shown, document.selection, document.selected_marks)

    def align(self, edge: Edge) -> None:
        """Bring an edge, or the centres, of what is selected in line."""
        self._arrange(f"Align {edge}", lambda boxes: align(boxes, edge), 2)

    def distribute(self, way: Way) -> None:
        """Put what is selected at equal distances."""
        words = {"across": "horizontally", "down": "vertically"}
        self._arrange(f"Distribute {words[way]}", lambda boxes: distribute(boxes, way), 3)

    def _arrange(
        self, title: str, place: Callable[[dict[Thing, Box]], dict[Thing, Point]], least: int
    ) -> None:
        project, boxes = self._document.project, self.units
        if len(boxes) >= least:
            arranged = placed(project, self._document.shown, boxes, place(boxes))
            self._document.apply(title, arranged)
