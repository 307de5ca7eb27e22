"""The canvas beside NodeGraphQt, the usual node editor for Qt and Python, on the same graph.

NodeGraphQt lives in an environment of its own, `make bench-peers` makes it; without it the figures
stand alone and say so. Both build the same nodes and wires after
a small graph that takes what only the first one costs, and pan a view of 1400 x 900 pixels.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication

from benchmarks import Measure
from benchmarks.bench_canvas import milliseconds, network, panned, shown
from builder.canvas.document import Document
from builder.canvas.scene import GraphScene
from builder.canvas.theme import apply_theme
from builder.canvas.view import CanvasView
from builder.catalog.load import load_catalog
from builder.document.project import Project

FOLDER = Path(__file__).resolve().parent
PEER = FOLDER.parent / ".venv-nodegraphqt" / "bin" / "python"
PATIENCE = 240.0
FASTER = 15.0


def run() -> Iterable[Measure]:
    app = QApplication.instance()
    app = app if isinstance(app, QApplication) else QApplication([])
    apply_theme(app, "light")
    for count in (1000, 5000):
        project = network(count)
        times = 3 if count == 1000 else 1
        own = _ours(app, project, times)
        other, reason = _theirs(project, times)
        for name, value in own.items():
            said = f"{count:,} nodes: {name}" + (f" (NodeGraphQt: {reason})" if reason else "")
            yield Measure(said, value, "ms", against=other.get(name), against_name="NodeGraphQt")
        if not reason:
            factor = other["populate"] / own["populate"]
            title = f"{count:,} nodes: populate, times as fast as NodeGraphQt"
            yield Measure(title, factor, "x", FASTER, at_least=True)


def _ours(app: QApplication, project: Project, times: int) -> Mapping[str, float]:
    document, catalog = Document(project), load_catalog()
    GraphScene(Document(network(20)), catalog)  # what only the first one costs
    made: list[GraphScene] = []
    populate = min(
        milliseconds(lambda: made.append(GraphScene(document, catalog))) for _ in range(times)
    )
    view = CanvasView(made[-1])
    shown(app, view)
    view.zoom_to(1.0)
    view.centre_on("n340")
    pan = panned(app, view)
    view.close()
    return {"populate": populate, "pan": pan}


def _theirs(project: Project, times: int) -> tuple[Mapping[str, float], str]:
    """What NodeGraphQt took; without figures, why there are none."""
    if not PEER.exists():
        return {}, "not installed, see make bench-peers"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.json"
        path.write_text(json.dumps(_drawing(project)), encoding="utf-8")
        try:
            done = subprocess.run(
                [str(PEER), str(FOLDER / "peer_nodegraphqt.py"), str(path), str(times)],
                env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=True,
            )
            answer: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        except subprocess.TimeoutExpired:
            return {}, f"not done within {PATIENCE:.0f} s"
        except (OSError, subprocess.CalledProcessError, ValueError, IndexError) as error:
            return {}, f"broke, {error}"
    return answer, ""


def _drawing(project: Project) -> Mapping[str, object]:
    places, numbers = project.layout.positions, {}
    nodes = []
    for number, (id_, node) in enumerate(project.graph.nodes.items()):
        numbers[id_] = number
        nodes.append([node.name, *places[id_]])
    wires = [[numbers[w.source.node], numbers[w.target.node]] for w in project.graph.wires]
    return {"nodes": nodes, "wires": wires}
