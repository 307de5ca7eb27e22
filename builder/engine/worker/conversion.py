"""A model written in another format, and why that cannot be done, in the user's words."""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from builder.engine.formats import BY_NAME, FORMATS, install_command
from builder.engine.worker.faults import JobError, plain

_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
# What LiteRT calculates by itself, without a part of TensorFlow beside it.
_BUILT_IN = "TFLITE_BUILTINS"
_TELLING = ("error:", "not supported", "nsupported ops", "No conversion rule")


def missing_packages() -> dict[str, tuple[str, ...]]:
    """What pip would have to install for each format, looked up without importing anything."""
    found = {
        format_.name: tuple(pip for module, pip in format_.packages if find_spec(module) is None)
        for format_ in FORMATS
    }
    return {name: packages for name, packages in found.items() if packages}


def check_possible(format_: str, python: str) -> None:
    """Raises JobError for a format that this worker cannot write, with what would help."""
    known = BY_NAME[format_]
    if packages := missing_packages().get(format_):
        raise JobError(
            f"{known.title} needs {' and '.join(packages)}, which this Python does not have. "
            f"Install with:  {install_command(python, packages)}"
        )
    backend = keras.backend.backend()
    if known.tensorflow and backend != "tensorflow":
        raise JobError(
            f"{known.title} is written by TensorFlow only; this project runs on {backend}. Choose "
            "TensorFlow under Model > Name and backend; the weights that were trained stay."
        )


def convert(model: Any, format_: str, folder: Path) -> Path:
    """Write the model into a folder and return its file (or its folder). Raises JobError."""
    path = folder / f"model{BY_NAME[format_].suffix}"
    heard = io.StringIO()
    try:
        with redirect_stdout(heard):
            _WRITE[format_](model, path)
    except Exception as error:
        # Each converter raises kinds of its own; what they mean to the user is the same.
        raise JobError(cannot(model, format_, plain(_first_reason(str(error))))) from error
    finally:
        if heard.getvalue():
            print(heard.getvalue(), flush=True)
    return path


def cannot(model: Any, format_: str, reason: str) -> str:
    """Why a model cannot be had in a format, and what would make it possible."""
    title = BY_NAME[format_].title
    layers = list(_layers(model))
    if texts := [tensor.name for tensor in model.inputs if tensor.dtype == "string"]:
        return (
            f"{title} cannot take text, which “{texts[0]}” receives. Export as Keras model or "
            "SavedModel, or turn texts into numbers before they reach the network."
        )
    lambdas = [
        layer.name
        for layer in layers
        if getattr(getattr(layer, "function", None), "__name__", "") == "<lambda>"
    ]
    if lambdas and format_ in ("keras", "keras-json"):
        return (
            f"{title} cannot hold the lambda of {_named(lambdas)} so that others can read it. Put "
            "a function into custom_layers.py and give its name there: custom_layers.NAME."
        )
    loops = [
        layer.name
        for layer in layers
        if type(layer).__name__ in _RECURRENT and not getattr(layer, "unroll", False)
    ]
    if loops and format_ == "litert":
        length = " and give the Input a fixed length" if _free_inputs(model) else ""
        return (
            f"{title} has no loops like that of {_named(loops)}. Set unroll to True there{length}, "
            "then export again; weights that were trained stay valid."
        )
    if free := _free_inputs(model):
        return (
            f"{title} could not be written ({reason}). It may be the free size of “{free[0]}”: give "
            "its shape numbers only, then export again."
        )
    return (
        f"{title} has no way to say something in this network: {reason}. Export as Keras model or "
        "SavedModel, or replace that layer."
    )


# --- one function for each format


def _keras(model: Any, path: Path) -> None:
    model.save(path)


def _keras_json(model: Any, path: Path) -> None:
    path.write_bytes(msgspec.json.format(model.to_json().encode(), indent=2) + b"\n")


def _saved_model(model: Any, path: Path) -> None:
    model.export(path, format="tf_saved_model", verbose=False)


def _onnx(model: Any, path: Path) -> None:
    _hold_constants(model)
    model.export(path, format="onnx", verbose=False)


def _litert(model: Any, path: Path) -> None:
    import tensorflow as tf

    built_in = {"supported_ops": [getattr(tf.lite.OpsSet, _BUILT_IN)]}
    model.export(path, format="litert", verbose=False, target_spec=built_in)


def _openvino(model: Any, path: Path) -> None:
    # Without names OpenVINO takes for outputs whatever nobody uses, the lists inside of loops too,
    # which it cannot write.
    named = {tensor.name: tensor for tensor in model.outputs}
    answers = model.output if isinstance(model.output, Mapping) else named
    keras.Model(model.input, answers).export(os.fspath(path), format="openvino", verbose=False)


_WRITE: Mapping[str, Callable[[Any, Path], None]] = {
    "keras": _keras,
    "keras-json": _keras_json,
    "saved-model": _saved_model,
    "onnx": _onnx,
    "litert": _litert,
    "openvino": _openvino,
}


# --- inner parts


def _layers(model: Any) -> Iterator[Any]:
    """All layers, those inside blocks and wrappers too."""
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from _layers(layer)
        for wrapped in ("layer", "forward_layer", "backward_layer"):
            if (inner := getattr(layer, wrapped, None)) is not None:
                yield inner


def _free_inputs(model: Any) -> list[str]:
    """The Inputs whose shape holds a size that is free."""
    return [at.name for at in model.inputs if any(size is None for size in at.shape[1:])]


def _hold_constants(model: Any) -> None:
    """Turn what Normalization has learned into plain numbers.

    As tensors they would become further inputs of the ONNX file.
    """
    for layer in _layers(model):
        if isinstance(layer, keras.layers.Normalization) and layer.built:
            layer.mean = np.asarray(layer.mean)
            layer.variance = np.asarray(layer.variance)


def _named(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _first_reason(text: str) -> str:
    """The first line of a converter's long story that names something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(sign in line for sign in _TELLING)]
    return (telling or lines or ["it broke off without a word"])[0].rpartition("error: ")[2]
