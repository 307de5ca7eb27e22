"""A CSV table as arrays: `to_inputs`, `to_targets`, and the reading of the file.

Cells of category columns are compared as pandas reads them: numbers as numbers, however they
are written, True and False as such, anything else as text.
"""

import math
from collections.abc import Sequence

from builder.codegen.bindings import Bindings, BoundInput, BoundOutput
from builder.codegen.expressions import Expression, call, keyword, listing, mapping, subscript
from builder.codegen.literals import number, string
from builder.codegen.page import Page
from builder.codegen.splits import one_or_by_name, write_splits
from builder.document.plan import Column, Csv, columns_of


def write_table_constants(page: Page, bindings: Bindings, path: str) -> None:
    """Write DATA, FEATURES, TARGET or TARGETS and, where they are needed, CATEGORIES and NUMBERS."""
    page.constant("DATA", (string(path),))
    columns = _used_columns(bindings)
    page.constant("FEATURES", _names(columns))
    numbers = _numbers_to_fill(bindings)
    if numbers and numbers != columns:
        page.constant("NUMBERS", _names(numbers))
    if categories := [column for column in columns if column.kind == "category"]:
        items = ((string(c.name), listing(map(_cell, _cells(c.categories)))) for c in categories)
        page.constant("CATEGORIES", mapping(items))
    targets = _target_names(bindings)
    if len(targets) == 1:
        page.constant("TARGET", (string(targets[0]),))
    else:
        page.constant("TARGETS", listing((string(name),) for name in targets))


def write_table_functions(page: Page, bindings: Bindings) -> None:
    """Write `to_inputs` and `to_targets`, from a table to what the network takes and learns."""
    page.imports |= {"import numpy as np", "import pandas as pd"}
    kinds = {column.kind for column in _used_columns(bindings)}
    one_hot = "category" in kinds
    if "text" in kinds:
        page.function(
            "def texts(table: pd.DataFrame, names: list[str]):",
            about="Return columns of texts as they stand, an empty cell as an empty text.",
        )
        page.write(*_TEXTS)
    if one_hot:
        page.function(
            "def side_by_side(table: pd.DataFrame, names: list[str]) -> np.ndarray:",
            about="Return columns of a table as numbers, categories one-hot.",
        )
        page.write(*_SIDE_BY_SIDE)
    if bindings.with_classes:
        page.function(
            "def class_numbers(column: pd.Series, classes) -> np.ndarray:",
            about="Return the number of each cell's class; an unknown class is an error.",
        )
        page.write(*_CLASS_NUMBERS)
    inputs = [(bound.node.name, _array(bindings, bound, one_hot)) for bound in bindings.inputs]
    page.function(
        f"def to_inputs(table: pd.DataFrame) -> {_annotation(inputs)}:",
        about="Return what the network takes, a row for each row of the table.",
    )
    page.statement(("return ", *one_or_by_name(inputs)))
    targets = [(bound.node.name, _targets(bound, bindings)) for bound in bindings.outputs]
    page.function(
        f"def to_targets(table: pd.DataFrame) -> {_annotation(targets)}:",
        about="Return what the network learns, a row for each row of the table.",
    )
    page.statement(("return ", *one_or_by_name(targets)))


def write_table_reading(page: Page, bindings: Bindings) -> None:
    """Write the body of `load_data`: read, see to empty cells, split."""
    _write_read_csv(page, bindings)
    lone = len(_target_names(bindings)) == 1
    if bindings.plan.missing == "drop":
        page.write("    table = table.dropna()")
    elif bindings.plan.missing == "median":
        page.write(f"    table = table.dropna(subset={'[TARGET]' if lone else 'TARGETS'})")
    else:
        page.write(*_REFUSAL)
    classes = None
    if bindings.with_classes:
        classes = (_column(bindings, bindings.with_classes[0]),) * 2
    write_splits(page, bindings.plan.split, "table", classes)
    numbers = _numbers_to_fill(bindings)
    if numbers:
        names = "FEATURES" if numbers == _used_columns(bindings) else "NUMBERS"
        page.write(f"    medians = training[{names}].median()", *_FILLED)
    else:
        page.write(*_PLAIN)


# --- inner parts


def _write_read_csv(page: Page, bindings: Bindings) -> None:
    source = bindings.plan.source
    assert isinstance(source, Csv)
    targets = "TARGET" if len(_target_names(bindings)) == 1 else "*TARGETS"
    arguments: list[Expression] = [("path",), (f"usecols=[*FEATURES, {targets}]",)]
    if source.separator != ",":
        arguments.append(keyword("sep", (string(source.separator),)))
    if source.decimal != ".":
        arguments.append(keyword("decimal", (string(source.decimal),)))
    if source.encoding != "utf-8":
        arguments.append(keyword("encoding", (string(source.encoding),)))
    texts = [column for column in _used_columns(bindings) if column.kind == "text"]
    if texts:  # as they stand, though all of them look like numbers
        items = ((string(column.name), ("str",)) for column in texts)
        arguments.append(keyword("dtype", mapping(items)))
    page.statement(("table = ", *call("pd.read_csv", arguments)))


def _target_names(bindings: Bindings) -> list[str]:
    return list(dict.fromkeys(bound.target.name for bound in bindings.outputs))


def _used_columns(bindings: Bindings) -> list[Column]:
    """The columns that any input receives, in the order of the table."""
    wanted = {c.name for b in bindings.inputs for c in columns_of(bindings.plan, b.feature)}
    return [column for column in bindings.plan.columns if column.name in wanted]


def _numbers_to_fill(bindings: Bindings) -> list[Column]:
    if bindings.plan.missing != "median":
        return []
    return [column for column in _used_columns(bindings) if column.kind == "number"]


def _array(bindings: Bindings, bound: BoundInput, one_hot: bool) -> Expression:
    columns = columns_of(bindings.plan, bound.feature)
    everything = list(columns) == _used_columns(bindings)
    names: Expression = ("FEATURES",) if everything else _names(columns)
    if bound.feature.dtype == "string":
        return call("texts", [("table",), names])
    return call("side_by_side", [("table",), names]) if one_hot else _floats(names)


def _targets(bound: BoundOutput, bindings: Bindings) -> Expression:
    """The targets as an array of one column."""
    lone = len(_target_names(bindings)) == 1
    if bound.target.task == "regression":
        return _floats(listing([("TARGET",) if lone else (string(bound.target.name),)]))
    cells = _cells(bound.target.classes)
    known: Expression = listing(map(_cell, cells))
    if isinstance(cells[0], str):
        known = ("CLASSES",)
        if len(bindings.with_classes) > 1:
            known = subscript("CLASSES", (string(bound.node.name),))
    return call("class_numbers", [_column(bindings, bound), known])


def _column(bindings: Bindings, bound: BoundOutput) -> Expression:
    if len(_target_names(bindings)) == 1:
        return ("table[TARGET]",)
    return subscript("table", (string(bound.target.name),))


def _floats(names: Expression) -> Expression:
    return (*subscript("table", names), *call(".to_numpy", [(string("float32"),)]))


def _names(columns: Sequence[Column]) -> Expression:
    return listing((string(column.name),) for column in columns)


def _annotation(arrays: Sequence[object]) -> str:
    return "np.ndarray" if len(arrays) == 1 else "dict[str, np.ndarray]"


def _cells(texts: Sequence[str]) -> list[str] | list[float] | list[bool]:
    """Values as pandas reads them from a file, given their texts."""
    if texts and set(texts) <= {"True", "False"}:
        return [text == "True" for text in texts]
    try:
        numbers = [float(text) for text in texts]
    except ValueError:
        return list(texts)
    if not all(math.isfinite(value) for value in numbers):
        return list(texts)
    return [int(value) if value.is_integer() else value for value in numbers]


def _cell(cell: str | float | bool) -> Expression:
    if isinstance(cell, bool):
        return (repr(cell),)
    return (string(cell),) if isinstance(cell, str) else (number(cell),)


_CLASS_NUMBERS = (
    "    numbers = {name: number for number, name in enumerate(classes)}",
    '    return column.map(numbers).astype("int32").to_numpy().reshape(-1, 1)',
)
_PLAIN = ("    return {name: (to_inputs(part), to_targets(part)) for name, part in parts.items()}",)
_SIDE_BY_SIDE = (
    "    columns = [",
    "        pd.get_dummies(pd.Categorical(table[name], categories=CATEGORIES[name]))",
    "        if name in CATEGORIES",
    "        else table[name]",
    "        for name in names",
    "    ]",
    '    return np.column_stack(columns).astype("float32")',
)
_TEXTS = (
    '    cells = table[names].astype(object).fillna("").to_numpy()',
    '    return keras.ops.convert_to_tensor(cells, dtype="string")',
)
_REFUSAL = (
    "    empty = table.isna().sum()",
    "    if empty.any():",
    '        raise ValueError(f"{path} has empty cells: {empty[empty > 0].to_dict()}")',
)
_FILLED = (
    "    return {",
    "        name: (to_inputs(part.fillna(medians)), to_targets(part))",
    "        for name, part in parts.items()",
    "    }",
)
