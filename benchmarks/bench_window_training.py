"""The real window while it trains the digits example: does it stay fluid, and how soon is there news.

A gap is the time between two turns of the window's event loop, as a timer of 1 ms sees it; the
comparison is the same window at rest.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QWidget

from benchmarks import Measure
from builder.app import App, application, start
from builder.engine.messages import Fault, RunEnded
from builder.resources import resource
from builder.window.training_panel import TrainingPanel

PATIENCE_S = 180.0
REST_S = 3.0
P99_LIMIT = 25.0
MAX_LIMIT = 60.0
FIRST_LOSS_LIMIT = 2.0


class Pulse:
    """Records the gaps between turns of the event loop, in milliseconds.

    `work` is the processor time that this thread spent in each: a gap much longer than its work
    is one in which the machine did something else.
    """

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.work: list[float] = []
        self._last = self._worked = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.gaps.clear()
        self.work.clear()
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return sorted(self.gaps)

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps.append((now - self._last) * 1000)
        self.work.append((worked - self._worked) * 1000)
        self._last, self._worked = now, worked


class FirstLoss(QObject):
    """The moment at which a value is painted for the first time after `arm`."""

    def __init__(self, panel: TrainingPanel) -> None:
        super().__init__()
        self.at: float | None = None
        self._panel = panel
        panel.values.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            for inner in self._panel.values.findChildren(QWidget):
                inner.installEventFilter(self)
        cell = self._panel.values.cells.get("loss")
        painted = event.type() == QEvent.Type.Paint
        if painted and self.at is None and cell is not None and cell.text() != "–":
            self.at = time.perf_counter()
        return False


def run() -> Iterable[Measure]:
    application()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "digits.knet"
        shutil.copy(resource("examples", "digits.knet"), project)
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        app = start(settings, project)
        app.window.resize(1440, 900)
        done: list[bool] = []
        app.furnished.connect(lambda: done.append(True))
        app.furnish()
        wait_until(lambda: bool(done))
        wait_until_calm()
        try:
            yield from measured(app)
        finally:
            app.document.mark_saved(project)
            app.window.close()


def measured(app: App) -> Iterable[Measure]:
    trainer = app.trainer
    assert trainer is not None
    (panel,) = app.window.findChildren(TrainingPanel)
    pulse = Pulse()
    ended: list[RunEnded] = []
    failed: list[Fault] = []
    trainer.run_ended.connect(ended.append)
    trainer.failed.connect(failed.append)
    app.window.run_actions.training.emit()  # brings the Training dock forward
    pulse.start()
    wait(REST_S)
    rest = pulse.stop()
    first = FirstLoss(panel)
    pulse.start()
    clicked = time.perf_counter()
    app.window.run_actions.train.trigger()
    wait_until(lambda: bool(ended or failed))
    gaps = pulse.stop()
    if failed:
        raise RuntimeError(failed[0].message)
    if first.at is None:
        raise RuntimeError("no loss was painted")
    yield Measure("click on Train to the first loss", first.at - clicked, "s", FIRST_LOSS_LIMIT)
    yield Measure(
        "event loop gap while training, p99",
        percentile(gaps, 0.99),
        "ms",
        P99_LIMIT,
        against=percentile(rest, 0.99),
        against_name="at rest",
    )
    yield Measure(
        "event loop gap while training, longest",
        gaps[-1],
        "ms",
        MAX_LIMIT,
        against=rest[-1],
        against_name="at rest",
    )
    yield Measure("of that the window's own work, at the most", max(pulse.work), "ms")
    yield Measure("event loop gap while training, mean", statistics.fmean(gaps), "ms")
    yield Measure("training of the digits example", ended[0].seconds, "s")


def percentile(ordered: list[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def wait(seconds: float) -> None:
    """Let the event loop run, as the program does. (QTest.qWait sleeps 10 ms in every turn.)"""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until a condition holds."""
    end = time.perf_counter() + PATIENCE_S
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("the window took too long")
        wait(0.02)


def wait_until_calm() -> None:
    """Wait until the inspector and the spare have loaded Keras and have nothing more to do."""
    end = time.perf_counter() + PATIENCE_S
    calm = 0
    while calm < 4 and time.perf_counter() < end:
        before = spent()
        wait(0.5)
        calm = calm + 1 if spent() - before < 0.03 and workers() >= 2 else 0


def workers() -> int:
    return len(psutil.Process().children(recursive=True))


def spent() -> float:
    """The processor time of all workers so far, in seconds."""
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
