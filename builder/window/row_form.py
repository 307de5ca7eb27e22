"""One row of a table to type in: a field per column, with the range that the network has seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QScrollArea, QSizePolicy, QWidget

from builder.engine.messages import ColumnSummary
from builder.window.fields import CalmCombo
from builder.window.style import ElidedLabel, label, mark

FIELD_WIDTH = 76
NAME_WIDTH = 150
WIDTH, LEAST_WIDTH = 420, 290


class RowForm(QScrollArea):
    """Fields for the columns that are features. Signal `edited()`: a value is another."""

    edited = Signal()

    def __init__(self, columns: Sequence[ColumnSummary]) -> None:
        super().__init__()
        self.columns = columns
        self.fields: dict[str, QLineEdit | CalmCombo] = {}
        self._ranges: dict[str, QLabel] = {}
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(5)
        for place, column in enumerate(columns):
            self._add(place, column)
        self._grid.setColumnStretch(2, 1)
        self._grid.setRowStretch(len(columns), 1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)

    def _add(self, place: int, column: ColumnSummary) -> None:
        name = ElidedLabel(column.name)
        name.setMaximumWidth(NAME_WIDTH)
        field: QLineEdit | CalmCombo
        if column.kind == "category":
            field = CalmCombo()
            field.addItems(list(column.values))
            field.currentIndexChanged.connect(lambda _: self.edited.emit())
        else:
            field = QLineEdit()
            if column.kind == "text":
                field.setText(column.values[0] if column.values else "")
            else:
                field.setAlignment(Qt.AlignmentFlag.AlignRight)
                field.setText(_start(column))
            field.textEdited.connect(lambda _, c=column: self._changed(c))
        if column.kind == "text":
            field.setMinimumWidth(FIELD_WIDTH)
        else:
            field.setFixedWidth(FIELD_WIDTH if isinstance(field, QLineEdit) else FIELD_WIDTH + 30)
        field.setAccessibleName(column.name)
        name.setBuddy(field)
        seen = self._ranges[column.name] = label(_range(column), "secondary")
        self.fields[column.name] = field
        self._grid.addWidget(name, place, 0)
        if column.kind == "text":  # a sentence wants the room that a range takes elsewhere
            self._grid.addWidget(field, place, 1, 1, 2)
            return
        self._grid.addWidget(field, place, 1)
        self._grid.addWidget(seen, place, 2)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def values(self) -> dict[str, Any] | None:
        """The row, or None while a field holds no number."""
        row: dict[str, Any] = {}
        for column in self.columns:
            field = self.fields[column.name]
            if not isinstance(field, QLineEdit):
                row[column.name] = field.currentText()
                continue
            if column.kind == "text":
                row[column.name] = field.text()
                continue
            number = _number(field.text())
            if number is None:
                return None
            row[column.name] = number
        return row

    def show_row(self, row: Mapping[str, str]) -> None:
        """Take values as they stand in a table."""
        for column in self.columns:
            field, text = self.fields[column.name], row.get(column.name, "")
            if isinstance(field, QLineEdit):
                field.setText(text)
                self._judge(column)
            else:
                field.blockSignals(True)
                field.setCurrentText(text)
                field.blockSignals(False)
        self.edited.emit()

    def _changed(self, column: ColumnSummary) -> None:
        self._judge(column)
        self.edited.emit()

    def _judge(self, column: ColumnSummary) -> None:
        """Say so beside a field whose value the network has never seen the like of."""
        if column.kind == "text":
            return
        field, seen = self.fields[column.name], self._ranges[column.name]
        assert isinstance(field, QLineEdit)
        number = _number(field.text())
        mark(field, "invalid", number is None)
        low, high = column.minimum, column.maximum
        if number is None:
            seen.setText("needs a number")
        elif low is not None and high is not None and not low <= number <= high:
            seen.setText(f"outside {_range(column)}")
        else:
            seen.setText(_range(column))
            mark(seen, "kind", "secondary")
            return
        mark(seen, "kind", "error" if number is None else "warning")


def _range(column: ColumnSummary) -> str:
    if column.minimum is None or column.maximum is None:
        return ""
    return f"{_short(column.minimum)} to {_short(column.maximum)}"


def _start(column: ColumnSummary) -> str:
    value = column.mean if column.mean is not None else 0.0
    return _short(value).replace(",", "")


def _short(value: float) -> str:
    """As many digits as tell one value of a column from the next."""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
