"""Selecting with a frame."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from builder.canvas.gesture import THRESHOLD, Gesture, Modifiers

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class Marquee(Gesture):
    """Selects what a frame touches. Shift adds to the selection, Ctrl toggles."""

    def __init__(self, view: "CanvasView", start: QPointF) -> None:
        super().__init__(view)
        self._start = start
        self._before = self.document.selection
        self._wires = self.scene.chosen_wires

    def update(self, at: QPointF, keys: Modifiers) -> None:
        frame = QRectF(self._start, at).normalized()
        self.view.overlay.show_frame(frame)
        self.document.select(self._chosen(frame, keys))

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        self.view.overlay.hide_frame()
        self.document.select(self._chosen(QRectF(self._start, at).normalized(), keys))
        if not keys & (Modifiers.ShiftModifier | Modifiers.ControlModifier):
            self.scene.choose_wires(frozenset())

    def cancel(self) -> None:
        self.view.overlay.hide_frame()
        self.document.select(self._before)
        self.scene.choose_wires(self._wires)

    def _chosen(self, frame: QRectF, keys: Modifiers) -> frozenset[str]:
        small = max(frame.width(), frame.height()) * self.scene.ink.scale < THRESHOLD
        inside = frozenset() if small else self.scene.nodes_in(frame)
        if keys & Modifiers.ControlModifier:
            return self._before ^ inside
        return self._before | inside if keys & Modifiers.ShiftModifier else inside
