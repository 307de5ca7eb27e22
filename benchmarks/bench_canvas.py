"""The canvas with 1,000, 5,000 and 10,000 nodes: made, panned, zoomed and edited with real events.

The comparison is the obvious way to do it with Qt: one item for every wire, and text items on
every node. A frame is one mouse event and the painting that follows from it, in a view of
1400 x 900 pixels.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QScrollBar,
)

from benchmarks import Measure
from builder.canvas.arrange import arrange
from builder.canvas.document import Document
from builder.canvas.geometry import HEIGHT, WIDTH
from builder.canvas.marquee import Marquee
from builder.canvas.scene import GraphScene
from builder.canvas.theme import apply_theme
from builder.canvas.view import CanvasView
from builder.catalog.load import load_catalog
from builder.document import framing
from builder.document.frames import Frame
from builder.document.graph import Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Layout, Project
from builder.engine.messages import NodeReport, TensorSpec

CHAIN = 40
SKIP = 4
FRAMES = 40
FRAME_LIMIT = 16.0


def network(count: int) -> Project:
    """Chains of 40 layers side by side, about every second layer with a wire past the next few."""
    nodes, wires, places = {}, [], {}
    for i in range(count):
        row, column = i % CHAIN, i // CHAIN
        merge = row >= SKIP and row % 2 == 0
        type_ = "keras.layers.Add" if merge else "keras.layers.Dense"
        nodes[f"n{i}"] = Node(f"n{i}", f"layer_{i}", type_, {} if merge else {"units": 64})
        places[f"n{i}"] = (column * (WIDTH + 80.0), row * (HEIGHT + 42.0))
        if row:
            wires.append(Wire(OutputRef(f"n{i - 1}"), PortRef(f"n{i}")))
        if merge:
            wires.append(Wire(OutputRef(f"n{i - SKIP}"), PortRef(f"n{i}")))
    return Project(graph=Graph(nodes, tuple(wires)), layout=Layout(places))


def framed(project: Project) -> Project:
    """Each chain in a frame, up to 40 of them."""
    places = project.layout.positions
    height = CHAIN * (HEIGHT + 42.0) + 20
    tops = [f"n{i}" for i in range(0, min(len(places), 40 * CHAIN), CHAIN)]
    corners = [places[top] for top in tops]
    marks = {
        f"f{top}": Frame(f"Chain {top}", (x - 20, y - 40, WIDTH + 40, height))
        for top, (x, y) in zip(tops, corners, strict=True)
    }
    return framing.put(project, marks)


def milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def frames(app: QApplication, act: Callable[[int], None]) -> float:
    """The median time of a frame in milliseconds."""

    def frame(number: int) -> None:
        act(number)
        app.processEvents()

    app.processEvents()
    return statistics.median([milliseconds(partial(frame, i)) for i in range(FRAMES)])


def shown(app: QApplication, view: QGraphicsView) -> QGraphicsView:
    view.resize(1400, 900)
    view.show()
    app.processEvents()
    return view


def panned(app: QApplication, view: CanvasView) -> float:
    port, middle = view.viewport(), QPoint(700, 450)
    QTest.mousePress(port, Qt.MouseButton.MiddleButton, pos=middle)

    def act(i: int) -> None:
        QTest.mouseMove(port, middle + QPoint(9 * (i % 20), 7 * (i % 20)))

    result = frames(app, act)
    QTest.mouseRelease(port, Qt.MouseButton.MiddleButton, pos=middle)
    return result


def zoomed(app: QApplication, view: QGraphicsView) -> float:
    """Turning the wheel from where the view is, out and in again."""
    place = QPointF(700, 450)

    def act(i: int) -> None:
        turn = -120 if i % 20 < 10 else 120
        event = QWheelEvent(
            place,
            QPointF(view.viewport().mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)

    return frames(app, act)


def dragged(app: QApplication, view: CanvasView, node: str) -> float:
    port = view.viewport()
    start = view.mapFromScene(view.graph_scene.box((node,)).center())
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    result = frames(app, lambda i: QTest.mouseMove(port, start + QPoint(i % 20 * 4 + 5, i % 20)))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start)
    return result


def marquee(app: QApplication, view: CanvasView) -> float:
    """Drawing a frame over a quarter of the view, again larger and smaller."""
    port = view.viewport()
    for x in range(300, 700, 7):
        QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(x, 200))
        if isinstance(view.hand.gesture, Marquee):
            break
        view.hand.cancel()
    else:
        raise RuntimeError("the benchmark found no ground to begin a marquee on")
    start = QPoint(x, 200)
    result = frames(
        app, lambda i: QTest.mouseMove(port, start + QPoint(300 + i % 20 * 15, 250 + i % 20 * 15))
    )
    view.hand.cancel()
    return result


def ours(app: QApplication, project: Project) -> dict[str, float]:
    catalog = load_catalog()
    document = Document(project)
    found = {}
    made: list[GraphScene] = []
    gc.collect()
    gc.freeze()  # as the window does once it stands
    found["populate"] = milliseconds(lambda: made.append(GraphScene(document, catalog)))
    known = NodeReport(outputs={"output": TensorSpec((None, 64), "float32")}, parameters=4160)
    made[0].show_reports(dict.fromkeys(project.graph.nodes, known))
    view = CanvasView(made[0])
    shown(app, view)
    for name, scale in (("at 100 %", 1.0), ("at 40 %", 0.4), ("far out", 0.1)):
        view.zoom_to(scale)
        view.centre_on("n340") if scale == 1.0 else view.centerOn(view.graph_scene.box().center())
        found[f"pan {name}"] = panned(app, view)
    view.zoom_to(1.0)
    view.centre_on("n340")
    found["zoom"] = zoomed(app, view)
    view.zoom_to(1.0)
    view.centre_on("n340")
    found["drag one node"] = dragged(app, view, "n340")
    view.centre_on("n340")
    found["marquee"] = marquee(app, view)
    document.select(frozenset(project.graph.nodes))
    view.zoom_to(0.4)
    view.centre_on("n340")
    view.zoom_to(0.4)
    found["drag all nodes at 40 %"] = dragged(app, view, "n340")
    document.apply("Frame", framed(document.project))
    view.choose_all()
    found["drag all nodes and frames at 40 %"] = dragged(app, view, "n340")
    document.select(frozenset())
    view.zoom_to(0.1)
    view.centerOn(view.graph_scene.box(("n340",)).center())
    found["drag one node far out"] = dragged(app, view, "n340")
    moved = {"n340": (5.0, 5.0)}
    found["edit"] = milliseconds(lambda: view.commands.move(moved))
    found["undo"] = milliseconds(document.undo)
    view.close()
    return found


def naive_scene(project: Project) -> QGraphicsScene:
    scene = QGraphicsScene()
    places = project.layout.positions
    for id_, node in project.graph.nodes.items():
        item = QGraphicsRectItem(0, 0, WIDTH, HEIGHT)
        item.setPos(*places[id_])
        item.setFlags(item.GraphicsItemFlag.ItemIsMovable)
        for text, x, y in ((node.name, 16, 6), ("Dense", 180, 6), ("64", 16, 26)):
            QGraphicsSimpleTextItem(text, item).setPos(x, y)
        scene.addItem(item)
    for wire in project.graph.wires:
        (x1, y1), (x2, y2) = places[wire.source.node], places[wire.target.node]
        path = QPainterPath(QPointF(x1 + WIDTH / 2, y1 + HEIGHT))
        path.cubicTo(x1 + WIDTH / 2, y1 + HEIGHT + 20, x2 + WIDTH / 2, y2 - 20, x2 + WIDTH / 2, y2)
        scene.addItem(QGraphicsPathItem(path))
    return scene


def _to_and_fro(bar: QScrollBar, start: int, frame: int) -> None:
    bar.setValue(start + 9 * (frame % 20))


class _NaiveView(QGraphicsView):
    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = 1.0015 ** event.angleDelta().y()
        self.scale(factor, factor)


def naive(app: QApplication, project: Project) -> dict[str, float]:
    found = {}
    made: list[QGraphicsScene] = []
    found["populate"] = milliseconds(lambda: made.append(naive_scene(project)))
    view = _NaiveView(made[0])
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    shown(app, view)
    box = made[0].itemsBoundingRect()
    view.setSceneRect(box.adjusted(-20000, -20000, 20000, 20000))
    for name, scale in (("at 100 %", 1.0), ("at 40 %", 0.4), ("far out", 0.1)):
        view.resetTransform()
        view.scale(scale, scale)
        view.centerOn(box.center())
        across = view.horizontalScrollBar()
        start = across.value()
        found[f"pan {name}"] = frames(app, partial(_to_and_fro, across, start))
    view.resetTransform()
    found["zoom"] = zoomed(app, view)
    view.close()
    return found


def run() -> Iterable[Measure]:
    app = QApplication.instance()
    app = app if isinstance(app, QApplication) else QApplication([])
    apply_theme(app, "light")
    for count in (1000, 5000, 10000):
        project = network(count)
        plain = naive(app, project) if count < 10000 else {}
        for name, value in ours(app, project).items():
            yield Measure(
                f"{count:,} nodes: {name}",
                value,
                "ms",
                _limit(count, name),
                against=plain.get(name),
                against_name="an item per wire and text" if name in plain else "",
            )
    project = network(1000)
    yield Measure("tidy 1,000 nodes", milliseconds(lambda: arrange(project)), "ms", 300.0)


def _limit(count: int, name: str) -> float | None:
    """What is promised of a figure, if anything is."""
    if name == "populate":
        return {1000: 150.0, 10000: 1000.0}.get(count)
    if name.startswith("drag all nodes"):
        return {1000: FRAME_LIMIT, 5000: 60.0}.get(count)
    if name in ("edit", "undo") or (count == 10000 and name in ("zoom", "marquee")):
        return None
    return FRAME_LIMIT
