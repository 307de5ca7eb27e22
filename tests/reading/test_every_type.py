"""Every layer and op of the catalogue, with its examples and with other values, is read back."""

from typing import Any

import pytest

from builder.catalog.load import load_catalog
from builder.catalog.spec import LayerSpec, ParamSpec
from builder.codegen import CannotGenerate, generate
from builder.document.graph import INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.reading.python_source import read_source

CATALOG = load_catalog()
TYPES = sorted(type_ for type_ in CATALOG.layers if type_ not in (INPUT, OUTPUT))


def around(spec: LayerSpec, params: dict[str, Any], call: dict[str, Any]) -> Project:
    """A node with an Input at every port that it needs, and every other one with a name."""
    node = Node("n", "node", spec.type, params, call)
    nodes, wires = {}, []
    for place, port in enumerate(CATALOG.ports_of(node).inputs):
        if params.get(port.name) is not None:
            continue
        for number in range(2 if port.variadic else 1):
            id_ = f"i{place}_{number}"
            nodes[id_] = Node(id_, id_, INPUT, {"shape": [4, 4, 3]})
            wires.append(Wire(OutputRef(id_), PortRef("n", port.name)))
    nodes["n"] = node
    for output in CATALOG.ports_of(node).outputs:
        id_ = f"o_{output.name}"
        nodes[id_] = Node(id_, id_, OUTPUT)
        wires.append(Wire(OutputRef("n", output.name), PortRef(id_)))
    return Project("one", Graph(nodes, tuple(wires)))


def others(param: ParamSpec) -> list[Any]:
    """Values that a parameter takes besides its default."""
    match param.kind:
        case "bool":
            return [not param.default]
        case "choice":
            return [one for one in param.choices if one != param.default][:1]
        case "int":
            return [max(int(param.minimum or 0), 3)]
        case "number":
            return [0.25]
        case "ints" if param.length:
            return [list(range(3, 3 + param.length))]
        case "object" if param.group in ("initializers", "regularizers", "constraints"):
            return [next(one.alias for one in CATALOG.objects[param.group].values() if one.alias)]
    return []


@pytest.mark.parametrize("type_", TYPES)
def test_it_is_read_back(type_: str) -> None:
    spec = CATALOG.layers[type_]
    example = spec.example_params()
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [(example, {})]
    varied = {p.name: v for p in spec.params if p.keras and not p.required for v in others(p)}
    cases += [({**example, name: value}, {}) for name, value in varied.items()]
    cases += [(example, {p.name: v}) for p in spec.call_params for v in others(p)]
    for params, call in cases:
        try:
            source = generate(around(spec, params, call), CATALOG).source
        except CannotGenerate:
            continue
        assert generate(read_source(source, CATALOG), CATALOG).source == source, (params, call)
