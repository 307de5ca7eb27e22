"""Where everything on a node stands, by arithmetic: its body, its ports, its wires' ends.

A *slot* is a place where one wire meets a node: one per port, and one per wire at a variadic port,
so that the order of a merge can be seen. All lengths are scene pixels.
"""

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from builder.document import sizes
from builder.document.graph import Graph, Node, PortsOf, Wire
from builder.document.project import Point, Project

WIDTH = sizes.WIDTH
HEIGHT = sizes.HEIGHT
RADIUS = 8.0
BAR = 6.0
PAD = 9.0
PORT_RADIUS = 4.0
PORT_REACH = 10.0
RARE_RADIUS = 2.8
RARE_STEP = 12.0
ROW_GAP = sizes.ROW_GAP
BRANCH_GAP = sizes.BRANCH_GAP
COLUMN_GAP = sizes.COLUMN_GAP

Box = tuple[float, float, float, float]

UNORDERED = frozenset(
    f"keras.layers.{name}" for name in ("Add", "Average", "Maximum", "Minimum", "Multiply")
)
"""Merges that give the same whatever the order of their inputs."""


class Slot(Struct, frozen=True):
    """A place for one wire, relative to the node's top left corner. `wire` is the one in it.

    Those of `rare` ports are small and stand aside.
    """

    port: str
    x: float
    y: float
    wire: Wire | None = None
    rare: bool = False


class Slots(Struct, frozen=True):
    inputs: tuple[Slot, ...] = ()
    outputs: tuple[Slot, ...] = ()

    def of_output(self, port: str) -> Slot | None:
        return next((slot for slot in self.outputs if slot.port == port), None)


def slots_of(
    graph: Graph,
    node: Node,
    ports_of: PortsOf,
    direction: str = "down",
    place: Callable[[Wire], Point] = lambda _: (0.0, 0.0),
    *,
    rare: bool = False,
) -> Slots:
    """The slots of a node: inputs along its top and outputs along its bottom, spread evenly.

    With direction `right`, inputs stand at the left and outputs at the right. Where the order of
    wires means nothing (Add), they come in the order of `place`, so that they do not cross.
    Rare inputs without a wire have a slot only if `rare`; the others stay where they are.
    """
    ports = ports_of(node)
    inputs: list[tuple[str, Wire | None]] = []
    aside: list[tuple[str, Wire | None]] = []
    for port in ports.inputs:
        wires = graph.into(node.id, port.name)
        if port.rare:
            given: tuple[Wire | None, ...] = wires or ((None,) if rare else ())
            aside += [(port.name, wire) for wire in given]
            continue
        if node.type in UNORDERED:
            wires = tuple(sorted(wires, key=place))
        if port.variadic and wires:
            inputs += [(port.name, wire) for wire in wires]
        else:
            inputs.append((port.name, wires[0] if wires else None))
    outputs: list[tuple[str, Wire | None]] = [(port.name, None) for port in ports.outputs]
    usual = _spread(inputs, direction, False)
    return Slots((*usual, *_aside(aside, direction)), _spread(outputs, direction, True))


def _aside(named: Sequence[tuple[str, Wire | None]], direction: str) -> tuple[Slot, ...]:
    """The slots of rare inputs: close together, from the far corner of the side of the inputs."""
    steps = range(len(named) - 1, -1, -1)
    if direction == "down":
        ends = [(WIDTH - RADIUS - RARE_STEP * step, 0.0) for step in steps]
    else:
        ends = [(0.0, HEIGHT - RADIUS - RARE_STEP * step) for step in steps]
    return tuple(
        Slot(name, *end, wire, rare=True) for (name, wire), end in zip(named, ends, strict=True)
    )


def _spread(
    named: Sequence[tuple[str, Wire | None]], direction: str, far: bool
) -> tuple[Slot, ...]:
    share = (WIDTH if direction == "down" else HEIGHT) / (len(named) + 1)
    edge = (HEIGHT if direction == "down" else WIDTH) if far else 0.0
    if direction == "down":
        return tuple(Slot(name, share * (i + 1), edge, w) for i, (name, w) in enumerate(named))
    return tuple(Slot(name, edge, share * (i + 1), w) for i, (name, w) in enumerate(named))


def position_of(project: Project, node: str) -> Point:
    """Where a node stands. One without a place (a hand-written file) stands in a column of its level."""
    found = project.layout.positions.get(node)
    if found is not None:
        return found
    beside = project.graph.children[project.graph.nodes[node].parent]
    row = next(row for row, other in enumerate(beside) if other.id == node)
    return (0.0, row * (HEIGHT + ROW_GAP))


def positions_of(project: Project) -> dict[str, Point]:
    """Where every node stands, by id."""
    places, rows = project.layout.positions, dict[str, int]()
    result = {}
    for id_, node in project.graph.nodes.items():
        row = rows[node.parent] = rows.get(node.parent, -1) + 1
        result[id_] = places[id_] if id_ in places else (0.0, row * (HEIGHT + ROW_GAP))
    return result


def body(at: Point) -> Box:
    """The box (left, top, right, bottom) of a node with its corner at `at`."""
    return (at[0], at[1], at[0] + WIDTH, at[1] + HEIGHT)


def around(boxes: Collection[Box]) -> Box:
    """The box around several."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def overlap(one: Box, other: Box, margin: float = 0.0) -> bool:
    return (
        one[0] < other[2] + margin
        and other[0] < one[2] + margin
        and one[1] < other[3] + margin
        and other[1] < one[3] + margin
    )


def free_place(project: Project, near: Point, direction: str = "down") -> Point:
    """The place nearest to `near` where a node covers no other: there, beside it, or further on."""
    boxes = [body(at) for at in positions_of(project).values()]
    step = WIDTH + COLUMN_GAP if direction == "down" else HEIGHT + ROW_GAP
    onward = HEIGHT + ROW_GAP if direction == "down" else WIDTH + COLUMN_GAP
    for row in range(len(boxes) + 1):
        for column in (0, 1, -1, 2, -2, 3, -3):
            side, ahead = column * step, row * onward
            at = (near[0] + side, near[1] + ahead)
            if direction != "down":
                at = (near[0] + ahead, near[1] + side)
            if not any(overlap(body(at), box, 8.0) for box in boxes):
                return at
    return near
