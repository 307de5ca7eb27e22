"""Nodes on their way: while the mouse carries them, one item moves instead of a thousand."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene

from builder.canvas.ink import Ink
from builder.canvas.node_item import NodeItem
from builder.canvas.wire_item import WireItem
from builder.canvas.wire_layer import WireLayer
from builder.canvas.wire_shape import WireShape
from builder.document.graph import Graph, Wire

StretchedShape = Callable[[Wire], WireShape]


_FADED = 0.6


class Carrier:
    """Takes nodes off the canvas with their wires, moves them, and puts them back.

    Wires between carried nodes move along as they are; wires to the rest stretch.
    """

    def __init__(
        self, scene: QGraphicsScene, wires: WireLayer, ink: Ink, stretched: StretchedShape
    ) -> None:
        self._scene = scene
        self._wires = wires
        self._stretched = stretched
        self._handle: QGraphicsRectItem | None = None
        self._items: tuple[NodeItem, ...] = ()
        self._along = WireItem(ink)
        self._between = WireItem(ink)
        self._between.setZValue(0.5)
        self._moving: frozenset[Wire] = frozenset()
        scene.addItem(self._along)
        scene.addItem(self._between)

    def lift(self, items: Mapping[str, NodeItem], graph: Graph) -> None:
        self.put_down()
        self._items = tuple(items.values())
        self._moving = frozenset(w for n in items for w in (*graph.into(n), *graph.out_of(n)))
        along: dict[Wire, WireShape] = {}
        between: dict[Wire, WireShape] = {}
        for wire in self._moving:
            both = wire.source.node in items and wire.target.node in items
            (along if both else between)[wire] = self._wires.shapes[wire]
        self._wires.take_out(self._moving)
        self._handle = QGraphicsRectItem()
        self._handle.setZValue(2)
        self._scene.addItem(self._handle)
        self._along.setParentItem(self._handle)
        for item in self._items:
            item.setParentItem(self._handle)
        self._along.setZValue(-1)
        self._along.take(along)
        self._between.take(between)

    def carry(self, dx: float, dy: float) -> None:
        """Show the carried nodes that far from where they were lifted."""
        if self._handle is not None:
            self._handle.setPos(dx, dy)
            if self._between.shapes:
                self._between.take({wire: self._stretched(wire) for wire in self._between.shapes})

    def fade(self, faded: bool) -> None:
        """Let what is underneath shine through, because it matters just now."""
        if self._handle is not None:
            self._handle.setOpacity(_FADED if faded else 1.0)

    def put_down(self) -> None:
        """Put everything back to where it was lifted."""
        if self._handle is None:
            return
        for item in self._items:
            item.setParentItem(None)  # type: ignore[arg-type]  # Qt: no parent
        self._along.setParentItem(None)  # type: ignore[arg-type]  # Qt: no parent
        self._along.setZValue(0)
        self._along.take({})
        self._between.take({})
        self._scene.removeItem(self._handle)
        self._handle, self._items = None, ()
        self._wires.put_back(wire for wire in self._moving if wire in self._wires.shapes)
        self._moving = frozenset()
