"""Judges whether a JSON value fits a parameter: one sentence when it does not.

The inspector asks before it applies an edit, storage and code generation ask about values from
files. What Keras alone can tell (shapes that do not fit, parameters at odds) is left to Keras.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from builder.catalog.display import display
from builder.catalog.expected import refused, wanted
from builder.catalog.indexing import NoIndex, parse
from builder.catalog.spec import LAYERS, Catalog, Kind, LayerSpec, ObjectSpec, ParamSpec

DEEPEST = 16
LARGEST = 2**63

DTYPES = frozenset(
    [
        "bool",
        "string",
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "mixed_float16",
        "mixed_bfloat16",
    ]
)
_QUANTIZED = re.compile(r"(int4|int8|float8)_from_(mixed_)?(float16|bfloat16|float32)\Z", re.ASCII)


def validate(value: Any, spec: ParamSpec, catalog: Catalog) -> str | None:
    """A sentence that says what is wrong with a value for a parameter, or None if it fits."""
    return _judged(value, spec, catalog, 0)


def validate_params(
    params: Mapping[str, Any], spec: LayerSpec | ObjectSpec, catalog: Catalog
) -> str | None:
    """The first thing wrong with a whole set of parameters: unknown, missing or unfit."""
    return _all_judged(params, spec, catalog, 0)


def validate_call(call: Mapping[str, Any], spec: LayerSpec, catalog: Catalog) -> str | None:
    """The first constant argument of a call that does not fit; a name nobody knows is let pass."""
    known = ((spec.call_param(name), value) for name, value in call.items())
    said = (validate(value, param, catalog) for param, value in known if param is not None)
    return next(filter(None, said), None)


def _judged(value: Any, spec: ParamSpec, catalog: Catalog, depth: int) -> str | None:
    if depth > DEEPEST:
        return f"{spec.name} is nested too deep; at most {DEEPEST} levels are read."
    if value is None:
        return None if spec.nullable else f"{spec.name} cannot be None; it is {wanted(spec)}."
    if spec.group and spec.kind == "number" and isinstance(value, Mapping):
        return _object(value, spec, catalog, depth)
    if nested := _NESTED.get(spec.kind):
        return nested(value, spec, catalog, depth)
    return _PLAIN[spec.kind](value, spec)


def _all_judged(
    params: Mapping[str, Any], spec: LayerSpec | ObjectSpec, catalog: Catalog, depth: int
) -> str | None:
    for name, value in params.items():
        param = spec.param(name) if isinstance(name, str) else None
        if param is None:
            return f"{spec.name} has no parameter called “{display(name)}”."
        if said := _judged(value, param, catalog, depth):
            return said
    missing = next((p for p in spec.params if p.required and p.name not in params), None)
    return f"{spec.name} needs a value for {missing.name}." if missing else None


# --- by kind


def _bool(value: Any, spec: ParamSpec) -> str | None:
    return None if isinstance(value, bool) else refused(value, spec)


def _int(value: Any, spec: ParamSpec) -> str | None:
    return _limits(value, spec) if _is_int(value) else refused(value, spec)


def _number(value: Any, spec: ParamSpec) -> str | None:
    return _limits(value, spec) if _is_number(value) else refused(value, spec)


def _text(value: Any, spec: ParamSpec) -> str | None:
    return None if isinstance(value, str) else refused(value, spec)


def _choice(value: Any, spec: ParamSpec) -> str | None:
    return None if isinstance(value, str) and value in spec.choices else refused(value, spec)


def _list_of(fits: Callable[[Any], bool]) -> "_Plain":
    def judge(value: Any, spec: ParamSpec) -> str | None:
        if not _is_list(value):
            return _limits(value, spec) if spec.scalar and fits(value) else refused(value, spec)
        if not value or not all(map(fits, value)):
            return refused(value, spec)
        if spec.length and len(value) != spec.length:
            return refused(value, spec)
        return next((said for item in value if (said := _limits(item, spec))), None)

    return judge


def _shape(value: Any, spec: ParamSpec) -> str | None:
    if not _is_list(value) or not all(item is None or _is_int(item) for item in value):
        return refused(value, spec)
    sizes = (item for item in value if item is not None)
    return next((said for item in sizes if (said := _limits(item, spec))), None)


def _texts(value: Any, spec: ParamSpec) -> str | None:
    fits = _is_list(value) and all(isinstance(item, str) for item in value)
    return None if fits else refused(value, spec)


def _dtype(value: Any, spec: ParamSpec) -> str | None:
    fits = isinstance(value, str) and (value in DTYPES or _QUANTIZED.match(value))
    return None if fits else refused(value, spec)


def _object(value: Any, spec: ParamSpec, catalog: Catalog, depth: int) -> str | None:
    """A name, or {"type", "params"}, of the parameter's group."""
    assert spec.group is not None
    type_, params = _described(value) if isinstance(value, Mapping) else (value, {})
    if not isinstance(type_, str) or params is None:
        return refused(value, spec)
    known = catalog.objects.get(spec.group, {})
    found = catalog.object(spec.group, type_)
    if found is None and (known or isinstance(value, Mapping)):
        return refused(value, spec)
    return _all_judged(params, found, catalog, depth + 1) if found else None


def _objects(value: Any, spec: ParamSpec, catalog: Catalog, depth: int) -> str | None:
    if not _is_list(value):
        return refused(value, spec)
    return next((said for item in value if (said := _object(item, spec, catalog, depth))), None)


def _layer(value: Any, spec: ParamSpec, catalog: Catalog, depth: int) -> str | None:
    type_, params = _described(value) if isinstance(value, Mapping) else (None, None)
    found = catalog.layer(type_) if isinstance(type_, str) else None
    if found is None or params is None or not found.type.startswith(LAYERS):
        return refused(value, spec)
    if spec.choices and found.type not in spec.choices:
        return refused(value, spec)
    if depth >= DEEPEST:
        return f"{spec.name} is nested too deep; at most {DEEPEST} levels are read."
    said = _all_judged(params, found, catalog, depth + 1)
    told = spec.name if said and said.startswith(found.name) else f"{spec.name} ({found.name})"
    return said and f"{told}: {said}"


def _layers(value: Any, spec: ParamSpec, catalog: Catalog, depth: int) -> str | None:
    if not _is_list(value) or not value:
        return refused(value, spec)
    for place, item in enumerate(value, 1):
        one = replace(spec, name=f"{place}. of {spec.name}") if len(value) > 1 else spec
        if said := _layer(item, one, catalog, depth):
            return said
    return None


def _literal(value: Any, spec: ParamSpec) -> str | None:
    return None if _is_json(value, 0) else refused(value, spec)


def _constant(value: Any, spec: ParamSpec) -> str | None:
    return None if _is_constant(value, 0) else refused(value, spec)


def _index(value: Any, spec: ParamSpec) -> str | None:
    if not isinstance(value, str):
        return refused(value, spec)
    try:
        parse(value)
    except NoIndex as refusal:
        return str(refusal)
    return None


# --- parts


def _is_constant(value: Any, depth: int) -> bool:
    """Whether a value is what a tensor can be made of."""
    if isinstance(value, bool) or _is_number(value):
        return True
    return (
        depth < DEEPEST
        and _is_list(value)
        and len(value) > 0
        and all(_is_constant(item, depth + 1) for item in value)
    )


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST


def _is_number(value: Any) -> bool:
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_json(value: Any, depth: int) -> bool:
    """Whether a value is JSON, not nested deeper than code can write it."""
    if value is None or isinstance(value, bool | str):
        return True
    if isinstance(value, int | float):
        return _is_number(value)
    if depth > DEEPEST:
        return False
    if isinstance(value, Mapping):
        keyed = all(isinstance(key, str) for key in value)
        return keyed and all(_is_json(item, depth + 1) for item in value.values())
    return _is_list(value) and all(_is_json(item, depth + 1) for item in value)


def _described(value: Mapping[Any, Any]) -> tuple[Any, Mapping[str, Any] | None]:
    """Type and params of {"type", "params"}; (None, None) for any other mapping."""
    params = value.get("params", {})
    if not set(value) <= {"type", "params"} or not isinstance(params, Mapping):
        return None, None
    return value.get("type"), params


def _limits(value: float, spec: ParamSpec) -> str | None:
    low, high = spec.minimum, spec.maximum
    inside = (low is None or value >= low) and (high is None or value <= high)
    return None if inside else refused(value, spec)


_Plain = Callable[[Any, ParamSpec], str | None]
_Nested = Callable[[Any, ParamSpec, Catalog, int], str | None]
_PLAIN: Mapping[Kind, _Plain] = {
    "bool": _bool,
    "int": _int,
    "number": _number,
    "text": _text,
    "choice": _choice,
    "ints": _list_of(_is_int),
    "numbers": _list_of(_is_number),
    "axis": _list_of(_is_int),
    "shape": _shape,
    "texts": _texts,
    "dtype": _dtype,
    "feature": _text,
    "target": _text,
    "monitor": _text,
    "literal": _literal,
    "constant": _constant,
    "index": _index,
    "code": _text,
}
_NESTED: Mapping[Kind, _Nested] = {
    "object": _object,
    "objects": _objects,
    "layer": _layer,
    "layers": _layers,
}
