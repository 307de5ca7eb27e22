"""The ring around the node that the keyboard is on: dotted, so that it is no matter of colour."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.geometry import HEIGHT, RADIUS, WIDTH
from builder.canvas.ink import pen
from builder.canvas.scene import GraphScene

_GAP = 5.5


class FocusRing(QGraphicsRectItem):
    """Stands around one node, besides the ring that says a node is selected."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__()
        self._graph_scene = scene
        self.setZValue(4)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()
        scene.addItem(self)
        scene.overlays.append(self)

    def stand_around(self, node: str | None) -> None:
        """Show the ring around a node; around none it is hidden."""
        known = node is not None and node in self._graph_scene.nodes
        if known and node is not None:
            item = self._graph_scene.nodes[node]
            at, depth = item.scenePos(), item.depth
            body = QRectF(at.x(), at.y(), WIDTH + depth, HEIGHT + depth)
            self.setRect(body.adjusted(-_GAP, -_GAP, _GAP, _GAP))
        self.setVisible(known)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._graph_scene.ink
        dots = pen(ink.theme.text, 1.5)
        dots.setStyle(Qt.PenStyle.DotLine)
        dots.setCosmetic(True)
        painter.setPen(dots)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect(), RADIUS + _GAP, RADIUS + _GAP)
