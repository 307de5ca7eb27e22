"""Adding by typing, and a long day's edits: how fast each key is answered, what undo keeps in memory."""

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
    yield Measure(f"memory for {STEPS:,} undo steps", _grown(app, document), "MB", 100.0)
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


def _grown(app: QApplication, document: Document) -> float:
    """How many MB the process has grown by after many edits that the canvas followed."""
    process = psutil.Process()
    before = process.memory_info().rss
    nodes = tuple(document.project.graph.nodes)
    for step in range(STEPS):
        node = nodes[step % len(nodes)]
        moved = edits.move(document.project, {node: (float(step % 3000), float(step % 1700))})
        document.apply(f"Move {node}", moved)
        if step % 500 == 0:
            app.processEvents()
    return max(0.0, float(process.memory_info().rss - before) / 1e6)
