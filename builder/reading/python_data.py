"""What a network is fed, told from how its arrays came about: scikit-learn's sets and CSV files.

Arrays are never made; each is an `Unknown` that remembers its origin, back to the call that loads
the rows. What is not recognised leaves the plan empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from builder.document.plan import (
    TABLE,
    Bundled,
    Column,
    Csv,
    DataPlan,
    Feature,
    Missing,
    Split,
    Target,
    Task,
)
from builder.reading.python_values import Library, Unknown, Value

MOST = 100_000
_SETS: Mapping[str, tuple[str, int, tuple[str, ...]]] = {
    "digits": ("digit", 64, tuple("0123456789")),
    "breast_cancer": ("diagnosis", 30, ("malignant", "benign")),
    "diabetes": ("progression", 10, ()),
    "iris": ("species", 4, ("setosa", "versicolor", "virginica")),
    "wine": ("cultivar", 13, ("class_0", "class_1", "class_2")),
}
"""scikit-learn's sets: what is asked, how many numbers a row has, and the classes."""


class Fed(Struct, frozen=True):
    """What `fit` is given: arrays by the names of Inputs and Outputs, and the classes answered."""

    inputs: Mapping[str, Value]
    targets: Mapping[str, Value]
    classes: Mapping[str, tuple[str, ...]]


class Data(Struct, frozen=True):
    """A data plan, and the names of the feature and target of each Input and Output."""

    plan: DataPlan
    features: Mapping[str, str] = {}
    targets: Mapping[str, str] = {}


def read_data(fed: Fed) -> Data:
    """The data plan that arrays speak of; an empty one if they come from elsewhere."""
    origins = [*fed.inputs.values(), *fed.targets.values()]
    loads = [_source(value) for value in origins]
    if not loads or None in loads or not fed.inputs or not fed.targets:
        return Data(DataPlan())
    load = loads[0]
    assert load is not None
    path = path_of(load)
    split = _split(next(iter(fed.inputs.values())))
    if path.startswith("sklearn.datasets.load_"):
        return _bundled(path.removeprefix("sklearn.datasets.load_"), fed, split)
    return _table(load, fed, split)


# --- origins


def origins(value: Value) -> Iterator[Unknown]:
    """All that a value was made of, itself first, each once and what comes first first."""
    waiting: list[Value] = [value]
    seen: set[int] = set()
    while waiting and len(seen) < MOST:
        one = waiting.pop()
        if id(one) in seen or not isinstance(one, Unknown | list | tuple | Mapping):
            continue
        seen.add(id(one))
        if isinstance(one, Unknown):
            yield one
            # By what rows are parted is no part of them.
            splits = path_of(one).endswith(".train_test_split")
            inner: Sequence[Value] = (*one.parts, *(() if splits else one.keywords.values()))
        elif isinstance(one, list | tuple):
            inner = one
        else:
            inner = list(one.values())
        waiting.extend(reversed(inner))


def path_of(call: Unknown) -> str:
    """What is called: `pandas.read_csv`, or for a method its bare name: `dropna`."""
    called = call.parts[0] if call.what == "call" and call.parts else None
    if isinstance(called, Library):
        return called.path
    if isinstance(called, Unknown) and called.what == "attribute":
        return str(called.parts[1])
    return ""


def _source(value: Value) -> Unknown | None:
    """The call that loads the rows."""
    for one in origins(value):
        path = path_of(one)
        if path == "pandas.read_csv" or path.removeprefix("sklearn.datasets.load_") in _SETS:
            return one
    return None


def _split(value: Value) -> Split:
    """The shares of the two splits that an array has gone through: for testing, then validation."""
    calls = [one for one in origins(value) if path_of(one).endswith(".train_test_split")]
    shares = [call.keywords.get("test_size") for call in calls[:2]]
    seed = calls[0].keywords.get("random_state") if calls else None
    numbers = [share for share in shares if isinstance(share, float) and 0 < share < 1]
    if len(numbers) != 2:
        return Split()
    inner, test = numbers
    validation = round(inner * (1 - test), 10)
    return Split(validation, test, seed if isinstance(seed, int) and seed >= 0 else 0)


def _strings(value: Value) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [value]
    return [one for one in listed if isinstance(one, str)]


# --- the sets that scikit-learn ships


def _bundled(name: str, fed: Fed, split: Split) -> Data:
    asked, width, known = _SETS[name]
    features: dict[str, Feature] = {}
    received: dict[str, str] = {}
    for node, value in fed.inputs.items():
        images = name == "digits" and any(
            one.what == "attribute" and one.parts[1] == "images" for one in origins(value)
        )
        feature = Feature("image", (8, 8, 1)) if images else Feature(TABLE, (width,))
        features[feature.name] = feature
        received[node] = feature.name
    targets: dict[str, Target] = {}
    learned: dict[str, str] = {}
    for node, value in fed.targets.items():
        target = asked if len(fed.targets) == 1 else node
        classes = fed.classes.get(node) or known
        task = _task(value, classes)
        targets[target] = Target(target, task, () if task == "regression" else tuple(classes))
        learned[node] = target
    plan = DataPlan(Bundled(name), (), tuple(features.values()), tuple(targets.values()), split)
    return Data(plan, received, learned)


def _task(value: Value, classes: Sequence[str]) -> Task:
    for one in origins(value):
        if path_of(one) == "astype" and "float32" in _strings(one.parts):
            return "regression"
    return "binary" if len(classes) == 2 else "multiclass"


# --- CSV files


def _table(load: Unknown, fed: Fed, split: Split) -> Data:
    used: dict[str, Column] = {}
    features: dict[str, Feature] = {}
    received: dict[str, str] = {}
    made = {node: _columns(value) for node, value in fed.inputs.items()}
    texts = set(_texts(load))
    for columns in made.values():
        for name, categories in columns.items():
            kind = "text" if name in texts else "category" if categories else "number"
            used[name] = Column(name, "feature", kind, categories)  # type: ignore[arg-type]
    numbers = [name for name in used if name not in texts]
    order = [name for name in _strings(load.keywords.get("usecols") or []) if name in used]
    for node, columns in made.items():
        feature = _feature(node, [used[name] for name in columns], numbers)
        features.setdefault(feature.name, feature)
        received[node] = feature.name
    targets: dict[str, Target] = {}
    learned: dict[str, str] = {}
    asked: dict[str, Column] = {}
    for node, value in fed.targets.items():
        target = _target(value, fed.classes.get(node, ()))
        if target is None:
            return Data(DataPlan())
        targets[target.name] = target
        learned[node] = target.name
        kind = "number" if target.task == "regression" else "category"
        asked[target.name] = Column(target.name, "target", kind)  # type: ignore[arg-type]
    columns_of_file = (*(used[name] for name in order or used), *asked.values())
    plan = DataPlan(
        _csv(load),
        columns_of_file,
        tuple(features.values()),
        tuple(targets.values()),
        split,
        _missing(fed),
    )
    return Data(plan, received, learned)


def _csv(load: Unknown) -> Csv:
    given = load.keywords
    path = load.parts[1] if len(load.parts) > 1 else given.get("filepath_or_buffer")
    more: dict[str, Any] = {}
    for name, keyword in (("separator", "sep"), ("decimal", "decimal")):
        sign = given.get(keyword)
        if isinstance(sign, str) and len(sign) == 1:
            more[name] = sign
    if given.get("encoding") in ("latin-1", "latin1", "iso-8859-1"):
        more["encoding"] = "latin-1"
    return Csv(path if isinstance(path, str) else "data.csv", **more)


def _texts(load: Unknown) -> list[str]:
    types = load.keywords.get("dtype")
    if not isinstance(types, Mapping):
        return []
    return [name for name, type_ in types.items() if type_ == Library("builtins.str")]


def _columns(value: Value) -> dict[str, tuple[str, ...]]:
    """The columns that an array is made of, each with its categories if it has any."""
    found: dict[str, tuple[str, ...]] = {}
    for one in origins(value):
        if path_of(one) == "pandas.Categorical" and len(one.parts) > 1:
            for name in _keys(one.parts[1]):
                found[name] = tuple(map(_text, one.keywords.get("categories") or ()))
        elif one.what == "item":
            for name in _keys(one):
                found.setdefault(name, ())
    return found


def _keys(value: Value) -> list[str]:
    """The names in `table["a"]` and `table[["a", "b"]]`."""
    is_item = isinstance(value, Unknown) and value.what == "item" and len(value.parts) == 2
    return _strings(value.parts[1]) if is_item else []


def _text(cell: Value) -> str:
    """A cell as a file has it, given what pandas made of it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _feature(node: str, columns: Sequence[Column], numbers: Sequence[str]) -> Feature:
    names = tuple(column.name for column in columns)
    if columns and all(column.kind == "text" for column in columns):
        own = names[0] if len(names) == 1 else node
        return Feature(own, (len(names),), "string", names if len(names) > 1 else ())
    width = sum(len(column.categories) if column.categories else 1 for column in columns)
    if set(names) == set(numbers):
        return Feature(TABLE, (width,))
    if len(names) == 1:
        return Feature(names[0], (width,))
    return Feature(node, (width,), columns=names)


def _target(value: Value, answered: Sequence[str]) -> Target | None:
    classes: tuple[str, ...] = ()
    name = ""
    for one in origins(value):
        if path_of(one) == "map" and len(one.parts) > 1 and isinstance(one.parts[1], Mapping):
            classes = tuple(map(_text, one.parts[1]))
        if not name:
            name = next(iter(_keys(one)), "")
    if not name:
        return None
    classes = tuple(answered) if len(answered) == len(classes) else classes
    if not classes:
        return Target(name, "regression")
    return Target(name, "binary" if len(classes) == 2 else "multiclass", classes)


def _missing(fed: Fed) -> Missing:
    """What becomes of rows with empty cells: those without a target go, the others are filled."""
    for value in fed.inputs.values():
        for one in origins(value):
            if path_of(one) == "dropna":
                return "median" if "subset" in one.keywords else "drop"
    return "refuse"
