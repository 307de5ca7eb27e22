"""Symbolic tensors and layers without values: what the Inspector asks Keras with."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state

from builder.engine.worker.levels import Tensor


@contextmanager
def weightless() -> Iterator[None]:
    """Let Keras make layers whose weights have a shape but no values.

    Under a stateless scope Keras puts the making of weights off and keeps a list of them, which
    would keep every layer of the past alive: the list is emptied. Warnings of half-built
    networks would only fill the log.
    """
    with keras.StatelessScope(initialize_variables=False), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            global_state.set_global_attribute("uninitialized_variables", [])


def bare(tensor: Tensor) -> Tensor:
    """The same tensor without its history, which would keep all layers before it alive."""
    found = keras.KerasTensor(
        tensor.shape,
        tensor.dtype,
        sparse=tensor.sparse,
        ragged=tensor.ragged,
    )
    mask = getattr(tensor, "_keras_mask", None)
    if mask is not None:
        found._keras_mask = bare(mask)  # noqa: SLF001 - where Keras itself keeps it
    return found


def maskless(tensor: Tensor) -> Tensor:
    """The same tensor as it crosses the edge of a model: Keras hands no symbolic mask across."""
    return keras.KerasTensor(tensor.shape, tensor.dtype, sparse=tensor.sparse, ragged=tensor.ragged)


def seen(tensor: Tensor) -> tuple[Any, ...]:
    """All of a tensor that a layer can see."""
    mask = getattr(tensor, "_keras_mask", None)
    return (
        tensor.shape,
        tensor.dtype,
        tensor.sparse,
        tensor.ragged,
        None if mask is None else mask.shape,
    )


def judge_initializers(layer: Any) -> None:
    """Refuse initializers that do not fit the weights of a layer. Raises ValueError.

    They are not run where weights have no values, and the exported code would fail in them.
    """
    for weight in layer.variables if isinstance(layer, keras.layers.Layer) else ():
        initializer, axes = getattr(weight, "_initializer", None), len(weight.shape)
        wanted = ""
        if isinstance(initializer, keras.initializers.Identity) and axes != 2:
            wanted = "2 axes"
        elif isinstance(initializer, keras.initializers.Orthogonal) and axes < 2:
            wanted = "at least 2 axes"
        elif isinstance(initializer, keras.initializers.STFT) and axes != 3:
            wanted = "3 axes"
        name = type(initializer).__name__
        if wanted:
            raise ValueError(
                f"{name} makes weights of {wanted}; {weight.name} has {axes}. Choose another "
                "initializer for it."
            )
        tensorflow = keras.backend.backend() == "tensorflow"
        if name == "Orthogonal" and tensorflow and weight.dtype == "bfloat16":
            raise ValueError(
                f"{name} cannot make {weight.name} in bfloat16 on TensorFlow. Choose another "
                "initializer for it, or the dtype mixed_bfloat16."
            )


def counts(layer: Any) -> tuple[int, int]:
    """Scalars in a layer's weights, all and trainable. An op or an Input has none."""
    if not isinstance(layer, keras.layers.Layer):
        return 0, 0
    # As a model sees them: those of a layer in a layer may be trained though the outer one is not.
    trainable = sum(math.prod(weight.shape) for weight in layer.weights if weight.trainable)
    return sum(math.prod(weight.shape) for weight in layer.weights), trainable
