"""Adding by typing, and a long day's edits: how fast each key is answered, what undo keeps in memory."""

import gc
import time
from collections.abc import Iterable

import psutil
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks import Measure
from benchmarks.bench_canvas import network, shown
from builder.canvas.document import Document
from builder.canvas.scene import GraphScene
from builder.canvas.theme import apply_theme
from builder.canvas.view import CanvasView
from builder.catalog.load import load_catalog
from builder.codegen.problems import problems
from builder.document import edits

WORDS = ("conv2", "lstm", "max pool", "batchnorm")
STEPS = 10_000


def run() -> Iterable[Measure]:
    app = QApplication.instance()
    app = app if isinstance(app, QApplication) else QApplication([])
    apply_theme(app, "light")
    document = Document(network(100))
    view = CanvasView(GraphScene(document, load_catalog()))
    shown(app, view)
    yield Measure("quick-add: a key press, all layers", _slowest_key(app, view), "ms", 5.0)
    yield Measure(f"memory for {STEPS:,} undo steps", _grown(app, view), "MB", 100.0)
    view.close()


def _slowest_key(app: QApplication, view: CanvasView) -> float:
    """The slowest key of several words, each typed three times, after one that loads all."""
    taken: dict[tuple[str, int], float] = {}
    for word in ("dense", *WORDS * 3):
        view.quick_add()
        card = view.floating.card
        assert card is not None
        app.processEvents()
        for place, sign in enumerate(word):
            start = time.perf_counter()
            QTest.keyClicks(card.field, sign)
            spent = (time.perf_counter() - start) * 1000
            taken[word, place] = min(spent, taken.get((word, place), spent))
        card.close_card()
        app.processEvents()
    return max(spent for (word, _), spent in taken.items() if word != "dense")


def _grown(app: QApplication, view: CanvasView) -> float:
    """How many MB the process has grown by after many edits, each followed as in the window.

    A day's mixture: layers moved, values set, layers put into wires and taken out, names.
    """
    process, document, catalog = psutil.Process(), view.document, view.catalog
    problems(document.project, catalog)
    gc.collect()
    before = process.memory_info().rss
    graph = document.project.graph
    nodes = [id_ for id_, node in graph.nodes.items() if node.params and graph.out_of(id_)]
    for step in range(STEPS):
        _edit(view, step, nodes[step % len(nodes)])
        problems(document.project, catalog)
        if step % 500 == 0:
            app.processEvents()
    gc.collect()
    return max(0.0, float(process.memory_info().rss - before) / 1e6)


def _edit(view: CanvasView, step: int, node: str) -> None:
    """One edit of one undo step."""
    document, commands = view.document, view.commands
    graph = document.project.graph
    match step % 10:
        case 0 | 1 | 2 | 3:
            commands.move({node: (float(step % 3000), float(step % 1700))})
        case 4 | 5 | 6:
            title = f"Set units of {graph.nodes[node].name}"
            document.apply(title, edits.set_params(document.project, {node: {"units": step}}))
        case 7:
            commands.add("keras.layers.Dropout", (0.0, 0.0), onto=graph.out_of(node)[0])
        case 8:
            commands.dissolve(document.selection)
        case _:
            commands.rename(node, f"layer_{step}")
