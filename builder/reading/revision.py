"""An edited source put back into the project it was written from: what the edit left alone stays.

Three projects meet: `old` as it stands, `before` as its own source reads, `after` as the edited
source reads. Whatever is alike in the last two is taken from the first, so that what no source
says (ids, places, bypassed layers, what leads to no output) is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from builder.document import edits
from builder.document.bypass import effective
from builder.document.graph import (
    BLOCK,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Wire,
    told_apart,
)
from builder.document.plan import Csv, DataPlan
from builder.document.project import Project
from builder.reading.matching import Matches, home, old_nodes, result_ids
from builder.reading.python_source import Read

_BOUND = ("feature", "target")


def revised(
    old: Project, before: Read, nodes: Sequence[str | None], after: Project
) -> tuple[Project, frozenset[str]]:
    """The old project with what was edited. Returns the ids of the nodes that are new as well.

    `nodes` names the node of the old project behind each line of its source.
    """
    olds = old_nodes(old.graph, before, nodes)
    known = Matches(before.project.graph, after.graph).found
    ids = result_ids(old.graph, after.graph, {n: olds[b] for n, b in known.items() if b in olds})
    data_is_new = _speaks_anew(before.project.data, after.data)
    merge = _Merge(old.graph, before.project.graph, after.graph, olds, known, ids, data_is_new)
    graph, new = merge.graph()
    project = replace(
        old,
        name=_kept(old.name, before.project.name, after.name),
        backend=_kept(old.backend, before.project.backend, after.backend),
        dict_inputs=_kept(old.dict_inputs, before.project.dict_inputs, after.dict_inputs),
        training=_training(old, before.project, after),
        data=_data(old.data, before.project.data, after.data),
        graph=graph,
    )
    return _without_places(project), new


def _kept(old: Any, before: Any, after: Any) -> Any:
    """What is alike in both readings stays as it was."""
    return old if before == after else after


def _training(old: Project, before: Project, after: Project) -> Any:
    plan = old.training
    for name in plan.__struct_fields__:
        was, now = getattr(before.training, name), getattr(after.training, name)
        if was != now:
            plan = replace(plan, **{name: now})
    return plan


def _data(old: DataPlan, before: DataPlan, after: DataPlan) -> DataPlan:
    """The data as the edited source reads it; columns that no source speaks of stay.

    Names of features are no part of a source, so features, targets and columns go together.
    """
    plan = replace(
        old,
        source=_kept(old.source, before.source, after.source),
        split=_kept(old.split, before.split, after.split),
        missing=_kept(old.missing, before.missing, after.missing),
    )
    if not _speaks_anew(before, after):
        return plan
    named = {column.name for column in (*before.columns, *after.columns)}
    silent = tuple(column for column in old.columns if column.name not in named)
    columns = (*after.columns, *silent) if isinstance(after.source, Csv) else after.columns
    return replace(plan, features=after.features, targets=after.targets, columns=columns)


def _speaks_anew(before: DataPlan, after: DataPlan) -> bool:
    """Whether features, targets or columns are others, and with them what nodes are bound to."""
    return any(
        getattr(before, part) != getattr(after, part) for part in ("features", "targets", "columns")
    )


def _without_places(project: Project) -> Project:
    """Places of nodes that are gone are forgotten."""
    places = project.layout.positions
    kept = {id_: at for id_, at in places.items() if id_ in project.graph.nodes}
    if len(kept) == len(places):
        return project
    return replace(project, layout=replace(project.layout, positions=kept))


# --- the graph


class _Merge:
    """Puts the graph together: `ids` are those of the edited source's nodes in the result."""

    def __init__(
        self,
        old: Graph,
        before: Graph,
        after: Graph,
        olds: Mapping[str, str],
        known: Mapping[str, str],
        ids: Mapping[str, str],
        data_is_new: bool,
    ) -> None:
        self._old = old
        self._before = before
        self._after = after
        self._olds = olds
        self._known = known
        self._ids = ids
        self._data_is_new = data_is_new
        self._before_groups = _groups(before)
        self._after_groups = _groups(after)
        self._of_owners: dict[str, tuple[Node, Node]] = {}

    def graph(self) -> tuple[Graph, frozenset[str]]:
        staying = set(self._ids.values())
        gone = {id_ for id_ in self._olds.values() if id_ not in staying}
        gone |= self._old.inside(id_ for id_ in gone if self._old.nodes[id_].type == BLOCK)
        made = {self._ids[node.id]: self._node(node) for node in self._after.nodes.values()}
        for owner, (was, now) in self._of_owners.items():
            layer = made.get(owner) or self._old.nodes[owner]
            made[owner] = replace(
                layer,
                name=_kept(layer.name, was.name, now.name),
                params=_params(layer.params, was.params, now.params),
            )
        nodes = {
            id_: made.get(id_, node)
            for id_, node in self._old.nodes.items()
            if id_ not in gone or id_ in made
        }
        nodes.update({id_: node for id_, node in made.items() if id_ not in nodes})
        nodes = {
            id_: replace(node, shares=None) if node.shares and node.shares not in nodes else node
            for id_, node in nodes.items()
        }
        wires = [w for w in self._wires(nodes) if w.source.node in nodes and w.target.node in nodes]
        new = frozenset(made.keys() - self._old.nodes.keys())
        return Graph(_named_once(nodes, new), told_apart(wires)), new

    def _node(self, node: Node) -> Node:
        id_ = self._ids[node.id]
        shares = self._ids.get(node.shares or "")
        parent = home(self._old, self._ids.get(node.parent, ""))
        old = self._old.nodes.get(id_)
        was = self._before.nodes.get(self._known.get(node.id, ""))
        fresh = replace(node, id=id_, shares=shares, parent=parent)
        if old is None or was is None or old.type != node.type:
            return fresh
        if not self._shared_as_before(was, node):
            return replace(fresh, bypassed=old.bypassed)
        swapped = (old.shares is None) != (was.shares is None)
        params = old.params if swapped else _params(old.params, was.params, node.params)
        if self._data_is_new and node.type in (INPUT, OUTPUT):
            rest = {name: value for name, value in params.items() if name not in _BOUND}
            params = {**rest, **{n: v for n, v in node.params.items() if n in _BOUND}}
        value = replace(
            old,
            name=old.name if swapped else _kept(old.name, was.name, node.name),
            params=params,
            call=_params(old.call, was.call, node.call),
            comment=_kept(old.comment, was.comment, node.comment),
            parent=parent,
        )
        if swapped and old.shares is not None and was != node:
            self._of_owners[old.shares] = (was, node)
        return old if value == old else value

    def _shared_as_before(self, was: Node, node: Node) -> bool:
        """Whether the same nodes share the layer: the source has its first call as the owner."""
        after = self._after_groups.get(node.shares or node.id, [])
        before = self._before_groups.get(was.shares or was.id, [])
        return {self._known.get(one) for one in after} == set(before)

    # --- wires

    def _wires(self, nodes: Mapping[str, Node]) -> list[Wire]:
        """The old wires, those of changed nodes put anew where the first of them was."""
        before = self._translated(self._before, self._olds, self._old.nodes)
        after = self._translated(self._after, self._ids, nodes)
        changed = {
            target
            for target in before.keys() | after.keys()
            if before.get(target, []) != after.get(target, [])
        }
        real = effective(self._old)
        found: list[Wire] = []
        done: set[str] = set()
        for wire in self._old.wires:
            target = wire.target.node
            if target not in changed:
                found.append(self._renamed(wire, nodes))
            elif target not in done:
                done.add(target)
                found += self._into(target, after.get(target, []), real)
        for target in after:
            if target in changed and target not in done:
                found += after[target]
        return list(dict.fromkeys(found))

    def _translated(
        self, graph: Graph, ids: Mapping[str, str], nodes: Mapping[str, Node]
    ) -> dict[str, list[Wire]]:
        """Wires by the node they end at, in the ids and the ports of the result."""
        found: dict[str, list[Wire]] = {}
        for wire in graph.wires:
            source, target = ids.get(wire.source.node), ids.get(wire.target.node)
            if source is None or target is None:
                continue
            made = Wire(
                OutputRef(source, _port(graph, wire.source.node, wire.source.output, ids, nodes)),
                PortRef(
                    target, _port(graph, wire.target.node, wire.target.port, ids, nodes, INPUT)
                ),
                wire.again,
            )
            found.setdefault(target, []).append(made)
        return found

    def _into(self, target: str, wires: Sequence[Wire], real: Graph) -> list[Wire]:
        """The wires into one node; through a bypassed one where the old went that way."""
        found: list[Wire] = []
        for wire in wires:
            through = next(
                (
                    one
                    for one in self._old.into(target)
                    if one.target == wire.target
                    and one not in found
                    and self._old.nodes[one.source.node].bypassed
                    and wire in real.into(target)
                ),
                None,
            )
            found.append(through or wire)
        return found

    def _renamed(self, wire: Wire, nodes: Mapping[str, Node]) -> Wire:
        """An old wire with the present names of the ports of blocks."""
        return Wire(
            OutputRef(
                wire.source.node, self._present(wire.source.node, wire.source.output, OUTPUT, nodes)
            ),
            PortRef(
                wire.target.node, self._present(wire.target.node, wire.target.port, INPUT, nodes)
            ),
            wire.again,
        )

    def _present(self, id_: str, port: str, type_: str, nodes: Mapping[str, Node]) -> str:
        node = self._old.nodes.get(id_)
        if node is None or node.type != BLOCK:
            return port
        for inner in self._old.children.get(node.shares or id_, ()):
            if inner.type == type_ and inner.name == port and inner.id in nodes:
                return nodes[inner.id].name
        return port


def _port(
    graph: Graph,
    node: str,
    port: str,
    ids: Mapping[str, str],
    nodes: Mapping[str, Node],
    type_: str = OUTPUT,
) -> str:
    """The name in the result of a port of a block: that of its Input or Output."""
    one = graph.nodes[node]
    if one.type != BLOCK:
        return port
    for inner in graph.children.get(one.shares or node, ()):
        if inner.type == type_ and inner.name == port:
            kept = nodes.get(ids.get(inner.id, ""))
            return port if kept is None else kept.name
    return port


def _groups(graph: Graph) -> Mapping[str, Sequence[str]]:
    """The nodes that call one layer, by the one that holds it."""
    found: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        found.setdefault(node.shares or node.id, []).append(node.id)
    return found


def _params(
    old: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Parameters with those changed that were edited."""
    if before == after:
        return old
    kept = {n: value for n, value in old.items() if n in after or n not in before}
    edited = {n: v for n, v in after.items() if n not in before or before[n] != v}
    return {**kept, **edited}


def _named_once(nodes: dict[str, Node], new: frozenset[str]) -> dict[str, Node]:
    """Names are unique on each level; where one meets a node that no source spoke of, it yields."""
    taken: dict[str, set[str]] = {}
    found = dict(nodes)
    for id_, node in nodes.items():
        if id_ not in new:
            taken.setdefault(node.parent, set()).add(node.name)
    for id_, node in nodes.items():
        if id_ in new:
            names = taken.setdefault(node.parent, set())
            name = edits.free_name(names, node.name)
            names.add(name)
            found[id_] = node if name == node.name else replace(node, name=name)
    return found
