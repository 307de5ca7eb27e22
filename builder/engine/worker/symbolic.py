"""Symbolic tensors and layers without values: what the Inspector asks Keras with."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.utils.tracking import no_automatic_dependency_tracking

from builder.engine.worker.levels import Tensor


@contextmanager
def weightless() -> Iterator[None]:
    """Let Keras make layers whose weights have a shape but no values.

    Under a stateless scope Keras puts the making of weights off and keeps a list of them, which
    would keep every layer of the past alive: the list is emptied. Warnings of half-built
    networks would only fill the log.
    """
    with (
        keras.StatelessScope(initialize_variables=False),
        warnings.catch_warnings(),
        _states_put_off(),
    ):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            global_state.set_global_attribute("uninitialized_variables", [])


@contextmanager
def _states_put_off() -> Iterator[None]:
    """Let stateful layers make their states as weights are made: Keras makes them from values."""

    def create(layer: Any, batch_size: int) -> None:
        def variable(value: Any) -> Any:
            return keras.Variable(
                "zeros",
                shape=value.shape,
                dtype=layer.variable_dtype,
                trainable=False,
                name="rnn_state",
            )

        layer.states = keras.tree.map_structure(variable, layer.get_initial_state(batch_size))

    usual = keras.layers.RNN._create_state_variables  # noqa: SLF001 - it has no other name
    keras.layers.RNN._create_state_variables = no_automatic_dependency_tracking(create)  # noqa: SLF001
    try:
        yield
    finally:
        keras.layers.RNN._create_state_variables = usual  # noqa: SLF001


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
    if not isinstance(layer, keras.layers.Layer):
        return
    for weight in layer.variables:
        initializer = getattr(weight, "_initializer", None)
        _judge(initializer, weight.name, len(weight.shape))
        tensorflow = keras.backend.backend() == "tensorflow"
        orthogonal = isinstance(initializer, keras.initializers.Orthogonal)
        if orthogonal and tensorflow and weight.dtype == "bfloat16":
            raise ValueError(
                f"Orthogonal cannot make {weight.name} in bfloat16 on TensorFlow. Choose another "
                "initializer for it, or the dtype mixed_bfloat16."
            )
    for cell in layer._flatten_layers():  # noqa: SLF001 - Keras has no other way to walk them
        if getattr(cell, "unit_forget_bias", False):  # where a function stands for the initializer
            _judge(cell.bias_initializer, "bias", 1)


def _judge(initializer: Any, weight: str, axes: int) -> None:
    wanted = ""
    if isinstance(initializer, keras.initializers.Identity) and axes != 2:
        wanted = "2 axes"
    elif isinstance(initializer, keras.initializers.Orthogonal) and axes < 2:
        wanted = "at least 2 axes"
    elif isinstance(initializer, keras.initializers.STFT) and axes != 3:
        wanted = "3 axes"
    if wanted:
        raise ValueError(
            f"{type(initializer).__name__} makes weights of {wanted}; {weight} has {axes}. Choose "
            "another initializer for it."
        )


def counts(layer: Any) -> tuple[int, int]:
    """Scalars in a layer's weights, all and trainable. An op or an Input has none."""
    if not isinstance(layer, keras.layers.Layer):
        return 0, 0
    # As a model sees them: those of a layer in a layer may be trained though the outer one is not.
    trainable = sum(math.prod(weight.shape) for weight in layer.weights if weight.trainable)
    return sum(math.prod(weight.shape) for weight in layer.weights), trainable
