"""Rows from outside as the arrays that a network takes, encoded as the exported module does it."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from builder.document.plan import Bundled, Column, DataPlan, Feature, columns_of
from builder.engine.worker.bundled import BUNDLED
from builder.engine.worker.columns import text_of
from builder.engine.worker.faults import JobError

Floats = NDArray[np.float32]


def feature_columns(plan: DataPlan) -> tuple[Column, ...]:
    """The columns that features are made of, in the order of the table. Empty for images."""
    if isinstance(plan.source, Bundled):
        bundled = BUNDLED[plan.source.name]
        if bundled.image is not None:
            return ()
        return tuple(Column(str(name)) for name in bundled.read().feature_names)
    return tuple(column for column in plan.columns if column.role == "feature")


class TableEncoder:
    """Turns tables into arrays. `notes` are sentences on what was odd but could be used.

    `medians` fill empty cells, by column, where the plan says so. `start` in `encode` is the
    number of rows before these, for sentences that name a row.
    """

    def __init__(self, plan: DataPlan, medians: Mapping[str, float]) -> None:
        self.columns = feature_columns(plan)
        self._plan = plan
        self.notes: list[str] = []
        self._medians = medians if plan.missing == "median" else {}
        self._fills = plan.missing == "median"
        self._noted: set[str] = set()
        # Targets and ignored columns are often there too, and nothing to wonder about.
        self._known = {column.name for column in (*self.columns, *plan.columns)}
        self._known |= {target.name for target in plan.targets}

    @property
    def texts(self) -> list[str]:
        """The columns to read as texts, whatever they look like."""
        return [column.name for column in self.columns if column.kind == "text"]

    def encode(
        self, table: pd.DataFrame, start: int = 0, where: str = "The rows"
    ) -> dict[str, Any]:
        """The array of each feature, by name. Raises JobError, naming column and row."""
        table.columns = [str(name) for name in table.columns]
        self._check_names(table, where)
        parts = {
            column.name: self._column(column, table[column.name], start) for column in self.columns
        }
        found: dict[str, Any] = {}
        for feature in self._plan.features:
            own = columns_of(self._plan, feature) or self.columns
            array = np.column_stack([parts[column.name] for column in own])
            found[feature.name] = (
                keras.ops.convert_to_tensor(array, dtype="string")
                if feature.dtype == "string"
                else array.astype(np.float32)
            )
        return found

    def _check_names(self, table: pd.DataFrame, where: str) -> None:
        names = [column.name for column in self.columns]
        gone = [name for name in names if name not in table.columns]
        if gone:
            raise JobError(
                f"{where} have no column {_listed(gone)}. The network learned from the columns "
                f"{_listed(names)}; give the columns these names."
            )
        more = [name for name in table.columns if name not in self._known]
        if more:
            self._note(
                "more", f"Not used, because the network knows no such column: {_listed(more)}."
            )

    def _column(self, column: Column, cells: pd.Series, start: int) -> Any:
        if column.kind == "category":
            return self._one_hot(column, cells, start)
        if column.kind == "text":
            return self._texts(column, cells, start)
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
        empty = cells.isna().to_numpy()
        words = np.isnan(numbers) & ~empty
        if words.any():
            row = int(words.argmax())
            raise JobError(
                f"“{column.name}” expects numbers; received “{str(cells.iloc[row])[:40]}” in row "
                f"{start + row + 1:,}. Put a number there."
            )
        if np.isinf(numbers).any():
            row = int(np.isinf(numbers).argmax())
            raise JobError(
                f"“{column.name}” holds infinity in row {start + row + 1:,}. Put a number there."
            )
        if empty.any():
            self._filled(column, empty, start)
            numbers = np.where(empty, self._medians.get(column.name, np.nan), numbers)
        return numbers

    def _one_hot(self, column: Column, cells: pd.Series, start: int) -> Any:
        empty = cells.isna().to_numpy()
        if empty.any():
            self._filled(column, empty, start)
        texts = cells.map(text_of, na_action="ignore").to_numpy(dtype=object)
        places = {name: place for place, name in enumerate(column.categories)}
        codes = np.array(
            [-1 if gap else places.get(t, -1) for t, gap in zip(texts, empty, strict=True)]
        )
        strange = (codes < 0) & ~empty
        if strange.any():
            row = int(strange.argmax())
            self._note(
                f"strange {column.name}",
                f"“{column.name}” has “{str(texts[row])[:40]}” in row {start + row + 1:,}, which "
                "was not among the training rows; it counts as none of the known categories.",
            )
        one_hot = np.zeros((len(codes), len(column.categories)))
        known = np.flatnonzero(codes >= 0)
        one_hot[known, codes[known]] = 1
        return one_hot

    def _texts(self, column: Column, cells: pd.Series, start: int) -> Any:
        empty = cells.isna().to_numpy()
        if empty.any():
            self._filled(column, empty, start)
        texts = cells.map(text_of, na_action="ignore").astype(object)
        return texts.where(~empty, "").to_numpy()

    def _filled(self, column: Column, empty: NDArray[np.bool_], start: int) -> None:
        """Note that empty cells are filled, or refuse them."""
        row = start + int(empty.argmax()) + 1
        if not self._fills or (column.kind == "number" and column.name not in self._medians):
            raise JobError(f"Row {row:,} has no value in “{column.name}”. Fill it in first.")
        self._note(
            f"empty {column.name}",
            f"“{column.name}” is empty in row {row:,}; {_STANDS_IN[column.kind]}.",
        )

    def _note(self, about: str, sentence: str) -> None:
        if about not in self._noted:
            self._noted.add(about)
            self.notes.append(sentence)


_STANDS_IN: Mapping[str, str] = {
    "number": "the median of the training rows stands in",
    "category": "it counts as no category",
    "text": "it counts as a text without words",
}


def shaped(values: Any, feature: Feature, where: str) -> Floats:
    """An array of rows of a feature's shape; flat rows are folded. Raises JobError."""
    if feature.dtype == "string":
        raise JobError(f"{where} are texts; give them as columns of a table.")
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            array = array.astype(np.float32)
    except (ValueError, TypeError):
        raise JobError(
            f"{where} must hold numbers, every row alike: {_row_text(feature)}."
        ) from None
    size = int(np.prod(feature.shape))
    if array.ndim < 2 or array.size != len(array) * size:
        received = " × ".join(map(str, array.shape[1:])) or "one number"
        raise JobError(f"{where} must hold {_row_text(feature)}; received {received} per row.")
    array = array.reshape(len(array), *feature.shape).astype(np.float32)
    if not np.isfinite(array).all():
        raise JobError(f"{where} hold nan or infinity. Put numbers there.")
    return array


def _row_text(feature: Feature) -> str:
    return f"{' × '.join(map(str, feature.shape))} numbers per row"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name[:60]}”" for name in names[:6])
    return shown if len(names) <= 6 else f"{shown} and {len(names) - 6:,} more"
