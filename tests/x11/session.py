"""A person's session as a program: the window at its place on the display, and the person at it."""

import argparse
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings, Qt

from builder.app import App, application
from builder.canvas.theme import apply_theme
from builder.catalog.load import load_catalog
from builder.engine.pool import Pool
from builder.resources import resource
from tests.x11.person import Person


def live(
    kind: type[Person], pool: Callable[[], Pool] = Pool, *, example: str = "", toured: bool = False
) -> int:
    """Let a person of this kind live in the folder that the command line names.

    They find an example opened, if one is named; `toured` ones are not offered the tour. Returns
    the exit status: 1 if something went wrong.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    qt = application()
    apply_theme(qt, "light")
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    if toured:
        settings.setValue("tour_seen", True)
    app = App(load_catalog(), settings, pool)
    app.window.painted.connect(app.furnish)
    app.window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    app.window.setGeometry(0, 0, 1440, 900)
    if example:
        app.open(resource("examples", example))
    person = kind(app, folder)
    app.window.show()
    app.window.activateWindow()
    person.begin()
    qt.exec()
    return 1 if person.failure else 0
