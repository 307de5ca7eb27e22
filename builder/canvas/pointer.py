"""What is under the mouse before anything is pressed: lit, named, told, and the cursor for it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolTip

from builder.canvas.hit import Hit, hit
from builder.canvas.tips import tip

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class Pointer:
    """The mouse over one view while no gesture lasts."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view

    def show(self, at: QPointF, *, free: bool) -> None:
        """Light up what is at a place in the scene. The cursor says what a press would do, if it
        is `free` to."""
        view, scene = self._view, self._view.graph_scene
        under = hit(scene, at)
        scene.hover(under.node or None)
        item, direction = scene.nodes.get(under.node), view.document.project.layout.direction
        view.overlay.names.show_for(item, direction, always=under.slot is not None)
        if free:
            self._show_cursor(at, under)

    def _show_cursor(self, at: QPointF, under: Hit) -> None:
        from builder.canvas.gestures import grip_at  # not needed before the first paint

        port = self._view.viewport()
        if under.slot is not None:
            port.setCursor(Qt.CursorShape.CrossCursor)
        elif grip_at(self._view, at, under) is not None:
            port.setCursor(Qt.CursorShape.SizeFDiagCursor)
        else:
            port.unsetCursor()

    def leave(self) -> None:
        """The mouse is elsewhere, or begins a gesture."""
        self._view.graph_scene.hover(None)
        self._view.overlay.names.show_for(None, "down")

    def tell(self) -> None:
        """Show the tooltip of what the mouse rests on."""
        view = self._view
        place = view.viewport().mapFromGlobal(view.cursor().pos())
        text = tip(view.graph_scene, hit(view.graph_scene, view.mapToScene(place)))
        QToolTip.showText(view.cursor().pos(), text, view.viewport())
