"""Levels of a network: what one block holds, and where an edit took place."""

from msgspec.structs import replace

from builder.document import edits
from builder.document.framing import marks_of
from builder.document.graph import BLOCK, Graph
from builder.document.project import Project


def at_level(project: Project, level: str) -> Project:
    """The project with the nodes and wires of one level only; itself where there is no other."""
    graph = project.graph.level(level)
    return project if graph is project.graph else replace(project, graph=graph)


def block_of(graph: Graph, node: str) -> str | None:
    """The block whose inside a node shows: its own, or that of the block it shares."""
    if node not in graph.nodes:
        return None
    owner = edits.owner_of(graph, node)
    return owner.id if owner.type == BLOCK else None


def surviving(level: str, old: Graph, new: Graph) -> str:
    """The level itself if its block is still there, or else the nearest one around it that is."""
    while level and not (level in new.nodes and new.nodes[level].type == BLOCK):
        level = old.nodes[level].parent if level in old.nodes else ""
    return level


def touched(old: Project, new: Project) -> dict[str, set[str]]:
    """The nodes that differ between two values, by the level where they stand; those of the old
    value, where they are gone. Wires count where no node differs, then places, frames and notes."""
    before, after = old.graph.nodes, new.graph.nodes
    ids = {i for i, node in after.items() if before.get(i) is not node and before.get(i) != node}
    ids |= before.keys() - after.keys()
    if not ids:
        for wire in set(old.graph.wires) ^ set(new.graph.wires):
            ids |= {wire.source.node, wire.target.node}
    if not ids:
        was, now = old.layout.positions, new.layout.positions
        ids = {id_ for id_ in after if was.get(id_) != now.get(id_)}
    found: dict[str, set[str]] = {}
    for id_ in ids:
        node = after.get(id_) or before[id_]
        found.setdefault(node.parent, set()).add(id_)
    if not found:
        marks = set(marks_of(old.layout).items()) ^ set(marks_of(new.layout).items())
        found = {mark.level: set() for _, mark in marks}
    return found


def scene_of_change(old: Project, new: Project, level: str) -> tuple[str, frozenset[str]]:
    """Where a change can be seen, and what to select there: the present level if it is in it.

    Else it is the outermost level that it is in, which is where a person made it.
    """
    if not level and not (has_blocks(old.graph) or has_blocks(new.graph)):
        return level, frozenset()
    found = touched(old, new)
    there = {surviving(place, old.graph, new.graph) for place in found}
    if not there or level in there:
        return level, frozenset()
    outermost = min(there, key=lambda id_: (_depth(new.graph, id_), id_))
    chosen = frozenset(found.get(outermost, ())) & new.graph.nodes.keys()
    return outermost, chosen


def has_blocks(graph: Graph) -> bool:
    return len(graph.children) > 1


def _depth(graph: Graph, level: str) -> int:
    return len(graph.path(level)) + 1 if level else 0
