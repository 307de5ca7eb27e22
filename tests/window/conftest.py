"""What several tests of the window begin with."""

import pytest
from pytestqt.qtbot import QtBot

from tests.window.bench import Bench


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, "Input", "Conv2D", "Conv2D", "Flatten", ("Dense", {"units": 10}), "Output")
