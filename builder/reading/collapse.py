"""Which layers of a large network belong together, told by their names and by how they are joined.

`conv2_block1_1_conv`, `conv2_block1_1_bn`... are one block; where names say nothing (InceptionV3),
branches that part and meet again are. A group is only made where nothing outside stands between
its members, so that it can be drawn as one node.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from statistics import median

from msgspec import Struct

FROM = 30
"""A level with fewer nodes is shown as it is."""

_SMALLEST = 3
_TYPICAL = (5, 3)
_MOST_ENDS = 4
_MANY_ALIKE = 10
_MANY = 16
_INDEXED = re.compile(r"[A-Za-z]*\d+[a-z]?\Z")
_LETTERED = re.compile(r"(.*\d)[a-z]\Z")
_NUMBERED = re.compile(r"(.*?)_?\d+[a-z]?\Z")

Labels = list[str | None]


class Net(Struct, frozen=True):
    """Nodes by number, each after all that feed it, with their names and who feeds whom.

    `free` says of which nodes the name means nothing: Keras has given it.
    """

    names: tuple[str, ...]
    feeds: tuple[tuple[int, ...], ...]
    free: tuple[bool, ...]
    fixed: frozenset[int] = frozenset()


Groups = dict[str, list[int]]


def collapsed(net: Net) -> dict[int, tuple[str, ...]]:
    """For each node that belongs to a group the names of the groups around it, outermost first."""
    if len(net.names) < FROM:
        return {}
    candidates = [_grouped(net, labels) for labels in (_by_prefix(net), _by_suffix(net))]
    candidates.append(_grouped(net, _by_branches(net)))
    groups = max(candidates, key=lambda found: sum(map(len, found.values())))
    paths: dict[int, tuple[str, ...]] = {
        node: (label,) for label, nodes in groups.items() for node in nodes
    }
    if len(net.names) - len(paths) + len(groups) <= _MANY:
        return paths
    outer, holders = _contracted(net, groups)
    stages = _grouped(outer, _stages(outer, groups), least=2)
    if not len(stages) > 1:
        return paths
    for stage, members in stages.items():
        for member in members:
            for node in holders[member]:
                paths[node] = (stage, *paths.get(node, ()))
    return paths


# --- labels


def _by_prefix(net: Net) -> Labels:
    """The prefix that names of one block share: the longest by which blocks are of some size."""
    cuts = [() if free else _cuts(name) for name, free in zip(net.names, net.free, strict=True)]
    deepest = max(map(len, cuts), default=0) - 1
    for typical in _TYPICAL:
        for depth in range(deepest, -1, -1):
            counts = Counter(cut[depth] for cut in cuts if len(cut) > depth)
            counts.update(name for name in net.names if name in counts)
            large = [count for count in counts.values() if count >= _SMALLEST]
            if len(large) > 1 and median(large) >= typical:
                found = [cut[min(depth, len(cut) - 1)] if cut else None for cut in cuts]
                return _without_number(net, found)
    return [None] * len(cuts)


def _without_number(net: Net, labels: Labels) -> Labels:
    """The first of numbered blocks may have no number: `expanded_conv`, `expanded_conv_1`.

    And the first layer of a block may be called like the block.
    """
    stems = {re.sub(r"_\d+\Z", "", label) for label in labels if label and "_" in label}
    known = set(labels)
    return [
        label
        or (name if name in known else None)
        or next((stem for stem in stems if not free and name.startswith(f"{stem}_")), None)
        for label, name, free in zip(labels, net.names, net.free, strict=True)
    ]


def _cuts(name: str) -> tuple[str, ...]:
    """The prefixes of a name that end in a number: of `conv2_block1_1_conv` three."""
    tokens = name.split("_")
    found: list[str] = []
    for place, token in enumerate(tokens[:-1], start=1):
        if place > 0 and _INDEXED.match(token):
            prefix = "_".join(tokens[:place])
            lettered = _LETTERED.match(prefix)
            if lettered:
                found.append(lettered.group(1))
            found.append(prefix)
    return tuple(found)


def _by_suffix(net: Net) -> Labels:
    """The number that names of one cell end in: `normal_add_1_0`, `reduction_bn_1_stem_1`."""
    pairs = Counter(
        "_".join(name.split("_")[-2:])
        for name, free in zip(net.names, net.free, strict=True)
        if not free
    )
    found: Labels = []
    for name, free in zip(net.names, net.free, strict=True):
        *before, last = name.split("_")
        if free or not before or not last.isdecimal():
            found.append(None)
            continue
        pair = f"{before[-1]}_{last}"
        common = before[-1].isalpha() and pairs[pair] > _MANY_ALIKE
        found.append(pair if common else f"cell_{last}")
    return found


def _by_branches(net: Net) -> Labels:
    """Branches that part and meet again, by the node where they meet."""
    found: Labels = [None] * len(net.names)
    users = _users(net)
    open_ends: set[int] = set()
    start = 0
    for node in range(len(net.names)):
        open_ends = {end for end in open_ends if users[end] and users[end][-1] > node}
        if not open_ends and node - start > 2:
            label = _stem(net, range(start + 1, node + 1))
            for inner in range(start + 1, node + 1):
                found[inner] = label
        if not open_ends:
            start = node
        if users[node] and users[node][-1] > node:
            open_ends.add(node)
    return [None if node in net.fixed else label for node, label in enumerate(found)]


def _stem(net: Net, nodes: range) -> str:
    """What to call branches that meet: by the prefix most of them share, else by their end."""
    shared = Counter(
        cut[-1] for node in nodes if not net.free[node] and (cut := _cuts(net.names[node]))
    )
    return shared.most_common(1)[0][0] if shared else f"{net.names[nodes[-1]]}_block"


def _stages(outer: Net, groups: Mapping[str, object]) -> Labels:
    """The stage that a block belongs to: `conv2` for `conv2_block1`, `block2` for `block2a`."""
    found: Labels = []
    for name in outer.names:
        lettered = _LETTERED.match(name)
        cuts = _cuts(name)
        if name not in groups:
            found.append(None)  # until it is known which stages there are
        elif lettered:
            found.append(lettered.group(1))
        else:
            stem = _NUMBERED.match(name)
            found.append(cuts[-1] if cuts else stem.group(1) if stem else None)
    stages = set(found) - {None}
    return [
        label or next((cut for cut in _cuts(name) if cut in stages), None)
        for label, name in zip(found, outer.names, strict=True)
    ]


# --- groups


def _grouped(net: Net, labels: Labels, least: int = _SMALLEST) -> Groups:
    """The groups that labels make, as far as each can be drawn as one node."""
    labels = _spread(
        net, [None if node in net.fixed else label for node, label in enumerate(labels)]
    )
    groups: Groups = {}
    for node, label in enumerate(labels):
        if label is not None:
            groups.setdefault(label, []).append(node)
    before, after = _reach(net)
    sound: Groups = {}
    for label, nodes in groups.items():
        if len(nodes) < least or len(nodes) == len(net.names):
            continue
        inside = sum(1 << node for node in nodes)
        above = below = 0
        for node in nodes:
            above |= before[node]
            below |= after[node]
        if above & below & ~inside == 0 and _ends(net, set(nodes)) <= _MOST_ENDS:
            sound[label] = nodes
    return _acyclic(net, sound) if len(sound) > 1 else {}


def _spread(net: Net, labels: Labels) -> Labels:
    """Give nodes whose name says nothing the label of those around them."""
    labels = list(labels)
    users = _users(net)

    def pass_over(order: Sequence[int], judge: Callable[[int], str | None]) -> None:
        for node in order:
            if labels[node] is None and net.free[node] and node not in net.fixed:
                labels[node] = judge(node)

    def between(node: int) -> str | None:
        behind = {labels[user] for user in users[node]} - {None}
        same = {labels[source] for source in net.feeds[node]} & behind
        return next(iter(same)) if len(same) == 1 else None

    def merging(node: int) -> str | None:
        if len(net.feeds[node]) < 2:
            return None
        return next((labels[s] for s in sorted(net.feeds[node], reverse=True) if labels[s]), None)

    def leading(node: int) -> str | None:
        behind = {labels[user] for user in users[node]}
        return next(iter(behind)) if len(behind) == 1 else None

    forth = range(len(net.names))
    pass_over(forth, between)
    pass_over(forth, merging)
    pass_over(forth[::-1], between)
    pass_over(forth[::-1], leading)
    return labels


def _ends(net: Net, nodes: set[int]) -> int:
    """How many tensors enter or leave a group, whichever are more."""
    entering = {source for node in nodes for source in net.feeds[node] if source not in nodes}
    leaving = {
        source
        for node, feeds in enumerate(net.feeds)
        if node not in nodes
        for source in feeds
        if source in nodes
    }
    return max(len(entering), len(leaving))


def _acyclic(net: Net, groups: Groups) -> Groups:
    """The groups without those that would feed each other in a circle."""
    while True:
        outer, _ = _contracted(net, groups)
        sorter = TopologicalSorter(dict(enumerate(outer.feeds)))
        try:
            sorter.prepare()
        except CycleError as error:
            circle = {outer.names[node] for node in error.args[1]}
            groups = {label: nodes for label, nodes in groups.items() if label not in circle}
        else:
            return groups


def _contracted(net: Net, groups: Groups) -> tuple[Net, list[list[int]]]:
    """The network with each group as one node, and the nodes that each of its nodes stands for."""
    home = {node: label for label, nodes in groups.items() for node in nodes}
    place: dict[str | int, int] = {}
    holders: list[list[int]] = []
    for node in range(len(net.names)):
        key = home.get(node, node)
        if key not in place:
            place[key] = len(holders)
            holders.append([])
        holders[place[key]].append(node)
    names = [home.get(nodes[0], net.names[nodes[0]]) for nodes in holders]
    feeds: list[set[int]] = [set() for _ in holders]
    for node, sources in enumerate(net.feeds):
        here = place[home.get(node, node)]
        feeds[here] |= {place[home.get(source, source)] for source in sources} - {here}
    free = tuple(net.free[nodes[0]] and nodes[0] not in home for nodes in holders)
    fixed = frozenset(place[node] for node in net.fixed if node in place)
    return Net(tuple(names), tuple(tuple(sorted(f)) for f in feeds), free, fixed), holders


def _users(net: Net) -> list[list[int]]:
    users: list[list[int]] = [[] for _ in net.names]
    for node, sources in enumerate(net.feeds):
        for source in sources:
            users[source].append(node)
    return users


def _reach(net: Net) -> tuple[list[int], list[int]]:
    """For each node, as bits, all that lead to it, and all that it leads to."""
    users = _users(net)
    order = list(TopologicalSorter(dict(enumerate(net.feeds))).static_order())
    before, after = [0] * len(order), [0] * len(order)
    for node in order:
        for source in net.feeds[node]:
            before[node] |= before[source] | 1 << source
    for node in reversed(order):
        for user in users[node]:
            after[node] |= after[user] | 1 << user
    return before, after
