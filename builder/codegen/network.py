"""The network in the order it is read: which nodes take part, in what order, who uses what.

Branches are kept together: the order walks back from each output, input by input, so that a
chain stands in one piece and most tensors are used by the very next line.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from builder.document.graph import INPUT, OUTPUT, Graph, Node, OutputRef, Wire


class Network(Struct, frozen=True):
    """What of a graph becomes code. `calls` are the nodes between `inputs` and `outputs`.

    `steps` numbers the calls; `users` gives for every tensor the steps of the calls that take it;
    `makers` gives for every call the node whose layer it calls; `shared` are the makers that are
    called more than once; `merging` are the steps that take several different tensors.
    """

    graph: Graph
    inputs: tuple[Node, ...]
    calls: tuple[Node, ...]
    outputs: tuple[Node, ...]
    steps: Mapping[str, int]
    users: Mapping[OutputRef, tuple[int, ...]]
    makers: Mapping[str, Node]
    shared: frozenset[str]
    merging: frozenset[int]


def network(graph: Graph, ends: Iterable[Node]) -> Network:
    """The network that leads to the given nodes."""
    ids = reading_order(graph, [node.id for node in ends])
    nodes = [graph.nodes[id_] for id_ in ids]
    calls = tuple(node for node in nodes if node.type not in (INPUT, OUTPUT))
    present = set(ids)
    steps = {node.id: step for step, node in enumerate(calls)}
    users: dict[OutputRef, tuple[int, ...]] = {}
    for node in calls:
        for wire in graph.into(node.id):
            users[wire.source] = (*users.get(wire.source, ()), steps[node.id])
    makers = {node.id: maker_of(graph, node) for node in calls}
    counts: dict[str, int] = {}
    for made in makers.values():
        counts[made.id] = counts.get(made.id, 0) + 1
    return Network(
        graph,
        tuple(node for node in graph.of_type(INPUT) if node.id in present),
        calls,
        tuple(node for node in graph.of_type(OUTPUT) if node.id in present),
        steps,
        users,
        makers,
        frozenset(id_ for id_, count in counts.items() if count > 1),
        frozenset(
            steps[node.id] for node in calls if len({w.source for w in graph.into(node.id)}) > 1
        ),
    )


def maker_of(graph: Graph, node: Node) -> Node:
    """The node that holds the layer a node calls: itself, or the one that it shares."""
    return node if node.shares is None else graph.nodes.get(node.shares, node)


def reading_order(graph: Graph, ends: Iterable[str]) -> list[str]:
    """The ids of all that lead to the ends, and of the ends, each after what feeds it.

    On a cycle the order is arbitrary, but every node stands there once.
    """
    order: list[str] = []
    seen: set[str] = set()
    for end in ends:
        if end in seen:
            continue
        seen.add(end)
        path: list[tuple[str, Iterator[Wire]]] = [(end, iter(graph.into(end)))]
        while path:
            node, wires = path[-1]
            source = next((w.source.node for w in wires if w.source.node not in seen), None)
            if source is None:
                path.pop()
                order.append(node)
            elif source in graph.nodes:
                seen.add(source)
                path.append((source, iter(graph.into(source))))
    return order
