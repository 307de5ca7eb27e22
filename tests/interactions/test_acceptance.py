"""Build, connect, fix, tidy, save and train a three-layer network: without a mouse, and without keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.engine.messages import RunEnded
from builder.storage.project_file import load
from builder.window.data_panel import DataPanel
from tests.canvas.conftest import Key, Keys
from tests.interactions.window import Clicker, Desk, Typist, desk

pytestmark = [pytest.mark.keras, pytest.mark.slow]

CONTROL = Keys.ControlModifier
WIRES = [
    "dense > dense_2.inputs",
    "dense_2 > output.inputs",
    "flatten > dense.inputs",
    "input > flatten.inputs",
]


def data_panel(at: Desk) -> DataPanel:
    panel = at.window.later["right.Data"]
    assert isinstance(panel, DataPanel)
    return panel


def ready_to_train(at: Desk) -> bool:
    analysis = at.window.analyst.analysis
    return analysis.settled and not analysis.errors and at.window.run_actions.train.isEnabled()


def check(at: Desk, path: Path) -> None:
    """The network is drawn, on disk and trained."""
    (outcome,) = at.ended
    assert isinstance(outcome, RunEnded)
    assert outcome.status == "completed"
    assert sorted(at.wires()) == WIRES
    assert at.document.is_clean
    assert load(path).graph.nodes == at.project.graph.nodes
    nodes = at.project.graph.by_name
    assert nodes["input"].params["shape"] == [8, 8, 1]
    assert nodes["dense_2"].params["units"] == 10
    rows = [at.project.layout.positions[at.id(n)][1] for n in ("input", "flatten", "dense")]
    assert rows == sorted(rows)


def test_with_the_mouse_unplugged(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with desk(qtbot, qapp, tmp_path) as at:
        me = Typist(at)
        # Build: the palette appends, each layer fed by the one before.
        me.go_to_pane(at.window.left)
        for layer in ("input", "flatten", "dense", "output"):
            me.write(layer)
        assert at.names() == {"input", "flatten", "dense", "output"}
        # Connect: a loose layer, then Connect to… twice.
        me.go_to_pane(at.view)
        me.press(Key.Key_Escape)
        me.press(Key.Key_Tab)
        me.write("dense")
        assert at.chosen() == {"dense_2"}
        me.press(Key.Key_L, CONTROL)
        me.write("output")
        me.press(Key.Key_Escape)
        me.walk_to("dense")
        me.press(Key.Key_L, CONTROL)
        me.write("dense_2")
        assert sorted(at.wires()) == WIRES
        # Fix: a name that cannot be, and what the data asks for.
        me.press(Key.Key_F2)
        me.write("in/valid")
        assert "in/valid" in at.view.said
        me.press(Key.Key_A, CONTROL)
        me.write("dense")
        assert "dense" in at.names()
        me.choose(Key.Key_R, "Data…")
        at.until(data_panel(at).source.view().isVisible)  # the choices are open
        me.write("Digits")
        at.until(lambda: at.project.data.source)
        me.tab_to(data_panel(at).fit)
        me.press(Key.Key_Space)
        at.until(lambda: ready_to_train(at))
        # Tidy, save, train.
        me.press(Key.Key_T, Keys.ShiftModifier | Keys.AltModifier)
        me.press(Key.Key_S, CONTROL)
        at.file_dialog()
        path = tmp_path / "typed.knet"
        me.press(Key.Key_A, CONTROL)
        me.write(str(path))
        at.until(path.is_file)
        me.press(Key.Key_Return, CONTROL)
        at.until(lambda: at.ended)
        check(at, path)


def test_with_the_mouse_alone(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with desk(qtbot, qapp, tmp_path) as at:
        me = Clicker(at)
        # Build: layers are dragged in. (Without a display Qt drags nothing itself: these are the
        # events that its drag would send.)
        place = QPoint(at.port.width() // 2, 60)
        for layer in ("Input", "Flatten", "Dense", "Dense", "Output"):
            type_ = next(s.type for s in at.window.catalog.layers.values() if s.name == layer)
            assert at.drop(type_, place)
            place += QPoint(-60 if layer == "Flatten" else 30, 80)
        # Connect: from ports to ports, and on a body. One wire goes wrong and is taken off.
        at.drag(at.output("input"), at.input("flatten"))
        at.drag(at.output("flatten"), at.body("dense"))
        at.drag(at.output("dense_2"), at.input("output"))
        at.drag(at.output("flatten"), at.input("dense_2"))
        at.drag(at.input("dense_2"), at.at(-900, 400))
        at.drag(at.input("dense_2"), at.output("dense"))
        assert sorted(at.wires()) == WIRES
        # Fix: choose data, and let the network be fitted.
        me.page("right", "Data")
        me.pick(data_panel(at).source, "Digits")
        at.until(lambda: at.project.data.source)
        me.click(data_panel(at).fit)
        at.until(lambda: ready_to_train(at))
        # Tidy, save, train.
        me.tool("Tidy")
        me.tool("Save")
        me.accept(at.file_dialog())
        at.until(lambda: at.document.path)
        path = at.document.path
        assert path is not None
        assert path.parent == tmp_path
        me.tool("Train")
        at.until(lambda: at.ended)
        check(at, path)
