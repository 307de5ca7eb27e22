"""The JSON of Keras 2 in the form of Keras 3, so that the rest knows one form only.

Keras 2 wrote a call as a list of `[layer, call, output, arguments]`, classes without their module,
and ops of TensorFlow as layers. What was renamed since has its new name, what is gone is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.reading.refusal import CannotImport
from builder.reading.sequential import SEQUENTIAL, is_model
from builder.reading.values import short

_DEEPEST = 64

_GONE = frozenset(
    {
        "adjustment",
        "fused",
        "implementation",
        "input_length",
        "time_major",
        "virtual_batch_size",
    }
)
_RENAMED = {
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "BatchNormalizationV1": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
}
_PARAMETERS = {("LeakyReLU", "alpha"): "negative_slope", ("ThresholdedReLU", "theta"): "threshold"}
_OPS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.subtract": "Subtract",
    "math.multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.divide": "Divide",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.reduce_mean": "Mean",
    "math.reduce_sum": "Sum",
    "math.reduce_max": "Max",
    "math.exp": "Exp",
    "math.sqrt": "Sqrt",
    "math.square": "Square",
    "math.sigmoid": "Sigmoid",
    "math.tanh": "Tanh",
    "nn.relu": "Relu",
    "nn.sigmoid": "Sigmoid",
    "nn.softmax": "Softmax",
}
_IN_NN = frozenset({"Relu", "Sigmoid", "Softmax"})
_GETITEM = "__operators__.getitem"


def is_keras2(model: Any) -> bool:
    """Whether a model's JSON is of Keras 2: its layers do not say which module they are from."""
    if not isinstance(model, Mapping) or "module" in model:
        return False
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, Mapping) else config
    if not isinstance(layers, list):
        return False
    return not any(isinstance(layer, Mapping) and "module" in layer for layer in layers)


def as_keras3(model: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """The same model in the form of Keras 3. Raises CannotImport."""
    if depth > _DEEPEST:
        raise CannotImport("Models stand inside each other too deep.")
    config = model.get("config")
    if model.get("class_name") == SEQUENTIAL and isinstance(config, list):
        config = {"name": "sequential", "layers": config}  # as the oldest wrote it
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        return dict(model)
    layers = [layer for layer in config["layers"] if isinstance(layer, Mapping)]
    models = {_name(layer) for layer in layers if _counts_from_one(layer)}
    made = [_layer(layer, models, depth) for layer in layers]
    return {**model, "config": {**config, "layers": made}}


def _layer(layer: Mapping[str, Any], models: set[str], depth: int) -> dict[str, Any]:
    kind = str(layer.get("class_name", ""))
    if is_model(layer):
        inner = as_keras3(layer, depth + 1)
        return {**inner, "name": _name(layer), "inbound_nodes": _calls(layer, models)}
    if kind in ("TFOpLambda", "SlicingOpLambda"):
        return _op(layer, models)
    kind = _RENAMED.get(kind, kind)
    config = layer.get("config")
    return {
        **layer,
        "class_name": kind,
        "config": _config(kind, config) if isinstance(config, Mapping) else config,
        "inbound_nodes": _calls(layer, models),
    }


def _config(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        _PARAMETERS.get((kind, name), name): value
        for name, value in config.items()
        if name not in _GONE
    }
    axis = found.get("axis")
    if kind == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        found["axis"] = axis[0]
    if found.get("activation") == "softmax_v2":
        found["activation"] = "softmax"
    for name in ("layer", "cell", "backward_layer"):
        inner = found.get(name)
        if isinstance(inner, Mapping) and isinstance(inner.get("config"), Mapping):
            inner_kind = _RENAMED.get(str(inner.get("class_name")), str(inner.get("class_name")))
            found[name] = {
                **inner,
                "class_name": inner_kind,
                "config": _config(inner_kind, inner["config"]),
            }
    return found


def _op(layer: Mapping[str, Any], models: set[str]) -> dict[str, Any]:
    """An op of TensorFlow as the op of Keras that does the same."""
    config = layer.get("config")
    named = str(config.get("function", "")) if isinstance(config, Mapping) else ""
    name = _OPS.get(named)
    calls = _calls(layer, models)
    if named == _GETITEM:
        for call in calls:
            spec = call["kwargs"].pop("slice_spec", None)
            call["args"].append(_key(spec))
        name = "GetItem"
    elif name is None:
        raise CannotImport(
            f"“{short(_name(layer))}” calls tf.{short(named)}, which has no counterpart that is "
            "known here. Replace it by a layer in the original, and save that."
        )
    else:
        for call in calls:
            call["args"] += [call["kwargs"].pop("y")] if "y" in call["kwargs"] else []
            call["kwargs"] = {k: v for k, v in call["kwargs"].items() if k != "name"}
    room = "nn" if name in _IN_NN else "numpy"
    return {
        "module": f"keras.src.ops.{room}",
        "class_name": name,
        "config": {"name": _name(layer)},
        "name": _name(layer),
        "inbound_nodes": calls,
    }


def _key(spec: Any) -> Any:
    """What stands between brackets, from `{"start": ..., "stop": ..., "step": ...}`."""
    if isinstance(spec, Mapping):
        return {"class_name": "__slice__", "config": dict(spec)}
    return [_key(part) for part in spec] if isinstance(spec, list) else spec


# --- calls


def _calls(layer: Mapping[str, Any], models: set[str]) -> list[dict[str, Any]]:
    nodes = layer.get("inbound_nodes") or []
    if not isinstance(nodes, list):
        raise CannotImport(f"The calls of “{short(_name(layer))}” cannot be read.")
    if nodes and _is_entry(nodes):
        nodes = [nodes]
    return [_call(node, models) for node in nodes]


def _call(node: Any, models: set[str]) -> dict[str, Any]:
    if isinstance(node, Mapping) and "args" in node:
        return dict(node)
    kwargs: dict[str, Any] = {}
    for entry in _entries(node):
        extra = entry[3] if len(entry) > 3 else None
        for name, value in extra.items() if isinstance(extra, Mapping) else ():
            kwargs.setdefault(name, _argument(value, models))
    given = _structure(node, models)
    # A row of one tensor is that tensor, as Keras 2 wrote it.
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    return {"args": [given], "kwargs": kwargs}


def _structure(node: Any, models: set[str], depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise CannotImport("The arguments of a call are nested too deep.")
    if _is_entry(node):
        return _tensor(node, models)
    if isinstance(node, Mapping):
        return {str(key): _structure(item, models, depth + 1) for key, item in node.items()}
    if isinstance(node, list):
        return [_structure(item, models, depth + 1) for item in node]
    return node


def _entries(node: Any, depth: int = 0) -> Iterator[list[Any]]:
    if _is_entry(node):
        yield node
    elif depth < _DEEPEST and isinstance(node, list | Mapping):
        for item in node.values() if isinstance(node, Mapping) else node:
            yield from _entries(item, depth + 1)


def _argument(value: Any, models: set[str]) -> Any:
    """A keyword's value: a tensor is `[layer, call, output]` there as well."""
    if _is_entry(value):
        if value[0] == "_CONSTANT_VALUE":
            return value[-1]
        return _tensor(value, models)
    if isinstance(value, list) and value and all(map(_is_entry, value)):
        return [_argument(item, models) for item in value]
    return value


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(number) is int for number in value[1:3])
    )


def _tensor(entry: list[Any], models: set[str]) -> dict[str, Any]:
    name, call, place = entry[:3]
    history = [name, call - 1 if name in models else call, place]
    return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}


def _counts_from_one(layer: Mapping[str, Any]) -> bool:
    return is_model(layer) and layer.get("class_name") != SEQUENTIAL


def _name(layer: Mapping[str, Any]) -> str:
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, Mapping) else None
    return str(layer.get("name") or inner or layer.get("class_name") or "layer")
