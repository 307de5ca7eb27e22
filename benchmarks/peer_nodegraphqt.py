"""NodeGraphQt building a graph: run by the Python of its own environment, told by `bench_nodegraphqt`.

    python peer_nodegraphqt.py GRAPH.json TIMES

reads `{"nodes": [[name, x, y], ...], "wires": [[from, to], ...]}` and prints what it took
in milliseconds, the best of so many times, as JSON. Nothing of this program is imported here, and no undo steps are kept, which
is NodeGraphQt's fastest way.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ["QT_API"] = "pyside6"
os.environ["QT_PREFERRED_BINDING"] = "PySide6"

from NodeGraphQt import BaseNode, NodeGraph
from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

FRAMES = 40
SIZE = (1400, 900)


class LayerNode(BaseNode):  # type: ignore[misc]  # its environment is not the type checker's
    __identifier__ = "bench"
    NODE_NAME = "layer"

    def __init__(self) -> None:
        super().__init__()
        self.add_input("inputs", multi_input=True)
        self.add_output("output", multi_output=True)


def populate(drawing: dict[str, Any]) -> Any:
    graph = NodeGraph()
    graph.register_node(LayerNode)
    nodes = [
        graph.create_node("bench.LayerNode", name=name, pos=(x, y), selected=False, push_undo=False)
        for name, x, y in drawing["nodes"]
    ]
    for source, target in drawing["wires"]:
        nodes[source].output(0).connect_to(nodes[target].input(0), push_undo=False)
    return graph


def pan(app: QApplication, graph: Any) -> float:
    viewer = graph.viewer()
    viewer.resize(*SIZE)
    viewer.show()
    app.processEvents()
    viewer.reset_zoom()
    nodes = graph.all_nodes()
    viewer.center_selection([nodes[len(nodes) // 3].view])
    app.processEvents()
    port, middle = viewer.viewport(), ground(viewer)
    QTest.mousePress(port, Qt.MouseButton.MiddleButton, pos=middle)
    times = []
    before = viewer.scene_center()
    for frame in range(FRAMES):
        start = time.perf_counter()
        QTest.mouseMove(port, middle + QPoint(9 * (frame % 20) + 9, 7 * (frame % 20)))
        app.processEvents()
        times.append((time.perf_counter() - start) * 1000)
    if viewer.scene_center() == before:
        raise SystemExit("NodeGraphQt did not pan")
    QTest.mouseRelease(port, Qt.MouseButton.MiddleButton, pos=middle)
    return statistics.median(times)


def ground(viewer: Any) -> QPoint:
    """A place where no node is: NodeGraphQt pans from there only."""
    reach = QRectF(-30, -30, 60, 60)
    for y in range(300, 600, 10):
        for x in range(300, 900, 10):
            near = viewer.scene().items(reach.translated(viewer.mapToScene(QPoint(x, y))))
            if not any(isinstance(item, AbstractNodeItem) for item in near):
                return QPoint(x, y)
    raise SystemExit("NodeGraphQt's nodes leave no ground to pan from")


def main() -> None:
    drawing = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    app = QApplication(sys.argv[:1])
    populate({"nodes": drawing["nodes"][:20], "wires": []})  # what only the first one costs
    taken = []
    for _ in range(int(sys.argv[2])):
        start = time.perf_counter()
        graph = populate(drawing)
        taken.append((time.perf_counter() - start) * 1000)
    populated = min(taken)
    sys.stdout.write(json.dumps({"populate": populated, "pan": pan(app, graph)}) + "\n")
    sys.stdout.flush()
    # Its own tidying up takes long and may end badly; all is said.
    os._exit(0)


if __name__ == "__main__":
    main()
