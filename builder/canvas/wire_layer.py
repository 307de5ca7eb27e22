"""All wires of a scene: how each one lies, and which item paints it."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import partial

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from builder.canvas.geometry import Box, overlap
from builder.canvas.ink import Ink
from builder.canvas.label_layer import Cell, LabelLayer
from builder.canvas.wire_item import WireItem
from builder.canvas.wire_labels import Blocked
from builder.canvas.wire_shape import WireShape
from builder.document.graph import Wire


class WireLayer:
    """Keeps every wire's shape, and one painted item for each cell of the canvas that has wires.

    Attributes:
        shapes: how every wire lies.
        items: the painted items by cell. Wires that are being carried are in none of them.
    """

    def __init__(self, scene: QGraphicsScene, ink: Ink, blocked: Blocked) -> None:
        self._scene = scene
        self._ink = ink
        self._labels = LabelLayer(ink, blocked, self._shapes_in)
        self.shapes: dict[Wire, WireShape] = {}
        self.items: dict[Cell, WireItem] = {}
        self._lifted: dict[Cell, WireItem] = {}
        self._reaching: dict[Wire, Box] = {}
        self._marked: frozenset[Wire] = frozenset()
        self._hidden: Wire | None = None
        self._visible = True

    def lay(self, fresh: Mapping[Wire, WireShape]) -> None:
        """Give wires a shape, new or other than before, and paint them where they lie now."""
        stale = [self.shapes[wire].cell for wire in fresh if wire in self.shapes]
        self._take(fresh)
        for wire, shape in fresh.items():
            if shape.route.reach is None:
                self._reaching.pop(wire, None)
            else:
                self._reaching[wire] = shape.route.reach
        self.shapes.update(fresh)
        self.put_back(fresh, stale)

    def drop(self, wires: Collection[Wire]) -> None:
        """Forget wires that are gone."""
        self.take_out(wires)
        for wire in wires:
            self.shapes.pop(wire, None)
            self._reaching.pop(wire, None)

    def take_out(self, wires: Iterable[Wire]) -> None:
        """Stop painting wires, keeping their shapes: something else paints them for now."""
        self._settle(self._take(wires))

    def lift_cells(self, wires: Set[Wire]) -> tuple[WireItem, ...]:
        """Give away the items that paint some of these wires and no other, to be carried."""
        cells = {self.shapes[wire].cell for wire in wires} & self.items.keys()
        whole = [cell for cell in cells if self.items[cell].shapes.keys() <= wires]
        self._lifted = {cell: self.items.pop(cell) for cell in whole}
        return tuple(self._lifted.values())

    def put_cells_back(self) -> None:
        """Take the items again that were lifted. Nothing was laid in the meantime."""
        for item in self._lifted.values():
            item.setVisible(self._visible)
        self.items |= self._lifted
        self._forget_labels(self._lifted)
        self._lifted = {}

    def put_back(self, wires: Iterable[Wire], stale: Iterable[Cell] = ()) -> None:
        """Paint wires again in the cells where they lie. `stale` cells have lost some."""
        cells = set(stale)
        for wire in wires:
            if wire == self._hidden:
                continue  # what Keras says of it meanwhile does not bring it back
            shape = self.shapes[wire]
            self._item(shape.cell).shapes[wire] = shape
            cells.add(shape.cell)
        self._settle(cells)

    def reached(self, boxes: Sequence[Box]) -> set[Wire]:
        """Long wires that may go another way, because nodes came or went where they pass."""
        if not boxes:
            return set()
        whole = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        near = {wire: reach for wire, reach in self._reaching.items() if overlap(reach, whole)}
        return {w for w, reach in near.items() if any(overlap(reach, box) for box in boxes)}

    def place_labels(self, boxes: Iterable[Box]) -> None:
        """Nodes, frames or notes came to or went from these boxes: labels nearby may stand
        elsewhere now."""
        areas = [QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1]) for box in boxes]
        self._forget_labels(
            cell
            for cell in self._labels.known & self.items.keys()
            if any(map(self.items[cell].rect().intersects, areas))
        )

    def _forget_labels(self, cells: Iterable[Cell]) -> None:
        """Labels in these cells may stand elsewhere now, and so may those that make room for them."""
        changed = tuple(cells)
        if changed:
            self._labels.forget(changed)
            for item in self.items.values():
                item.update()

    def _shapes_in(self, cell: Cell) -> Mapping[Wire, WireShape]:
        item = self.items.get(cell) or self._lifted.get(cell)
        return {} if item is None else item.shapes

    def at(self, point: QPointF, reach: float) -> Wire | None:
        """The nearest wire within `reach` of a point."""
        x, y = point.x(), point.y()
        best, least = None, reach
        for item in self.items.values():
            if not item.rect().adjusted(-reach, -reach, reach, reach).contains(point):
                continue
            for wire, shape in item.shapes.items():
                left, top, right, bottom = shape.box
                if left - reach <= x <= right + reach and top - reach <= y <= bottom + reach:
                    away = shape.distance(x, y)
                    if away <= least:
                        best, least = wire, away
        return best

    def crossed(self, start: QPointF, end: QPointF) -> frozenset[Wire]:
        """The wires that a straight line crosses."""
        line = QLineF(start, end)
        left, right = sorted((start.x(), end.x()))
        top, bottom = sorted((start.y(), end.y()))
        found = set()
        for item in self.items.values():
            for wire, shape in item.shapes.items():
                box = shape.box
                near = box[0] <= right and left <= box[2]
                near = near and box[1] <= bottom and top <= box[3]
                if near and shape.crosses(line):
                    found.add(wire)
        return frozenset(found)

    def mark(self, wires: frozenset[Wire]) -> None:
        """Paint these wires in the accent."""
        if wires == self._marked:
            return
        touched = {self.shapes[w].cell for w in wires ^ self._marked if w in self.shapes}
        self._marked = wires
        for item in self.items.values():
            item.marked = wires
        for cell in touched & self.items.keys():
            self.items[cell].update()

    def hide(self, wire: Wire | None) -> None:
        """Leave one wire unpainted while it hangs on the mouse."""
        hidden, self._hidden = self._hidden, wire
        if hidden is not None and hidden in self.shapes:
            self.put_back((hidden,))
        if wire is not None:
            self.take_out((wire,))

    def set_visible(self, visible: bool) -> None:
        self._visible = visible
        for item in self.items.values():
            item.setVisible(visible)

    def _item(self, cell: Cell) -> WireItem:
        item = self.items.get(cell)
        if item is None:
            item = self.items[cell] = WireItem(self._ink, partial(self._labels.of, cell))
            item.marked = self._marked
            item.setVisible(self._visible)
            self._scene.addItem(item)
        return item

    def _take(self, wires: Iterable[Wire]) -> set[Cell]:
        cells = set()
        for wire in wires:
            shape = self.shapes.get(wire)
            item = self.items.get(shape.cell) if shape else None
            if shape is not None and item is not None and wire in item.shapes:
                del item.shapes[wire]
                cells.add(shape.cell)
        return cells

    def _settle(self, cells: Iterable[Cell]) -> None:
        changed = set(cells)
        for cell in changed:
            item = self.items.get(cell)
            if item is None:
                continue
            if item.shapes:
                item.settle()
            else:
                self._scene.removeItem(self.items.pop(cell))
        self._forget_labels(changed)
