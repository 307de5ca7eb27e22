"""Which node is which, between a project, its own source as it is read, and an edited one."""

from collections.abc import Callable, Mapping, Sequence

from builder.document import edits
from builder.document.bypass import effective
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node
from builder.reading.python_source import Read


def old_nodes(graph: Graph, before: Read, nodes: Sequence[str | None]) -> dict[str, str]:
    """The old node of each node that was read from the old project's own source."""
    found: dict[str, str] = {}
    read = before.project.graph
    for node in read.nodes.values():
        line = before.lines.get(node.id, 0)
        behind = graph.nodes.get(nodes[line - 1] or "") if 0 < line <= len(nodes) else None
        if behind is not None and behind.type == node.type and node.type not in (INPUT, OUTPUT):
            found[node.id] = behind.id
    taken = set(found.values())
    # Inputs and outputs stand in the order of their level; what has no line of its own, by name.
    for parent in read.children:
        if parent and parent not in found:
            continue
        level = home(graph, found.get(parent, ""))
        for type_ in (INPUT, OUTPUT):
            these = [n for n in read.children[parent] if n.type == type_]
            those = [n for n in graph.children.get(level, ()) if n.type == type_]
            if len(these) != len(those):
                fed = effective(graph)
                those = [n for n in those if fed.into(n.id) or fed.out_of(n.id)]
            if len(these) == len(those):
                found.update({a.id: b.id for a, b in zip(these, those, strict=True)})
        by_name = {(n.name, n.type == OUTPUT): n for n in graph.children.get(level, ())}
        for node in read.children[parent]:
            same = by_name.get((node.name, node.type == OUTPUT))
            if node.id not in found and same is not None and same.id not in taken:
                found[node.id] = same.id
                taken.add(same.id)
    return found


def home(old: Graph, block: str) -> str:
    """The block that holds the inside of one: itself, or the one it shares."""
    node = old.nodes.get(block)
    return block if node is None or node.shares is None else node.shares


class Matches:
    """Nodes of the edited source and those of the unedited one that they are: `found`."""

    def __init__(self, before: Graph, after: Graph) -> None:
        self._before = before
        self._after = after
        self.found: dict[str, str] = {}
        self._level("", "")

    def _level(self, old: str, new: str) -> None:
        before, after = self._before.children.get(old, ()), self._after.children.get(new, ())
        names = {(node.name, node.type == OUTPUT): node for node in before}
        for node in after:
            same = names.get((node.name, node.type == OUTPUT))
            if same is not None and same.type == node.type:
                self.found[node.id] = same.id
        self._pair(before, after, self._in_place)
        self._pair(before, after, lambda one, other: one.name == other.name)
        self._pair(before, after, lambda one, other: one.type == other.type == OUTPUT)
        for node in after:
            other = self.found.get(node.id)
            if node.type == BLOCK and other and self._before.nodes[other].type == BLOCK:
                self._level(other, node.id)

    def _pair(
        self, before: Sequence[Node], after: Sequence[Node], alike: Callable[[Node, Node], bool]
    ) -> None:
        taken = set(self.found.values())
        free = [node for node in before if node.id not in taken]
        for node in after:
            if node.id in self.found:
                continue
            for one in free:
                if alike(one, node):
                    self.found[node.id] = one.id
                    free.remove(one)
                    break

    def _in_place(self, one: Node, other: Node) -> bool:
        """Whether two nodes of one type are fed by the same, or feed the same."""
        if one.type != other.type:
            return False
        into = [w.source.node for w in self._before.into(one.id)]
        now = [self.found.get(w.source.node) for w in self._after.into(other.id)]
        behind = [w.target.node for w in self._before.out_of(one.id)]
        after = [self.found.get(w.target.node) for w in self._after.out_of(other.id)]
        return (bool(into) and into == now) or (bool(behind) and behind == after)


def result_ids(old: Graph, after: Graph, known: Mapping[str, str]) -> dict[str, str]:
    """The id of each node of the edited source: the old one, or a free one.

    What is new takes the place of a node of its name and type that no source spoke of.
    """
    ids = dict(known)
    taken = set(known.values())
    number = edits.free_number(old)
    for node in after.nodes.values():
        if node.id in ids:
            continue
        level = home(old, ids.get(node.parent, ""))
        silent = [
            n for n in old.children.get(level, ()) if n.id not in taken and n.type == node.type
        ]
        same = next((n for n in silent if n.name == node.name), None)
        if same is None and node.type == OUTPUT and silent:
            same = silent[0]
        ids[node.id] = same.id if same is not None else f"n{number}"
        number += same is None
        taken.add(ids[node.id])
    return ids
