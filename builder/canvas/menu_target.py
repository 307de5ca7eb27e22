"""What a context menu is about: the thing under the mouse, or what is selected."""

from PySide6.QtCore import QPointF

from builder.canvas.hit import Hit
from builder.canvas.scene import GraphScene


def choose(scene: GraphScene, under: Hit) -> None:
    """Select what is under the mouse, unless it is selected already."""
    document = scene.document
    if under.node and under.node not in document.selection:
        document.select(frozenset((under.node,)))
    elif under.kind == "wire" and under.wire is not None:
        document.select(frozenset())
        scene.choose_wires(frozenset((under.wire,)))
    elif under.mark and under.mark not in document.selected_marks:
        document.select(frozenset(), frozenset((under.mark,)))


def selected(scene: GraphScene, elsewhere: QPointF) -> tuple[Hit, QPointF]:
    """What is selected and where it stands in the scene; `elsewhere` when nothing is selected."""
    if node := next(iter(scene.document.selection), ""):
        return Hit("body", node), scene.box((node,)).center()
    if mark := next(iter(scene.document.selected_marks), ""):
        return Hit("mark", mark=mark), scene.marks.items[mark].handle.center()
    return Hit(), elsewhere
