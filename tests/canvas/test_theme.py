"""The colours reach the contrasts that people need, and the icons and fonts are really there."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QFontInfo
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from builder.canvas import icons
from builder.canvas.fonts import load_fonts, mono_font, ui_font
from builder.canvas.theme import DARK, LIGHT, Theme, apply_theme, current_theme, theme_changed


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
class TestContrast:
    def test_text(self, theme: Theme) -> None:
        grounds = (theme.canvas, theme.panel, theme.raised, theme.field, theme.hover)
        for text in ("text", "secondary"):
            for ground in (*grounds, theme.chosen):
                assert contrast(getattr(theme, text), ground) >= 4.5, (text, ground)
        for text in ("accent", "ok", "warning", "error"):
            for ground in (theme.canvas, theme.panel, theme.raised):
                assert contrast(getattr(theme, text), ground) >= 4.5, (text, ground)
        assert contrast(theme.on_accent, theme.accent) >= 4.5
        assert contrast(theme.on_train, theme.train) >= 4.5
        assert contrast(theme.on_train, theme.train_hover) >= 4.5

    def test_marks(self, theme: Theme) -> None:
        marks = {
            **theme.categories,
            "wire": theme.wire,
            "train": theme.train,
            "faint": theme.faint,
            "curve": theme.curve_train,
            "validation": theme.curve_validation,
            **dict(zip("abcdef", theme.runs, strict=True)),
        }
        for name, colour in marks.items():
            for ground in (theme.canvas, theme.panel, theme.raised):
                assert contrast(colour, ground) >= 3, (name, ground)


def test_both_themes_have_the_same_names() -> None:
    assert LIGHT.categories.keys() == DARK.categories.keys()
    assert LIGHT.category("unheard of") == LIGHT.categories["Blocks"]


def test_apply_theme_tells_who_paints(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    with qtbot.waitSignal(theme_changed):
        apply_theme(qapp, "dark")
    assert current_theme() is DARK
    with qtbot.assertNotEmitted(theme_changed):
        apply_theme(qapp, "dark")
    assert qapp.palette().window().color().name().upper() == DARK.panel
    apply_theme(qapp, "system")
    apply_theme(qapp, "light")
    assert current_theme() is LIGHT


def test_the_system_is_followed_for_as_long_as_it_is_wished(
    qapp: QApplication, qtbot: QtBot
) -> None:
    dark, light = Qt.ColorScheme.Dark, Qt.ColorScheme.Light
    news = qapp.styleHints().colorSchemeChanged
    apply_theme(qapp, "system")
    with qtbot.waitSignal(theme_changed):
        news.emit(dark)
    assert current_theme() is DARK
    assert qapp.palette().window().color().name().upper() == DARK.panel
    news.emit(light)
    assert current_theme() is LIGHT
    for wish, theme in (("light", LIGHT), ("dark", DARK)):
        apply_theme(qapp, wish)
        for scheme in (dark, light):
            news.emit(scheme)
            assert current_theme() is theme
    apply_theme(qapp, "light")


@pytest.mark.usefixtures("qapp")
def test_fonts_are_shipped() -> None:
    assert {"Inter", "JetBrains Mono"} <= set(load_fonts())
    assert QFontInfo(ui_font(13, semibold=True)).family().startswith("Inter")
    assert QFontInfo(mono_font()).fixedPitch()


def test_every_icon_draws_in_the_themes_colour(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    for name in icons.names():
        image = icons.icon(name).pixmap(16, 16).toImage()
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        inked = [c for c in (image.pixelColor(*place) for place in places) if c.alpha() > 128]
        assert inked, name
        wanted = QColor(LIGHT.text)
        # A pixel that the stroke only touches is rounded by a step or two.
        for found in inked:
            assert abs(found.red() - wanted.red()) <= 2, name
            assert abs(found.green() - wanted.green()) <= 2, name
            assert abs(found.blue() - wanted.blue()) <= 2, name


def test_a_dressed_action_follows_the_theme_and_dies_quietly(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    action, button = QAction(), QPushButton()
    icons.dress(action, "save")
    icons.dress(button, "play", "on_train")
    before = action.icon().cacheKey()
    apply_theme(qapp, "dark")
    assert action.icon().cacheKey() != before
    assert not button.icon().isNull()
    del action, button
    apply_theme(qapp, "light")
