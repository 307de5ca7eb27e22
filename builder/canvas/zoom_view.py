"""A view that pans and zooms: where it looks is nobody's business but its own."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from builder.canvas.carrier import MANY
from builder.canvas.geometry import positions_of
from builder.canvas.grid import Grid
from builder.canvas.scene import GraphScene
from builder.canvas.theme import theme_changed

SMALLEST, LARGEST = 0.05, 3.0
_EDGE = 24
_READABLE = 0.6
_START = 0.8
_FAR = 20_000_000.0  # at 300 % still well inside what a scroll bar can count


class ZoomView(QGraphicsView):
    """Shows a scene on a dotted ground, at 5 to 300 %.

    Attributes:
        graph_scene: the scene, by its own type.
        wheel_pans: the mouse wheel moves the view instead of zooming it.

    Signals:
        scale_changed(scale): 1.0 is 100 %.
        looked_elsewhere(): the view was panned or zoomed.
    """

    scale_changed = Signal(float)
    looked_elsewhere = Signal()

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self.graph_scene = scene
        self.wheel_pans = False
        self._grid = Grid()
        # One that Python knows: to find out what Qt's own is, PySide makes the enums of all widgets.
        self.setViewport(QWidget())
        self._prepare()
        theme_changed.connect(self._repaint)

    def _prepare(self) -> None:
        flags = QGraphicsView.OptimizationFlag
        self.setOptimizationFlags(flags.DontSavePainterState | flags.DontAdjustForAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSceneRect(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.centerOn(0, 0)

    # --- where the view looks

    @property
    def scale_factor(self) -> float:
        return self.transform().m11()

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom, keeping the point `at` (in the viewport; its middle by default) where it is."""
        pivot = QPointF(self.viewport().rect().center()) if at is None else at
        scale = min(LARGEST, max(SMALLEST, scale))
        if abs(scale - self.scale_factor) < 1e-6:
            return
        fixed = self.mapToScene(pivot.toPoint())
        self.resetTransform()
        self.scale(scale, scale)
        moved = QPointF(self.mapFromScene(fixed)) - pivot
        self.pan(-moved.toPoint())
        self._scaled()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        self.zoom_to(self.scale_factor * factor, at)

    def pan(self, way: QPoint) -> None:
        """Move what is seen by so many pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - way.x())
        down.setValue(down.value() - way.y())
        self.looked_elsewhere.emit()

    def fit(self, nodes: Collection[str] | None = None, marks: Collection[str] = ()) -> None:
        """Show all there is, or the given things, as large as they fit, up to 100 %."""
        box = self.graph_scene.box(nodes, marks)
        if box.isNull():
            self.zoom_to(1.0)
            self.centerOn(0, 0)
            return
        room = self.viewport().rect().adjusted(0, 0, -2 * _EDGE, -2 * _EDGE)
        across, down = max(room.width(), 50) / box.width(), max(room.height(), 50) / box.height()
        scale = min(1.0, across, down)
        self.zoom_to(scale)
        ids = tuple(self.graph_scene.nodes if nodes is None else nodes)
        fits = scale >= SMALLEST or not ids
        self.centerOn(box.center() if fits else self._crowd_of(ids))

    def _crowd_of(self, nodes: Collection[str]) -> QPointF:
        """Where most nodes stand: the middle of them all may be far from each."""
        places = [self.graph_scene.box((id_,)).center() for id_ in nodes]
        across, down = sorted(p.x() for p in places), sorted(p.y() for p in places)
        middle = len(places) // 2
        return QPointF(across[middle], down[middle])

    def show_start(self) -> None:
        """Show all nodes if they can be read then; else the first ones, where reading begins."""
        self.fit()
        places = positions_of(self.graph_scene.document.shown)
        if not places or self.scale_factor >= _READABLE:
            return
        self.zoom_to(_START)
        down = self.graph_scene.document.project.layout.direction == "down"
        first = min(places, key=lambda id_: places[id_][1 if down else 0])
        self.centre_on(first)
        edge = self.mapFromScene(self.graph_scene.box((first,)).topLeft())
        self.pan(QPoint(0, _EDGE - edge.y()) if down else QPoint(_EDGE - edge.x(), 0))

    def centre_on(self, node: str) -> None:
        """Bring a node to the middle, close enough to be read."""
        if node in self.graph_scene.nodes:
            self._centre(self.graph_scene.box((node,)))

    def centre_on_mark(self, mark: str) -> None:
        """Bring a frame's title or a note to the middle, close enough to be read."""
        if mark in self.graph_scene.marks.items:
            self._centre(self.graph_scene.marks.items[mark].handle)

    def _centre(self, box: QRectF) -> None:
        if self.scale_factor < _READABLE:
            self.zoom_to(1.0)
        self.centerOn(box.center())

    def reveal(self, node: str) -> None:
        """Move the view just so far that a node is in it."""
        if node in self.graph_scene.nodes:
            self.ensureVisible(self.graph_scene.box((node,)), 30, 30)

    def crowd(self, moving: int) -> None:
        """Many items are about to move, or none any more: repaint all at once while they do."""
        modes = QGraphicsView.ViewportUpdateMode
        many = moving > MANY
        self.setViewportUpdateMode(
            modes.FullViewportUpdate if many else modes.MinimalViewportUpdate
        )

    # --- wheel, trackpad

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        pixels, angle = event.pixelDelta(), event.angleDelta()
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        from_pad = event.phase() != Qt.ScrollPhase.NoScrollPhase
        if not zooms and (from_pad or self.wheel_pans):
            self.pan(pixels if not pixels.isNull() else QPoint(angle.x() // 2, angle.y() // 2))
            return
        self.zoom_by(1.0015 ** angle.y(), event.position())

    def viewportEvent(self, event: QEvent) -> bool:
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(1 + event.value(), event.position())
            return True
        return super().viewportEvent(event)

    # --- painting

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._grid.paint(painter, QRectF(rect), self.scale_factor, self.devicePixelRatioF())

    def _scaled(self) -> None:
        self.graph_scene.set_scale(self.scale_factor)
        self.scale_changed.emit(self.scale_factor)
        self.looked_elsewhere.emit()
        self.viewport().update()

    def _repaint(self) -> None:
        self._grid = Grid()
        self.viewport().update()
