"""Pictures of the real window for the README: digits, trained and scored, light and dark.

    python tools/pictures.py [FOLDER] [--themes light dark] [--all]

`--all` adds the states that a designer wants to see: empty, fresh, busy, evaluated, predicting,
a problem. Each theme runs in a process of its own, as a person would start it, with settings
that nobody else uses.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from builder.app import App, application
from builder.canvas.theme import apply_theme
from builder.catalog.load import load_catalog
from builder.document import edits
from builder.document.project import Project
from builder.engine.pool import Pool
from builder.resources import resource

PATIENCE_MS = 120_000


class Photographer:
    """Drives one window through a session and takes its picture now and then."""

    def __init__(self, folder: Path, theme: str, settings: Path) -> None:
        self._qt = application()
        self._qt.setQuitOnLastWindowClosed(False)
        apply_theme(self._qt, theme)  # type: ignore[arg-type]
        self._folder, self._theme = folder, theme
        values = QSettings(str(settings / "settings.ini"), QSettings.Format.IniFormat)
        self.app = App(load_catalog(), values, Pool)
        self.window = self.app.window
        self.window.resize(1440, 900)
        self.window.painted.connect(self.app.furnish)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let the window live until a condition holds. Raises TimeoutError naming it."""
        loop, late = QEventLoop(), QTimer(singleShot=True, interval=PATIENCE_MS)
        poll = QTimer(interval=20)
        poll.timeout.connect(lambda: loop.quit() if condition() else None)
        late.timeout.connect(loop.quit)
        poll.start()
        late.start()
        loop.exec()
        if not condition():
            raise TimeoutError(what)

    def take(self, name: str) -> None:
        self.until(lambda: not self.window.isHidden(), "the window is shown")
        for _ in range(5):
            QApplication.processEvents()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / (f"{name}-{self._theme}.png" if name else f"{self._theme}.png")
        self.window.grab().save(str(path))
        print(path)

    def train(self, busy: str | None) -> None:
        trainer = self.app.trainer
        assert trainer is not None
        ended: list[object] = []
        epochs: list[object] = []
        trainer.run_ended.connect(ended.append)
        trainer.failed.connect(ended.append)
        trainer.epoch_ended.connect(epochs.append)
        self.window.run_actions.train.trigger()
        if busy is not None:
            self.until(lambda: len(epochs) >= 8 or bool(ended), "eight epochs")
            self.take(busy)
        self.until(lambda: bool(ended), "training ends")

    def close(self) -> None:
        self.app.document.mark_saved(self.app.document.path or Path("pictures.knet"))
        self.window.close()
        self._qt.quit()


def session(folder: Path, theme: str, everything: bool) -> None:
    """Open, train, evaluate, predict; take the README's picture while training."""
    with tempfile.TemporaryDirectory() as settings:
        os.environ["XDG_DATA_HOME"] = settings
        photographer = Photographer(folder, theme, Path(settings))
        app, window = photographer.app, photographer.window
        if everything:
            app.document.reset(Project())
        window.show()
        if everything:
            photographer.until(lambda: app.trainer is not None, "panels")
            photographer.take("1-empty")
        app.open(resource("examples", "digits.knet"))
        photographer.until(lambda: app.trainer is not None, "panels")
        conv = app.document.project.graph.by_name.get("conv")
        if conv is not None:
            app.document.select(frozenset({conv.id}))
        photographer.until(lambda: (window.analyst.analysis.parameters or 0) > 0, "shapes")
        if everything:
            photographer.take("2-fresh")
        photographer.train("")
        if everything:
            photographer.take("3-trained")
            scored: list[object] = []
            assert app.trainer is not None
            app.trainer.evaluated.connect(scored.append)
            window.run_actions.evaluate.trigger()
            photographer.until(lambda: bool(scored), "scores")
            photographer.take("4-evaluated")
            answered: list[object] = []
            app.trainer.predicted.connect(answered.append)
            window.run_actions.predict.trigger()
            photographer.until(lambda: bool(answered), "a prediction")
            photographer.take("5-predict")
            window.show_later("bottom.Code")
            photographer.take("6-code")
            skip = app.document.project.graph.by_name["skip"]
            app.document.apply(
                "Break it", edits.set_params(app.document.project, {skip.id: {"filters": 31}})
            )
            window.show_later("bottom.Problems")
            photographer.until(
                lambda: any(p.severity == "error" for p in window.analyst.analysis.problems),
                "a problem",
            )
            photographer.take("7-problem")
            described: list[object] = []
            app.trainer.described.connect(described.append)
            window.show_later("right.Data", focus=True)
            photographer.until(lambda: bool(described), "what is in the data")
            photographer.take("8-data")
            window.show_later("right.Training", focus=True)
            photographer.take("9-plan")
        photographer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/pictures"))
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        session(options.folder, options.themes[0], options.all)
        return
    for theme in options.themes:
        command = [sys.executable, __file__, str(options.folder), "--one", "--themes", theme]
        subprocess.run([*command, *(["--all"] if options.all else [])], check=True)


if __name__ == "__main__":
    main()
