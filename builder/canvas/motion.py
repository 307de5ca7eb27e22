"""Motion that shows where something went: nodes on their way after Tidy or to make room for one
that is put between them, the view on its way to fit.

It is seen and nothing else: document and scene hold the new places from the beginning, and ghosts
travel to them. There is none where the system asks for less motion, nor without a screen.
"""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsRectItem,
    QStyle,
    QStyleOptionGraphicsItem,
    QWidget,
)

from builder.canvas.geometry import HEIGHT, RADIUS, WIDTH
from builder.canvas.ink import Ink, pen
from builder.canvas.theme import colour
from builder.document.project import Point

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

MILLISECONDS = 140
_CROWD = 400
_INPUT = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.NativeGesture,
    QEvent.Type.DragEnter,
)

Look = tuple[float, QPointF]
Done = TypeVar("Done")


class Motion(QObject):
    """Runs at most one motion of a view at a time; any input ends it at its goal.

    Attributes:
        enabled: whether there is any motion.
    """

    def __init__(self, view: "CanvasView") -> None:
        super().__init__(view)
        self._view = view
        self.enabled = wants_motion(view)
        self._ghosts: Ghosts | None = None
        self._goal: Look | None = None
        self._start: Look | None = None
        self._clock = QVariantAnimation(self)
        self._clock.setDuration(MILLISECONDS)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock.valueChanged.connect(self._step)
        self._clock.finished.connect(self._arrive)
        view.viewport().installEventFilter(self)
        view.document.changed.connect(self.end)
        view.document.level_changed.connect(self.end)

    @property
    def is_running(self) -> bool:
        return self._clock.state() == QVariantAnimation.State.Running

    @property
    def moving(self) -> int:
        """How many nodes are on their way."""
        return 0 if self._ghosts is None else self._ghosts.count

    def show(self, act: Callable[[], Done], still: Collection[str] = ()) -> Done:
        """Do something at once that moves nodes or the view, and show how it came to that.

        Of nodes that a hand has moved itself, `still`, there is nothing to show.
        """
        self.end()
        if not self.enabled:
            return act()
        start, before = self._look(), self._places()
        done = act()
        goal, after = self._look(), self._places()
        moved = [id_ for id_, at in before.items() if after.get(id_, at) != at]
        self._slide(start, goal, [(before[id_], after[id_]) for id_ in moved if id_ not in still])
        return done

    def _slide(self, start: Look, goal: Look, ways: Sequence[tuple[Point, Point]]) -> None:
        if start == goal and not ways:
            return
        self._start, self._goal = start, goal
        if start != goal:
            self._go(start)
        if 0 < len(ways) <= _CROWD:
            lines = [(QPointF(*one), QPointF(*other)) for one, other in ways]
            self._ghosts = Ghosts(lines, self._view.graph_scene.ink)
            self._view.graph_scene.addItem(self._ghosts)
        self._clock.start()

    def end(self) -> None:
        """Be at the goal now."""
        if self.is_running:
            self._clock.stop()
            self._arrive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.end()
        return super().eventFilter(watched, event)

    def _step(self, part: float) -> None:
        if self._start is None or self._goal is None:
            return
        if self._ghosts is not None:
            self._ghosts.go(part)
        if self._start != self._goal:
            scale = self._start[0] + (self._goal[0] - self._start[0]) * part
            self._go((scale, self._start[1] + (self._goal[1] - self._start[1]) * part))

    def _arrive(self) -> None:
        start, goal, self._start, self._goal = self._start, self._goal, None, None
        if self._ghosts is not None:
            self._view.graph_scene.removeItem(self._ghosts)
            self._ghosts = None
        if goal is not None and goal != start:
            self._go(goal)

    def _go(self, look: Look) -> None:
        self._view.zoom_to(look[0])
        self._view.centerOn(look[1])

    def _look(self) -> Look:
        view = self._view
        return view.scale_factor, view.mapToScene(view.viewport().rect().center())

    def _places(self) -> Mapping[str, Point]:
        return {id_: item.at for id_, item in self._view.graph_scene.nodes.items()}


class Ghosts(QGraphicsRectItem):
    """Outlines of nodes on their way."""

    def __init__(self, ways: list[tuple[QPointF, QPointF]], ink: Ink) -> None:
        super().__init__()
        self._ways = ways
        self._part = 0.0
        self._pen = pen(ink.theme.accent, 1.4)
        self._brush = colour(ink.theme.accent, 30)
        area = QRectF()
        for way in ways:
            for at in way:
                area = area.united(QRectF(at.x(), at.y(), WIDTH, HEIGHT))
        self.setRect(area.adjusted(-2, -2, 2, 2))
        self.setZValue(3)

    @property
    def count(self) -> int:
        return len(self._ways)

    def go(self, part: float) -> None:
        self._part = part
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.setBrush(self._brush)
        for start, goal in self._ways:
            at = start + (goal - start) * self._part
            painter.drawRoundedRect(QRectF(at.x(), at.y(), WIDTH, HEIGHT), RADIUS, RADIUS)


def wants_motion(widget: QWidget) -> bool:
    """Whether things may move: not where the system has animations off, nor without a screen."""
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return False
    # Windows says it by this switch; on Linux Qt leaves the switch off and the style says it.
    if sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General):
        return False
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
