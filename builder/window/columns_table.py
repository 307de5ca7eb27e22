"""The columns of a table: what each is used for, how it is read, which input takes it, its values."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from builder.canvas.theme import current_theme
from builder.document.plan import TABLE, Column, feature_of
from builder.engine.messages import ColumnSummary
from builder.window import numbers

NAME, ROLE, KIND, FEATURE, VALUES = range(5)
HEADER = ("Column", "Use", "Read as", "Input", "Values")
ROLES = (("feature", "feature"), ("target", "target"), ("ignore", "unused"))
OWN = "own input"
WIDE = 330
KINDS = (("number", "number"), ("category", "category"), ("text", "text"))
EDITED = {ROLE: "role", KIND: "kind", FEATURE: "feature"}
TIPS = {
    ROLE: "What the network does with the column",
    KIND: "Numbers as they are, categories as one column each, texts for a layer that reads them",
    FEATURE: "Which feature the column is part of; each feature can feed an Input of its own",
}

AnyIndex = QModelIndex | QPersistentModelIndex

_SHOWN_ROWS = 14


class ColumnsModel(QAbstractTableModel):
    """Columns and their summaries. Signal `chosen(name, field, value)`: a role or kind was picked."""

    chosen = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[Column] = ()
        self._summaries: dict[str, ColumnSummary] = {}

    def show_columns(self, columns: Sequence[Column], summaries: Sequence[ColumnSummary]) -> None:
        self.beginResetModel()
        self._columns = columns
        self._summaries = {summary.name: summary for summary in summaries}
        self.endResetModel()

    def summary(self, index: AnyIndex) -> ColumnSummary | None:
        return self._summaries.get(self._columns[index.row()].name)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADER)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return TIPS.get(section)
        return HEADER[section] if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        used = self._columns[index.row()].role == "feature"
        edited = index.column() in EDITED and (index.column() != FEATURE or used)
        return flags | Qt.ItemFlag.ItemIsEditable if edited else flags

    def features(self, index: AnyIndex) -> list[str]:
        """The features that a column can be part of: those of its sort, and one of its own."""
        own = self._columns[index.row()]
        alike = [
            feature_of(column)
            for column in self._columns
            if column.role == "feature" and (column.kind == "text") == (own.kind == "text")
        ]
        table = [] if own.kind == "text" else [TABLE]
        return list(dict.fromkeys([*table, *alike, own.name]))

    def uses(self, index: AnyIndex) -> dict[str, str]:
        """What a column can be used for; a feature can leave the table for an input of its own."""
        column = self._columns[index.row()]
        alone = column.role == "feature" and feature_of(column) != column.name
        return {**dict(ROLES), **({OWN: OWN} if alone else {})}

    @property
    def several(self) -> bool:
        """Whether the columns make up more than one feature."""
        return len({feature_of(c) for c in self._columns if c.role == "feature"}) > 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self._columns[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._words(column)
        if role == Qt.ItemDataRole.EditRole and index.column() in EDITED:
            return {ROLE: column.role, KIND: column.kind, FEATURE: feature_of(column)}[
                index.column()
            ]
        if role == Qt.ItemDataRole.ForegroundRole and column.role == "ignore":
            return QColor(current_theme().faint)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == NAME:
            return column.name
        if index.column() == ROLE:
            return dict(ROLES)[column.role]
        if index.column() == FEATURE:
            return feature_of(column) if column.role == "feature" else None
        return dict(KINDS)[column.kind] if index.column() == KIND else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        name = self._columns[index.row()].name
        field, value = ("feature", name) if value == OWN else (EDITED[index.column()], value)
        self.chosen.emit(name, field, value)
        return True

    def _words(self, column: Column) -> str:
        summary = self._summaries.get(column.name)
        if summary is None:
            return column.name
        parts = [column.name]
        if summary.minimum is not None and summary.maximum is not None:
            parts.append(f"{numbers.score(summary.minimum)} to {numbers.score(summary.maximum)}")
        if summary.mean is not None:
            parts.append(f"mean {numbers.score(summary.mean)}")
        if summary.values:
            parts.append(", ".join(summary.values[:6]) + (" …" if len(summary.values) > 6 else ""))
        parts.append(numbers.plural(summary.distinct, "different value"))
        if summary.missing:
            parts.append(numbers.plural(summary.missing, "empty cell"))
        words = " · ".join(parts)
        return f"{words}\n{summary.note}" if column.role == "ignore" and summary.note else words


class _Chooser(QStyledItemDelegate):
    """A list to pick a role, a kind or a feature from."""

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        combo = QComboBox(parent)
        model = index.model()
        known = dict(KINDS)
        if isinstance(model, ColumnsModel) and index.column() == ROLE:
            known = model.uses(index)
        elif isinstance(model, ColumnsModel) and index.column() == FEATURE:
            known = {name: name for name in model.features(index)}
        for value, text in known.items():
            combo.addItem(text, value)
        combo.activated.connect(lambda _: self._done(combo))
        return combo

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))
        editor.showPopup()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def _done(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)


class _Values(QStyledItemDelegate):
    """Draws a column's histogram, and how many cells are empty."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        model = index.model()
        summary = model.summary(index) if isinstance(model, ColumnsModel) else None
        if summary is None:
            return
        theme = current_theme()
        area = QRectF(option.rect).adjusted(5, 4, -3, -4)
        painter.save()
        if summary.missing:
            painter.setPen(QColor(theme.warning))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, side, f"{numbers.count(summary.missing)} empty")
        elif summary.histogram:
            self._draw_bars(painter, area, summary.histogram, QColor(theme.accent))
        else:
            painter.setPen(QColor(theme.secondary))
            text = f"{numbers.count(summary.distinct)} values"
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _draw_bars(
        self, painter: QPainter, area: QRectF, bars: Sequence[int], colour: QColor
    ) -> None:
        most = max(bars) or 1
        width = area.width() / len(bars)
        for place, value in enumerate(bars):
            height = area.height() * value / most
            left = area.left() + place * width
            bar = QRectF(left, area.bottom() - height, max(width - 1, 1), height)
            painter.fillRect(bar, colour)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(66, 24)


class ColumnsTable(QTableView):
    """The table. Signal `chosen(name, field, value)`: a column is to get another role or kind."""

    chosen = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.columns = ColumnsModel()
        self.columns.chosen.connect(self.chosen)
        self.setModel(self.columns)
        self._chooser, self._values = _Chooser(self), _Values(self)
        self.setItemDelegateForColumn(ROLE, self._chooser)
        self.setItemDelegateForColumn(KIND, self._chooser)
        self.setItemDelegateForColumn(FEATURE, self._chooser)
        self.setItemDelegateForColumn(VALUES, self._values)
        self.setEditTriggers(self.EditTrigger.AllEditTriggers)
        self.setSelectionBehavior(self.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setStyleSheet(
            "QTableView::item { padding: 0 2px; } QHeaderView::section { padding: 5px 5px; }"
        )
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in ((ROLE, 58), (KIND, 68), (FEATURE, 60), (VALUES, 66)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)

    def show_columns(self, columns: Sequence[Column], summaries: Sequence[ColumnSummary]) -> None:
        self.columns.show_columns(columns, summaries)
        self.setColumnHidden(FEATURE, not self.columns.several)
        self._make_room()
        self.setVisible(bool(columns))
        rows = min(len(columns), _SHOWN_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * 26 + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a narrow dock the inputs stand where the values would; tooltips tell those too."""
        narrow = self.viewport().width() < WIDE
        self.setColumnHidden(VALUES, self.columns.several and narrow)
