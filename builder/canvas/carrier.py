"""Nodes, frames and notes on their way: while the mouse carries them, one item moves for all."""

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene

from builder.canvas.ink import Ink
from builder.canvas.mark_items import MarkItem
from builder.canvas.node_item import NodeItem
from builder.canvas.overview_item import OverviewItem
from builder.canvas.tiled_picture import TiledPicture
from builder.canvas.wire_item import WireItem
from builder.canvas.wire_layer import WireLayer
from builder.canvas.wire_shape import WireShape
from builder.document.graph import Graph, Wire

StretchedShape = Callable[[Wire], WireShape]

MANY = 50
"""From here on what is carried is shown as a picture, and the view repaints all at once."""

_FADED = 0.6
_OVER, _UNDER = 2.0, -3.0


class Carrier:
    """Takes things off the canvas with their wires, moves them, and puts them back.

    Wires between carried nodes move along as they are; wires to the rest stretch.
    """

    def __init__(
        self, scene: QGraphicsScene, wires: WireLayer, ink: Ink, stretched: StretchedShape
    ) -> None:
        self._scene = scene
        self._wires = wires
        self._stretched = stretched
        self._ink = ink
        self._loads: tuple[_Load, ...] = ()
        self.nodes: Mapping[str, NodeItem] = {}
        self._lines: tuple[WireItem, ...] = ()
        self._overview: OverviewItem | None = None
        self._along = WireItem(ink)
        self._between = WireItem(ink)
        self._between.setZValue(0.5)
        self._moving: frozenset[Wire] = frozenset()
        scene.addItem(self._along)
        scene.addItem(self._between)

    @property
    def is_empty(self) -> bool:
        return not self._loads

    def lift(
        self, items: Mapping[str, NodeItem], marks: Collection[MarkItem], graph: Graph, far: bool
    ) -> None:
        self.put_down()
        moving = {w for id_ in items for w in (*graph.into(id_), *graph.out_of(id_))}
        along = {w for w in moving if w.source.node in items and w.target.node in items}
        many = len(items) + len(marks) > MANY
        whole = self._wires.lift_cells(along) if many else ()
        for cell in whole:
            moving -= cell.shapes.keys()
        shapes = {wire: self._wires.shapes[wire] for wire in moving}
        self._wires.take_out(moving)
        self._moving = frozenset(moving)
        self._along.take({wire: shape for wire, shape in shapes.items() if wire in along})
        self._between.take({wire: shape for wire, shape in shapes.items() if wire not in along})
        self._lines = (self._along, *whole)
        self._loads = (
            _Load(self._scene, (*self._lines, *items.values()), _OVER, many),
            _Load(self._scene, tuple(marks), _UNDER, many),
        )
        self.nodes = dict(items)
        self.set_far(far)

    def set_far(self, far: bool) -> None:
        """Show carried nodes as the overview does, or as they are."""
        if not self._loads:
            return
        if far and self._overview is None:
            self._overview = OverviewItem(self._ink)
            self._overview.setParentItem(self._loads[0].handle)
            self._overview.survey(self.nodes.values(), self._lines)
        if self._overview is not None:
            self._overview.setVisible(far)
        self._loads[0].show_picture(not far)

    def carry(self, dx: float, dy: float) -> None:
        """Show what is carried that far from where it was lifted."""
        for load in self._loads:
            load.handle.setPos(dx, dy)
        if self._between.shapes:
            self._between.take({wire: self._stretched(wire) for wire in self._between.shapes})

    def fade(self, faded: bool) -> None:
        """Let what is underneath shine through, because it matters just now."""
        for load in self._loads:
            load.handle.setOpacity(_FADED if faded else 1.0)

    def put_down(self) -> None:
        """Put everything back to where it was lifted."""
        if not self._loads:
            return
        for load in self._loads:
            load.put_down()
        self._loads, self.nodes, self._lines, self._overview = (), {}, (), None
        self._wires.put_cells_back()
        self._along.take({})
        self._between.take({})
        self._wires.put_back(wire for wire in self._moving if wire in self._wires.shapes)
        self._moving = frozenset()


class _Load:
    """Items below one handle. Many are shown as a picture that is moved instead of them."""

    def __init__(
        self, scene: QGraphicsScene, items: Sequence[QGraphicsItem], z: float, many: bool
    ) -> None:
        self._scene = scene
        self._items = items
        self._picture: TiledPicture | None = None
        self.handle = QGraphicsRectItem()
        self.handle.setZValue(z)
        scene.addItem(self.handle)
        if not many:
            for item in items:
                item.setParentItem(self.handle)
            return
        out_of_sight = QGraphicsRectItem(self.handle)
        out_of_sight.setOpacity(0.0)
        # What has a card docked to it, which shows the progress of a training, stays alive.
        still = [item for item in items if not item.childItems()]
        self._picture = TiledPicture(still)
        self._picture.setParentItem(self.handle)
        for item in items:
            item.setParentItem(self.handle if item.childItems() else out_of_sight)

    def show_picture(self, shown: bool) -> None:
        if self._picture is not None:
            self._picture.setVisible(shown)

    def put_down(self) -> None:
        for item in self._items:
            # Only taken off its parent, an item would be Python's and the scene's to delete.
            self._scene.removeItem(item)
            self._scene.addItem(item)
        self._scene.removeItem(self.handle)
