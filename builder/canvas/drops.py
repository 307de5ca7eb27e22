"""Layers dropped on the canvas from the palette."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent

from builder.canvas.geometry import HEIGHT, WIDTH
from builder.document.graph import Wire

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

MIME = "application/x-keras-builder-layer"
_REACH = 18.0


class Drops:
    """Says what a drag over the canvas would do, and does it when it is dropped."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view

    def hover(self, event: QDropEvent) -> None:
        """Highlight the wire that the layer would stand in; what is no layer is left to others."""
        if event.mimeData().hasFormat(MIME):
            self._view.graph_scene.mark(self._wire(event))
            event.acceptProposedAction()
        else:
            event.ignore()

    def leave(self) -> None:
        self._view.graph_scene.mark(None)

    def drop(self, event: QDropEvent) -> None:
        if not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        wire = self._wire(event)
        self.leave()
        at = self._view.mapToScene(event.position().toPoint())
        corner = (float(round(at.x() - WIDTH / 2)), float(round(at.y() - HEIGHT / 2)))
        view, type_ = self._view, _type(event)
        view.motion.show(lambda: view.commands.add(type_, corner, onto=wire))
        event.acceptProposedAction()
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)

    def _wire(self, event: QDropEvent) -> Wire | None:
        spec = self._view.catalog.layer(_type(event))
        if event.modifiers() & Qt.KeyboardModifier.AltModifier or spec is None:
            return None
        if not spec.inputs or not spec.outputs:
            return None
        at = self._view.mapToScene(event.position().toPoint())
        return self._view.graph_scene.wires.at(at, _REACH / self._view.scale_factor)


def _type(event: QDropEvent) -> str:
    return bytes(event.mimeData().data(MIME).data()).decode(errors="replace")
