"""The JSON of Keras 2 in the form of Keras 3, so that the rest knows one form only.

Keras 2 wrote a call as a list of `[layer, call, output, arguments]`, classes without their module,
and ops of TensorFlow as layers. What was renamed since has its new name, what is gone is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.reading.keras2_ops import counterpart, renamed
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
        "rng_type",
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
_GONE_FROM = {
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), frozenset({"groups"})),
    **dict.fromkeys(
        ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), frozenset({"groups"})
    ),
    "Lambda": frozenset({"function_type", "module", "output_shape_type"}),
    "MultiHeadAttention": frozenset({"key_shape", "query_shape", "value_shape"}),
    **dict.fromkeys(
        ("SeparableConv1D", "SeparableConv2D"),
        frozenset({"groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"}),
    ),
}
_RECURRENT = frozenset(
    {"Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN"}
)
_PARAMETERS = {("LeakyReLU", "alpha"): "negative_slope", ("ThresholdedReLU", "theta"): "threshold"}
_GETITEM = "__operators__.getitem"
_CONSTANT = "_CONSTANT_VALUE"
"""What stands in place of a layer's name where an op is called with a number first."""


def is_keras2(model: Any) -> bool:
    """Whether a model's JSON is of Keras 2: its calls are lists, and most files name no modules."""
    if not isinstance(model, Mapping):
        return False
    if str(model.get("keras_version", "")).startswith("2."):
        return True
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, Mapping) else config
    if not isinstance(layers, list):
        return False
    if "module" in model:  # as a .keras file of Keras 2 has it
        return any(isinstance(layer, Mapping) and _is_old(layer) for layer in layers)
    return not any(isinstance(layer, Mapping) and "module" in layer for layer in layers)


def _is_old(layer: Mapping[str, Any]) -> bool:
    calls, config = layer.get("inbound_nodes"), layer.get("config")
    listed = isinstance(calls, list) and bool(calls) and isinstance(calls[0], list)
    return listed or (isinstance(config, Mapping) and "batch_input_shape" in config)


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
    models = {_name(layer) for layer in layers if _counts_from_one(layer, config)}
    made = [_layer(layer, models, depth) for layer in layers]
    # Today's Keras counts there from one only for a model that is no Sequential.
    late = {_name(one) for one in layers if one.get("class_name") == SEQUENTIAL} & models
    ends = _recounted(config.get("output_layers"), late)
    return {**model, "config": {**config, "layers": made, "output_layers": ends}}


def _recounted(ends: Any, models: set[str], depth: int = 0) -> Any:
    """Ends with the calls of some models counted from zero."""
    if _is_entry(ends):
        return [ends[0], ends[1] - (ends[0] in models), *ends[2:]]
    if depth > _DEEPEST:
        raise CannotImport("The outputs of the model are nested too deep.")
    if isinstance(ends, Mapping):
        return {name: _recounted(end, models, depth + 1) for name, end in ends.items()}
    return [_recounted(end, models, depth + 1) for end in ends] if isinstance(ends, list) else ends


def _layer(layer: Mapping[str, Any], models: set[str], depth: int) -> dict[str, Any]:
    kind = str(layer.get("class_name", ""))
    if is_model(layer):
        inner = as_keras3(layer, depth + 1)
        return {
            **_without_module(inner),
            "name": _name(layer),
            "inbound_nodes": _calls(layer, models),
        }
    if kind in ("TFOpLambda", "SlicingOpLambda"):
        return _op(layer, models)
    kind = _RENAMED.get(kind, kind)
    config = layer.get("config")
    calls = _calls(layer, models)
    if kind in _RECURRENT:
        calls = [_with_states(call) for call in calls]
    return {
        **_without_module(layer),
        "class_name": kind,
        "config": _config(kind, config) if isinstance(config, Mapping) else config,
        "inbound_nodes": calls,
    }


def _without_module(layer: Mapping[str, Any]) -> dict[str, Any]:
    """A layer without what Keras 2 said of where its class is: names alone tell it here."""
    of_keras = str(layer.get("module", "")).startswith(("keras", "tf_keras", "tensorflow"))
    return {name: value for name, value in layer.items() if name != "module" or not of_keras}


def _with_states(call: dict[str, Any]) -> dict[str, Any]:
    """A call of a recurrent layer: behind its input, Keras 2 lists the states that it begins with."""
    args = call["args"]
    if len(args) == 1 and isinstance(args[0], list) and len(args[0]) > 1:
        first, *states = args[0]
        return {"args": [first], "kwargs": {**call["kwargs"], "initial_state": states}}
    return call


def _config(kind: str, config: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    found = {
        _PARAMETERS.get((kind, name), name): value
        for name, value in config.items()
        if name not in _GONE and name not in _GONE_FROM.get(kind, ())
    }
    axis = found.get("axis")
    if kind == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        found["axis"] = axis[0]
    if found.get("activation") == "softmax_v2":
        found["activation"] = "softmax"
    for name in ("layer", "cell", "backward_layer"):
        if name in found:
            found[name] = _inner(found[name], depth)
    if isinstance(found.get("cells"), list):
        found["cells"] = [_inner(cell, depth) for cell in found["cells"]]
    return found


def _inner(layer: Any, depth: int = 0) -> Any:
    """A layer inside a layer."""
    if not isinstance(layer, Mapping) or not isinstance(layer.get("config"), Mapping):
        return layer
    if depth > _DEEPEST:
        raise CannotImport("Layers stand inside each other too deep.")
    kind = _RENAMED.get(str(layer.get("class_name")), str(layer.get("class_name")))
    return {
        **_without_module(layer),
        "class_name": kind,
        "config": _config(kind, layer["config"], depth + 1),
    }


def _op(layer: Mapping[str, Any], models: set[str]) -> dict[str, Any]:
    """An op of TensorFlow as the op of Keras that does the same."""
    config = layer.get("config")
    named = str(config.get("function", "")) if isinstance(config, Mapping) else ""
    calls = _calls(layer, models)
    if named == _GETITEM:
        for call in calls:
            spec = call["kwargs"].pop("slice_spec", None)
            call["args"].append(_key(spec))
        name = "GetItem"
    else:
        op = counterpart(named, _name(layer))
        for call in calls:
            call["kwargs"] = renamed(call["kwargs"], op, named, _name(layer))
        name = op.op
    return {
        "module": "keras.ops",
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
        return node[2] if node[0] == _CONSTANT else _tensor(node, models)
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
        if value[0] == _CONSTANT:
            return value[2]
        return _tensor(value, models)
    if isinstance(value, list) and value and all(map(_is_entry, value)):
        return [_argument(item, models) for item in value]
    return value


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and (value[0] == _CONSTANT or all(type(number) is int for number in value[1:3]))
    )


def _tensor(entry: list[Any], models: set[str]) -> dict[str, Any]:
    name, call, place = entry[:3]
    history = [name, call - 1 if name in models else call, place]
    return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}


def _counts_from_one(layer: Mapping[str, Any], config: Mapping[str, Any]) -> bool:
    """Whether the calls of a layer are numbered from one, as those of models mostly are.

    A Sequential that was told its shape late counts from zero, in some versions.
    """
    if not is_model(layer):
        return False
    if layer.get("class_name") != SEQUENTIAL:
        return True
    name = _name(layer)
    others = [one.get("inbound_nodes") for one in config["layers"] if isinstance(one, Mapping)]
    ends = [config.get("output_layers")]
    return 0 not in {entry[1] for entry in _mentioned([others, ends]) if entry[0] == name}


def _mentioned(node: Any, depth: int = 0) -> Iterator[list[Any]]:
    """All tensors that are spoken of in calls and ends, those given by name as well."""
    for entry in _entries(node):
        yield entry
        if len(entry) > 3 and isinstance(entry[3], Mapping) and depth < _DEEPEST:
            yield from _mentioned(list(entry[3].values()), depth + 1)


def _name(layer: Mapping[str, Any]) -> str:
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, Mapping) else None
    return str(layer.get("name") or inner or layer.get("class_name") or "layer")
