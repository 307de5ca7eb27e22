"""The minimap: the whole network in a corner of the canvas, and what part of it is in sight."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from builder.canvas.geometry import HEIGHT, WIDTH, positions_of
from builder.canvas.ink import pen
from builder.canvas.mark_items import MarkItem
from builder.canvas.theme import colour, current_theme, theme_changed
from builder.document.project import Point

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

SIZE = QSize(132, 104)
_LEAST_HEIGHT = 260
_CORNER = 12
_PAD = 8.0
_ROUND = 6.0
_MANY = 1000


class Minimap(QWidget):
    """Paints the nodes in their categories' colours, behind them frames and notes.

    A click or a drag moves the view there.

    It stands there while it is wanted and something is out of sight. The picture of the nodes is
    kept, so that panning repaints a frame only. It is the view's child, not the viewport's, for
    what is in the viewport moves along when that scrolls.
    """

    def __init__(self, view: "CanvasView") -> None:
        super().__init__(view)
        self._view = view
        self._wanted = True
        self._picture: QPixmap | None = None
        self._bounds = QRectF()
        self._places: Mapping[str, Point] = {}
        self.setFixedSize(SIZE)
        self.setAccessibleName("Minimap")
        self.setToolTip("Click or drag to move the view. Alt+M hides the map.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.installEventFilter(self)
        # Edits may come in a row, and a large network takes some milliseconds to draw.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._renew)
        view.document.changed.connect(self.renew)
        view.document.level_changed.connect(self.renew)
        theme_changed.connect(self.renew)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self._look)
        view.scale_changed.connect(self._look)
        self._renew()

    @property
    def wanted(self) -> bool:
        return self._wanted

    def want(self, wanted: bool) -> None:
        """Show the map whenever there is something that it can tell, or never."""
        self._wanted = wanted
        self._look()

    def renew(self) -> None:
        """There are other nodes, or they stand elsewhere: draw them anew in a moment."""
        self._timer.start(0)

    def _renew(self) -> None:
        self._picture = None
        self._places = positions_of(self._view.document.shown)
        self._bounds = self._view.graph_scene.marks.box().united(_around(self._places.values()))
        self._look()

    # --- what is where

    def place(self, at: QPointF) -> QPointF:
        """The point of the scene that a point of the map stands for."""
        scale, corner = self._scale()
        return self._bounds.topLeft() + (at - corner) / scale

    def spot(self, at: QPointF) -> QPointF:
        """Where a point of the scene is on the map."""
        scale, corner = self._scale()
        return corner + (at - self._bounds.topLeft()) * scale

    def _scale(self) -> tuple[float, QPointF]:
        room = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        across = room.width() / max(1.0, self._bounds.width())
        scale = min(across, room.height() / max(1.0, self._bounds.height()))
        left = (self.width() - self._bounds.width() * scale) / 2
        return scale, QPointF(left, (self.height() - self._bounds.height() * scale) / 2)

    def _seen(self) -> QRectF:
        view = self._view
        return view.mapToScene(view.viewport().rect()).boundingRect()

    def _look(self) -> None:
        """The view looks elsewhere, or there are other nodes: is the map of any use now?"""
        useful = not self._bounds.isNull() and not self._seen().contains(self._bounds)
        self.setVisible(self._wanted and useful and self._roomy())
        self.update()

    def _roomy(self) -> bool:
        """Whether the canvas is so large that a map in its corner hides little of it."""
        room = self._view.viewport()
        return room.width() >= 3 * SIZE.width() and room.height() >= _LEAST_HEIGHT

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  # Qt's signature
        theme = current_theme()
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.line, 1.0))
        painter.setBrush(colour(theme.panel, 235))
        painter.drawRoundedRect(card, _ROUND, _ROUND)
        painter.drawPixmap(0, 0, self._picture)
        seen = self._seen()
        frame = QRectF(self.spot(seen.topLeft()), self.spot(seen.bottomRight()))
        frame = frame.intersected(card.adjusted(1.5, 1.5, -1.5, -1.5))
        if not frame.isEmpty():
            painter.setPen(pen(theme.accent, 1.4))
            painter.setBrush(colour(theme.accent, 26))
            painter.drawRoundedRect(frame, 2, 2)
        painter.end()

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        scene = self._view.graph_scene
        scale, corner = self._scale()
        width, height = max(2.0, WIDTH * scale), max(1.6, HEIGHT * scale)
        painter = QPainter(picture)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(scene.nodes) < _MANY)
        for item in scene.marks.items.values():
            self._draw_mark(painter, item, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        by_category: dict[str, list[QRectF]] = defaultdict(list)
        left = corner.x() - self._bounds.left() * scale
        top = corner.y() - self._bounds.top() * scale
        for id_, node in scene.nodes.items():
            x, y = self._places.get(id_, node.at)
            box = QRectF(left + x * scale, top + y * scale, width, height)
            by_category[node.category].append(box)
        for category, boxes in by_category.items():
            painter.setBrush(scene.ink.category(category))
            painter.drawRects(boxes)
        painter.end()
        return picture

    def _draw_mark(self, painter: QPainter, item: MarkItem, scale: float) -> None:
        tint, box = item.tint, item.box
        edge = pen(tint, 1.0)
        edge.setColor(colour(tint, 150))
        painter.setPen(edge)
        painter.setBrush(colour(tint, 45 if item.is_frame else 110))
        size = QSizeF(max(3.0, box.width() * scale), max(3.0, box.height() * scale))
        painter.drawRect(QRectF(self.spot(box.topLeft()), size))

    # --- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._look()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # no quick-add below the map

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()  # nor zooming at a place that the map hides

    def _go(self, at: QPointF) -> None:
        self._view.centerOn(self.place(at))
        self.show()  # until the button is released, whatever is in sight

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            room = self._view.size()
            self.move(
                room.width() - SIZE.width() - _CORNER, room.height() - SIZE.height() - _CORNER
            )
            self._look()
        return False


def _around(places: Collection[Point]) -> QRectF:
    """The rectangle around nodes at these places."""
    if not places:
        return QRectF()
    left, top = min(x for x, _ in places), min(y for _, y in places)
    right, bottom = max(x for x, _ in places) + WIDTH, max(y for _, y in places) + HEIGHT
    return QRectF(left, top, right - left, bottom - top)
