"""Applying a problem's remedy: one edit, whatever it is made of."""

from collections.abc import Iterable

from msgspec.structs import replace

from builder.document import edits
from builder.document.graph import PortsOf
from builder.document.problems import Fix, Insertion
from builder.document.project import Point, Project


def mend(project: Project, fix: Fix, ports_of: PortsOf) -> tuple[Project, tuple[str, ...]]:
    """The project with a remedy applied, and the ids of layers that it put in.

    What the remedy says of nodes that are gone is left out. Raises EditRefused where a name is
    taken by now, or a layer does not fit between any more.
    """
    present = project.graph.nodes
    project = edits.set_params(project, {id_: p for id_, p in fix.params.items() if id_ in present})
    for id_, unset in fix.reset.items():
        if id_ in present:
            project = edits.reset_params(project, (id_,), unset)
    for id_, name in fix.names.items():
        if id_ in present:
            project = edits.rename(project, id_, name)
    if fix.backend is not None:
        project = replace(project, backend=fix.backend)
    added: list[str] = []
    for insertion in fix.insertions:
        project, ids = _inserted(project, insertion, ports_of)
        added += ids
    return project, tuple(added)


def _inserted(
    project: Project, insertion: Insertion, ports_of: PortsOf
) -> tuple[Project, Iterable[str]]:
    node = project.graph.nodes.get(insertion.before)
    wires = project.graph.into(insertion.before, insertion.port)
    if node is None or len(wires) <= insertion.place:
        return project, ()
    wire = wires[insertion.place]
    places = project.layout.positions
    at = _between(places.get(wire.source.node), places.get(node.id))
    name = edits.snake_case(insertion.type.rpartition(".")[2])
    project, id_ = edits.add(
        project, insertion.type, at, name=name, params=insertion.params, parent=node.parent
    )
    return edits.insert(project, id_, wire, project.graph.lookup(ports_of)), (id_,)


def _between(one: Point | None, other: Point | None) -> Point:
    (x, y), (u, v) = one or other or (0.0, 0.0), other or one or (0.0, 0.0)
    return (x + u) / 2, (y + v) / 2
