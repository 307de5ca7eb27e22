"""Applying a problem's remedy: one edit, whatever it is made of."""

from collections.abc import Iterable

from msgspec.structs import replace

from builder.document import edits
from builder.document.fitting import first_params
from builder.document.graph import INPUT, OutputRef, PortRef, PortsOf, Wire
from builder.document.problems import End, Fix, Insertion
from builder.document.project import Point, Project

_SOME_SHAPE = [8, 8, 1]
"""What an Input begins with where no data says its shape, as in the palette."""


def mend(project: Project, fix: Fix, ports_of: PortsOf) -> tuple[Project, tuple[str, ...]]:
    """The project with a remedy applied, and the ids of layers that it put in, to be placed.

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
    if fix.missing is not None:
        project = replace(project, data=replace(project.data, missing=fix.missing))
    added: list[str] = []
    for insertion in fix.insertions:
        project, ids = _inserted(project, insertion, ports_of)
        added += ids
    for end in fix.ends:
        project, ids = _ended(project, end, ports_of)
        added += ids
    for wire in fix.wires:
        if {wire.source.node, wire.target.node} <= project.graph.nodes.keys():
            project = edits.connect(project, wire, ports_of)
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


def _ended(project: Project, end: End, ports_of: PortsOf) -> tuple[Project, Iterable[str]]:
    if end.node not in project.graph.nodes:
        return project, ()
    params = first_params(project, end.type)
    if end.type == INPUT:
        params = {"shape": _SOME_SHAPE, **params}
    at = project.layout.positions.get(end.node, (0.0, 0.0))
    name = edits.snake_case(end.type.rpartition(".")[2])
    project, id_ = edits.add(project, end.type, at, name=name, params=params)
    wire = (
        Wire(OutputRef(id_), PortRef(end.node, end.port))
        if end.type == INPUT
        else Wire(OutputRef(end.node, end.port), PortRef(id_))
    )
    return edits.connect(project, wire, ports_of), (id_,)


def _between(one: Point | None, other: Point | None) -> Point:
    (x, y), (u, v) = one or other or (0.0, 0.0), other or one or (0.0, 0.0)
    return (x + u) / 2, (y + v) / 2
