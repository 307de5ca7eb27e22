"""The look as data: every colour by name, for light and dark, and the one in use.

Whatever paints asks `current_theme()` when it paints, and listens to `theme_changed` to paint again.
Category colours differ between the themes where one value would not reach a contrast of 3:1.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

ThemeName = Literal["system", "light", "dark"]
STYLE = ("-style", "Fusion")
"""Arguments of a QApplication: the look is a dress for this style. `setStyle` says the same, but
makes all that PySide knows of styles, which the first paint need not wait for."""


class Theme(Struct, frozen=True):
    """Colours as `#RRGGBB`. Text colours reach 4.5:1 and marks 3:1 on what they stand on.

    `field` is the ground of input fields, `raised` that of a node on the canvas, `hover` of a row
    under the mouse, `chosen` of a selected row. `on_accent` and `on_train` are text on those fills.
    `runs` is a cycle for further curves that colour-blind people can tell apart.
    """

    name: Literal["light", "dark"]
    canvas: str
    dots: str
    panel: str
    raised: str
    field: str
    hover: str
    chosen: str
    line: str
    border: str
    text: str
    secondary: str
    faint: str
    accent: str
    on_accent: str
    train: str
    train_hover: str
    on_train: str
    ok: str
    warning: str
    error: str
    wire: str
    curve_train: str
    curve_validation: str
    runs: tuple[str, ...]
    categories: Mapping[str, str]

    def category(self, name: str) -> str:
        """The colour of a catalogue category; unknown ones are grey like blocks."""
        return self.categories.get(name, self.categories["Blocks"])

    def severity(self, name: str) -> str:
        """The colour of a problem: error, warning or info."""
        return {"error": self.error, "warning": self.warning}.get(name, self.accent)


LIGHT = Theme(
    name="light",
    canvas="#F5F6F8",
    dots="#D9DEE5",
    panel="#FFFFFF",
    raised="#FFFFFF",
    field="#F1F3F6",
    hover="#EEF1F5",
    chosen="#E1EAFD",
    line="#DCE1E8",
    border="#CBD2DC",
    text="#1B2230",
    secondary="#5A6476",
    faint="#828B9B",
    accent="#2463EB",
    on_accent="#FFFFFF",
    train="#C8102E",
    train_hover="#AD0D27",
    on_train="#FFFFFF",
    ok="#1A7D4A",
    warning="#966400",
    error="#C62828",
    wire="#7C8797",
    curve_train="#2463EB",
    curve_validation="#D17306",
    runs=("#0072B2", "#B35900", "#007A5A", "#A8558A", "#56717F", "#8A6D00"),
    categories={
        "Input and output": "#64748B",
        "Core": "#3B73E8",
        "Convolution": "#8B5CF6",
        "Pooling": "#D17306",
        "Normalization": "#4C8DAE",
        "Regularization": "#7A8699",
        "Merge": "#B7791F",
        "Activation": "#0E9D8C",
        "Recurrent": "#0F766E",
        "Attention": "#BE3A8A",
        "Preprocessing": "#3F8F5B",
        "Reshaping": "#8A6D5A",
        "Math": "#4F6D9A",
        "Logic": "#7A5AA6",
        "Statistics": "#2F7F93",
        "Arrays": "#6B7280",
        "Linear algebra": "#3D5AB8",
        "Functions": "#2E8B74",
        "Images": "#A0622D",
        "Signals": "#A34B6B",
        "Custom": "#66771C",
        "Blocks": "#374151",
    },
)

DARK = Theme(
    name="dark",
    canvas="#14171C",
    dots="#262C36",
    panel="#1B1F26",
    raised="#20262F",
    field="#262C36",
    hover="#242A33",
    chosen="#22375A",
    line="#2C333E",
    border="#3A4350",
    text="#E7EAF0",
    secondary="#98A2B3",
    faint="#727C8D",
    accent="#6AA5FF",
    on_accent="#0B1220",
    train="#D13438",
    train_hover="#BE2B2F",
    on_train="#FFFFFF",
    ok="#4CC38A",
    warning="#E2B203",
    error="#FF6B6B",
    wire="#7C8797",
    curve_train="#6AA5FF",
    curve_validation="#E08A1E",
    runs=("#56B4E9", "#E69F00", "#2FBF97", "#D98BBB", "#9FB3BF", "#E3D44A"),
    categories={
        "Input and output": "#6B7C94",
        "Core": "#4A80F0",
        "Convolution": "#8B5CF6",
        "Pooling": "#D97706",
        "Normalization": "#4C8DAE",
        "Regularization": "#7A8699",
        "Merge": "#B7791F",
        "Activation": "#0E9F8E",
        "Recurrent": "#12877E",
        "Attention": "#C54090",
        "Preprocessing": "#3F8F5B",
        "Reshaping": "#937562",
        "Math": "#6486B8",
        "Logic": "#9A7CC8",
        "Statistics": "#3E97AE",
        "Arrays": "#7F8896",
        "Linear algebra": "#6580DC",
        "Functions": "#35A286",
        "Images": "#BC7A3F",
        "Signals": "#C06584",
        "Custom": "#8A9C38",
        "Blocks": "#68798F",
    },
)


class _Themes(QObject):
    """Holds the theme in use. One for the whole process, like the application's palette."""

    theme_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self.wish: ThemeName = "light"

    def follow_system(self, scheme: Qt.ColorScheme) -> None:
        """The system's colour scheme is another now."""
        app = QApplication.instance()
        if self.wish == "system" and isinstance(app, QApplication):
            _dress(app, _of_system(scheme))


_themes = _Themes()
theme_changed = _themes.theme_changed


def current_theme() -> Theme:
    return _themes.theme


def apply_theme(app: QApplication, name: ThemeName) -> None:
    """Give the whole application its style, palette, fonts and style sheet, and tell who paints.

    `system` follows the system's colour scheme from now on, light where it has none.
    """
    hints = app.styleHints()
    _themes.wish = name
    hints.colorSchemeChanged.connect(_themes.follow_system, Qt.ConnectionType.UniqueConnection)
    named = {"light": LIGHT, "dark": DARK}
    _dress(app, named.get(name) or _of_system(hints.colorScheme()))


def _of_system(scheme: Qt.ColorScheme) -> Theme:
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def _dress(app: QApplication, theme: Theme) -> None:
    from builder.canvas.fonts import load_fonts, ui_font
    from builder.canvas.stylesheet import palette, stylesheet

    dress = stylesheet(theme)
    if theme is _themes.theme and app.styleSheet() == dress:
        return  # dressing every widget anew would take time and change nothing
    _themes.theme = theme
    load_fonts()
    app.setFont(ui_font())
    app.setPalette(palette(theme))
    app.setStyleSheet(dress)
    theme_changed.emit()


def colour(value: str, alpha: int = 255) -> QColor:
    """A theme's colour for Qt, more or less transparent (0..255)."""
    result = QColor(value)
    result.setAlpha(alpha)
    return result


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two: `share` of the first, and the rest of the other."""
    a, b, rest = QColor(one), QColor(other), 1 - share
    return QColor.fromRgbF(
        a.redF() * share + b.redF() * rest,
        a.greenF() * share + b.greenF() * rest,
        a.blueF() * share + b.blueF() * rest,
    ).name()
