"""What is under the mouse: a port, a node's body, a wire, or nothing."""

from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QPointF

from builder.canvas.geometry import PORT_REACH, Slot
from builder.canvas.ink import BLOCKS
from builder.canvas.scene import GraphScene
from builder.document.graph import Wire

WIRE_REACH = 7.0


class Hit(Struct, frozen=True):
    """`node` and `slot` are set for ports, `node` for bodies, `wire` for wires and taken inputs.

    `mark` is set for the titles of frames and for notes.
    """

    kind: Literal["input", "output", "body", "wire", "mark", "nothing"] = "nothing"
    node: str = ""
    slot: Slot | None = None
    wire: Wire | None = None
    mark: str = ""


NOTHING = Hit()


def hit(scene: GraphScene, at: QPointF) -> Hit:
    """Ports go before bodies and bodies before wires. Seen from afar there are no ports."""
    scale = scene.ink.scale
    if scale >= BLOCKS:
        port = _port(scene, at, PORT_REACH / max(0.6, min(scale, 1.5)))
        if port is not None:
            return port
    bodies = scene.nodes_near(at)
    if bodies:
        return Hit("body", bodies[0])
    wire = scene.wires.at(at, WIRE_REACH / scale)
    if wire is not None:
        return Hit("wire", wire=wire)
    mark = scene.marks.at(at)
    return Hit("mark", mark=mark) if mark is not None else NOTHING


def _port(scene: GraphScene, at: QPointF, reach: float) -> Hit | None:
    best, least = None, reach
    for id_ in scene.nodes_near(at, reach):
        item = scene.nodes[id_]
        place = at - item.scenePos()
        for far, slots in ((False, item.slots.inputs), (True, item.slots.outputs)):
            for slot in slots:
                away = ((slot.x - place.x()) ** 2 + (slot.y - place.y()) ** 2) ** 0.5
                if away < least:
                    least = away
                    best = Hit("output" if far else "input", id_, slot, slot.wire)
    return best
