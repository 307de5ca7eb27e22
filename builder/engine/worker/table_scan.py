"""One pass over a table: statistics of every column, the first rows, and which rows are whole."""

from collections.abc import Collection

import pandas as pd

from builder.engine.worker.columns import ColumnScan, text_of

PREVIEW_ROWS = 200
PREVIEW_COLUMNS = 100


class TableScan:
    """What a table holds, by column, after `add` has seen all of it.

    `whole_rows` counts the rows without an empty cell in the columns of `used` (all if None).
    """

    def __init__(self, used: Collection[str] | None = None) -> None:
        self.rows = 0
        self.whole_rows = 0
        self.columns: dict[str, ColumnScan] = {}
        self.preview: list[tuple[str, ...]] = []
        self._used = used

    def add(self, chunk: pd.DataFrame) -> None:
        chunk.columns = [str(name) for name in chunk.columns]
        for name in chunk.columns:
            self.columns.setdefault(name, ColumnScan(name)).add(chunk[name])
        used = [n for n in chunk.columns if self._used is None or n in self._used]
        self.whole_rows += int(chunk[used].notna().all(axis=1).sum())
        self.rows += len(chunk)
        if (wanted := PREVIEW_ROWS - len(self.preview)) > 0:
            self.preview += _texts(chunk.iloc[:wanted, :PREVIEW_COLUMNS])

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(self.columns)[:PREVIEW_COLUMNS]


def _texts(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        tuple("" if pd.isna(cell) else text_of(cell)[:200] for cell in row)
        for row in rows.itertuples(index=False, name=None)
    ]
