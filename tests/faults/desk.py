"""A person at the real window: opens files, trains, looks at what is said."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.app import App
from builder.canvas.theme import apply_theme
from builder.catalog.load import load_catalog
from builder.document.problems import Problem
from builder.document.project import Project
from builder.engine.pool import Pool
from builder.resources import resource
from builder.storage.project_file import load
from builder.window.analyst import KernelState
from builder.window.code_panel import CodePanel
from builder.window.data_panel import DataPanel
from builder.window.fields import LineField
from builder.window.importer import Importer
from builder.window.inspector import Inspector
from builder.window.palette import Palette
from builder.window.problems_list import ProblemsList
from builder.window.trainer import Trainer, TrainingState
from builder.window.training_panel import TrainingPanel
from tests.patience import PATIENCE

CATALOG = load_catalog()


class Desk:
    """The window with all its panels, and what a person reads in it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.window = app.window
        self.document = app.document
        self._qtbot: QtBot | None = None

    # --- what is seen

    @property
    def trainer(self) -> Trainer:
        assert self.app.trainer is not None
        return self.app.trainer

    @property
    def banner(self) -> str:
        return self.window.banner.sentence

    @property
    def training_notice(self) -> str:
        panel = self.window.later["bottom.Training"]
        assert isinstance(panel, TrainingPanel)
        return panel.notice.text

    @property
    def said_of_run(self) -> str:
        """What is said of a run that failed: in its panel, or in the banner when that is hidden."""
        return self.training_notice or self.banner

    @property
    def status(self) -> str:
        return self.window.status.kernel_text.text()

    @property
    def problems(self) -> tuple[Problem, ...]:
        panel = self.window.later["bottom.Problems"]
        assert isinstance(panel, ProblemsList)
        return panel.problems

    @property
    def palette(self) -> Palette:
        panel = self.window.later["left.Layers"]
        assert isinstance(panel, Palette)
        return panel

    @property
    def data(self) -> DataPanel:
        panel = self.window.later["right.Data"]
        assert isinstance(panel, DataPanel)
        return panel

    @property
    def code(self) -> str:
        """The live code, brought to the front and up to date."""
        panel = self.window.later["bottom.Code"]
        assert isinstance(panel, CodePanel)
        self.window.show_later("bottom.Code")
        self.wait(lambda: not panel._stale)
        return panel.text.toPlainText()

    def shown_name(self, node: str) -> str:
        """What stands on the canvas as a node's name."""
        return self.window.scene.nodes[node].texts[0]

    def type_into(self, name: str, text: str) -> None:
        """Type a value into the inspector, and Enter."""
        inspector = self.window.later["right.Layer"]
        assert isinstance(inspector, Inspector)
        assert inspector.form is not None
        field = inspector.form.rows[name].field
        assert isinstance(field, LineField)
        field.line.setFocus()
        field.line.selectAll()
        QTest.keyClicks(field.line, text)
        QTest.keyClick(field.line, Qt.Key.Key_Return)

    def problem_of(self, name: str) -> str:
        """What is said of the layer with this name; empty when nothing is."""
        node = self.document.project.graph.by_name[name]
        return next((p.message for p in self.problems if p.node == node.id), "")

    # --- what is done

    def use(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    @property
    def qtbot(self) -> QtBot:
        assert self._qtbot is not None
        return self._qtbot

    def wait(self, condition: Callable[[], object]) -> None:
        def met() -> bool:
            return bool(condition())

        self.qtbot.waitUntil(met)

    def wait_ready(self) -> None:
        self.wait(lambda: self.app.analyst.kernel.state is KernelState.READY)

    def wait_settled(self) -> None:
        self.wait(lambda: self.app.analyst.analysis.settled)

    def open(self, path: Path) -> bool:
        return self.window.files.load(path)

    def digits(self, epochs: int, folder: Path) -> Path:
        """The digits example, saved in a folder and open."""
        project = load(resource("examples", "digits.knet"))
        project = replace(project, training=replace(project.training, epochs=epochs))
        self.document.reset(project)
        path = folder / "digits.knet"
        assert self.window.files.save_to(path)
        return path

    def apply(self, project: Project) -> None:
        self.document.apply("Edit", project)

    def press_train(self) -> None:
        """Press the loud button, as soon as it can be pressed."""
        self.wait(self.window.run_actions.train.isEnabled)
        self.window.banner.hide()
        self.window.toolbar.train.click()

    def press_stop(self) -> None:
        self.window.run_actions.stop.trigger()

    def kill_trainer(self) -> None:
        link = self.trainer._workers.present
        assert link is not None
        kill(link.far)

    def pause_trainer(self) -> None:
        """Hold the worker that has trained, so that it is killed before it has answered."""
        link = self.trainer._workers.present
        assert link is not None
        kill(link.far, signal.SIGSTOP)

    def kill_importer(self, importer: Importer) -> None:
        link = importer._workers.present
        assert link is not None
        self.wait(lambda: getattr(link.far, "pid", None))
        kill(link.far)

    def pause_inspector(self) -> None:
        """Hold the worker that inspects, so that what it is asked from now on stays unanswered."""
        kill(self.app.analyst._far, signal.SIGSTOP)

    def kill_inspector(self) -> None:
        kill(self.app.analyst._far)

    def clear(self) -> None:
        """End what runs, and put an empty project on the desk."""
        self.trainer.kill()
        self.wait(lambda: self.trainer.state is TrainingState.IDLE)
        self.document.reset(Project())
        self.window.banner.hide()


def kill(far: object, how: int = signal.SIGKILL) -> None:
    """End a worker's process as the system does when memory runs out, or send it `how`."""
    pid = getattr(far, "pid", None)
    assert isinstance(pid, int)
    os.kill(pid, how)


@contextlib.contextmanager
def opened_window(
    folder: Path, make_pool: Callable[[], Pool], file: Path | None = None
) -> Iterator[Desk]:
    """The program's own window in full, with a file in it if one is named, until the block ends."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    apply_theme(qt, "light")
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    app = App(CATALOG, settings, make_pool)
    app.window.show()
    if file is not None:
        app.open(file)
    waiting = QEventLoop()
    app.furnished.connect(waiting.quit)
    QTimer.singleShot(round(PATIENCE * 1000), waiting, lambda: waiting.exit(1))
    app.furnish()
    assert waiting.exec() == 0, "a panel of the window could not be made"
    try:
        yield Desk(app)
    finally:
        app.window._agreed = True
        app.window.close()
        qt.processEvents()
