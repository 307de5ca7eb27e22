"""Icons by name, drawn as SVG in `resources/icons` and recoloured for the theme.

The file's name is the icon's name. Every stroke is `currentColor` in the file.
"""

from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from builder.canvas.theme import current_theme, theme_changed
from builder.resources import resource

_SIZE = 16  # logical pixels


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(path.stem for path in resource("icons").glob("*.svg")))


def icon(name: str, colour: str | None = None) -> QIcon:
    """An icon in the present theme's text colour, or in a colour of its own.

    It does not follow a change of theme: use `dress` for what lives longer.
    Raises FileNotFoundError for a name that is not in `names()`.
    """
    theme = current_theme()
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    ink = colour or theme.text
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", ink).encode()))
    for size in _sizes():
        drawn = _drawn(renderer, size)
        result.addPixmap(drawn, QIcon.Mode.Normal)
        result.addPixmap(_tinted(drawn, theme.faint), QIcon.Mode.Disabled)
    return result


def dress(target: QObject, name: str, colour_name: str | None = None) -> None:
    """Give an action or button an icon that follows the theme.

    `colour_name` is a field of Theme (`on_train`, `error`); without it the text's colour.
    """
    _Dresser(target, name, colour_name)


class _Dresser(QObject):
    """Lives as long as the action or button it dresses."""

    def __init__(self, target: QObject, name: str, colour_name: str | None) -> None:
        super().__init__(target)
        self._name = name
        self._colour_name = colour_name
        theme_changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        ink = getattr(current_theme(), self._colour_name) if self._colour_name else None
        target: _HasIcon = self.parent()  # type: ignore[assignment]  # whoever has setIcon
        target.setIcon(icon(self._name, ink))


def _sizes() -> set[int]:
    """The pixels an icon takes on the screens there are; drawing more would delay the window."""
    return {round(_SIZE * screen.devicePixelRatio()) for screen in QGuiApplication.screens()}


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _tinted(drawn: QPixmap, ink: str) -> QPixmap:
    """The same strokes in another colour; cheaper than drawing them again.

    `QPixmap(drawn)` and `fillRect` would say it shorter, but for them PySide makes the enums of
    images and gradients, which the first paint need not wait for.
    """
    pixmap = drawn.copy()
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    painter.drawRect(pixmap.rect())
    painter.end()
    return pixmap
