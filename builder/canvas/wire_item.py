"""Wires as painted: many to one item, by where they are, and a few live ones while they move."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.ink import BLOCKS, PLAIN, Ink
from builder.canvas.wire_labels import LABEL_GAP, Label, labels
from builder.canvas.wire_shape import WireShape
from builder.document.graph import Wire

_PAD = 12.0


class WireItem(QGraphicsRectItem):
    """All wires whose middles lie in one cell of the canvas; or those that move just now.

    `told` tells the labels that stand beside its wires; those on their way look after themselves.
    `marked` are the wires painted in the accent: selected, or a node is about to stand in them.
    """

    def __init__(self, ink: Ink, told: Callable[[], tuple[Label, ...]] | None = None) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._ink = ink
        self._told = told
        self._labels: tuple[Label, ...] | None = None
        self.shapes: dict[Wire, WireShape] = {}
        self.marked: frozenset[Wire] = frozenset()
        self._plain = QPainterPath()
        self._faulty = QPainterPath()
        self._lines: list[QLineF] = []
        self._faulty_lines: list[QLineF] = []

    def take(self, shapes: Mapping[Wire, WireShape]) -> None:
        self.shapes = dict(shapes)
        self.settle()

    def settle(self) -> None:
        """Gather the paths anew after `shapes` was changed."""
        self._plain, self._faulty = QPainterPath(), QPainterPath()
        self._lines, self._faulty_lines = [], []
        for shape in self.shapes.values():
            (self._faulty if shape.faulty else self._plain).addPath(shape.path)
            (self._faulty_lines if shape.faulty else self._lines).extend(shape.lines)
        self.setRect(self._bounds(self.shapes.values()))
        self._labels = None
        self.update()

    @property
    def labels(self) -> tuple[Label, ...]:
        """Where the shapes stand that its wires carry."""
        if self._told is not None:
            return self._told()
        if self._labels is None:
            metrics = self._ink.shape_metrics
            found = labels(
                self.shapes, metrics.horizontalAdvance, metrics.height(), lambda _: False
            )
            self._labels = tuple(found)
        return self._labels

    def _bounds(self, shapes: Iterable[WireShape]) -> QRectF:
        boxes = [shape.box for shape in shapes]
        if not boxes:
            return QRectF()
        widest = max((len(shape.label) for shape in self.shapes.values()), default=0)
        room = _PAD + LABEL_GAP + widest * 8.0
        left, top = min(box[0] for box in boxes) - room, min(box[1] for box in boxes) - _PAD
        right, bottom = max(box[2] for box in boxes) + room, max(box[3] for box in boxes) + _PAD
        return QRectF(left, top, right - left, bottom - top)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._ink
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if ink.scale < BLOCKS:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(ink.far_wire_pen)
            painter.drawLines(self._lines)
            if self._faulty_lines:
                painter.setPen(ink.far_error_pen)
                painter.drawLines(self._faulty_lines)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if ink.scale < PLAIN:
            self._paint_thin(painter)
            return
        exposed = option.exposedRect
        left, top = exposed.left() - _PAD, exposed.top() - _PAD
        right, bottom = exposed.right() + _PAD, exposed.bottom() + _PAD
        painter.setPen(ink.wire_pen)
        for shape in self.shapes.values():
            box = shape.box
            if box[0] < right and left < box[2] and box[1] < bottom and top < box[3]:
                if shape.faulty:
                    painter.setPen(ink.error_wire_pen)
                painter.drawPath(shape.path)
                if shape.faulty:
                    painter.setPen(ink.wire_pen)
        self._paint_marked(painter)
        self._paint_labels(painter)

    def _paint_thin(self, painter: QPainter) -> None:
        """All curves in one call, one pixel wide: what is left of 1.6 at such a scale."""
        if self._lines:
            painter.setPen(self._ink.far_wire_pen)
            painter.drawPath(self._plain)
        if self._faulty_lines:
            painter.setPen(self._ink.far_error_pen)
            painter.drawPath(self._faulty)
        self._paint_marked(painter)

    def _paint_marked(self, painter: QPainter) -> None:
        painter.setPen(self._ink.chosen_wire_pen)
        for wire in self.marked:
            if wire in self.shapes:
                painter.drawPath(self.shapes[wire].path)

    def _paint_labels(self, painter: QPainter) -> None:
        ink, told = self._ink, self.labels
        painter.setFont(ink.shape_font)
        painter.setPen(ink.secondary)
        for label in told:
            if label.covers:
                painter.fillRect(label.box, ink.canvas)
        for label in told:
            painter.drawText(label.box, Qt.AlignmentFlag.AlignCenter, label.text)
