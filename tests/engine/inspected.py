"""Graphs for the Inspector, drawn by hand."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from builder.document.graph import Graph, Node, OutputRef, PortRef, Wire
from builder.engine.messages import NodeReport
from tests.build import chain
from tests.engine.networks import catalog

Inspector = Any


def fresh() -> Inspector:
    from builder.engine.worker.inspector import Inspector

    return Inspector(catalog())


def drawn(nodes: Mapping[str, tuple[str, Mapping[str, Any]]], *wires: str) -> Graph:
    """A graph from `{"a": ("Dense", {...})}` and wires such as `"a -> b"` or `"a.state -> b.key"`."""
    by_name = {spec.name: spec for spec in catalog().layers.values()}
    made, joined = {}, []
    for id_, (name, params) in nodes.items():
        spec = by_name[name]
        made[id_] = Node(id_, id_, spec.type, {**spec.example_params(), **params})
    for wire in wires:
        (source, _, output), (target, _, port) = (end.partition(".") for end in wire.split(" -> "))
        port = port or catalog().ports_of(made[target]).inputs[0].name
        output = output or catalog().ports_of(made[source]).outputs[0].name
        joined.append(Wire(OutputRef(source, output), PortRef(target, port)))
    return Graph(made, tuple(joined))


def shape_of(report: NodeReport, output: str = "output") -> tuple[int | None, ...]:
    return report.outputs[output].shape


IMAGES = chain(
    ("Input", {"shape": [28, 28, 1]}),
    ("Conv2D", {"filters": 8, "padding": "same"}),
    "BatchNormalization",
    "MaxPooling2D",
    "SeparableConv2D",
    "GlobalAveragePooling2D",
    ("Dense", {"units": 10, "activation": "softmax"}),
    "Output",
    catalog=catalog(),
).graph


TEXTS = chain(
    ("Input", {"shape": [20], "dtype": "int32"}),
    ("Embedding", {"mask_zero": True}),
    ("Bidirectional", {}),
    "Dropout",
    "Dense",
    "Output",
    catalog=catalog(),
).graph


_siamese = drawn(
    {
        "left": ("Input", {"shape": [12]}),
        "right": ("Input", {"shape": [12]}),
        "encode": ("Dense", {"units": 7}),
        "again": ("Dense", {}),
        "far": ("Subtract", {}),
        "out": ("Output", {}),
    },
    "left -> encode",
    "right -> again",
    "encode -> far.x1",
    "again -> far.x2",
    "far -> out",
)


SHARED = Graph(
    {**_siamese.nodes, "again": replace(_siamese.nodes["again"], params={}, shares="encode")},
    _siamese.wires,
)
