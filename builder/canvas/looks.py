"""Where one looked at each level of the network, so that coming back shows the same."""

from PySide6.QtCore import QPointF

from builder.canvas.zoom_view import ZoomView


class Looks:
    """The scale and the middle of a view, by the block that was looked into."""

    def __init__(self, view: ZoomView, level: str) -> None:
        self._view = view
        self._level = level
        self._places: dict[str, tuple[float, QPointF]] = {}

    def turn(self, level: str) -> None:
        """Another level is shown: look where one looked in it last."""
        view = self._view
        middle = view.mapToScene(view.viewport().rect().center())
        self._places[self._level] = (view.scale_factor, middle)
        self._level = level
        if level in self._places:
            scale, middle = self._places[level]
            view.zoom_to(scale)
            view.centerOn(middle)
        else:
            view.show_start()

    def clear(self) -> None:
        """The network is another one: all levels are new."""
        self._places.clear()
