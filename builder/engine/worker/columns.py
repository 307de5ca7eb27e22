"""What one column holds, gathered chunk by chunk in memory that does not grow with the file."""

import math

import numpy as np
import pandas as pd

from builder.document.plan import ColumnKind
from builder.engine.messages import ColumnSummary

# Beyond that many different values a column is no list of classes; counting stops there.
DISTINCT_CAP = 1000
# A text column of up to that many values is read as categories, one input each.
FEW = 20
_BINS = 24
_SAMPLE_PER_CHUNK = 2000


class ColumnScan:
    """The statistics of one column so far. Feed it with `add`, then ask.

    `counts` holds the values as texts, up to DISTINCT_CAP of them; whole numbers are written
    without a point. `words` counts cells that are neither empty nor numbers, `first_word` is the
    first of those with its row (from 1, the header not counted).
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = 0
        self.missing = 0
        self.infinite = 0
        self.words = 0
        self.first_word: tuple[int, str] | None = None
        self.whole = True
        self.counts: dict[str, int] = {}
        self.consecutive = True
        self._total = 0.0
        self._numbers = 0
        self._minimum = math.inf
        self._maximum = -math.inf
        self._last: float | None = None
        self._sample: list[np.ndarray] = []

    def add(self, cells: pd.Series) -> None:
        empty = cells.isna().to_numpy()
        full = cells[~empty]
        self.missing += int(empty.sum())
        if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
            self._add_numbers(full.to_numpy(dtype=float))
        else:
            self._add_words(full)
        self._count(full)
        self.rows += len(cells)

    @property
    def distinct(self) -> int:
        return len(self.counts)

    @property
    def kind(self) -> ColumnKind:
        if not self.words and self._numbers:
            return "number"
        return "category" if 0 < self.distinct <= FEW else "text"

    @property
    def id_like(self) -> bool:
        """Whether it counts the rows: 1, 2, 3 ... and never anything else."""
        return self.consecutive and not self.words and self._numbers == self.rows > FEW

    def mixed(self) -> str | None:
        """A sentence when nearly all cells are numbers and a few are not."""
        if not self.words or self.first_word is None or self.words * 20 > self._numbers:
            return None
        row, word = self.first_word
        return (
            f"“{self.name}” holds numbers, except in {self.words:,} of {self.rows:,} rows: row "
            f"{row:,} has “{word[:40]}”. It is read as text; mend those cells to use it as numbers."
        )

    def summary(self, kind: ColumnKind | None = None) -> ColumnSummary:
        """The column in words, read as its own kind or as the given one."""
        kind = kind or self.kind
        if kind == "number" and self._numbers:
            return ColumnSummary(
                self.name,
                "number",
                self.missing,
                self.distinct,
                self._minimum,
                self._maximum,
                self._total / self._numbers,
                histogram=self._histogram(),
            )
        often = sorted(self.counts, key=lambda value: -self.counts[value])[:FEW]
        return ColumnSummary(
            self.name,
            kind,
            self.missing,
            self.distinct,
            values=tuple(value[:80] for value in often),
            histogram=tuple(self.counts[value] for value in often),
        )

    # --- inner parts

    def _add_numbers(self, numbers: np.ndarray) -> None:
        finite = numbers[np.isfinite(numbers)]
        self.infinite += len(numbers) - len(finite)
        if not len(finite):
            return
        steps = np.diff(finite if self._last is None else np.append(self._last, finite))
        self.consecutive = self.consecutive and bool((steps == 1).all())
        self._last = float(finite[-1])
        self.whole = self.whole and bool((finite == np.floor(finite)).all())
        self._numbers += len(finite)
        self._total += float(finite.sum())
        self._minimum = min(self._minimum, float(finite.min()))
        self._maximum = max(self._maximum, float(finite.max()))
        stride = -(-len(finite) // _SAMPLE_PER_CHUNK)
        self._sample.append(finite[::stride])

    def _add_words(self, cells: pd.Series) -> None:
        """Cells of a column where pandas saw something else than numbers."""
        numbers = pd.to_numeric(cells.astype(str), errors="coerce")
        words = numbers.isna()
        self._add_numbers(numbers[~words].to_numpy(dtype=float))
        self.words += int(words.sum())
        if self.first_word is None and words.any():
            place = int(words.to_numpy().argmax())
            self.first_word = (int(cells.index[place]) + 1, str(cells.iloc[place]))

    def _count(self, cells: pd.Series) -> None:
        if len(self.counts) >= DISTINCT_CAP:
            return
        for value, count in cells.value_counts(sort=False).items():
            text = text_of(value)
            if text in self.counts or len(self.counts) < DISTINCT_CAP:
                self.counts[text] = self.counts.get(text, 0) + int(count)

    def _histogram(self) -> tuple[int, ...]:
        """Counts in equal steps from minimum to maximum, of a sample of a long column."""
        values = np.concatenate(self._sample)
        if self._minimum == self._maximum:
            return (len(values),)
        counts, _ = np.histogram(values, bins=_BINS, range=(self._minimum, self._maximum))
        return tuple(int(count) for count in counts)


def text_of(value: object) -> str:
    """A cell's value as a class or category is named: whole numbers without a point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def sorted_values(values: list[str]) -> tuple[str, ...]:
    """Numbers by size, anything else by alphabet."""
    try:
        return tuple(sorted(values, key=float))
    except ValueError:
        return tuple(sorted(values))
