"""The window in a system whose colours are dark, where nobody chose others for it.

The system is a KDE of which nothing is there but the file that says its colours.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from builder.app import application, start
from builder.canvas.theme import DARK, current_theme

KDE = {"XDG_CURRENT_DESKTOP": "KDE", "KDE_FULL_SESSION": "true", "KDE_SESSION_VERSION": "5"}
COLOURS = """[General]
ColorScheme=BreezeDark

[Colors:Window]
BackgroundNormal=32,35,38
ForegroundNormal=252,252,252
"""


def darken(folder: Path) -> dict[str, str]:
    """What the environment says of a dark system, whose settings stand in a folder."""
    (folder / "kdeglobals").write_text(COLOURS)
    return {**KDE, "XDG_CONFIG_HOME": str(folder)}


def main(folder: Path) -> None:
    qt = application()
    app = start(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = app.window
    window.complete()
    QApplication.processEvents()
    assert current_theme() is DARK, qt.styleHints().colorScheme()
    corner = window.view.viewport().grab().toImage().pixelColor(5, 5)
    assert corner.name().upper() in (DARK.canvas, DARK.dots), corner.name()
    dark = window.grab().toImage()
    window.menus.themes["light"].trigger()
    QApplication.processEvents()
    assert window.grab().toImage() != dark
    window.menus.themes["system"].trigger()
    QApplication.processEvents()
    assert window.grab().toImage() == dark, "the system's again"
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
