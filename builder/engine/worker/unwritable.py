"""Why a model cannot be had in a format, and what would make it possible, in the user's words."""

import re
from collections.abc import Iterator
from typing import Any

import keras

from builder.engine.formats import BY_NAME

# Where a converter stood, which says nothing to people.
_PLACE = re.compile(r"^loc\(.*\): ")
_HEARD_FROM = re.compile(
    r"^[\w.]+: \[ONNXRuntimeError\] : \d+ : \w+ : (Load model from \S+ failed:)?"
)
_NUMBERS_ALONE = ("litert", "onnx", "openvino")
# Layers that look values up, or take texts apart: no other format has their tables.
_TABLES = ("HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization")
# What each format calculates with is wider than this: where it fails, that is why.
_HALF = {
    "litert": ("float16", "bfloat16"),
    "onnx": ("bfloat16",),
    "openvino": ("bfloat16",),
}
_TELLING = ("error:", "not supported", "nsupported ops", "No conversion rule")


def cannot(model: Any, format_: str, reason: str) -> str:
    """Why a model cannot be had in a format, and what would make it possible."""
    title = BY_NAME[format_].title
    layers = list(every_layer(model))
    texts = [tensor.name for tensor in model.inputs if tensor.dtype == "string"]
    if texts and format_ in _NUMBERS_ALONE:
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
    loops = [layer for layer in _outer(model) if _loops(layer)] if format_ == "litert" else []
    if bound := [layer.name for layer in loops if type(layer).__name__.startswith("ConvLSTM")]:
        return (
            f"{title} has no loops like that of {_named(bound)}, and a ConvLSTM cannot do without. "
            "Export as ONNX or OpenVINO, which have loops, or replace that layer."
        )
    if loops:
        length = " and give the Input a fixed length" if _free_inputs(model) else ""
        return (
            f"{title} has no loops like that of {_named([one.name for one in loops])}. Set unroll to True there{length}, "
            "then export again; weights that were trained stay valid."
        )
    tables = [one.name for one in layers if type(one).__name__ in _TABLES]
    if tables and format_ in _NUMBERS_ALONE:
        return (
            f"{title} has no tables like that of {_named(tables)}. Export as Keras model or "
            "SavedModel, or give the network the numbers that it looks up."
        )
    half = [one for one in _outer(model) if one.compute_dtype in _HALF.get(format_, ())]
    if half:
        return (
            f"{title} does not calculate with {half[0].compute_dtype}, as "
            f"{_named([one.name for one in half])} would. Set dtype to float32 there, then export "
            "again; weights that were trained stay valid."
        )
    if free := _free_inputs(model):
        return (
            f"{title} could not be written ({reason}). It may be the free size of “{free[0]}”: give "
            "its shape numbers only, then export again."
        )
    reason = _HEARD_FROM.sub("", reason).rstrip(".")
    blamed = [
        one.name for one in _outer(model) if re.search(rf"/{re.escape(one.name)}(_1)?/", reason)
    ]
    what = f"what {_named(blamed)} does" if blamed else "something in this network"
    return (
        f"{title} has no way to say {what}: {reason}. Export as Keras model or SavedModel, or "
        f"replace {'it' if blamed else 'that layer'}."
    )


def silent(model: Any, reason: str, *, trained: bool) -> str:
    """Why a model that answers nothing is not exported, and what to do."""
    learning = [
        layer.name
        for layer in _outer(model)
        if any(hasattr(inner, "adapt") for inner in layer._flatten_layers())  # noqa: SLF001 - as below
    ]
    if learning and not trained:
        return (
            f"The network gives no answers before {_named(learning)} has learned from the data. "
            "Train first, then export it as it was trained."
        )
    return f"The network gives no answers to compare a file with: {reason.rstrip('.')}. Mend that first."


def reason_of(text: str) -> str:
    """The first line of a converter's long story that names something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(sign in line for sign in _TELLING)]
    first = (telling or lines or ["it broke off without a word"])[0].rpartition("error: ")[2]
    return _PLACE.sub("", first).rstrip(".")


def every_layer(model: Any) -> Iterator[Any]:
    """All layers, those inside blocks and wrappers too."""
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from every_layer(layer)
        for wrapped in ("layer", "forward_layer", "backward_layer"):
            if (inner := getattr(layer, wrapped, None)) is not None:
                yield inner


def _outer(model: Any) -> Iterator[Any]:
    """The layers that stand on the canvas: those of blocks too, and no layer inside a wrapper."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _outer(layer)
        else:
            yield layer


def _loops(layer: Any) -> bool:
    """Whether a layer, or one inside it, goes over its steps in a loop."""
    return any(
        isinstance(inner, keras.layers.RNN) and not inner.unroll
        for inner in layer._flatten_layers()  # noqa: SLF001 - Keras has no other way to walk them
    )


def _free_inputs(model: Any) -> list[str]:
    """The Inputs whose shape holds a size that is free."""
    return [at.name for at in model.inputs if any(size is None for size in at.shape[1:])]


def _named(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
