"""Selecting with a frame."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from builder.canvas.gesture import THRESHOLD, Gesture, Modifiers
from builder.canvas.holding import Things

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class Marquee(Gesture):
    """Selects what it touches, and the frames it goes around. Shift adds, Ctrl toggles."""

    def __init__(self, view: "CanvasView", start: QPointF) -> None:
        super().__init__(view)
        self._start = start
        self._before = self.document.selection, self.document.selected_marks
        self._wires = self.scene.chosen_wires

    def update(self, at: QPointF, keys: Modifiers) -> None:
        frame = QRectF(self._start, at).normalized()
        self.view.overlay.show_frame(frame)
        self.document.select(*self._chosen(frame, keys))

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        self.view.overlay.hide_frame()
        self.document.select(*self._chosen(QRectF(self._start, at).normalized(), keys))
        if not keys & (Modifiers.ShiftModifier | Modifiers.ControlModifier):
            self.scene.choose_wires(frozenset())

    def cancel(self) -> None:
        self.view.overlay.hide_frame()
        self.document.select(*self._before)
        self.scene.choose_wires(self._wires)

    def _chosen(self, frame: QRectF, keys: Modifiers) -> Things:
        small = max(frame.width(), frame.height()) * self.scene.ink.scale < THRESHOLD
        if small:
            inside = Things()
        else:
            inside = Things(self.scene.nodes_in(frame), self.scene.marks.in_area(frame))
        nodes, marks = self._before
        if keys & Modifiers.ControlModifier:
            return Things(nodes ^ inside.nodes, marks ^ inside.marks)
        if keys & Modifiers.ShiftModifier:
            return Things(nodes | inside.nodes, marks | inside.marks)
        return inside
