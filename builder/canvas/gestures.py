"""Which gesture begins where: on a port, a body, a wire, or nothing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from builder.canvas.cut_wires import BreakPort
from builder.canvas.draw_wire import DrawWire
from builder.canvas.geometry import Slot
from builder.canvas.gesture import Gesture, Modifiers
from builder.canvas.hit import Hit, hit
from builder.canvas.holding import Thing
from builder.canvas.marquee import Marquee
from builder.canvas.move import Move
from builder.canvas.resize_mark import ResizeMark
from builder.document.graph import OutputRef, PortRef

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


def gesture_at(view: "CanvasView", at: QPointF, keys: Modifiers) -> Gesture | None:
    """The gesture that a press of the left button begins; None where the press is all there is."""
    scene, under = view.graph_scene, hit(view.graph_scene, at)
    grip = grip_at(view, at, under)
    if grip is not None:
        return ResizeMark(view, at, grip)
    several = bool(keys & (Modifiers.ControlModifier | Modifiers.ShiftModifier))
    if under.slot is not None and keys & Modifiers.AltModifier:
        return BreakPort(view, under, under.slot)
    if under.slot is not None:
        return _wire_gesture(view, under, under.slot)
    chosen, marks = view.document.selection, view.document.selected_marks
    if under.kind == "body":
        if several:
            view.document.select(chosen ^ {under.node}, marks)
            return None
        if under.node not in chosen:
            view.document.select(frozenset((under.node,)))
        return Move(view, at, Thing("node", under.node), keys)
    if under.mark:
        scene.choose_wires(frozenset())
        if several:
            view.document.select(chosen, marks ^ {under.mark})
            return None
        if under.mark not in marks:
            view.document.select(frozenset(), frozenset((under.mark,)))
        return Move(view, at, Thing("mark", under.mark), keys)
    if under.wire is not None:
        view.document.select(frozenset())
        wires = frozenset((under.wire,))
        scene.choose_wires(scene.chosen_wires ^ wires if several else wires)
        return None
    return Marquee(view, at)


def grip_at(view: "CanvasView", at: QPointF, under: Hit) -> str | None:
    """The selected frame or note whose corner can be drawn at here."""
    grip = view.graph_scene.marks.grip_at(at)
    free = under.kind in ("mark", "wire", "nothing")
    return grip if free and grip in view.document.selected_marks else None


def _wire_gesture(view: "CanvasView", under: Hit, slot: Slot) -> Gesture:
    scene = view.graph_scene
    here = scene.nodes[under.node].scenePos() + QPointF(slot.x, slot.y)
    if under.kind == "output":
        return DrawWire(view, OutputRef(under.node, slot.port), here)
    if under.wire is None:
        return DrawWire(view, PortRef(under.node, slot.port), here)
    source = scene.nodes[under.wire.source.node]
    out = source.slots.of_output(under.wire.source.output)
    start = source.scenePos() + (QPointF(out.x, out.y) if out else QPointF())
    return DrawWire(view, under.wire.source, start, under.wire)
