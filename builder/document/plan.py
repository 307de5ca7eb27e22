"""What to feed a network and how to train it: DataPlan and TrainingPlan, as frozen values.

Rows reach the network raw. Scaling is part of the network (Normalization, Rescaling; for a
regression target Normalization(invert=True) before the output), so that an exported model takes
and gives the user's own units and there is no second place where statistics live.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

ColumnRole = Literal["feature", "target", "ignore"]
ColumnKind = Literal["number", "category", "text"]
Task = Literal["multiclass", "binary", "regression"]
Missing = Literal["refuse", "drop", "median"]
TABLE = "table"
Sign = Annotated[str, Meta(min_length=1, max_length=1)]


class KerasObject(Struct, frozen=True, forbid_unknown_fields=True):
    """A configured Keras object by public path: an optimizer, loss, metric, callback, initializer...

    In a node's parameters the same thing is the mapping `{"type": ..., "params": {...}}`.
    """

    type: str
    params: Mapping[str, Any] = {}


class Bundled(Struct, frozen=True, tag="bundled", forbid_unknown_fields=True):
    """A data set that scikit-learn ships: digits, breast_cancer, diabetes, iris or wine."""

    name: str


class Csv(Struct, frozen=True, tag="csv", forbid_unknown_fields=True):
    """A table in a text file. `path` is relative to the project's folder where it can be.

    Separator and decimal sign are one sign each: pandas takes more for a regular expression.
    """

    path: str
    separator: Sign = ","
    decimal: Sign = "."
    encoding: Literal["utf-8", "latin-1"] = "utf-8"


class Column(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One column of a table and what it is used for.

    `categories` are the values of a category column, in the order that they are encoded.
    `feature` is the feature that it is part of; without it numbers and categories are part of
    the one called TABLE, and a text is a feature of its own.
    """

    name: str
    role: ColumnRole = "feature"
    kind: ColumnKind = "number"
    categories: tuple[str, ...] = ()
    feature: str = ""


class Feature(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one Input node receives: one array of `shape` (without the batch axis) per row.

    For digits, the image. For a table, its `columns` side by side, categories one-hot; texts are
    as they stand (`string`). Without `columns`, see `columns_of`.
    """

    name: str
    shape: tuple[int, ...]
    dtype: Literal["float32", "string"] = "float32"
    columns: tuple[str, ...] = ()


class Target(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one Output node learns: class indices (multiclass), 0/1 (binary) or a number."""

    name: str
    task: Task
    classes: tuple[str, ...] = ()


class Split(Struct, frozen=True, forbid_unknown_fields=True):
    """Shares of the rows kept for validation and test (0..1); stratified where there are classes."""

    validation: float = 0.15
    test: float = 0.15
    seed: int = 0


def split_fault(split: Split) -> str | None:
    """What makes a split impossible, as a sentence, or None."""
    if 0 < split.validation < 1 and 0 < split.test < 1 and split.validation + split.test < 1:
        return None
    return (
        "The shares of validation and test rows must be above 0 and leave rows to learn from; "
        f"received {split.validation:.0%} and {split.test:.0%}. Change them in the data panel."
    )


class DataPlan(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where rows come from, what each column is for, and how rows are split.

    `columns` is empty for a source whose columns are fixed (digits).
    `missing` says what happens to rows with an empty cell.
    """

    source: Bundled | Csv | None = None
    columns: tuple[Column, ...] = ()
    features: tuple[Feature, ...] = ()
    targets: tuple[Target, ...] = ()
    split: Split = Split()
    missing: Missing = "refuse"


class TrainingPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """How to compile and fit. Losses and metrics belong to the Output nodes.

    `start` is the path of a model (.keras) whose weights training begins with, layer by layer, by
    their names; relative to the project's folder where it can be. Empty means fresh weights.
    `compile` and `fit` are further arguments of the two, where they differ from Keras's own
    (see `catalog.fitting`).
    """

    epochs: int = 20
    batch_size: int = 32
    optimizer: KerasObject = KerasObject("keras.optimizers.Adam")
    callbacks: tuple[KerasObject, ...] = ()
    seed: int = 0
    compile: Mapping[str, Any] = {}
    fit: Mapping[str, Any] = {}
    start: str = ""


def feature_of(column: Column) -> str:
    """The name of the feature that a column is part of."""
    return column.feature or (column.name if column.kind == "text" else TABLE)


def columns_of(plan: DataPlan, feature: Feature) -> tuple[Column, ...]:
    """The columns of a table that a feature is made of, in the order of the table.

    One that names none is made of the column that has its name, if there are other features
    besides, or else of all numbers and categories.
    """
    used = tuple(column for column in plan.columns if column.role == "feature")
    if feature.columns:
        return tuple(column for column in used if column.name in feature.columns)
    named = tuple(column for column in used if column.name == feature.name)
    if named and len(plan.features) > 1:
        return named
    return tuple(column for column in used if column.kind != "text")


def object_of(value: object) -> KerasObject | None:
    """The KerasObject that a parameter value describes, or None for any other value."""
    if isinstance(value, dict) and set(value) <= {"type", "params"} and "type" in value:
        params = value.get("params", {})
        if isinstance(value["type"], str) and isinstance(params, dict):
            return KerasObject(value["type"], params)
    return None
