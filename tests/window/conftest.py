"""What several tests of the window begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.canvas.theme import apply_theme
from tests.window import desk as plain
from tests.window.bench import Bench
from tests.window.window_desk import Desk


@pytest.fixture(autouse=True)
def _hushed() -> Iterator[None]:
    yield
    plain.Desk.hush()


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, "Input", "Conv2D", "Conv2D", "Flatten", ("Dense", {"units": 10}), "Output")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Desk:
    """The whole window, light, on an empty project."""
    apply_theme(qapp, "light")
    return Desk(qtbot, tmp_path)
