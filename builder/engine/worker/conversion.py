"""A model written in another format."""

import io
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from builder.engine.formats import BY_NAME, FORMATS, install_command
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.unwritable import cannot, every_layer, reason_of

# What LiteRT calculates by itself, without a part of TensorFlow beside it.
_BUILT_IN = "TFLITE_BUILTINS"
_IN_TRAINING = ("AugMix", "CutMix", "MixUp", "RandAugment")


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
        raise JobError(cannot(model, format_, plain(reason_of(str(error))))) from error
    finally:
        if heard.getvalue():
            print(heard.getvalue(), flush=True)
    return path


# --- one function for each format


def _keras(model: Any, path: Path) -> None:
    model.save(path)


def _keras_json(model: Any, path: Path) -> None:
    path.write_bytes(msgspec.json.format(model.to_json().encode(), indent=2) + b"\n")


def _saved_model(model: Any, path: Path) -> None:
    _at_rest(model).export(path, format="tf_saved_model", verbose=False)


def _onnx(model: Any, path: Path) -> None:
    _hold_constants(model)
    _at_rest(model).export(path, format="onnx", verbose=False)


def _litert(model: Any, path: Path) -> None:
    import tensorflow as tf

    built_in = {"supported_ops": [getattr(tf.lite.OpsSet, _BUILT_IN)]}
    _at_rest(model).export(path, format="litert", verbose=False, target_spec=built_in)


def _openvino(model: Any, path: Path) -> None:
    # Without names OpenVINO takes for outputs whatever nobody uses, the lists inside of loops too,
    # which it cannot write.
    rested = _at_rest(model)
    named = {tensor.name: tensor for tensor in rested.outputs}
    answers = rested.output if isinstance(rested.output, Mapping) else named
    keras.Model(rested.input, answers).export(os.fspath(path), format="openvino", verbose=False)


_WRITE: Mapping[str, Callable[[Any, Path], None]] = {
    "keras": _keras,
    "keras-json": _keras_json,
    "saved-model": _saved_model,
    "onnx": _onnx,
    "litert": _litert,
    "openvino": _openvino,
}


# --- inner parts


def _at_rest(model: Any) -> Any:
    """The model without layers that change images in training alone.

    Outside of it they hand them on, but draw random numbers all the same, which other formats
    cannot. The comparison of answers sees to it that nothing is lost.
    """
    if not any(map(_rests, every_layer(model))):
        return model
    rested = keras.models.clone_model(
        model, clone_function=lambda layer: layer, call_function=_rested, recursive=True
    )
    rested(rested.input)  # Keras exports no model that was never called
    return rested


def _rested(layer: Any, *args: Any, **kwargs: Any) -> Any:
    if not _rests(layer):
        return layer(*args, **kwargs)
    given = args[0]
    if isinstance(given, Mapping) or given.dtype == layer.compute_dtype:
        return given
    return keras.ops.cast(given, layer.compute_dtype)


def _rests(layer: Any) -> bool:
    name = type(layer).__name__
    return layer.__class__ is getattr(keras.layers, name, None) and (
        name in _IN_TRAINING or (name.startswith("Random") and name != "RandomCrop")
    )


def _hold_constants(model: Any) -> None:
    """Turn what Normalization has learned into plain numbers.

    As tensors they would become further inputs of the ONNX file.
    """
    for layer in every_layer(model):
        if isinstance(layer, keras.layers.Normalization) and layer.built:
            layer.mean = np.asarray(layer.mean)
            layer.variance = np.asarray(layer.variance)
