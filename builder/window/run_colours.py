"""The colour of each of several runs, the same in their list and in their curves."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from builder.canvas.theme import Theme, current_theme

MARK = QSize(18, 12)


def run_colour(theme: Theme, place: int) -> QColor:
    """The colour of the n-th run that is drawn."""
    return QColor(theme.runs[place % len(theme.runs)])


def run_mark(place: int | None) -> QIcon:
    """A piece of a run's curve; an empty mark for a run that is not drawn."""
    picture = QPixmap(MARK * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    if place is not None:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = run_colour(current_theme(), place)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(1, 6), QPointF(17, 6))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(9, 6), 2.5, 2.5)
        painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # else Qt tints it
    return icon
