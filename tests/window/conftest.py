"""What several tests of the window begin with."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.canvas.theme import apply_theme
from tests.window.bench import Bench
from tests.window.window_desk import Desk


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, "Input", "Conv2D", "Conv2D", "Flatten", ("Dense", {"units": 10}), "Output")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Desk:
    """The whole window, light, on an empty project."""
    apply_theme(qapp, "light")
    return Desk(qtbot, tmp_path)
