"""What a class takes over from the layer that it derives from: parameters and ports."""

import ast
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.spec import LayerSpec

_ROOTS = ("keras.layers.", "tf.keras.layers.", "tensorflow.keras.layers.")


class Heir(Struct, frozen=True):
    """A class with the layer it derives from; what it has not of its own it takes from that."""

    base: str
    init: bool
    call: bool


def names_of(tree: ast.Module) -> dict[str, str]:
    """What the imported names of a module stand for: `Dense` for keras.layers.Dense."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {one.asname or one.name: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return found


def keras_path(base: ast.expr, names: Mapping[str, str]) -> str:
    """The type of Keras's layer that an expression means: `keras.layers.Dense`; else nothing."""
    try:
        path = ast.unparse(base)
    except (ValueError, RecursionError):
        return ""
    head, dot, rest = path.partition(".")
    path = f"{names.get(head, head)}{dot}{rest}"
    root = next((root for root in _ROOTS if path.startswith(root)), None)
    return f"keras.layers.{path.removeprefix(root)}" if root is not None else ""


def inherited(spec: LayerSpec, heir: Heir, base: LayerSpec | None) -> LayerSpec:
    """The spec of a class, completed by that of the layer that it derives from."""
    if base is None or (heir.init and heir.call):
        return spec
    return replace(
        base,
        type=spec.type,
        name=spec.name,
        category=spec.category,
        params=spec.params if heir.init else base.params,
        inputs=spec.inputs if heir.call else base.inputs,
        outputs=spec.outputs if heir.call else base.outputs,
        call_params=() if heir.call else base.call_params,
        summary=spec.summary or base.summary,
        doc=spec.doc or base.doc,
        keywords=spec.keywords,
        url="",
        common=True,
    )
