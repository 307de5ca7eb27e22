"""The one line on a node: what its parameters say beyond their defaults.

`32 × 3×3 · same · relu` for a convolution, `rate 0.5` for Dropout, `8 × 8 × 1 · float32` for an
Input, `target digit · sparse cross-entropy` for an Output, nothing for an Add.
"""

from collections.abc import Mapping
from typing import Any

from builder.catalog.display import class_name, display, short, words
from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.document.graph import INPUT, OUTPUT, Node

SEPARATOR = " · "
LONGEST = 96
_DEEPEST = 3

# Shown even when they are at their default, because they are what the layer is about.
_ALWAYS = {"mode", "output_size", "pool_size", "size"}
# One figure for each axis even where one stands for all: 3×3, but stride 2.
_SPREAD = {"kernel_size", "output_size", "pool_size", "size"}
# Shown without their name.
_BARE = {
    "activation",
    "index",
    "indices_or_sections",
    "newshape",
    "pattern",
    "subscripts",
    "cell",
    "cells",
    "dims",
    "dtype",
    "equation",
    "filters",
    "kernel_initializer",
    "kernel_regularizer",
    "kernel_size",
    "layer",
    "layers",
    "merge_mode",
    "mode",
    "n",
    "output_mode",
    "output_size",
    "padding",
    "pool_size",
    "size",
    "target_shape",
    "units",
}
# Never worth a place on the node.
_SILENT = {"seed", "data_format", "name"}
# Two figures that are read together.
_PAIRS = (
    ("filters", " × ", "kernel_size"),
    ("input_dim", " → ", "output_dim"),
    ("num_heads", " heads × ", "key_dim"),
    ("height", " × ", "width"),
)
_SWITCHED = {("trainable", False): "frozen", ("use_bias", False): "no bias"}
_LOSSES = {
    "BinaryCrossentropy": "binary cross-entropy",
    "BinaryFocalCrossentropy": "binary focal cross-entropy",
    "CategoricalCrossentropy": "cross-entropy",
    "CategoricalFocalCrossentropy": "focal cross-entropy",
    "SparseCategoricalCrossentropy": "sparse cross-entropy",
}


def summary(node: Node, catalog: Catalog) -> str:
    """The line for one node; empty where there is nothing to say or the type is unknown.

    Never raises, whatever a file put into the parameters.
    """
    spec = catalog.layer(node.type)
    if spec is None:
        return ""
    line = _line(spec, node.params, catalog, 0)
    if not node.call:
        return line
    told = [
        _part(param, node.call[param.name], catalog, 0)
        for param in spec.call_params
        if node.call.get(param.name) not in (None, param.default)
    ]
    return short(SEPARATOR.join(filter(None, (line, *told))), LONGEST)


def _line(spec: LayerSpec, params: Mapping[str, Any], catalog: Catalog, depth: int) -> str:
    if spec.type == INPUT:
        parts = _input(params)
    elif spec.type == OUTPUT:
        parts = _output(params, catalog)
    else:
        parts = _parts(spec, params, catalog, depth)
    return short(SEPARATOR.join(part for part in parts if part), LONGEST)


def _parts(spec: LayerSpec, params: Mapping[str, Any], catalog: Catalog, depth: int) -> list[str]:
    """What differs from the defaults, in the order of the signature, head figures first."""
    shown = {
        param.name: _part(param, params.get(param.name, param.default), catalog, depth)
        for param in spec.params
        if _tells(param, params)
    }
    for first, joint, second in _PAIRS:
        if first in shown and second in shown:
            tail = shown.pop(second).removeprefix(f"{words(second)} ")
            shown[first] = shown[first].removeprefix(f"{words(first)} ") + joint + tail
    return list(shown.values())


def _tells(param: ParamSpec, params: Mapping[str, Any]) -> bool:
    if param.name in _SILENT:
        return False
    if param.name not in params:
        return param.name in _ALWAYS and param.default is not None and not param.required
    if param.required or param.name in _ALWAYS:
        return params[param.name] is not None
    return not _same(params[param.name], param)


def _part(param: ParamSpec, value: Any, catalog: Catalog, depth: int) -> str:
    if isinstance(value, bool):
        said = words(param.name)
        return _SWITCHED.get((param.name, value)) or (said if value else f"no {said}")
    if param.kind == "code":
        return display(value).removeprefix("custom_layers.")
    if param.kind == "layer":
        text = _inner(value, catalog, depth)
    elif param.kind == "layers" and isinstance(value, list | tuple):
        text = ", ".join(_inner(item, catalog, depth) for item in value[:4])
    elif param.kind == "ints":
        text = _figures(value, param)
    elif param.kind == "index":
        text = f"[{display(value)}]"
    else:
        text = display(value)
    if param.name in _BARE:
        return text
    name = "stride" if param.name == "strides" else words(param.name)
    return f"{name} {text}"


def _inner(value: Any, catalog: Catalog, depth: int) -> str:
    """A layer inside a layer: its class and its own line."""
    if not isinstance(value, Mapping):
        return display(value)
    name = class_name(value.get("type"))
    spec = catalog.layers.get(value["type"]) if isinstance(value.get("type"), str) else None
    params = value.get("params")
    if spec is None or depth >= _DEEPEST or not isinstance(params, Mapping):
        return name
    inner = _line(spec, params, catalog, depth + 1)
    return f"{name} {inner}" if inner else name


def _figures(value: Any, param: ParamSpec) -> str:
    """A window's size, closer together than a shape: 3×3."""
    if param.name in _SPREAD:
        value = _spread(value, param.length)
    elif isinstance(value, list | tuple) and value and all(item == value[0] for item in value):
        value = value[0]
    return display(value).replace(" × ", "×")


def _same(value: Any, param: ParamSpec) -> bool:
    """Whether a value says the same as the default: 2 and [2, 2] do for a window."""
    default = param.default
    if param.kind == "ints" and param.length:
        value, default = _spread(value, param.length), _spread(default, param.length)
    return type(value) is type(default) and bool(value == default)


def _spread(value: Any, length: int) -> Any:
    return [value] * length if type(value) is int else value


# --- input and output


def _input(params: Mapping[str, Any]) -> list[str]:
    feature, dtype = params.get("feature"), params.get("dtype")
    shape = params.get("shape")
    parts = [display(shape) if shape != [] and shape is not None else "scalar"]
    if feature:
        parts.insert(0, display(feature))
    if dtype or not feature:
        parts.append(display(dtype or "float32"))
    return parts


def _output(params: Mapping[str, Any], catalog: Catalog) -> list[str]:
    target, loss = params.get("target"), params.get("loss")
    parts = [f"target {display(target)}"] if target else []
    if loss:
        parts.append(loss_name(loss, catalog))
    return parts


def loss_name(loss: Any, catalog: Catalog) -> str:
    """A loss in a few words: `sparse cross-entropy`, `mean squared error`."""
    type_ = loss.get("type") if isinstance(loss, Mapping) else loss
    spec = catalog.object("losses", type_) if isinstance(type_, str) else None
    name = spec.name if spec else class_name(type_)
    return _LOSSES.get(name) or words(name)
