"""Parameters as Keras writes them into a config, turned into those of the catalogue.

A value that equals the catalogue's default is left out, so that a node holds what was chosen.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.reading.refusal import CannotImport

DEEPEST = 24

_STANDARD_DTYPE = "float32"
_STANDARD_FORMAT = "channels_last"
_SILENT = frozenset({"name", "dtype", "trainable", "batch_input_shape", "batch_shape"})
"""What every layer's config holds; those of the catalogue among them are read all the same."""

_NOTHING: tuple[Any, ...] = (None, False, "", [], {}, ())

_OWN = frozenset({"vocabulary_size", "oov_method", "zero_output_for_mask"})
"""What layers note for themselves in a config and nobody chooses."""


class Unread(Exception):
    """A value that the catalogue has no place for; the text says what it is."""


def params_of(
    spec: LayerSpec | ObjectSpec, config: Mapping[str, Any], catalog: Catalog, depth: int = 0
) -> tuple[dict[str, Any], list[str]]:
    """The parameters that differ from their defaults, and what could not be read, in words."""
    if depth > DEEPEST:
        return {}, [f"is nested deeper than {DEEPEST} levels"]
    params: dict[str, Any] = {}
    faults: list[str] = []
    for param in spec.params:
        if not param.keras or param.name not in config:
            continue
        try:
            value = config[param.name]
            if not (param.kind == "dtype" and isinstance(value, str) and _is_op(spec)):
                value = value_of(value, param, catalog, depth)
        except Unread as unread:
            faults.append(str(unread))
            continue
        if param.required or not _is_default(value, param, spec, params):
            params[param.name] = value
    known = {param.name for param in spec.params}
    faults += [
        f"has a parameter “{short(name)}”, which is not in the catalogue"
        for name, value in config.items()
        if name not in (known | _SILENT | _OWN)
        and value not in _NOTHING
        and (name, value) != ("data_format", _STANDARD_FORMAT)
    ]
    return params, faults


def value_of(value: Any, param: ParamSpec, catalog: Catalog, depth: int = 0) -> Any:
    """One value of a config as a value of the catalogue. Raises Unread."""
    if value is None:
        return None
    match param.kind:
        case "dtype":
            # The standard one is nothing that was chosen, where it is the layer's own.
            chosen = isinstance(value, str) and (param.required or param.name != "dtype")
            return value if chosen else _dtype(value)
        case "layer":
            return _layer(value, catalog, depth)
        case "layers" if isinstance(value, Sequence) and not isinstance(value, str):
            return [_layer(item, catalog, depth) for item in value]
        case "objects" if isinstance(value, Sequence) and not isinstance(value, str):
            return [described(item, param.group, catalog, depth) for item in value]
        case "object":
            return described(value, param.group, catalog, depth)
        case "code":
            raise Unread(f"carries Python code in “{param.name}”")
        case "ints":
            return _shortened(plain(value), param)
        case "int" if isinstance(value, float) and value.is_integer():
            return int(value)
        case "int" | "number" if isinstance(value, list | tuple | Mapping):
            return _narrowed(value, param, catalog, depth)
        case "numbers":
            return _centred(plain(value), param)
        case "axis" if param.nullable and plain(value) == []:
            return None
    return plain(value)


def _narrowed(value: Any, param: ParamSpec, catalog: Catalog, depth: int) -> Any:
    """An object in place of a number (a schedule); or a number that Keras made a range or list of."""
    if param.group is not None and isinstance(value, Mapping) and "class_name" in value:
        return described(value, param.group, catalog, depth)
    items = plain(value)
    return items[-1] if isinstance(items, list) and len(items) in (1, 2) else items


def _centred(value: Any, param: ParamSpec) -> Any:
    """`[-0.5, 0.5]` as 0.5 where Keras takes one number for both, and none below 0."""
    low = param.minimum
    if isinstance(value, list) and len(value) == 2 and param.scalar and low is not None:
        numbers = all(isinstance(item, int | float) for item in value)
        if numbers and value[0] == -value[1] and value[0] < low:
            return value[1]
    return value


def described(value: Any, group: str | None, catalog: Catalog, depth: int = 0) -> Any:
    """A Keras object by its short string where it has no parameters, else as type and params.

    Raises Unread for one that is not in the catalogue.
    """
    if isinstance(value, str):
        found = catalog.object(group or "", value)
        return value if found is None or not found.alias else found.alias
    if not isinstance(value, Mapping) or not isinstance(value.get("class_name"), str):
        raise Unread("holds a value that describes no object of Keras")
    name, config = value["class_name"], value.get("config")
    if name == "function" and isinstance(config, str):
        return described(config, group, catalog, depth)
    spec = catalog.object(group or "", public(value.get("module"), name)) or catalog.object(
        group or "", name
    )
    if spec is None:
        raise Unread(f"needs “{short(name)}”, which is not a part of Keras")
    params = _sound(spec, config, catalog, depth)
    if spec.alias and not params:
        return spec.alias
    return {"type": spec.type, "params": params}


def _layer(value: Any, catalog: Catalog, depth: int) -> Any:
    """A layer inside another one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("class_name"), str):
        raise Unread("holds a value that describes no layer")
    spec = catalog.layer(public(value.get("module"), value["class_name"]))
    if spec is None:
        raise Unread(f"holds a layer “{short(value['class_name'])}” that is not in the catalogue")
    return {"type": spec.type, "params": _sound(spec, value.get("config"), catalog, depth)}


def _sound(
    spec: LayerSpec | ObjectSpec, config: Any, catalog: Catalog, depth: int
) -> dict[str, Any]:
    """The parameters of something inside a layer. Raises Unread for the first that is not read."""
    given = config if isinstance(config, Mapping) else {}
    params, faults = params_of(spec, given, catalog, depth + 1)
    if faults:
        raise Unread(f"holds a {spec.name} that {faults[0]}")
    return params


def public(module: Any, name: str) -> str:
    """The path by which the catalogue knows a class; `module` is what Keras wrote beside it."""
    room = module if isinstance(module, str) and module else "keras.layers"
    return f"{room}.{name}"


def plain(value: Any, depth: int = 0) -> Any:
    """A value in plain JSON, without the wrappers that Keras gives to tuples and arrays.

    Raises Unread for wrappers that mean code or an object.
    """
    if depth > DEEPEST:
        raise Unread(f"is nested deeper than {DEEPEST} levels")
    if isinstance(value, Mapping):
        kind = value.get("class_name")
        if kind in ("__tuple__", "__list__", "__numpy__", "__tensor__"):
            inner = value.get("config", value)
            inner = inner.get("value", inner.get("items")) if isinstance(inner, Mapping) else inner
            return plain(inner, depth + 1)
        if isinstance(kind, str):
            raise Unread(f"holds a “{short(kind)}” where a plain value is expected")
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    return value


def short(text: str) -> str:
    """A text of others as one short line."""
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return line if len(line) <= 60 else line[:59] + "…"


def _dtype(value: Any) -> str | None:
    """A dtype or the name of a policy; the standard one is nothing that was chosen."""
    if isinstance(value, Mapping):
        config = value.get("config")
        value = config.get("name") if isinstance(config, Mapping) else None
    if not isinstance(value, str):
        raise Unread("has a dtype that is no name")
    return None if value == _STANDARD_DTYPE else value


def _shortened(value: Any, param: ParamSpec) -> Any:
    """`[3, 3]` as 3 where Keras takes either."""
    if isinstance(value, list) and param.scalar and len(value) == param.length > 1:
        first = value[0]
        if all(item == first and type(item) is type(first) for item in value):
            return first
    return value


def _is_default(
    value: Any, param: ParamSpec, spec: LayerSpec | ObjectSpec, params: Mapping[str, Any]
) -> bool:
    default = _shortened(param.default, param) if param.kind == "ints" else param.default
    if same(value, default):
        return True
    if param.kind == "object" and param.group == "activations":
        return default is None and value == "linear"
    if param.name == "data_format" and default is None and spec.type.startswith("keras.layers."):
        return bool(value == _STANDARD_FORMAT)
    if default is None and value is False:  # `sparse` of an Input; ops keep what they were told
        return param.kind == "bool" and not _is_op(spec)
    if param.name == "backward_layer":  # the first one, the other way round
        return _is_reverse(value, params.get("layer"))
    if param.name == "strides" and default is None:  # of a pooling: its window
        window = spec.param("pool_size")
        size = params.get("pool_size", window.default if window else None)
        return window is not None and same(value, _shortened(size, window))
    return False


def _is_op(spec: LayerSpec | ObjectSpec) -> bool:
    return spec.type.startswith("keras.ops.")


def _is_reverse(backward: Any, forward: Any) -> bool:
    if not isinstance(backward, Mapping) or not isinstance(forward, Mapping):
        return backward is None
    turned = {**forward["params"], "go_backwards": not forward["params"].get("go_backwards", False)}
    if not turned["go_backwards"]:
        del turned["go_backwards"]
    return bool(backward == {"type": forward["type"], "params": turned})


def same(one: Any, other: Any) -> bool:
    """Whether two values are one to Keras: 1 and 1.0 are, 1 and True are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def numbered(shape: Any) -> list[int | None]:
    """The sizes of a batch shape in a config. Raises CannotImport for what is none."""
    try:
        sizes = plain(shape)
    except Unread:
        sizes = None
    whole = isinstance(sizes, list) and sizes
    if not whole or not all(size is None or type(size) is int for size in sizes):
        raise CannotImport("The shape of an input cannot be read: expected whole numbers and null.")
    return list(sizes)


def snake(name: str) -> str:
    """`GetItem` as `get_item`: the function of Keras that an op's class belongs to."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
