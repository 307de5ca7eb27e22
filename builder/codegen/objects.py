"""Constructor expressions: from typed parameters to `keras.initializers.HeNormal(seed=1)`.

Parameters equal to their default are left out; an object without parameters is written by the
short string that Keras takes for it.
"""

import keyword as python
import re
from collections.abc import Mapping, Sequence
from typing import Any

from builder.catalog.custom import class_of
from builder.catalog.display import display
from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.catalog.validate import validate_params
from builder.codegen.code import code
from builder.codegen.expressions import Expression, call, keyword, listing
from builder.codegen.literals import literal, number, string
from builder.codegen.memory import Memory
from builder.codegen.refusal import Unwritable
from builder.document.plan import KerasObject, object_of

_PATH = re.compile(r"keras(\.[A-Za-z_][A-Za-z0-9_]*)+\Z", re.ASCII)
_TUPLES = frozenset({"ints", "numbers", "axis", "shape"})
_orders: Memory[LayerSpec | ObjectSpec, list[ParamSpec]] = Memory()
_OF_EVERY_LAYER = ("trainable", "dtype")


def spelled(type_: str) -> str:
    """The public path of a class as code writes it: `layers.Dense`, `keras.losses.Huber`.

    A layer of the user's own is `custom_layers.NAME`.
    """
    if class_of(type_) is not None:
        return type_
    if not _PATH.match(type_) or any(map(python.iskeyword, type_.split("."))):
        raise Unwritable(f"is of a type that is no part of Keras: {type_!r}")
    if type_.startswith("keras.ops.") or (
        type_.startswith("keras.layers.") and type_.count(".") == 2
    ):
        return type_.removeprefix("keras.")
    return type_


def arguments(
    spec: LayerSpec | ObjectSpec, params: Mapping[str, Any], catalog: Catalog, *, bare: bool = True
) -> list[Expression]:
    """The arguments of a constructor, in the order of its signature.

    With `bare`, the required parameters at its head stand without their names. The parameters
    were judged by `validate_params`. Raises Unwritable for what has no place in code all the same.
    """
    written: list[Expression] = []
    at_head = bare
    for param in _in_order(spec):
        if param.name not in params:
            at_head = False
            continue
        at_head = at_head and param.required
        if param.kind == "code" and isinstance(spec, ObjectSpec):
            raise Unwritable(
                f"takes Python code as “{param.name}”, which only layers may have. Choose another one"
            )
        text = value_of(params[param.name], param, catalog)
        if at_head:
            written.append(text)
        elif param.required or text != _default(param, catalog):
            written.append(keyword(param.name, text))
    return written


def _in_order(spec: LayerSpec | ObjectSpec) -> list[ParamSpec]:
    """What a constructor takes, in the order to write it: what every layer takes comes last.

    A layer's name is its node's and no parameter.
    """
    return _orders.of(spec, _ordered)


def _ordered(spec: LayerSpec | ObjectSpec) -> list[ParamSpec]:
    params = [param for param in spec.params if param.keras]
    if isinstance(spec, ObjectSpec):
        return params
    own = [param for param in params if param.name not in (*_OF_EVERY_LAYER, "name")]
    return own + [param for param in params if param.name in _OF_EVERY_LAYER]


def value_of(value: Any, param: ParamSpec, catalog: Catalog) -> Expression:
    """A parameter's value as an expression. Raises Unwritable for one that does not suit."""
    if value is None:
        return ("None",)
    match param.kind:
        case "object":
            return object_or_alias(value, param.group, catalog)
        case "objects" if isinstance(value, list | tuple):
            return listing(object_or_alias(item, param.group, catalog) for item in value)
        case "layer":
            return _inner_layer(value, catalog)
        case "layers" if isinstance(value, list | tuple):
            return listing(_inner_layer(item, catalog) for item in value)
        case "code" if isinstance(value, str):
            return code(value)
        case _ if param.group is not None and isinstance(value, Mapping):
            return object_or_alias(value, param.group, catalog)
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return (number(float(value) if param.decimal else value),)
        case "numbers" if param.length == 0:  # thresholds: Keras takes a list and no tuple
            return literal(value)
        case kind if kind in _TUPLES:
            return _tuple_or_number(value, param)
        case _:
            return literal(value)


def object_or_alias(value: Any, group: str | None, catalog: Catalog) -> Expression:
    """A Keras object by its short string, or as a constructor when it has parameters."""
    described = KerasObject(value) if isinstance(value, str) else object_of(value)
    if described is None:
        raise Unwritable("holds a value that describes no object of Keras")
    spec = _object_spec(described.type, group, catalog)
    if spec is None:
        if isinstance(value, str) and not catalog.objects.get(group or ""):
            return (string(value),)
        kind = (group or "objects").removesuffix("s")
        raise Unwritable(
            f"names an unknown {kind}: “{display(described.type)}”. Choose another one"
        )
    if isinstance(value, str) and not spec.alias and value in spec.aliases:
        # "accuracy" means the accuracy that suits the output; no one class does that.
        return (string(value),)
    given = arguments(spec, described.params, catalog)
    if spec.alias and not given:
        return (string(spec.alias),)
    if group == "activations":
        raise Unwritable("has an activation with parameters. Use its own layer instead")
    return call(spelled(spec.type), given)


def constructor(described: KerasObject, group: str, catalog: Catalog) -> Expression:
    """A Keras object always as a constructor: callbacks have no short strings."""
    spec = judged(described, group, catalog)
    return call(spelled(spec.type), arguments(spec, described.params, catalog))


def options(
    spec: ObjectSpec, given: Mapping[str, Any], catalog: Catalog, *, apart: str = ""
) -> list[Expression]:
    """Arguments that were set for a call, by name; `apart` is judged, and written by the caller.

    Raises Unwritable for one that does not fit.
    """
    if said := validate_params(given, spec, catalog):
        raise Unwritable(f"does not fit: {_bare(said)}")
    written = {name: value for name, value in given.items() if name != apart}
    return arguments(spec, written, catalog, bare=False)


def judged(described: KerasObject, group: str, catalog: Catalog) -> ObjectSpec:
    """The spec of an object whose parameters fit it. Raises Unwritable for any other."""
    spec = catalog.object(group, described.type)
    if spec is None:
        kind = group.removesuffix("s")
        raise Unwritable(f"is an unknown {kind}: “{display(described.type)}”. Choose another one")
    if said := validate_params(described.params, spec, catalog):
        raise Unwritable(f"does not fit: {_bare(said)}")
    return spec


def layer_constructor(
    spec: LayerSpec, params: Mapping[str, Any], catalog: Catalog, name: str | None
) -> Expression:
    """A layer: `layers.Conv2D(32, 3, padding="same", name="conv")`."""
    if name is not None and spec.needs:
        raise Unwritable(f"cannot be used as it is. {_bare(spec.needs)}")
    bare = spec.category not in ("Attention", "Input and output")
    given = arguments(spec, params, catalog, bare=bare)
    if name is not None:
        given.append(keyword("name", (string(name),)))
    return call(spelled(spec.type), given)


def _inner_layer(value: Any, catalog: Catalog) -> Expression:
    described = object_of(value)
    spec = catalog.layer(described.type) if described else None
    if described is None or spec is None or not spec.is_layer:
        raise Unwritable("holds a layer that is not in the catalogue. Choose another one")
    if spec.needs and "Cell" not in spec.name:
        raise Unwritable(f"holds a {spec.name}, which cannot be used here. {_bare(spec.needs)}")
    return layer_constructor(spec, described.params, catalog, None)


def _object_spec(type_: str, group: str | None, catalog: Catalog) -> ObjectSpec | None:
    if group is not None:
        return catalog.object(group, type_)
    found = (catalog.object(name, type_) for name in catalog.objects)
    return next((spec for spec in found if spec is not None), None)


def _default(param: ParamSpec, catalog: Catalog) -> Expression | None:
    try:
        return value_of(param.default, param, catalog)
    except Unwritable:
        return None


def _tuple_or_number(value: Any, param: ParamSpec) -> Expression:
    if isinstance(value, Sequence) and not isinstance(value, str):
        alike = param.length > 1 and len(value) == param.length and param.scalar
        if alike and isinstance(value[0], int) and all(item == value[0] for item in value):
            return literal(value[0])
    return literal(value, tuples=True)


def _bare(sentences: str) -> str:
    return sentences.removesuffix(".")
