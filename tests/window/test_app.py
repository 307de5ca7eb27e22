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

LARGE = {"QStyle", "QImage", "QGradient"}
"""Types of Qt whose enums have hundreds of names, which PySide makes as it first meets the type."""

_AT_FIRST_PAINT = """
import builtins, json, os, sys
from pathlib import Path
from PySide6 import QtGui, QtWidgets
from PySide6.QtCore import QSettings
from builder.app import application, start

def painted():
    plain = builtins.__import__ is builtins.__orig_import__
    print(json.dumps([sorted(sys.modules), [*vars(QtGui), *vars(QtWidgets)], plain]), flush=True)
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


def at_first_paint(*arguments: str) -> tuple[set[str], set[str], bool]:
    """The modules that are loaded, the types that Qt has by then, and whether imports are plain."""
    process = started(_AT_FIRST_PAINT, *arguments)
    out, err = process.communicate(timeout=PATIENCE)
    assert out, err
    modules, types, plain = json.loads(out.splitlines()[-1])
    return set(modules), set(types), plain


def test_the_first_paint_imports_nothing_heavy(tmp_path: Path) -> None:
    modules, types, plain = at_first_paint(str(tmp_path / "settings.ini"))
    assert modules & HEAVY == set()
    assert modules & {"numpy", "networkx"} == set()
    assert types & LARGE == set()
    assert plain, "PySide would read the source of every module that is imported"


def test_a_project_at_the_start_brings_no_more_than_its_topology(tmp_path: Path) -> None:
    digits = str(resource("examples", "digits.knet"))
    modules, types, _ = at_first_paint(str(tmp_path / "settings.ini"), digits)
    assert modules & (HEAVY | {"numpy"}) == set()
    assert types & LARGE == set()


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
