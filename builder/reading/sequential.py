"""A Sequential model in the form of a Functional one: a chain of calls."""

from collections.abc import Mapping
from typing import Any

from builder.reading.refusal import CannotImport
from builder.reading.values import short

SEQUENTIAL = "Sequential"


def is_model(model: Any) -> bool:
    """Whether a config is of a model whose layers it lists."""
    if not isinstance(model, Mapping) or not isinstance(model.get("config"), Mapping):
        return False
    if model.get("class_name") == SEQUENTIAL:
        return True
    config = model["config"]
    return "layers" in config and "output_layers" in config


def functional_of(model: Any) -> Mapping[str, Any]:
    """The config of a Functional model with `layers`, `input_layers` and `output_layers`.

    Raises CannotImport for a subclassed model, and for what is no model.
    """
    if not isinstance(model, Mapping) or not isinstance(model.get("class_name"), str):
        raise CannotImport(
            "This is no model of Keras: expected JSON with “class_name” and “config”, as "
            "model.to_json() writes it."
        )
    name = short(model["class_name"])
    config = model.get("config")
    if not is_model(model) or not isinstance(config, Mapping):
        if isinstance(config, Mapping) and "layers" in config:
            raise CannotImport(f"“{name}” lists no outputs of the model. Save the whole model.")
        raise CannotImport(
            f"“{name}” is a model of a class of its own, whose layers are called by Python code "
            "that the file does not hold. Build it with keras.Model(inputs, outputs) or "
            "keras.Sequential, copy the weights, and save that."
        )
    return _chained(config) if name == SEQUENTIAL else config


def _chained(config: Mapping[str, Any]) -> Mapping[str, Any]:
    layers = config.get("layers")
    if not isinstance(layers, list):
        raise CannotImport("This Sequential model lists no layers.")
    chain: list[dict[str, Any]] = []
    for layer in layers:
        if not isinstance(layer, Mapping) or not isinstance(layer.get("config"), Mapping):
            raise CannotImport("A layer of this Sequential model cannot be read.")
        name = str(layer["config"].get("name") or layer.get("class_name", "layer"))
        given = [{"args": [_tensor(chain[-1]["name"])], "kwargs": {}}] if chain else []
        if not chain and layer.get("class_name") != "InputLayer":
            chain.append(_entry(config, layer))
            given = [{"args": [_tensor(chain[-1]["name"])], "kwargs": {}}]
        chain.append({**layer, "name": name, "inbound_nodes": given})
    if len(chain) < 2:
        raise CannotImport("This Sequential model is empty. Add a layer to it first.")
    return {
        **config,
        "layers": chain,
        "input_layers": [[chain[0]["name"], 0, 0]],
        "output_layers": [[chain[-1]["name"], 0, 0]],
        "sequential": True,
    }


def _entry(config: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, Any]:
    """The Input of a model that was given its shape in another way, or not at all."""
    inner = first["config"]
    shape = inner.get("batch_shape") or inner.get("batch_input_shape")
    shape = shape or config.get("build_input_shape")
    entry: dict[str, Any] = {"name": "inputs"}
    if shape is not None:
        entry["batch_shape"] = shape
    return {"class_name": "InputLayer", "config": entry, "name": "inputs", "inbound_nodes": []}


def _tensor(name: str) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}
