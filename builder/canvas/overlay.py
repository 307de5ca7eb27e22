"""What lies over the network while a gesture lasts: a loose wire, a selection frame, port names."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QGraphicsPathItem,
    QGraphicsRectItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from builder.canvas.geometry import Slot
from builder.canvas.ink import PLAIN, Ink, pen
from builder.canvas.node_item import NodeItem
from builder.canvas.scene import GraphScene
from builder.canvas.theme import colour
from builder.canvas.wire_shape import path_of

_NAME_HEIGHT = 17.0
_NAME_GAP = 7.0


class LooseWire(QGraphicsPathItem):
    """A wire that hangs on the mouse: grey on its way, green or red over a target."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.setZValue(3)

    def show_between(self, start: QPointF, end: QPointF, direction: str, good: bool | None) -> None:
        """`start` is where the tensor comes from, whichever end hangs on the mouse."""
        theme = self._ink.theme
        ink = {None: theme.accent, True: theme.ok, False: theme.error}[good]
        self.setPen(pen(ink, 2.2))
        ends = ((start.x(), start.y()), (end.x(), end.y()))
        self.setPath(path_of(ends, direction))


class SelectionFrame(QGraphicsRectItem):
    """The rubber band."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        edge = pen(ink.theme.accent, 0.0)
        self.setPen(edge)
        self.setBrush(colour(ink.theme.accent, 28))
        self.setZValue(4)


class PortNames(QGraphicsRectItem):
    """The names of a node's ports, above its inputs and below its outputs."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._names: list[tuple[QRectF, str]] = []
        self._aimed = ""
        self.setZValue(5)

    def show_for(
        self, item: NodeItem | None, direction: str, always: bool = False, aimed: str = ""
    ) -> None:
        """Name the ports of a node that has several, or of any one when `always`.

        The one that a wire is `aimed` at stands out.
        """
        slots = item.slots if item else None
        self._aimed = aimed
        self._names = []
        if item is not None and slots is not None:
            self.setPos(item.scenePos())
            for group, far in ((slots.inputs, False), (slots.outputs, True)):
                named = {slot.port: slot for slot in group}
                if len(named) > 1 or always:
                    self._names += self._boxes(list(named.values()), far, direction)
        rect = QRectF()
        for box, _ in self._names:
            rect = rect.united(box)
        self.setRect(rect.adjusted(-2, -2, 2, 2) if self._names else rect)
        self.update()

    def _boxes(self, slots: list[Slot], far: bool, direction: str) -> list[tuple[QRectF, str]]:
        metrics = self._ink.text_metrics
        boxes: list[tuple[QRectF, str]] = []
        for slot in slots:
            width = metrics.horizontalAdvance(slot.port) + 12
            if direction == "down":
                y = slot.y + _NAME_GAP if far else slot.y - _NAME_GAP - _NAME_HEIGHT
                box = QRectF(slot.x - width / 2, y, width, _NAME_HEIGHT)
            else:
                x = slot.x + _NAME_GAP if far else slot.x - _NAME_GAP - width
                box = QRectF(x, slot.y - _NAME_HEIGHT / 2, width, _NAME_HEIGHT)
            boxes.append((_clear(box, [other for other, _ in boxes], far, direction), slot.port))
        return boxes

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._ink
        if ink.scale < PLAIN:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ink.text_font)
        for box, name in self._names:
            painter.setPen(Qt.PenStyle.NoPen)
            aimed = name == self._aimed
            painter.setBrush(QColor(ink.theme.accent if aimed else ink.theme.text))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(ink.theme.on_accent if aimed else ink.theme.panel))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


def _clear(box: QRectF, others: list[QRectF], far: bool, direction: str) -> QRectF:
    """A name's box, moved away from the node until it covers none of the others."""
    away = 1.0 if far else -1.0
    step = (0.0, away * (_NAME_HEIGHT + 2)) if direction == "down" else (away * 24.0, 0.0)
    while any(box.intersects(other) for other in others):
        box = box.translated(*step)
    return box


class Overlay:
    """The overlay items of one scene; each is made when it is first needed and hidden after."""

    def __init__(self, scene: GraphScene, ink: Ink) -> None:
        self._scene = scene
        self._ink = ink
        self.names = PortNames(ink)
        scene.addItem(self.names)
        scene.overlays.append(self.names)
        self._wire: LooseWire | None = None
        self._frame: SelectionFrame | None = None
        self._guides: QGraphicsPathItem | None = None

    def show_wire(self, start: QPointF, end: QPointF, direction: str, good: bool | None) -> None:
        if self._wire is None:
            self._wire = LooseWire(self._ink)
            self._scene.addItem(self._wire)
        self._wire.show_between(start, end, direction, good)

    def hide_wire(self) -> None:
        if self._wire is not None:
            self._scene.removeItem(self._wire)
            self._wire = None

    def show_frame(self, rect: QRectF) -> None:
        if self._frame is None:
            self._frame = SelectionFrame(self._ink)
            self._scene.addItem(self._frame)
        self._frame.setRect(rect)

    def show_guides(self, lines: Sequence[tuple[float, float, float, float]]) -> None:
        """Show along which lines things stand in line; no lines hides them."""
        if self._guides is not None and not lines:
            self._scene.removeItem(self._guides)
            self._guides = None
        if not lines:
            return
        if self._guides is None:
            self._guides = QGraphicsPathItem()
            self._guides.setPen(pen(self._ink.theme.accent, 0.0))
            self._guides.setZValue(4)
            self._scene.addItem(self._guides)
        path = QPainterPath()
        for x1, y1, x2, y2 in lines:
            path.moveTo(x1, y1)
            path.lineTo(x2, y2)
        self._guides.setPath(path)

    @property
    def has_wire(self) -> bool:
        return self._wire is not None

    @property
    def has_guides(self) -> bool:
        return self._guides is not None

    def hide_frame(self) -> None:
        if self._frame is not None:
            self._scene.removeItem(self._frame)
            self._frame = None
