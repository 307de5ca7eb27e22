"""Cutting wires: a line drawn across them with Ctrl and the right button, or Alt and a port."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from builder.canvas.geometry import Slot
from builder.canvas.gesture import Gesture, Modifiers
from builder.canvas.hit import Hit, hit
from builder.canvas.ink import pen
from builder.document.graph import Wire

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class CutWires(Gesture):
    """Draws a line; the wires it crosses light up, and are gone when the button is released."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: "CanvasView", start: QPointF) -> None:
        super().__init__(view)
        self._path = QPainterPath(start)
        self._line: QGraphicsPathItem | None = None
        self._crossed: frozenset[Wire] = frozenset()

    def update(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        before = self._path.currentPosition()
        self._path.lineTo(at)
        self._crossed |= self.scene.wires.crossed(before, at)
        self.scene.wires.mark(self.scene.chosen_wires | self._crossed)
        if self._line is None:
            self._line = QGraphicsPathItem()
            self._line.setPen(_dashes(self.scene.ink.theme.error))
            self._line.setZValue(4)
            self.scene.addItem(self._line)
        self._line.setPath(self._path)

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        self.update(at, keys)
        self._end()
        self.view.commands.cut_wires(self._crossed)

    def cancel(self) -> None:
        self._end()

    def _end(self) -> None:
        if self._line is not None:
            self.scene.removeItem(self._line)
            self._line = None
        self.scene.wires.mark(self.scene.chosen_wires)


class BreakPort(Gesture):
    """A click on a port, Alt held down: its wires go, if the button is released there as well."""

    def __init__(self, view: "CanvasView", under: Hit, slot: Slot) -> None:
        super().__init__(view)
        self._port = (under.kind, under.node, slot)
        self._wires = wires_at(view, under)
        self.scene.wires.mark(self.scene.chosen_wires | self._wires)

    def update(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        wires = self._wires if self._is_over(at) else frozenset()
        self.scene.wires.mark(self.scene.chosen_wires | wires)

    def commit(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        over = self._is_over(at)
        self.cancel()
        if over:
            self.view.commands.cut_wires(self._wires)

    def cancel(self) -> None:
        self.scene.wires.mark(self.scene.chosen_wires)

    def _is_over(self, at: QPointF) -> bool:
        under = hit(self.scene, at)
        return (under.kind, under.node, under.slot) == self._port


def wires_at(view: "CanvasView", under: Hit) -> frozenset[Wire]:
    """The wires that meet a port; of a port that takes many, the one in the slot that was hit."""
    if under.slot is None:
        return frozenset()
    if under.kind == "input":
        return frozenset() if under.wire is None else frozenset((under.wire,))
    leaving = view.document.project.graph.out_of(under.node)
    return frozenset(wire for wire in leaving if wire.source.output == under.slot.port)


def _dashes(colour: str) -> QPen:
    result = pen(colour, 1.6)
    result.setCosmetic(True)
    result.setDashPattern([4, 3])
    return result
