"""The way from one project to another, kept without what both have in common.

Ten thousand undo steps of a large network fit into memory only if a step holds what its edit
touched, and no value as a whole.
"""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from builder.document.graph import Graph, Node, Wire
from builder.document.project import Point, Project

Item = TypeVar("Item")


class Splice(Struct, Generic[Item], frozen=True):
    """Items that take the place of all between the first `head` and the last `tail`."""

    head: int
    tail: int
    items: tuple[Item, ...]


class Entries(Struct, Generic[Item], frozen=True):
    """What changes in a mapping: its keys in order, its values in order."""

    keys: Splice[str] | None
    values: Splice[Item] | None


class Patch(Struct, frozen=True):
    """What makes one certain project into another. A part that is None stays as it is.

    `rest` is the other project without its nodes, wires and positions.
    """

    nodes: Entries[Node] | None = None
    wires: Splice[Wire] | None = None
    positions: Entries[Point] | None = None
    rest: Project | None = None

    def apply(self, project: Project) -> Project:
        """The other project. Order is kept, and so is the identity of what the two share."""
        graph, layout = project.graph, project.layout
        if self.nodes is not None or self.wires is not None:
            nodes = _changed(graph.nodes, self.nodes)
            graph = Graph(nodes, tuple(_spliced(graph.wires, self.wires)))
        places = _changed(layout.positions, self.positions)
        if self.rest is not None:
            project, layout = self.rest, self.rest.layout
        if places is not layout.positions:
            layout = replace(layout, positions=places)
        return replace(project, graph=graph, layout=layout)


def patch(old: Project, new: Project) -> Patch:
    """What makes `old` into `new`."""
    rest = _rest(new)
    return Patch(
        nodes=_entries(old.graph.nodes, new.graph.nodes),
        wires=_splice(old.graph.wires, new.graph.wires),
        positions=_entries(old.layout.positions, new.layout.positions),
        rest=None if rest == _rest(old) else rest,
    )


def _rest(project: Project) -> Project:
    return replace(project, graph=Graph(), layout=replace(project.layout, positions={}))


def _entries(old: Mapping[str, Item], new: Mapping[str, Item]) -> Entries[Item] | None:
    if old is new:
        return None
    keys = _splice(tuple(old), tuple(new))
    values = _splice(tuple(old.values()), tuple(new.values()))
    return None if keys is None and values is None else Entries(keys, values)


def _splice(old: Sequence[Item], new: Sequence[Item]) -> Splice[Item] | None:
    """Items count as the same by identity: what an edit left alone is shared."""
    if old is new:
        return None
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] is new[head]:
        head += 1
    if head == len(old) == len(new):
        return None
    tail = 0
    while tail < shorter - head and old[-1 - tail] is new[-1 - tail]:
        tail += 1
    return Splice(head, tail, tuple(new[head : len(new) - tail]))


def _spliced(old: Sequence[Item], splice: Splice[Item] | None) -> Sequence[Item]:
    if splice is None:
        return old
    return (*old[: splice.head], *splice.items, *old[len(old) - splice.tail :])


def _changed(old: Mapping[str, Item], entries: Entries[Item] | None) -> Mapping[str, Item]:
    if entries is None:
        return old
    keys = _spliced(tuple(old), entries.keys)
    return dict(zip(keys, _spliced(tuple(old.values()), entries.values), strict=True))
