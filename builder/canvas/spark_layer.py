"""All loss curves of a scene: kept while another level is shown, and put back with the nodes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from builder.canvas.ink import Ink
from builder.canvas.spark_item import SparkItem


class SparkLayer:
    """One card beside each Output node that has a curve. `nodes` are the painted ones, by id."""

    def __init__(self, scene: QGraphicsScene, ink: Ink) -> None:
        self._scene = scene
        self._ink = ink
        self._items: dict[str, SparkItem] = {}
        self._told: dict[str, tuple[Sequence[float], str]] = {}

    def show(
        self, node: str, nodes: Mapping[str, QGraphicsItem], losses: Sequence[float], text: str
    ) -> None:
        """Show a curve with the present value in words; without both, take the card away."""
        if losses or text:
            self._told[node] = (losses, text)
            self.restore(node, nodes)
            return
        self._told.pop(node, None)
        if node in self._items:
            self._scene.removeItem(self._items.pop(node))

    def restore(self, node: str, nodes: Mapping[str, QGraphicsItem]) -> None:
        """Show what was told of a node, if it is painted (again)."""
        if node not in self._told or node not in nodes:
            return
        if node not in self._items:
            self._items[node] = SparkItem(nodes[node], self._ink)
        self._items[node].plot(*self._told[node])

    def lose(self, node: str) -> None:
        """A node is no longer painted, and its card went with it."""
        self._items.pop(node, None)

    def clear(self) -> None:
        """Forget all curves: another project was opened, whose nodes may have the same ids."""
        for node in tuple(self._told):
            self.show(node, {}, (), "")

    def box(self, node: str) -> QRectF:
        """Where the card of a node is; nowhere for none."""
        return self._items[node].sceneBoundingRect() if node in self._items else QRectF()
