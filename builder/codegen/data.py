"""`load_data`: rows from their source to (inputs, targets), split for training, validation, test."""

from collections.abc import Sequence

from builder.codegen.bindings import Bindings, BoundInput, BoundOutput
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate
from builder.codegen.splits import by_name, write_splits
from builder.codegen.table import write_table_functions, write_table_reading
from builder.document.plan import Bundled, Csv

LOADERS = {
    "digits": "load_digits",
    "breast_cancer": "load_breast_cancer",
    "diabetes": "load_diabetes",
    "iris": "load_iris",
    "wine": "load_wine",
}
ABOUT = 'Return the raw (inputs, targets) for "train", "validation" and "test".'


def write_data(page: Page, bindings: Bindings) -> None:
    """Write `load_data()` and what it needs. Raises CannotGenerate."""
    page.imports.add("from sklearn.model_selection import train_test_split")
    match bindings.plan.source:
        case Csv():
            write_table_functions(page, bindings)
            page.function("def load_data(path=DATA) -> dict[str, tuple]:", about=ABOUT)
            write_table_reading(page, bindings)
        case Bundled(name=name) if name in LOADERS:
            page.function("def load_data() -> dict[str, tuple]:", about=ABOUT)
            _write_bundled(page, bindings, name)
        case source:
            name = source.name if isinstance(source, Bundled) else "none"
            known = ", ".join(LOADERS)
            raise CannotGenerate(f"There is no bundled data set “{name}”; known are {known}.")


# --- the sets that scikit-learn ships


def _write_bundled(page: Page, bindings: Bindings, name: str) -> None:
    loader = LOADERS[name]
    page.imports |= {"import numpy as np", f"from sklearn.datasets import {loader}"}
    raw = "scaled=False" if name == "diabetes" else ""
    page.write(f"    data = {loader}({raw})")
    inputs = [(bound.node.name, _array(bound, name)) for bound in bindings.inputs]
    targets = [(bound.node.name, _targets(bound)) for bound in bindings.outputs]
    _write_arrays(page, "inputs", inputs)
    _write_arrays(page, "targets", targets)
    page.write("    rows = np.arange(len(data.target))")
    stratified = (("data.target",), ("data.target[rows]",))
    write_splits(page, bindings.plan.split, "rows", stratified if bindings.with_classes else None)
    page.write(*_TAKING[len(inputs) > 1, len(targets) > 1])


def _write_arrays(page: Page, variable: str, arrays: Sequence[tuple[str, str]]) -> None:
    """Write `inputs` or `targets`: the sole array, or arrays by name, each made once."""
    if len(arrays) == 1:
        page.write(f"    {variable} = {_ARRAYS[arrays[0][1]]}")
        return
    for kind in dict.fromkeys(kind for _, kind in arrays):
        page.write(f"    {kind} = {_ARRAYS[kind]}")
    named = by_name([(name, (kind,)) for name, kind in arrays])
    page.statement((f"{variable} = ", *named))


def _array(bound: BoundInput, name: str) -> str:
    return "images" if name == "digits" and len(bound.feature.shape) > 1 else "table"


def _targets(bound: BoundOutput) -> str:
    if bound.by_number:
        return "classes"
    return "sides" if bound.target.task == "binary" else "numbers"


_ARRAYS = {
    "images": 'data.images[..., np.newaxis].astype("float32")',
    "table": 'data.data.astype("float32")',
    "classes": "data.target",
    "sides": "data.target.reshape(-1, 1)",
    "numbers": 'data.target.astype("float32").reshape(-1, 1)',
}
_TAKING = {
    (False, False): (
        "    return {name: (inputs[part], targets[part]) for name, part in parts.items()}",
    ),
    (True, False): (
        "    return {",
        "        name: ({key: array[part] for key, array in inputs.items()}, targets[part])",
        "        for name, part in parts.items()",
        "    }",
    ),
    (False, True): (
        "    return {",
        "        name: (inputs[part], {key: array[part] for key, array in targets.items()})",
        "        for name, part in parts.items()",
        "    }",
    ),
    (True, True): (
        "    return {",
        "        name: (",
        "            {key: array[part] for key, array in inputs.items()},",
        "            {key: array[part] for key, array in targets.items()},",
        "        )",
        "        for name, part in parts.items()",
        "    }",
    ),
}
