"""The composition root of the window: the only file that knows every room.

What the first paint needs is made before it: Qt, the document, the catalogue, the canvas. Workers,
panels and everything heavy follow when the event loop runs.
"""

import builder.canvas  # noqa: F401  # isort: skip  # first: after it imports are Python's own

import gc
import logging
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from builder import __version__
from builder.canvas.document import Document
from builder.canvas.theme import STYLE, ThemeName, apply_theme
from builder.catalog.load import cache_path, installed_keras, is_outdated, load_catalog
from builder.catalog.spec import Catalog
from builder.engine.messages import Event, MakeCatalog
from builder.resources import resource
from builder.window.analyst import Analyst
from builder.window.choices import new_project
from builder.window.main_window import MainWindow
from builder.window.menus import THEME
from builder.window.workers import Far

if TYPE_CHECKING:
    from builder.engine.pool import Pool
    from builder.window.recovery import Recovery
    from builder.window.trainer import Trainer

_SIGNAL_CHECK_MS = 200

log = logging.getLogger("builder")


class App(QObject):
    """One window with its document, analyst and workers.

    Signals:
        furnished(): every panel is there and the worker is starting.
    """

    furnished = Signal()

    def __init__(
        self, catalog: Catalog, settings: QSettings, make_pool: Callable[[], "Pool"]
    ) -> None:
        super().__init__()
        self._make_pool = make_pool
        self._pool: Pool | None = None
        self._catalog = catalog
        self.trainer: Trainer | None = None
        self.recovery: Recovery | None = None
        self.document = Document(new_project(settings))
        self.analyst = Analyst(self.document, catalog, self._start_worker)
        self.window = MainWindow(self.document, catalog, self.analyst, settings)
        self.window.closed.connect(self._end)
        self.analyst.ready.connect(lambda _: self._renew_catalog())

    def open(self, path: Path) -> None:
        """Open a project; one that ships with the program is opened as a copy not saved yet."""
        shipped = path.resolve().is_relative_to(resource("examples").resolve())
        self.window.files.load(path, copy=shipped)

    def furnish(self) -> None:
        """Make what the first paint did not need, and start the workers."""
        # What start-up made lives as long as the window: the collector need never look at it.
        # (`cli.open_window` let it rest until now.)
        gc.freeze()
        gc.enable()
        from builder.window.furnishing import furnish

        self.window.complete()
        self._pool = self._make_pool()
        self.trainer = furnish(self.window, self._pool, self.furnished.emit)
        self.analyst.start()

    def keep_copies(self, folder: Path | None = None) -> None:
        """From now on keep recovery copies; offer those left behind once every panel is there."""
        from builder.storage.recovery import recovery_folder
        from builder.window.recovery import Recovery

        self.recovery = Recovery(self.window, folder or recovery_folder())
        self.furnished.connect(self.recovery.look)

    def complain(self, sentence: str) -> None:
        """Say that something went wrong inside the program."""
        self.window.banner.say(sentence, "error")

    def _start_worker(self, report: Callable[[Event], None], backend: str) -> Far:
        if self._pool is None:
            raise OSError("the window is still being set up")
        return self._pool.start_inspector(report, backend)

    def _renew_catalog(self) -> None:
        """Have the worker describe a Keras that the catalogue does not know, for the next start."""
        version = installed_keras()
        if version is None or not is_outdated(self._catalog):
            return
        target = cache_path(version)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning("The catalogue of Keras %s cannot be kept: %s", version, error)
            return
        self.analyst.send(MakeCatalog(0, str(target)))

    def _end(self) -> None:
        self.analyst.stop()
        if self.trainer is not None:
            self.trainer.close_worker()
        if self._pool is not None:
            self._pool.stop()


def run(path: Path | None = None) -> int:
    """Open the window, with a project in it if one is named, and stay until it is closed."""
    qt = application()
    app = start(QSettings("Keras Builder", "Keras Builder"), path)
    app.window.painted.connect(app.furnish)
    app.window.painted.connect(app.keep_copies)
    app.furnished.connect(app.window.tools.welcome)
    return qt.exec()


def start(settings: QSettings, path: Path | None = None) -> App:
    """Show the window. What the first paint does not need is left to `App.furnish`."""
    apply_theme(application(), theme_of(settings))
    app = App(load_catalog(), settings, _make_pool)
    watch_exceptions(app)
    _end_on_interrupt(app.window)
    app.window.show()
    if path is not None:
        app.open(path)
    return app


def _make_pool() -> "Pool":
    # Imported here: it brings sockets and processes, which the first paint does not need.
    from builder.engine.pool import Pool

    return Pool()


def application() -> QApplication:
    """The process's Qt application with its name, made if there is none."""
    running = QApplication.instance()
    qt = running if isinstance(running, QApplication) else QApplication([*sys.argv[:1], *STYLE])
    qt.setApplicationName("Keras Builder")
    qt.setApplicationVersion(__version__)
    qt.setDesktopFileName("keras-builder")
    return qt


def theme_of(settings: QSettings) -> ThemeName:
    """The theme that was chosen; the system's until one was."""
    chosen = settings.value(THEME, "system")
    names: tuple[ThemeName, ...] = get_args(ThemeName)
    return next((name for name in names if name == chosen), "system")


def watch_exceptions(app: App) -> None:
    """An exception that nobody caught goes to the log, and to the user as one sentence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            app.window.close()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("%s", text)
        app.window.logged.emit(text)
        app.complain(
            "Something went wrong inside Keras Builder; your project is as it was before. "
            "The Log tab holds the details."
        )

    sys.excepthook = hook


def _end_on_interrupt(window: MainWindow) -> None:
    """Ctrl+C in the terminal closes the window, asking first if something is not saved."""
    signal.signal(signal.SIGINT, lambda _signum, _frame: window.close())
    # Python looks at signals only while it runs; a timer gives it a moment now and then.
    beat = QTimer(window)
    beat.timeout.connect(lambda: None)
    beat.start(_SIGNAL_CHECK_MS)
