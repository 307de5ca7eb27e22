"""Pictures of data: bars of the classes, a sheet of example images, the first rows as a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from builder.canvas.fonts import ui_font
from builder.canvas.theme import current_theme, theme_changed
from builder.window import numbers

ROW = 17
MOST_CLASSES = 12
CELL_GAP = 4
SHEET_COLUMNS = 8

AnyIndex = QModelIndex | QPersistentModelIndex


class Bars(QWidget):
    """Named values as bars to one scale, each with its value as text at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: Sequence[tuple[str, float, str]] = ()
        self._scale = 1.0
        self._foot = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_changed.connect(self.update)

    def show_bars(
        self, bars: Sequence[tuple[str, float, str]], scale: float, foot: str = ""
    ) -> None:
        """Show (name, value, text) bars; a value as large as `scale` fills the width."""
        self._bars, self._scale, self._foot = bars, scale or 1.0, foot
        self.setAccessibleDescription(", ".join(f"{name}: {text}" for name, _, text in bars))
        self.setVisible(bool(bars))
        self.setFixedHeight(ROW * (len(bars) + bool(foot)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(12))
        metrics = painter.fontMetrics()
        names = max((metrics.horizontalAdvance(name) for name, _, _ in self._bars), default=0)
        names = min(names + 2, int(self.width() * 0.4))
        texts = 2 + max((metrics.horizontalAdvance(text) for _, _, text in self._bars), default=0)
        left = names + 10
        room = max(self.width() - left - texts - 10, 10)
        centre = Qt.AlignmentFlag.AlignVCenter
        for place, (name, value, text) in enumerate(self._bars):
            top = place * ROW
            painter.setPen(QColor(theme.text))
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(0, top, names, ROW), centre, elided)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            bar = QRectF(left, top + 4, max(room * value / self._scale, 2), ROW - 8)
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(QColor(theme.secondary))
            area = QRectF(self.width() - texts, top, texts, ROW)
            painter.drawText(area, centre | Qt.AlignmentFlag.AlignRight, text)
        if self._foot:
            painter.setPen(QColor(theme.secondary))
            area = QRectF(0, len(self._bars) * ROW, self.width(), ROW)
            painter.drawText(area, centre, self._foot)


class ClassBars(Bars):
    """How many rows each class has."""

    def show_counts(self, counts: Mapping[str, int]) -> None:
        shown = list(counts.items())[:MOST_CLASSES]
        more = len(counts) - len(shown)
        self.setAccessibleName("Rows by class")
        self.show_bars(
            [(name, rows, numbers.count(rows)) for name, rows in shown],
            max((rows for _, rows in shown), default=1),
            f"and {numbers.plural(more, 'more class')}" if more else "",
        )


class ContactSheet(QWidget):
    """Example images side by side, each with its label under it."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self._labels: Sequence[str] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_changed.connect(self.update)

    @property
    def count(self) -> int:
        return len(self._images)

    def show_images(self, path: str | None, labels: Sequence[str]) -> None:
        """Show the images of a .npy file, (n, height, width) in 0..1; without one, nothing."""
        self._images = [] if path is None else read_images(Path(path))
        self._labels = labels
        self.setVisible(bool(self._images))
        self.setAccessibleName(f"{len(self._images)} example images")
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._images) // SHEET_COLUMNS)
        return int(rows * (self._side(width) + 14 + CELL_GAP))

    def sizeHint(self) -> QSize:
        return QSize(270, self.heightForWidth(270))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setFont(ui_font(11))
        painter.setPen(QColor(theme.secondary))
        side = self._side(self.width())
        for place, image in enumerate(self._images):
            x = (place % SHEET_COLUMNS) * (side + CELL_GAP)
            y = (place // SHEET_COLUMNS) * (side + 14 + CELL_GAP)
            painter.drawImage(QRectF(x, y, side, side), image)
            if place < len(self._labels):
                area = QRectF(x, y + side, side, 14)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._labels[place])

    def _side(self, width: int) -> float:
        return min((width - (SHEET_COLUMNS - 1) * CELL_GAP) / SHEET_COLUMNS, 48.0)


def read_images(path: Path) -> list[QImage]:
    """Grey images from a .npy file of (n, height, width) in 0..1. Empty where it cannot be read."""
    import numpy as np

    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        return []
    grey = np.ascontiguousarray((np.clip(array, 0.0, 1.0) * 255).astype(np.uint8))
    if grey.ndim != 3:
        return []
    height, width = grey.shape[1:]
    format_ = QImage.Format.Format_Grayscale8
    return [QImage(one.tobytes(), width, height, width, format_).copy() for one in grey]


class RowsModel(QAbstractTableModel):
    """Rows of texts under column names, to look at."""

    def __init__(self) -> None:
        super().__init__()
        self._header: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()

    def show_rows(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()
        self._header, self._rows = header, rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._header)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole and _is_number(text):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._header[section] if orientation == Qt.Orientation.Horizontal else section + 1


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
