"""What is wrong with the names of layers, as far as a model as a whole has to have them right."""

import re
from collections.abc import Iterator, Sequence

from builder.catalog.spec import Catalog
from builder.codegen.blocks import inner_networks
from builder.codegen.network import Network
from builder.document.blocks import is_inline
from builder.document.graph import BLOCK, Graph, Node
from builder.document.names import problems as name_problems
from builder.document.problems import Fix, Problem
from builder.document.project import Project


def name_refusals(project: Project, net: Network, catalog: Catalog) -> tuple[Problem, ...]:
    """Names that no backend can train or no model can hold.

    TensorFlow makes scopes of those of layers and several outputs; Keras wants them all different.
    """
    outputs = net.outputs if len(net.outputs) > 1 else ()
    used = {node.id for node in (*net.makers.values(), *outputs)}
    for inner in inner_networks(project.graph, net).values():
        used.update(node.id for node in inner.makers.values())
    bad = tuple(problem for problem in name_problems(project) if problem.node in used)
    found = list(bad)
    for nodes in _models(project.graph, net):
        ops = _left_by_ops(nodes, catalog)
        layers = [node for node in nodes if not _operations(node, catalog)]
        found += _named_twice(layers)
        found += _named_like_ops(layers, ops, {node.name for node in layers})
    return tuple(found)


def _models(graph: Graph, net: Network) -> Iterator[list[Node]]:
    """The Inputs, layers and ops of each model that is made, with those of its inline blocks."""
    inner = inner_networks(graph, net)

    def nodes_of(part: Network) -> Iterator[Node]:
        for made in dict.fromkeys(node.id for node in part.makers.values()):
            node = graph.nodes[made]
            if node.type == BLOCK and is_inline(node):
                yield from nodes_of(inner[made])
            else:
                yield node

    yield [*net.inputs, *nodes_of(net)]
    for id_, part in inner.items():
        if not is_inline(graph.nodes[id_]):
            yield [*part.inputs, *nodes_of(part)]


def _operations(node: Node, catalog: Catalog) -> Sequence[str]:
    spec = catalog.layer(node.type)
    return spec.operations if spec is not None else ()


def _left_by_ops(nodes: Sequence[Node], catalog: Catalog) -> dict[str, Node]:
    """The names that Keras gives to ops, each with an op that gets it (or it with a number)."""
    return {name: node for node in nodes for name in _operations(node, catalog)}


def _named_twice(layers: Sequence[Node]) -> Iterator[Problem]:
    """Layers of one model with one name, which stand in different blocks of it."""
    seen: dict[str, Node] = {}
    for node in layers:
        other = seen.setdefault(node.name, node)
        if other.parent != node.parent:
            yield Problem(
                "error",
                f"“{node.name}” is the name of two layers of one model, which stand in different "
                "blocks. Rename one of them.",
                node.id,
            )


def _named_like_ops(
    layers: Sequence[Node], ops: dict[str, Node], taken: set[str]
) -> Iterator[Problem]:
    """Layers with a name that Keras gives to an op of the same model: it cannot be told another."""
    for node in layers:
        op = ops.get(re.sub(r"_\d+$", "", node.name))
        if op is None:
            continue
        wish = f"{node.name}_layer"
        while wish in taken:
            wish += "_layer"
        yield Problem(
            "error",
            f"“{node.name}” is a name that Keras gives to the op “{op.name}” of the same model, "
            f"and a model needs different names. Rename the layer, for example to “{wish}”.",
            node.id,
            (Fix(f"Rename it to {wish}", names={node.id: wish}),),
        )
