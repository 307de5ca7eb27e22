"""The type: one family for words, one for shapes and code, the same on every machine.

Inter is the family where the system brings none of its own worth having (offscreen, bare X11);
Windows, macOS and a configured Linux desktop keep theirs. Digits are tabular, so that numbers
that change do not dance.
"""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from builder.resources import resource

UI_SIZE = 13
MONO_SIZE = 12
_FALLBACKS = {"dejavu sans", "sans serif", "sans", "bitstream vera sans", "liberation sans", ""}


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the shipped fonts known to Qt. Returns their families."""
    found: list[str] = []
    for file in ("Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf"):
        id_ = QFontDatabase.addApplicationFont(str(resource("fonts", file)))
        found += QFontDatabase.applicationFontFamilies(id_) if id_ >= 0 else []
    return tuple(dict.fromkeys(found))


@cache
def _family() -> str:
    load_fonts()
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    bare = QGuiApplication.platformName() in ("offscreen", "minimal")
    return "Inter" if bare or system.lower() in _FALLBACKS else system


def ui_font(size: int = UI_SIZE, *, semibold: bool = False) -> QFont:
    """The font of words, in logical pixels."""
    font = QFont(_family())
    font.setPixelSize(size)
    if semibold:
        font.setWeight(QFont.Weight.DemiBold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(size: int = MONO_SIZE) -> QFont:
    """The font of shapes and code, in logical pixels."""
    load_fonts()
    font = QFont("JetBrains Mono")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(size)
    font.setFeature(QFont.Tag("liga"), 0)
    font.setFeature(QFont.Tag("calt"), 0)
    return font
