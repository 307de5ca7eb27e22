"""From the start of the process to the first paint, against a bare PySide6 main window."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks import Measure

ROUNDS = 7

_BARE = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, painted)

def painted():
    os.write(1, str(time.monotonic_ns()).encode())
    os._exit(0)

app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""

# As `builder.cli.open_window` starts the window.
_OURS = """
import gc
gc.disable()
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QSettings
from builder.app import application, start

def painted():
    os.write(1, str(time.monotonic_ns()).encode())
    os._exit(0)

qt = application()
settings = QSettings(sys.argv[1], QSettings.Format.IniFormat)
app = start(settings, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
app.window.painted.connect(painted)
qt.exec()
"""


def run() -> Iterable[Measure]:
    from builder.resources import resource

    digits = str(resource("examples", "digits.knet"))
    with tempfile.TemporaryDirectory() as folder:
        settings = str(Path(folder) / "settings.ini")
        programs = {
            "bare": [_BARE],
            "empty": [_OURS, settings],
            "digits": [_OURS, settings, digits],
        }
        # Warm means compiled, as an installed program is: the first round writes the bytecode.
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for program in programs.values():
            _seconds(program, environment)
        # In turn, so that whatever else the machine does is shared by all.
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(ROUNDS):
            for name, program in programs.items():
                times[name].append(_seconds(program, environment))
    bare, empty, digits_ = (statistics.median(times[name]) for name in programs)
    name = "a bare QMainWindow"
    yield Measure("start to first paint", empty * 1000, "ms", 500, False, bare * 1000, name)
    yield Measure("start to first paint, times a bare window", empty / bare, "x", 2.0)
    yield Measure("start to first paint with digits", digits_ * 1000, "ms", 500, False)


def _seconds(program: list[str], environment: dict[str, str]) -> float:
    """From just before the process is started until it says that it was painted."""
    began = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, "-c", *program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        check=True,
        timeout=60,
    )
    return (int(done.stdout) - began) / 1e9
