"""Parts: a piece of a network as it is copied, travels over the clipboard and is pasted."""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from builder.document import edits, framing, topology
from builder.document.edits import EditRefused
from builder.document.frames import Frame, Mark, Note, box_of
from builder.document.graph import BLOCK, Graph, Node, OutputRef, PortRef, Wire, told_apart
from builder.document.own import use_own
from builder.document.project import Point, Project

PASTE_OFFSET = (24.0, 24.0)


class Part(Struct, frozen=True):
    """Nodes with all that is inside them; the wires join only these nodes.

    Frames and notes are those of the blocks among the nodes, and others that were copied along.
    `custom` is the source of the project's own layers, where a node uses some.
    """

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...] = ()
    positions: Mapping[str, Point] = {}
    frames: Mapping[str, Frame] = {}
    notes: Mapping[str, Note] = {}
    custom: str = ""

    @property
    def marks(self) -> dict[str, Mark]:
        return {**self.frames, **self.notes}


def copy(project: Project, nodes: Collection[str], marks: Collection[str] = ()) -> Part:
    """The chosen nodes with all that is inside them and the wires among them, in their order.

    `marks` are the frames and notes beside them to take along.

    A node whose layer is shared with one that stays behind takes a copy of the layer along.
    """
    graph = project.graph
    chosen = [graph.nodes[id_] for id_ in nodes]
    taken = {node.id for node in chosen}
    taken |= graph.inside(taken)
    owners = {n.shares: n.id for n in chosen if n.shares is not None and n.shares not in taken}
    adopted = [owner for owner in owners if graph.nodes[owner].type == BLOCK]
    taken |= graph.inside(adopted)
    around = taken | set(adopted)
    found = {
        id_: replace(mark, level=owners.get(mark.level, mark.level))
        for id_, mark in framing.marks_of(project.layout).items()
        if id_ in marks or mark.level in around
    }
    return Part(
        tuple(_detached(graph, n, owners) for i, n in graph.nodes.items() if i in taken),
        tuple(w for w in graph.wires if {w.source.node, w.target.node} <= taken),
        {i: at for i, at in project.layout.positions.items() if i in taken},
        {i: mark for i, mark in found.items() if isinstance(mark, Frame)},
        {i: mark for i, mark in found.items() if isinstance(mark, Note)},
        project.custom if use_own(n for i, n in graph.nodes.items() if i in taken) else "",
    )


def paste(
    project: Project, part: Part, at: Point | None = None, parent: str = ""
) -> tuple[Project, tuple[str, ...], tuple[str, ...]]:
    """Add a part under new ids and free names.

    Returns the new ids of its top level as well: those of nodes, and of frames and notes.

    `at` is where the part's top left corner goes; without it the part lands beside where it was.
    `parent` is the block to put it in. A project without layers of its own takes those of the
    part; otherwise its own stay.
    Raises EditRefused when the part does not fit together.
    """
    first = edits.free_number(project.graph)
    ids = {node.id: f"n{first + place}" for place, node in enumerate(part.nodes)}
    if len(ids) != len(part.nodes):
        raise EditRefused("The clipboard holds a part that does not fit together.")
    top = [node.id for node in part.nodes if node.parent not in ids]
    nodes = {**project.graph.nodes, **dict(_renewed(project.graph, part, ids, parent))}
    pasted = Graph(nodes, (*project.graph.wires, *_rewired(part, ids)))
    _refuse_unfit(pasted, len(part.wires))
    beside = [mark for mark in part.marks.values() if mark.level not in ids]
    listed = [part.positions[i] for i in top if i in part.positions]
    corner = _corner([*listed, *(box_of(mark)[:2] for mark in beside)])
    dx, dy = PASTE_OFFSET if at is None else (at[0] - corner[0], at[1] - corner[1])
    places = {fresh: part.positions.get(old, corner) for old, fresh in ids.items()}
    for old in top:
        x, y = places[ids[old]]
        places[ids[old]] = (x + dx, y + dy)
    project = replace(project, graph=pasted, custom=project.custom or part.custom)
    project = edits.move(project, places)
    fresh = [
        replace(
            mark if mark.level in ids else framing.moved(mark, (dx, dy)),
            level=ids.get(mark.level, parent),
        )
        for mark in part.marks.values()
    ]
    project, marks = framing.add_all(project, fresh)
    new = tuple(id_ for id_, mark in marks.items() if mark.level == parent)
    return project, tuple(ids[i] for i in top), new


def _renewed(
    graph: Graph, part: Part, ids: Mapping[str, str], parent: str
) -> Iterable[tuple[str, Node]]:
    """The part's nodes under their new ids, with free names where they join others."""
    taken = {node.name for node in graph.children.get(parent, ())}
    for node in part.nodes:
        if node.shares is not None and node.shares not in ids:
            raise EditRefused("The clipboard holds a part that does not fit together.")
        fresh = replace(
            node,
            id=ids[node.id],
            shares=None if node.shares is None else ids[node.shares],
            parent=ids.get(node.parent, parent),
        )
        if node.parent not in ids:
            fresh = replace(fresh, name=edits.free_name(taken, node.name))
            taken.add(fresh.name)
        yield fresh.id, fresh


def _rewired(part: Part, ids: Mapping[str, str]) -> tuple[Wire, ...]:
    try:
        return told_apart(
            Wire(
                OutputRef(ids[w.source.node], w.source.output),
                PortRef(ids[w.target.node], w.target.port),
            )
            for w in part.wires
        )
    except KeyError:
        raise EditRefused("The clipboard holds wires without their layers.") from None


def _refuse_unfit(graph: Graph, new_wires: int) -> None:
    wires = graph.wires[len(graph.wires) - new_wires :]
    if any(graph.nodes[w.source.node].parent != graph.nodes[w.target.node].parent for w in wires):
        raise EditRefused("The clipboard holds wires between different blocks.")
    if topology.cycle(graph) or len(graph.inside([""])) != len(graph.nodes):
        raise EditRefused("The clipboard holds layers that feed each other in a circle.")
    edits.check_depth(graph)


def _detached(graph: Graph, node: Node, owners: Mapping[str, str]) -> Node:
    """A node as it leaves: with its own layer if the owner stays behind."""
    if node.parent in owners:
        return replace(node, parent=owners[node.parent])
    if node.shares is None or node.shares not in owners:
        return node
    heir = owners[node.shares]
    if heir != node.id:
        return replace(node, shares=heir)
    return replace(node, shares=None, params=graph.nodes[node.shares].params)


def _corner(points: Iterable[Point]) -> Point:
    listed = list(points)
    if not listed:
        return (0.0, 0.0)
    return (min(x for x, _ in listed), min(y for _, y in listed))
