"""Importing large networks, from the file to the canvas, against Keras rebuilding them.

The window is the real one, with real workers. Keras makes the files and rebuilds the models from
their configs in a process of its own, before and after, so that both meet the same machine.
"""

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer

from benchmarks import Measure
from builder.app import App, application
from builder.catalog.load import load_catalog
from builder.engine.pool import Pool

NETWORKS = ("EfficientNetB7", "NASNetLarge")
SETTLING_MS = 15_000
PATIENCE_MS = 60_000

_KERAS = """
import sys, time, json, keras
from pathlib import Path
folder, seconds = Path(sys.argv[1]), {}
for name in sys.argv[2:]:
    path = folder / f"{name}.json"
    if not path.exists():
        path.write_text(getattr(keras.applications, name)(weights=None).to_json())
    keras.backend.clear_session()
    began = time.perf_counter()
    keras.models.model_from_json(path.read_text())
    seconds[name] = time.perf_counter() - began
print("SECONDS", json.dumps(seconds))
"""


def run() -> Iterable[Measure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _keras(folder)
        app = _window(folder)
        for network in NETWORKS:
            path = _archive(folder, network)
            _pause(SETTLING_MS)  # until a worker stands ready again
            seconds, gap = _import(app, path)
            keras = before[network]
            about = "Keras rebuilds the model from its config"
            yield Measure(
                f"{network}, file to canvas", seconds, "s", None, against=keras, against_name=about
            )
            yield Measure(f"{network}, file to canvas, of Keras's time", seconds / keras, "x", 2.0)
            yield Measure(f"{network}, longest gap of the event loop", 1000 * gap, "ms", 100.0)
        app.window.close()


def _keras(folder: Path) -> dict[str, float]:
    """How long Keras takes to rebuild each network from its config, in seconds."""
    done = subprocess.run(
        [sys.executable, "-c", _KERAS, str(folder), *NETWORKS],
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("SECONDS "))
    found: dict[str, float] = json.loads(line.removeprefix("SECONDS "))
    return found


def _archive(folder: Path, network: str) -> Path:
    """A .keras file with the network's config; weights are read when training starts."""
    path = folder / f"{network}.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / f"{network}.json", "config.json")
        archive.writestr("metadata.json", "{}")
    return path


def _window(folder: Path) -> App:
    application()
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    app = App(load_catalog(), settings, Pool)
    app.window.painted.connect(app.furnish)
    app.window.show()
    _wait(app.furnished.connect)
    return app


def _import(app: App, path: Path) -> tuple[float, float]:
    """The seconds until the network stands on the canvas and was painted, and the longest gap."""
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    beat = QTimer()
    beat.timeout.connect(tick)
    beat.start(0)
    began = last = time.perf_counter()
    app.window.model_dropped.emit(str(path))
    _wait(app.window.files.opened.connect)
    app.window.view.viewport().repaint()
    seconds = time.perf_counter() - began
    _pause(2000)  # shapes and problems arrive
    beat.stop()
    return seconds, max(gaps)


def _wait(connect: Callable[[Callable[[], object]], object]) -> None:
    """Let the window live until a signal comes."""
    loop = QEventLoop()
    connect(loop.quit)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
