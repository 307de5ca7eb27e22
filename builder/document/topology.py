"""The shape of a graph as a graph: order, cycles, reachability, and what is wrong with it.

networkx is asked, once per graph value: the view is kept on the (frozen) graph that it was made
from. It is imported on first use, because a window can paint a network without it.
"""

from collections.abc import Collection, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from builder.document.graph import (
    BLOCK,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    Port,
    PortRef,
    PortsOf,
    Wire,
)
from builder.document.problems import End, Fix, Problem

if TYPE_CHECKING:
    import networkx as nx

_VIEW = "_topology_view"
_ORDER = "_topology_order"
_FEW = 2


def view(graph: Graph) -> "nx.DiGraph[str]":
    """The graph for networkx: node ids, one edge for each joined pair. Read it, never change it."""
    found = graph.__dict__.get(_VIEW)
    if found is None:
        import networkx as nx

        found = nx.DiGraph()
        found.add_nodes_from(graph.nodes)
        found.add_edges_from((w.source.node, w.target.node) for w in graph.wires)
        graph.__dict__[_VIEW] = found
    return found


def order(graph: Graph) -> tuple[str, ...]:
    """Node ids so that every node stands after all that feed it; ties in the graph's own order.

    Nodes on a cycle, and what depends on them, are left out.
    """
    found = graph.__dict__.get(_ORDER)
    if found is None:
        found = graph.__dict__[_ORDER] = tuple(_sorted(graph))
    result: tuple[str, ...] = found
    return result


def _sorted(graph: Graph) -> list[str]:
    import networkx as nx

    digraph = view(graph)
    rank = {id_: place for place, id_ in enumerate(graph.nodes)}
    if not nx.is_directed_acyclic_graph(digraph):
        circles = (c for c in nx.strongly_connected_components(digraph) if len(c) > 1)
        on_circles = set[str]().union(*circles, nx.nodes_with_selfloops(digraph))
        lost = on_circles | descendants(graph, on_circles)
        digraph = digraph.subgraph(set(graph.nodes) - lost)
    return list(nx.lexicographical_topological_sort(digraph, key=rank.__getitem__))


def cycle(graph: Graph) -> tuple[str, ...]:
    """The ids of the nodes on one cycle, or nothing."""
    # Nearly every graph has none, and the standard library says so without loading networkx,
    # which opening a file before the first paint would wait 100 ms for.
    feeds: dict[str, set[str]] = {}
    for wire in graph.wires:
        feeds.setdefault(wire.target.node, set()).add(wire.source.node)
    try:
        TopologicalSorter(feeds).prepare()
    except CycleError:
        import networkx as nx

        return tuple(source for source, _ in nx.find_cycle(view(graph)))
    return ()


def reaches(graph: Graph, start: str, end: str) -> bool:
    """Whether a tensor that leaves `start` can arrive at `end`; a node reaches itself."""
    return start == end or end in descendants(graph, (start,))


def ancestors(graph: Graph, nodes: Iterable[str]) -> set[str]:
    """All nodes that the given ones depend on, without themselves."""
    import networkx as nx

    return set[str]().union(*(nx.ancestors(view(graph), node) for node in nodes))


def descendants(graph: Graph, nodes: Iterable[str]) -> set[str]:
    """All nodes that depend on the given ones, without themselves."""
    import networkx as nx

    return set[str]().union(*(nx.descendants(view(graph), node) for node in nodes))


def problems(graph: Graph, ports_of: PortsOf) -> tuple[Problem, ...]:
    """What is wrong with a graph before any layer is asked: one problem per node at the most.

    Of a branch that leads nowhere only the last layer is named: that is where a wire is missing.
    What a block lacks is told of the block.
    """
    ports_of = graph.lookup(ports_of)
    found = list(_whole(graph.level(), ports_of))
    found += _of_level(graph.level(), ports_of)
    for block in graph.of_type(BLOCK):
        if block.shares is None:
            level = graph.level(block.id)
            found += _of_block(block, level)
            found += _of_level(level, ports_of)
    return tuple(found)


def _of_level(graph: Graph, ports_of: PortsOf) -> Iterable[Problem]:
    on_cycle = set(cycle(graph))
    stray = _stray(graph)
    ends = stray - {wire.source.node for wire in graph.wires}
    names: dict[tuple[str, bool], str] = {}
    for node in graph.nodes.values():
        # An Output names what the model gives: mostly that is called as the layer it comes from.
        twin = names.setdefault((node.name, node.type == OUTPUT), node.id)
        missing = _unfed(graph, node.id, ports_of)
        if node.id in on_cycle:
            yield Problem(
                "error", f"“{node.name}” feeds itself through a cycle. Cut one wire.", node.id
            )
        elif twin != node.id:
            yield Problem(
                "error", f"Two layers are called “{node.name}”. Rename one of them.", node.id
            )
        elif missing:
            fixes = _fed(graph, node, missing, ports_of)
            yield Problem("error", _unfed_sentence(node.name, missing), node.id, fixes)
        elif node.id in ends:
            yield Problem("warning", _stray_sentence(graph, node.id, stray), node.id)


def _whole(graph: Graph, ports_of: PortsOf) -> Iterable[Problem]:
    if not graph.of_type(INPUT):
        starts = [
            (node, ports[0].name)
            for node in graph.nodes.values()
            if (ports := _unfed(graph, node.id, ports_of))
        ]
        yield Problem(
            "error",
            "The network has no input yet. Add an Input from the palette.",
            fixes=_ended(INPUT, "Add an Input before", starts),
        )
    if not graph.of_type(OUTPUT):
        ends = [(node, port) for node, port in _loose(graph, ports_of) if node.type != INPUT]
        yield Problem(
            "error",
            "The network has no output yet. Add an Output from the palette and connect the last "
            "layer to it.",
            fixes=_ended(OUTPUT, "Add an Output after", ends),
        )


def _ended(type_: str, words: str, places: Sequence[tuple[Node, str]]) -> tuple[Fix, ...]:
    """A button for each place, unless there are so many that a person has to look."""
    if len(places) > _FEW:
        return ()
    return tuple(
        Fix(f"{words} “{node.name}”", ends=(End(type_, node.id, port),)) for node, port in places
    )


def _loose(graph: Graph, ports_of: PortsOf) -> list[tuple[Node, str]]:
    """The nodes whose result goes nowhere, with their first output."""
    return [
        (node, outputs[0].name)
        for node in graph.nodes.values()
        if not graph.out_of(node.id) and (outputs := ports_of(node).outputs)
    ]


def _of_block(block: Node, inside: Graph) -> Iterable[Problem]:
    for type_, word in ((INPUT, "input"), (OUTPUT, "output")):
        if not inside.of_type(type_):
            yield Problem(
                "error",
                f"The block “{block.name}” has no {word}. Enter it and add one from the palette.",
                block.id,
            )
            return


def _stray(graph: Graph) -> set[str]:
    """The nodes that lead to no output, where there is one that they could lead to."""
    outputs = {node.id for node in graph.of_type(OUTPUT)}
    return graph.nodes.keys() - ancestors(graph, outputs) - outputs if outputs else set()


def _stray_sentence(graph: Graph, end: str, stray: Collection[str]) -> str:
    name = graph.nodes[end].name
    before = len(ancestors(graph, (end,)) & set(stray))
    if before:
        layers = "layer" if before == 1 else f"{before} layers"
        return (
            f"“{name}” leads to no output, so the model leaves out this layer and the {layers} "
            f"before it. Connect “{name}” to what follows, or delete them."
        )
    kind = "input" if graph.nodes[end].type == INPUT else "layer"
    return f"“{name}” leads to no output, so the model leaves this {kind} out. Connect it or delete it."


def _unfed(graph: Graph, node: str, ports_of: PortsOf) -> Sequence[Port]:
    fed = {wire.target.port for wire in graph.into(node)}
    inputs = ports_of(graph.nodes[node]).inputs
    return [port for port in inputs if not port.optional and port.name not in fed]


def _fed(graph: Graph, node: Node, missing: Sequence[Port], ports_of: PortsOf) -> tuple[Fix, ...]:
    """A wire to the one port that lacks it, where just one layer has a result to spare."""
    after = descendants(graph, (node.id,))
    spare = [
        (one, port)
        for one, port in _loose(graph, ports_of)
        if one.id != node.id and one.id not in after
    ]
    if len(spare) != 1 or len(missing) != 1:
        return ()
    (one, port), target = spare[0], PortRef(node.id, missing[0].name)
    return (Fix(f"Connect “{one.name}” to it", wires=(Wire(OutputRef(one.id, port), target),)),)


def _unfed_sentence(name: str, ports: Sequence[Port]) -> str:
    if [port.name for port in ports] == ["inputs"]:
        return f"“{name}” has no input. Connect a layer to it."
    listed = ", ".join(f"“{port.name}”" for port in ports)
    what = "a wire or a number" if any(port.constant for port in ports) else "a wire"
    return f"“{name}” still needs {what} at {listed}."
