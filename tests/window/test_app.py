"""The program as a process: what its first paint needs, how it ends, what it does with trouble."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from builder.resources import resource
from tests.patience import PATIENCE

HEAVY = {"keras", "tensorflow", "pandas", "sklearn", "pyqtgraph", "torch", "jax"}

_AT_FIRST_PAINT = """
import json, os, sys
from pathlib import Path
from PySide6.QtCore import QSettings
from builder.app import application, start

def painted():
    print(json.dumps(sorted(sys.modules)), flush=True)
    os._exit(0)

qt = application()
path = Path(sys.argv[2]) if len(sys.argv) > 2 else None
app = start(QSettings(sys.argv[1], QSettings.Format.IniFormat), path)
app.window.painted.connect(painted)
qt.exec()
"""

_UNTIL_CLOSED = """
import sys
from PySide6.QtCore import QSettings
from builder import app as module

qt = module.application()
app = module.start(QSettings(sys.argv[1], QSettings.Format.IniFormat))
app.window.painted.connect(lambda: print("painted", flush=True))
sys.exit(qt.exec())
"""


def started(code: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def modules_at_first_paint(*arguments: str) -> set[str]:
    process = started(_AT_FIRST_PAINT, *arguments)
    out, err = process.communicate(timeout=PATIENCE)
    modules = set(json.loads(out.splitlines()[-1])) if out else set()
    assert modules, err
    return modules


def test_the_first_paint_imports_nothing_heavy(tmp_path: Path) -> None:
    modules = modules_at_first_paint(str(tmp_path / "settings.ini"))
    assert modules & HEAVY == set()
    assert modules & {"numpy", "networkx"} == set()


def test_a_project_at_the_start_brings_no_more_than_its_topology(tmp_path: Path) -> None:
    digits = str(resource("examples", "digits.knet"))
    modules = modules_at_first_paint(str(tmp_path / "settings.ini"), digits)
    assert modules & (HEAVY | {"numpy"}) == set()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_ends_politely(tmp_path: Path) -> None:
    process = started(_UNTIL_CLOSED, str(tmp_path / "settings.ini"))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "painted"
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    assert (tmp_path / "settings.ini").exists(), "the layout of the window is remembered"
