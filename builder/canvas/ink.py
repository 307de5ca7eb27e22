"""What everything on the canvas is painted with: pens, brushes and fonts of the present theme.

One Ink belongs to one scene. It also knows how far the view is zoomed, so that a hundred items
need not ask the view while they paint.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPen

from builder.canvas.fonts import mono_font, ui_font
from builder.canvas.theme import Theme, current_theme

OVERVIEW = 0.2
BLOCKS = 0.35
PLAIN = 0.6


class Ink:
    """Pens, brushes, fonts, and the scale at which they are used just now."""

    def __init__(self) -> None:
        self.scale = 1.0
        self.name_font = ui_font(13, semibold=True)
        self.text_font = ui_font(12)
        self.shape_font = mono_font(11)
        self.name_metrics = QFontMetricsF(self.name_font)
        self.text_metrics = QFontMetricsF(self.text_font)
        self.shape_metrics = QFontMetricsF(self.shape_font)
        self.refresh()

    def refresh(self) -> None:
        """Take the colours of the theme that is in use now."""
        self.theme: Theme = current_theme()
        theme = self.theme
        self.canvas = QColor(theme.canvas)
        self.text = QColor(theme.text)
        self.secondary = QColor(theme.secondary)
        self.raised = brush(theme.raised)
        self.accent = QColor(theme.accent)
        self.border_pen = pen(theme.border, 1.0)
        self.hover_pen = pen(theme.faint, 1.2)
        self.ring_pen = pen(theme.accent, 2.0)
        self.tie_pen = pen(theme.accent, 1.2)
        self.tie_pen.setStyle(Qt.PenStyle.DashLine)
        self.card_pen = pen(theme.category("Blocks"), 1.2)
        self.link_pen = pen(theme.secondary, 1.3)
        self.port_pen = pen(theme.wire, 1.4)
        self.wire_pen = pen(theme.wire, 1.6)
        self.error_wire_pen = pen(theme.error, 1.6)
        self.chosen_wire_pen = pen(theme.accent, 2.4)
        self.far_wire_pen = pen(theme.wire, 0.0)
        self.far_error_pen = pen(theme.error, 0.0)
        self.severity_pens = {
            name: pen(theme.severity(name), 1.6) for name in ("error", "warning", "info")
        }
        self.severity_brushes = {
            name: brush(theme.severity(name)) for name in ("error", "warning", "info")
        }
        self.categories = {name: brush(c) for name, c in theme.categories.items()}

    def category(self, name: str) -> QBrush:
        return self.categories.get(name, self.categories["Blocks"])


def pen(colour: str, width: float) -> QPen:
    """A pen with round ends; width 0 is one device pixel at every scale."""
    result = QPen(QColor(colour), width)
    result.setCapStyle(Qt.PenCapStyle.RoundCap)
    result.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return result


def brush(colour: str) -> QBrush:
    """A brush that fills evenly.

    `QBrush(QColor(...))` says the same, but to tell the colour from all else that a brush can be
    made of, PySide makes the enums of images and gradients, which the first paint need not wait for.
    """
    result = QBrush()
    result.setColor(QColor(colour))
    result.setStyle(Qt.BrushStyle.SolidPattern)
    return result
