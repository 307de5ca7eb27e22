"""Networks of a known size to measure with."""

from collections.abc import Mapping
from typing import Any

from builder.document.graph import INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire


class _Drawing:
    """A graph in the making. `place` puts a node behind others and returns its id."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._wires: list[Wire] = []

    def place(self, type_: str, *sources: str, **params: Any) -> str:
        id_ = f"n{len(self._nodes) + 1}"
        self._nodes[id_] = Node(id_, f"layer_{id_}", type_, params)
        self._wires += [Wire(OutputRef(source), PortRef(id_)) for source in sources]
        return id_

    def layer(self, name: str, *sources: str, **params: Any) -> str:
        return self.place(f"keras.layers.{name}", *sources, **params)

    def graph(self) -> Graph:
        return Graph(self._nodes, tuple(self._wires))


def dense_chain(nodes: int) -> Graph:
    """An Input, `nodes` - 2 Dense layers and an Output in a row."""
    drawing = _Drawing()
    end = drawing.place(INPUT, shape=[16])
    for _ in range(nodes - 2):
        end = drawing.layer("Dense", end, units=16, activation="relu")
    drawing.place(OUTPUT, end)
    return drawing.graph()


def distinct_chain(nodes: int) -> Graph:
    """Like `dense_chain`, but no two layers are alike: each has a width of its own."""
    graph = dense_chain(nodes)
    for place in range(2, nodes):
        graph = with_params(graph, f"n{place}", {"units": 100 + place})
    return graph


def resnet50() -> Graph:
    """ResNet50 as keras.applications builds it: 177 nodes, 25.6 million parameters."""
    drawing = _Drawing()
    end = drawing.place(INPUT, shape=[224, 224, 3])
    end = drawing.layer("ZeroPadding2D", end, padding=[3, 3])
    end = _convolved(drawing, end, 64, 7, strides=[2, 2])
    end = drawing.layer("Activation", end, activation="relu")
    end = drawing.layer("ZeroPadding2D", end, padding=[1, 1])
    end = drawing.layer("MaxPooling2D", end, pool_size=[3, 3], strides=[2, 2])
    for filters, blocks, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for block in range(blocks):
            end = _block(drawing, end, filters, stride if block == 0 else 1, block == 0)
    end = drawing.layer("GlobalAveragePooling2D", end)
    end = drawing.layer("Dense", end, units=1000, activation="softmax")
    drawing.place(OUTPUT, end)
    return drawing.graph()


def vgg16(wider: int = 1) -> Graph:
    """VGG16 as keras.applications builds it: 138 million parameters, 100 times that 10 times `wider`."""
    drawing = _Drawing()
    end = drawing.place(INPUT, shape=[224, 224, 3])
    for filters, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            sizes = {"filters": filters * wider, "kernel_size": [3, 3]}
            end = drawing.layer("Conv2D", end, **sizes, padding="same", activation="relu")
        end = drawing.layer("MaxPooling2D", end, pool_size=[2, 2], strides=[2, 2])
    end = drawing.layer("Flatten", end)
    for _ in range(2):
        end = drawing.layer("Dense", end, units=4096 * wider, activation="relu")
    end = drawing.layer("Dense", end, units=1000, activation="softmax")
    drawing.place(OUTPUT, end)
    return drawing.graph()


def with_params(graph: Graph, node: str, params: Mapping[str, Any]) -> Graph:
    """The graph with other parameters on one node."""
    old = graph.nodes[node]
    changed = Node(old.id, old.name, old.type, {**old.params, **params})
    return Graph({**graph.nodes, node: changed}, graph.wires)


def _convolved(drawing: _Drawing, end: str, filters: int, kernel: int, **params: Any) -> str:
    size = [kernel, kernel]
    end = drawing.layer("Conv2D", end, filters=filters, kernel_size=size, **params)
    return drawing.layer("BatchNormalization", end)


def _block(drawing: _Drawing, end: str, filters: int, stride: int, widened: bool) -> str:
    strides = [stride, stride]
    shortcut = end
    if widened:
        shortcut = _convolved(drawing, end, 4 * filters, 1, strides=strides)
    end = _convolved(drawing, end, filters, 1, strides=strides)
    end = drawing.layer("Activation", end, activation="relu")
    end = _convolved(drawing, end, filters, 3, padding="same")
    end = drawing.layer("Activation", end, activation="relu")
    end = _convolved(drawing, end, 4 * filters, 1)
    end = drawing.layer("Add", shortcut, end)
    return drawing.layer("Activation", end, activation="relu")
