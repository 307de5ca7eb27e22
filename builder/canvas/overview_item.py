"""The whole network as one item, for a view so far out that nodes are mere specks."""

from collections import defaultdict
from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.geometry import HEIGHT, WIDTH, around, body
from builder.canvas.ink import Ink
from builder.canvas.node_item import NodeItem
from builder.canvas.wire_item import WireItem


class OverviewItem(QGraphicsRectItem):
    """Paints every node and wire in a few calls. Shown instead of all other items."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._lines: list[QLineF] = []
        self._nodes: dict[str, list[QRectF]] = {}
        self._chosen: list[QRectF] = []
        self._severe: dict[str, list[QRectF]] = {}
        self.setVisible(False)

    def survey(self, nodes: Iterable[NodeItem], wires: Iterable[WireItem]) -> None:
        """Take up where everything stands now."""
        by_category: dict[str, list[QRectF]] = defaultdict(list)
        severe: dict[str, list[QRectF]] = defaultdict(list)
        chosen, boxes = [], []
        for item in nodes:
            x, y = item.at
            boxes.append(body((x, y)))
            rect = QRectF(x, y, WIDTH, HEIGHT)
            by_category[item.category].append(rect)
            if item.severity:
                severe[item.severity].append(rect.adjusted(-8, -8, 8, 8))
            if item.chosen:
                chosen.append(rect.adjusted(-12, -12, 12, 12))
        self._nodes, self._severe, self._chosen = dict(by_category), dict(severe), chosen
        self._lines = []
        left, top, right, bottom = around(boxes) if boxes else (0.0, 0.0, 0.0, 0.0)
        bounds = QRectF(left, top, right - left, bottom - top)
        for wire_item in wires:
            bounds = bounds.united(wire_item.rect())
            for shape in wire_item.shapes.values():
                self._lines += shape.lines
        self.setRect(bounds.adjusted(-20, -20, 20, 20))
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._ink
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(ink.far_wire_pen)
        painter.drawLines(self._lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for severity, rects in self._severe.items():
            painter.setBrush(ink.severity_brushes[severity])
            painter.drawRects(rects)
        painter.setBrush(ink.accent)
        painter.drawRects(self._chosen)
        for category, rects in self._nodes.items():
            painter.setBrush(ink.category(category))
            painter.drawRects(rects)
