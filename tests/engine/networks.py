"""Small graphs around one layer, for tests of what Keras says to it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.document.edits import snake_case
from builder.document.graph import INPUT, Graph, Node, OutputRef, PortRef, Wire

LAYER = "layer"


@cache
def catalog() -> Catalog:
    """All that Keras offers."""
    return load_catalog()


def fed(
    name: str,
    shapes: Sequence[Sequence[int | None]],
    params: Mapping[str, Any] | None = None,
    *,
    ports: Sequence[str] = (),
    dtype: str = "float32",
) -> Graph:
    """One layer, with the id LAYER, fed by Inputs called a, b, c... of these shapes.

    Required parameters get their examples. `ports` names the port of each Input; without it they
    take the ports in order, or all the one that is variadic.
    """
    spec = next(spec for spec in catalog().layers.values() if spec.name == name)
    node = Node(LAYER, snake_case(name), spec.type, {**spec.example_params(), **(params or {})})
    named = [port.name for port in catalog().ports_of(node).inputs]
    if catalog().ports_of(node).inputs[0].variadic:
        named = named[:1] * len(shapes)
    nodes, wires = {LAYER: node}, []
    for place, shape in enumerate(shapes):
        id_ = "abcdefgh"[place]
        nodes[id_] = Node(id_, id_, INPUT, {"shape": list(shape), "dtype": dtype})
        wires.append(Wire(OutputRef(id_), PortRef(LAYER, (ports or named)[place])))
    return Graph(nodes, tuple(wires))
