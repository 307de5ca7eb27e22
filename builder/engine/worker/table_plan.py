"""A table's data plan completed from what the table holds, with a sentence for every doubt."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from builder.document.plan import TABLE, Column, ColumnKind, DataPlan, Feature, Target, feature_of
from builder.engine.worker.columns import DISTINCT_CAP, FEW, ColumnScan, sorted_values
from builder.engine.worker.table_scan import TableScan

_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(\D|$)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(\D|$)")
"""How a date begins: 2024-05-31, 31.05.2024, 5/31/24."""

FEWEST_ROWS = 10
FEWEST_OF_A_CLASS = 5
# Fewer rows of a class cannot be shared out among training, validation and test.
FEWEST_TO_SPLIT = 3


class Findings:
    """Sentences about the data: those that prevent training, then those worth knowing.

    `gaps` is the one that waits for a choice of what to do about empty cells.
    """

    def __init__(self) -> None:
        self.gaps = ""
        self._fatal: list[str] = []
        self._others: list[str] = []

    def prevent(self, sentence: str) -> None:
        self._fatal.append(sentence)

    def note(self, sentence: str) -> None:
        self._others.append(sentence)

    @property
    def fatal(self) -> bool:
        return bool(self._fatal)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(self._fatal + self._others)


def completed(plan: DataPlan, scan: TableScan, findings: Findings) -> DataPlan:
    """The plan with columns, categories, features and targets as the table's content suggests.

    What the plan says already stands: roles and kinds of its columns, the task of its targets.
    """
    known = {column.name: column for column in plan.columns}
    columns = tuple(
        _column(known[name], found, findings)
        if name in known
        else _suggested(found, findings)
        if not known
        else Column(name, "ignore")
        for name, found in scan.columns.items()
    )
    gone = [column for column in plan.columns if column.name not in scan.columns]
    for column in gone:
        if column.role != "ignore":
            findings.prevent(
                f"The file has no column “{column.name}”, which is used as a {column.role}. "
                "Give the column its name back, or ignore it."
            )
    # A column that is gone stays in the plan, or else its role would be forgotten by a mishap.
    columns += tuple(column for column in gone if column.role != "ignore")
    present = [column for column in columns if column.name in scan.columns]
    targets = _targets(plan, present, scan, findings)
    features = _features(present, findings)
    if not features:
        findings.prevent(
            "No column is left to learn from. Set the role of at least one column to feature."
        )
    _check_cells(plan, present, targets, scan, findings)
    return replace(plan, columns=columns, features=features, targets=targets)


# --- columns


def _suggested(found: ColumnScan, findings: Findings) -> Column:
    """Kind and role of a column that nobody has spoken about yet."""
    kind = found.kind
    if mixed := found.mixed():
        findings.note(mixed)
    if reason := why_ignored(found):
        findings.note(reason)
        return Column(found.name, "ignore", kind if found.distinct else "number")
    if kind == "category":
        return Column(found.name, "feature", "category", sorted_values(list(found.counts)))
    return Column(found.name)


def why_ignored(found: ColumnScan) -> str:
    """Why a column is no feature unless somebody says so; nothing for one that is."""
    if not found.distinct:
        return f"“{found.name}” is empty in all rows and is ignored."
    if found.distinct == 1 and not found.missing:
        return f"“{found.name}” has the same value in all rows and is ignored."
    if found.id_like:
        return f"“{found.name}” only counts the rows and is ignored."
    if found.kind != "text":
        return ""
    if all(map(_DATE.match, list(found.counts)[:FEW])):
        return (
            f"“{found.name}” holds dates, which no layer reads, and is ignored. Split them into "
            "numbers in the file, such as year and month."
        )
    return (
        f"“{found.name}” is text with more than {FEW} different values and is ignored. It can "
        "still be the target; used as a feature it is an input of its own."
    )


def _column(column: Column, found: ColumnScan, findings: Findings) -> Column:
    """A column that the plan knows, checked against what it holds."""
    if column.role != "feature":
        return column
    if column.kind == "number":
        if found.words and found.first_word is not None:
            row, word = found.first_word
            findings.prevent(
                f"“{column.name}” is to be read as numbers, but row {row:,} has “{word[:40]}”. "
                "Mend the file, read the column as a category, or ignore it."
            )
        elif found.distinct == 1:
            findings.note(f"“{column.name}” has the same value in all rows: it tells nothing.")
        return column
    if column.kind == "text":
        return column
    if found.distinct >= DISTINCT_CAP:
        findings.prevent(
            f"“{column.name}” has {DISTINCT_CAP:,} different values or more; each category needs "
            "an input of its own. Ignore the column, or read it as numbers."
        )
        return column
    categories = sorted_values(list(found.counts))
    if set(categories) <= set(column.categories):
        return column
    return replace(column, categories=categories)


def _features(columns: Iterable[Column], findings: Findings) -> tuple[Feature, ...]:
    """What the Inputs receive: columns side by side, one number each, or one per category.

    A sole table needs no list of its columns: it is all that is neither text nor ignored.
    """
    parts: dict[str, list[Column]] = {}
    for column in columns:
        if column.role == "feature":
            parts.setdefault(feature_of(column), []).append(column)
    plain = [name for name, part in parts.items() if part[0].kind != "text"]
    features = []
    for name, part in parts.items():
        texts = [column.name for column in part if column.kind == "text"]
        if texts and len(texts) < len(part):
            findings.prevent(
                f"The input “{name}” would take texts (“{texts[0]}”) and numbers. Give the texts "
                "an input of their own, or read them as categories."
            )
        whole = name == TABLE and plain == [TABLE] and all(c.name != TABLE for c in columns)
        width = sum(len(c.categories) if c.kind == "category" else 1 for c in part)
        names = () if whole else tuple(column.name for column in part)
        features.append(Feature(name, (width,), "string" if texts else "float32", names))
    return tuple(feature for feature in features if feature.shape != (0,))


# --- targets


def _targets(
    plan: DataPlan, columns: Iterable[Column], scan: TableScan, findings: Findings
) -> tuple[Target, ...]:
    chosen = [column for column in columns if column.role == "target"]
    if not chosen:
        findings.prevent("Choose what to predict: set the role of one column to target.")
    wished = {target.name: target for target in plan.targets}
    found = (
        _target(column, wished.get(column.name), scan.columns[column.name], findings)
        for column in chosen
    )
    return tuple(target for target in found if target is not None)


def _target(
    column: Column, wished: Target | None, found: ColumnScan, findings: Findings
) -> Target | None:
    if found.distinct < 2:
        findings.prevent(
            f"The target “{column.name}” has the same value in all rows; there is nothing to "
            "learn. Choose another target."
        )
        return None
    if not found.words and column.kind == "number" and _is_quantity(found, wished):
        return Target(column.name, "regression")
    if found.distinct >= DISTINCT_CAP or found.distinct * 2 > found.rows:
        findings.prevent(
            f"The target “{column.name}” has {found.distinct:,} different texts in {found.rows:,} "
            "rows, too many to be classes. Choose another target."
        )
        return None
    classes = sorted_values(list(found.counts))
    rare = sorted(
        (name for name in classes if found.counts[name] < FEWEST_OF_A_CLASS),
        key=lambda name: found.counts[name],
    )
    for name in rare[:3]:
        count = found.counts[name]
        tell = findings.prevent if count < FEWEST_TO_SPLIT else findings.note
        tell(
            f"Only {count} {'row has' if count == 1 else 'rows have'} the class “{name[:40]}” in "
            f"“{column.name}”; at least {FEWEST_OF_A_CLASS} are needed to learn and test it. Add "
            "rows, or take it out of the file."
        )
    return Target(column.name, "binary" if len(classes) == 2 else "multiclass", classes)


def _is_quantity(found: ColumnScan, wished: Target | None) -> bool:
    """Whether numbers are to be predicted as such, rather than as a few classes."""
    if not found.whole:
        return True
    if wished is not None:
        return wished.task == "regression"
    return found.distinct > FEW


# --- cells


def _gaps(gaps: Sequence[ColumnScan], rows: int) -> str:
    """Where cells are empty, the first columns by name, and what to do about it."""
    first = gaps[0]
    said = f"{first.missing:,} of {rows:,} rows {_have(first.missing)} no value in “{first.name}”"
    parts = [said, *(f"{found.missing:,} in “{found.name}”" for found in gaps[1:3])]
    if len(gaps) > 3:
        parts.append(f"and more in {len(gaps) - 3} other column" + ("s" if len(gaps) > 4 else ""))
    advice = "Choose in the data panel to leave such rows out or to fill them in."
    return f"{', '.join(parts)}. {advice}"


def _filled(empty: Mapping[str, int], kinds: Mapping[str, ColumnKind]) -> str:
    """What stands in for how many empty cells, of each kind of column."""
    stands_in: Mapping[ColumnKind, tuple[str, str]] = {
        "number": ("gets the median of its column", "get the median of their column"),
        "category": ("counts as no category", "count as no category"),
        "text": ("is read as no words", "are read as no words"),
    }
    parts: list[str] = []
    for kind, (one, many) in stands_in.items():
        cells = sum(number for name, number in empty.items() if kinds[name] == kind)
        if cells:
            noun = f"empty {'cell' if cells == 1 else 'cells'} " if not parts else ""
            parts.append(f"{cells:,} {noun}{one if cells == 1 else many}")
    return f"{', '.join(parts)}."


def _check_cells(
    plan: DataPlan,
    columns: Iterable[Column],
    targets: Iterable[Target],
    scan: TableScan,
    findings: Findings,
) -> None:
    kinds = {column.name: column.kind for column in columns if column.role != "ignore"}
    used = [scan.columns[name] for name in kinds]
    gaps = [found for found in used if found.missing]
    for found in used:
        if found.infinite:
            findings.prevent(
                f"“{found.name}” holds infinity in {found.infinite:,} of {found.rows:,} rows. "
                "Put numbers there, or ignore the column."
            )
    if gaps and plan.missing == "refuse":
        findings.gaps = _gaps(gaps, scan.rows)
        findings.prevent(findings.gaps)
    elif gaps and plan.missing == "drop":
        dropped = scan.rows - scan.whole_rows
        have = "has an empty cell and is" if dropped == 1 else "have an empty cell and are"
        findings.note(f"{dropped:,} of {scan.rows:,} rows {have} dropped.")
    elif gaps:
        findings.note(_filled({found.name: found.missing for found in gaps}, kinds))
    left = scan.whole_rows if plan.missing == "drop" else scan.rows
    if left < FEWEST_ROWS:
        findings.prevent(
            f"Only {left:,} {'row is' if left == 1 else 'rows are'} left to learn from; at least "
            f"{FEWEST_ROWS} are needed for "
            "training, validation and test."
        )
    for target in targets:
        share = min(plan.split.validation, plan.split.test)
        if math.ceil(left * share) < len(target.classes):
            findings.prevent(
                f"{share:.0%} of {left:,} rows are fewer than the {len(target.classes)} classes of "
                f"“{target.name}”, so not every class can be tested. Add rows, or keep more of "
                "them for validation and test."
            )


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
