"""The whole window, with a far side that the test answers for."""

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.app import App
from builder.catalog.load import load_catalog
from builder.engine.messages import Inspect, Inspected, NodeReport, Ready
from builder.storage.examples import list_examples
from builder.window.main_window import MainWindow
from builder.window.palette import Palette
from builder.window.problems_list import ProblemsList
from tests.window.far import PlainPool

CATALOG = load_catalog()
READY = Ready("3.15.1", "tensorflow", "2.21.0", ("CPU",), 1)


class Desk:
    """The window as the app furnishes it, its two panels of the first paint, and the pool."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.pool = PlainPool()
        self.app = App(CATALOG, self.settings, lambda: self.pool)  # type: ignore[arg-type,return-value]
        self.window = self.app.window
        self.document = self.app.document
        qtbot.addWidget(self.window, before_close_func=let_go)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.complete()
        palette, problems = self.window.later["left.Layers"], self.window.later["bottom.Problems"]
        assert isinstance(palette, Palette)
        assert isinstance(problems, ProblemsList)
        self.palette, self.problems = palette, problems

    def furnish(self) -> None:
        with self.qtbot.waitSignal(self.app.furnished):
            self.app.furnish()

    def ready(self) -> None:
        self.pool.inspectors[-1].report(READY)
        QApplication.processEvents()

    def answer(self, **nodes: NodeReport) -> None:
        far = self.pool.inspectors[-1]
        asked = [request for request in far.requests if isinstance(request, Inspect)]
        far.report(Inspected(asked[-1].id, nodes))
        QApplication.processEvents()

    def example(self, name: str = "digits") -> None:
        example = next(e for e in list_examples() if e.name == name)
        self.window.files.open_example(example)


def let_go(window: MainWindow) -> None:
    """Close without asking, at the end of a test."""
    window._agreed = True
