"""What is in sight and stays where it is while something is moved or made larger beside it."""

from typing import TYPE_CHECKING

from builder.canvas.geometry import body, positions_of
from builder.canvas.holding import Things, bounds
from builder.canvas.snap import Lines

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


def neighbours(view: "CanvasView", moving: Things) -> Lines:
    """The lines of all nodes, frames and notes in sight that are not `moving`."""
    scene = view.graph_scene
    places = positions_of(scene.document.shown)
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    near = [body(places[id_]) for id_ in scene.nodes_in(seen) - moving.nodes]
    near += [
        bounds(item.mark)
        for id_, item in scene.marks.items.items()
        if id_ not in moving.marks and seen.intersects(item.box)
    ]
    return Lines(near)
