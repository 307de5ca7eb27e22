"""Moving nodes, and dropping one into a wire."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from builder.canvas.geometry import HEIGHT, WIDTH, Box, body, position_of, positions_of
from builder.canvas.gesture import THRESHOLD, Gesture, Modifiers
from builder.canvas.snap import REACH, Snap, snap
from builder.document import edits
from builder.document.edits import EditRefused
from builder.document.graph import Wire

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


_INSERT_REACH = 26.0
_CROWD = 300


class Move(Gesture):
    """Carries the selected nodes. A node that stands alone drops into a wire, unless Alt is down.

    Near a neighbour's centre or edge it stands in line with it, unless Ctrl is down.
    """

    def __init__(self, view: "CanvasView", start: QPointF, node: str) -> None:
        super().__init__(view)
        self._start = start
        self._node = node
        self._nodes = self.document.selection | {node}
        self._was_single = len(self._nodes) == 1
        self._moving = False
        self._wire: Wire | None = None
        self._way = QPointF()
        self._others: list[Box] | None = None
        self._around: Box = (0.0, 0.0, 0.0, 0.0)

    def update(self, at: QPointF, keys: Modifiers) -> None:
        way = at - self._start
        if not self._moving:
            if way.manhattanLength() * self.scene.ink.scale < THRESHOLD:
                return
            self._moving = True
            self.view.crowd(len(self._nodes))
            self.scene.lift(self._nodes)
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
                self.document.select(frozenset((self._node,)))
            return
        self.update(at, keys)
        way, wire = self._way, self._wire
        project = self.document.project
        places = {}
        for id_ in self._nodes:
            x, y = position_of(project, id_)
            places[id_] = (round(x + way.x(), 2), round(y + way.y(), 2))
        self._put_down()
        if wire is None and way.isNull():
            return  # brought back to where it was
        if wire is None:
            self.view.commands.move(places)
        else:
            self.view.commands.move_into(self._node, places[self._node], wire)

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
            self._others = self._neighbours()
        x, y = way.x(), way.y()
        left, top, right, bottom = self._around
        box = (left + x, top + y, right + x, bottom + y)
        return snap(box, self._others, REACH / self.scene.ink.scale)

    def _neighbours(self) -> list[Box]:
        """The nodes in sight that stay where they are; none where there are too many to tell."""
        places = positions_of(self.document.shown)
        boxes = [body(places[id_]) for id_ in self._nodes]
        self._around = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        seen = self.view.mapToScene(self.view.viewport().rect()).boundingRect()
        near = self.scene.nodes_in(seen) - self._nodes
        return [body(places[id_]) for id_ in near] if len(near) <= _CROWD else []

    def _wire_below(self, way: QPointF) -> Wire | None:
        """The wire that the carried node could stand in: only a node without wires of its own."""
        project = self.document.project
        if not self._was_single:
            return None
        graph = project.graph
        if graph.into(self._node) or graph.out_of(self._node):
            return None
        x, y = position_of(project, self._node)
        middle = QPointF(x + way.x() + WIDTH / 2, y + way.y() + HEIGHT / 2)
        return insertion(self.view, self._node, middle)


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
