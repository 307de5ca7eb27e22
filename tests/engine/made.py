"""Layers and other objects of Keras, made and called as the catalogue describes them."""

import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from builder.catalog.spec import LayerSpec, ObjectSpec, ParamSpec

# Code of the user's own, another backend, or a folder on disk: these cannot be made from examples.
FOREIGN = {"FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"}


def find(keras: ModuleType, path: str) -> Any:
    found: Any = keras
    for part in path.split(".")[1:]:
        found = getattr(found, part)
    return found


def made(keras: ModuleType, value: Any) -> Any:
    """A JSON value as Keras gets it: described objects made, lists as tuples like generated code."""
    if isinstance(value, dict) and "type" in value:
        params = {name: made(keras, v) for name, v in value.get("params", {}).items()}
        return find(keras, value["type"])(**params)
    if isinstance(value, list):
        items = [made(keras, item) for item in value]
        return items if any(isinstance(i, keras.layers.Layer) for i in items) else tuple(items)
    return value


def same(x: Any) -> Any:
    """What a fresh Lambda does."""
    return x


def make(keras: ModuleType, spec: LayerSpec | ObjectSpec, **params: Any) -> Any:
    examples = {p.name: p.example for p in spec.params if p.required}
    if spec.name == "Lambda":
        params["function"] = same
    return made(keras, {"type": spec.type, "params": {**examples, **params}})


def samples(param: ParamSpec) -> list[Any]:
    """Values that fit the kind, at the bounds and between them."""
    low = 0.0 if param.minimum is None else param.minimum
    high = low + 2 if param.maximum is None else param.maximum
    middle = (low + high) / 2
    length = param.length or 3
    match param.kind:
        case "bool":
            return [True, False]
        case "int":
            return [int(low), int(high)]
        case "number":
            return [low, middle, high]
        case "numbers":
            return [[middle] * length, *([middle] if param.scalar else [])]
        case "ints":
            return [[3 + 2 * i for i in range(length)], *([3] if param.scalar else [])]
        case "axis":
            return [1, [1, 2]]
        case "dtype":
            return ["float32", "mixed_float16"]
        case "texts":
            return [["a", "b"]]
        case "object" if param.group == "activations":
            return ["relu", "softmax"]
        case "object" if param.group == "initializers":
            return ["zeros", {"type": "keras.initializers.RandomNormal", "params": {"seed": 1}}]
        case "object" if param.group == "regularizers":
            return ["l2", {"type": "keras.regularizers.L1", "params": {"l1": 0.1}}]
        case "object" if param.group == "constraints":
            return ["non_neg", {"type": "keras.constraints.MaxNorm", "params": {"max_value": 3}}]
    return []


def input_of(keras: ModuleType, spec: LayerSpec, port: str) -> Any:
    """A symbolic tensor that a layer of this class takes at this port."""
    by_name: dict[str, tuple[tuple[int, ...], str]] = {
        "CategoryEncoding": ((4,), "int32"),
        "Embedding": ((8,), "int32"),
        "HashedCrossing": ((1,), "int32"),
        "Hashing": ((1,), "int32"),
        "IntegerLookup": ((4,), "int64"),
        "MelSpectrogram": ((4096,), "float32"),
        "ReversibleEmbedding": ((8,), "int32"),
        "STFTSpectrogram": ((4096, 1), "float32"),
        "StringLookup": ((4,), "string"),
        "TextVectorization": ((1,), "string"),
        "RepeatVector": ((8,), "float32"),
        "EinsumDense": ((8,), "float32"),
    }
    if port == "labels":
        return keras.Input((4,))
    if port == "count_weights":
        return keras.Input((4,), dtype="float32")
    if spec.name in by_name:
        shape, dtype = by_name[spec.name]
        return keras.Input(shape, dtype=dtype)
    axes = re.search(r"(\d)D", spec.name)
    if spec.name.startswith("ConvLSTM"):
        return keras.Input((4, *[8] * int(spec.name[-2]), 3))
    if axes:
        return keras.Input((*[8] * int(axes[1]), 3))
    if spec.category == "Preprocessing":
        return keras.Input((8, 8, 3))
    return keras.Input((8, 64))


def call(keras: ModuleType, spec: LayerSpec, layer: Any, params: Mapping[str, Any]) -> Any:
    """Call a layer as its ports say, with every port fed that has to be."""
    positional: list[Any] = []
    items: list[Any] = []
    entries: dict[str, Any] = {}
    for port in spec.ports(params).inputs:
        if port.optional and port.name != "count_weights":
            continue
        tensor = input_of(keras, spec, port.name)
        if port.variadic:
            positional.append([tensor, input_of(keras, spec, port.name)])
        elif port.passing == "item":
            items.append(tensor)
        elif port.passing == "entry":
            entries[port.name] = tensor
        elif port.passing == "positional":
            positional.append(tensor)
    if entries:
        return layer(entries, *positional)
    return layer(items, *positional) if items else layer(*positional)
