"""The painted things of a network, and what is where among them."""

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from builder.canvas.document import Document
from builder.canvas.geometry import HEIGHT, WIDTH, Box
from builder.canvas.ink import Ink
from builder.canvas.mark_layer import MarkLayer
from builder.canvas.node_item import NodeItem
from builder.canvas.routing import Obstacles
from builder.canvas.spark_layer import SparkLayer
from builder.canvas.wire_layer import WireLayer
from builder.catalog.spec import Catalog


class ItemScene(QGraphicsScene):
    """Holds what is painted of a document's project; it changes nothing by itself.

    Attributes:
        document, catalog: what is shown, and what says how.
        base: the catalogue without layers of a project's own.
        ink: pens and fonts, and the scale of the view.
        nodes: the painted nodes by id, in the project's order.
        wires: the painted wires.
        marks: the painted frames and notes.
        overlays: items that are no part of the network, and so of no picture of it.
    """

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self.document = document
        self.base = catalog
        self.ink = Ink()
        self.nodes: dict[str, NodeItem] = {}
        self._obstacles = Obstacles()
        self.wires = WireLayer(self, self.ink, self._is_taken)
        self.overlays: list[QGraphicsItem] = []
        self.marks = MarkLayer(self, document, self.ink, self.wires.place_labels)
        self._sparks = SparkLayer(self, self.ink)

    @property
    def catalog(self) -> Catalog:
        """All layers that the open project can have."""
        return self.document.including(self.base)

    def _is_taken(self, box: Box) -> bool:
        """Whether a node, or the words of a frame or note, stand where a label would."""
        return bool(self._obstacles.nodes(box)) or self.marks.says(box)

    def box(self, nodes: Collection[str] | None = None, marks: Collection[str] = ()) -> QRectF:
        """The rectangle around these (all there is by default) with what is docked to them."""
        result = QRectF()
        for id_ in self.nodes if nodes is None else nodes:
            place = self.nodes[id_].scenePos()
            result = result.united(QRectF(place.x(), place.y(), WIDTH, HEIGHT))
            result = result.united(self._sparks.box(id_))
        return result.united(self.marks.box(None if nodes is None else marks))

    def nodes_in(self, rect: QRectF) -> frozenset[str]:
        """The nodes that a rectangle touches."""
        box = (rect.left(), rect.top(), rect.right(), rect.bottom())
        return frozenset(self._obstacles.nodes(box))

    def nodes_near(self, point: QPointF, reach: float = 0.1) -> list[str]:
        """The nodes whose bodies are within `reach` of a point, the topmost first."""
        near = self.nodes_in(QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach))
        if len(near) < 2:
            return list(near)
        return [id_ for id_ in reversed(self.nodes) if id_ in near]

    def snapshot(self) -> dict[str, Any]:
        """All that is shown, as plain values: two scenes look alike when these are equal."""
        nodes = {
            id_: (item.at, item.texts, item.face, item.slots, item.severity, item.chosen, item.tied)
            for id_, item in self.nodes.items()
        }
        wires = {
            wire: (shape.route.points, shape.label, shape.faulty, cell)
            for cell, item in self.wires.items.items()
            for wire, shape in item.shapes.items()
        }
        return {"nodes": nodes, "wires": wires, "marks": self.marks.snapshot()}
