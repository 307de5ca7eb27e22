"""The code panel in step with the canvas: from an edit to the painted source, colours included."""

import gc
import statistics
import time
from collections.abc import Iterable

from PySide6.QtWidgets import QApplication

from benchmarks import Measure
from benchmarks.networks import distinct_chain, with_params
from builder.canvas.document import Document
from builder.canvas.theme import apply_theme
from builder.catalog.load import load_catalog
from builder.document.project import Project
from builder.window.code_panel import CodePanel

ROUNDS = 15
NODES = 1000


def run() -> Iterable[Measure]:
    app = QApplication.instance()
    app = app if isinstance(app, QApplication) else QApplication([])
    apply_theme(app, "light")
    graph = distinct_chain(NODES)
    document = Document(Project(graph=graph))
    panel = CodePanel(document, load_catalog())
    panel.resize(900, 300)
    panel.show()
    app.processEvents()
    gc.collect()
    gc.freeze()  # as the window does once it stands
    for place in ("n5", "n500"):
        times = []
        for number in range(ROUNDS):
            edited = Project(graph=with_params(graph, place, {"units": 2000 + number}))
            started = time.perf_counter()
            document.apply("Set units", edited)
            while str(2000 + number) not in panel.module.source:
                app.processEvents()
            app.processEvents()
            times.append(time.perf_counter() - started)
        name = f"edit of layer {place[1:]} of {NODES:,}: code shown"
        yield Measure(name, 1000 * statistics.median(times), "ms", 50.0)
    panel.close()
