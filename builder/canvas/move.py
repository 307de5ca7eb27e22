"""Moving nodes, frames and notes, and dropping a node into a wire."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from builder.canvas.geometry import HEIGHT, WIDTH, Box, around, body, position_of, positions_of
from builder.canvas.gesture import THRESHOLD, Gesture, Modifiers
from builder.canvas.holding import Thing, Things, bounds, held
from builder.canvas.neighbours import neighbours
from builder.canvas.snap import REACH, Lines, Snap, snap
from builder.document import edits
from builder.document.edits import EditRefused
from builder.document.graph import Wire

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

_INSERT_REACH = 26.0


class Move(Gesture):
    """Carries the selection, and what stands in its frames. With Alt they move alone.

    A node that stands alone drops into a wire, unless Alt is down. Near a neighbour's centre or
    edge all stand in line with it, unless Ctrl is down.
    """

    def __init__(self, view: "CanvasView", start: QPointF, grabbed: Thing, keys: Modifiers) -> None:
        super().__init__(view)
        self._start = start
        self._grabbed = grabbed
        self._chosen = Things(self.document.selection, self.document.selected_marks)
        self._alone = bool(keys & Modifiers.AltModifier)
        taken = self._chosen if self._alone else held(self.document.shown, *self._chosen)
        self._nodes, self._marks = taken
        self._was_single = self._chosen == Things(frozenset((grabbed.id,)))
        self._moving = False
        self._wire: Wire | None = None
        self._way = QPointF()
        self._others: Lines | None = None
        self._around: Box = (0.0, 0.0, 0.0, 0.0)

    def update(self, at: QPointF, keys: Modifiers) -> None:
        way = at - self._start
        if not self._moving:
            if way.manhattanLength() * self.scene.ink.scale < THRESHOLD:
                return
            self._moving = True
            self.view.crowd(len(self._nodes) + len(self._marks))
            self.scene.lift(self._nodes, self._marks)
        self._wire = None if keys & Modifiers.AltModifier else self._wire_below(way)
        found = Snap()
        if self._wire is None and not keys & Modifiers.ControlModifier:
            found = self._snap(way)
        self._way = way + QPointF(*found.way)
        self.scene.carry(self._way.x(), self._way.y())
        self.scene.mark(self._wire)
        self.view.overlay.show_guides(found.guides)

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        if not self._moving:
            if not keys & (Modifiers.ControlModifier | Modifiers.ShiftModifier):
                one = frozenset((self._grabbed.id,))
                is_node = self._grabbed.kind == "node"
                self.document.select(*(Things(nodes=one) if is_node else Things(marks=one)))
            return
        self.update(at, keys)
        way, wire = (self._way.x(), self._way.y()), self._wire
        self._put_down()
        if wire is not None:
            node = self._grabbed.id
            x, y = position_of(self.document.project, node)
            place = (round(x + way[0], 2), round(y + way[1], 2))
            insert = partial(self.view.commands.move_into, node, place, wire)
            self.view.motion.show(insert, still=(node,))
        elif way != (0.0, 0.0):  # else it was brought back to where it was
            self.view.commands.places.shift(*self._chosen, way, alone=self._alone)

    def cancel(self) -> None:
        if self._moving:
            self._put_down()

    def _put_down(self) -> None:
        self._moving = False
        self.scene.mark(None)
        self.view.overlay.show_guides(())
        self.scene.put_down()
        self.view.crowd(0)

    def _snap(self, way: QPointF) -> Snap:
        """How much further to be in line with a neighbour in sight."""
        if self._others is None:
            self._others = neighbours(self.view, Things(self._nodes, self._marks))
            self._around = self._bounds()
        x, y = way.x(), way.y()
        left, top, right, bottom = self._around
        box = (left + x, top + y, right + x, bottom + y)
        return snap(box, self._others, REACH / self.scene.ink.scale)

    def _bounds(self) -> Box:
        """The box around all that is carried, where it was taken up."""
        places, items = positions_of(self.document.shown), self.scene.marks.items
        boxes = [body(places[id_]) for id_ in self._nodes]
        return around(boxes + [bounds(items[id_].mark) for id_ in self._marks])

    def _wire_below(self, way: QPointF) -> Wire | None:
        """The wire that the carried node could stand in: only a node without wires of its own."""
        project = self.document.project
        if not self._was_single:
            return None
        graph, node = project.graph, self._grabbed.id
        if graph.into(node) or graph.out_of(node):
            return None
        x, y = position_of(project, node)
        middle = QPointF(x + way.x() + WIDTH / 2, y + way.y() + HEIGHT / 2)
        return insertion(self.view, node, middle)


def insertion(view: "CanvasView", node: str, middle: QPointF) -> Wire | None:
    """The wire near a point that a node can be put into, if there is one."""
    wire = view.graph_scene.wires.at(middle, _INSERT_REACH)
    if wire is None:
        return None
    try:
        edits.insert(view.document.project, node, wire, view.catalog.ports_of)
    except EditRefused:
        return None
    return wire
