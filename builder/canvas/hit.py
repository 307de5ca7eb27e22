"""What is under the mouse: a port, a node's body, a wire, or nothing."""

from math import hypot
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QPointF

from builder.canvas.geometry import PORT_REACH, Slot
from builder.canvas.ink import BLOCKS
from builder.canvas.scene import GraphScene
from builder.document.graph import Wire

WIRE_REACH = 7.0
CIRCLE_REACH = 6.0
LINE_REACH = 3.0


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


def hit(scene: GraphScene, at: QPointF, *, aiming: bool = False) -> Hit:
    """Ports go before bodies and bodies before wires. Seen from afar there are no ports.

    Beside a port's circle its wire is the wire: else there would be none to take hold of between
    the rows of a tidy network. Who is `aiming` a loose wire at ports wants the port.
    """
    scale = scene.ink.scale
    port = None
    if scale >= BLOCKS:
        nearness = max(0.6, min(scale, 1.5))
        port = _port(scene, at, PORT_REACH / nearness)
        if port is not None and (aiming or _is_on_circle(scene, at, port, nearness)):
            return port
    bodies = scene.nodes_near(at)
    reach = WIRE_REACH if port is None else LINE_REACH
    wire = None if bodies else scene.wires.at(at, reach / scale)
    if port is not None and wire is None:
        return port
    if bodies:
        return Hit("body", bodies[0])
    if wire is not None:
        return Hit("wire", wire=wire)
    mark = scene.marks.at(at)
    return Hit("mark", mark=mark) if mark is not None else NOTHING


def _is_on_circle(scene: GraphScene, at: QPointF, port: Hit, nearness: float) -> bool:
    assert port.slot is not None
    away = at - scene.nodes[port.node].scenePos() - QPointF(port.slot.x, port.slot.y)
    return hypot(away.x(), away.y()) < CIRCLE_REACH / nearness


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
