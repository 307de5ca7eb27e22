"""An estimate of the floating-point operations of one forward pass of one row.

A multiply-add counts as two. Axes of unknown size count as one, so a network for sequences of
any length is told its cost per step. Layers that only move or drop values cost nothing.
"""

import math
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

Shapes = Sequence[Sequence[int | None]]


def flops(layer: Any, inputs: Shapes, outputs: Shapes) -> int:
    """The estimate for one call of a layer; shapes are with the batch axis."""
    if not inputs or not outputs:
        return 0
    if isinstance(layer, FunctionType):
        return _of_op(layer.__name__, inputs, outputs)
    for kind in type(layer).__mro__:
        rule = _RULES.get(kind.__name__)
        if rule is not None:
            return rule(layer, inputs, outputs)
    return 0


def _of_op(name: str, inputs: Shapes, outputs: Shapes) -> int:
    """The estimate for an op: products along an axis, reductions, and values one by one."""
    made = sum(map(_numbers, outputs))
    if name in _PRODUCTS:
        return 2 * made * (inputs[0][-1] or 1 if inputs[0] else 1)
    if name in _EACH_INPUT:
        return sum(map(_numbers, inputs))
    return made * _EACH_OUTPUT.get(name, 0)


def _numbers(shape: Sequence[int | None]) -> int:
    """Values per row."""
    return math.prod(size or 1 for size in shape[1:])


def _weights(variable: Any) -> int:
    return math.prod(variable.shape)


def _finish(layer: Any, out: int) -> int:
    """Bias and activation: one operation each per value."""
    linear = getattr(layer, "activation", None) is None or layer.activation.__name__ == "linear"
    return (out if getattr(layer, "use_bias", False) else 0) + (0 if linear else out)


def _dense(layer: Any, inputs: Shapes, outputs: Shapes) -> int:
    positions = _numbers(inputs[0]) // (inputs[0][-1] or 1)
    return 2 * _weights(layer.kernel) * positions + _finish(layer, _numbers(outputs[0]))


def _einsum_dense(layer: Any, _: Shapes, outputs: Shapes) -> int:
    """Every weight meets each value of the axes that the kernel leaves as they are."""
    left, result = layer.equation.split("->")
    _, kernel = left.split(",")
    # A batch-like axis stands in the output and not in the kernel; the first one is the batch.
    letters = result.replace("...", "")
    sizes = dict(zip(reversed(letters), reversed(outputs[0]), strict=False))
    kept = [sizes[letter] or 1 for letter in letters[1:] if letter not in kernel]
    return 2 * _weights(layer.kernel) * math.prod(kept) + _finish(layer, _numbers(outputs[0]))


def _positions(layer: Any, shape: Sequence[int | None]) -> int:
    spatial = shape[2:] if layer.data_format == "channels_first" else shape[1:-1]
    return math.prod(size or 1 for size in spatial)


def _conv(layer: Any, _: Shapes, outputs: Shapes) -> int:
    per_position = 2 * _weights(layer.kernel)
    return per_position * _positions(layer, outputs[0]) + _finish(layer, _numbers(outputs[0]))


def _conv_transpose(layer: Any, inputs: Shapes, outputs: Shapes) -> int:
    per_position = 2 * _weights(layer.kernel)
    return per_position * _positions(layer, inputs[0]) + _finish(layer, _numbers(outputs[0]))


def _separable(layer: Any, _: Shapes, outputs: Shapes) -> int:
    per_position = 2 * (_weights(layer.depthwise_kernel) + _weights(layer.pointwise_kernel))
    return per_position * _positions(layer, outputs[0]) + _finish(layer, _numbers(outputs[0]))


def _recurrent(layer: Any, inputs: Shapes, _: Shapes) -> int:
    cell = layer.cell
    weights = _weights(cell.kernel) + _weights(cell.recurrent_kernel)
    gates: int = cell.kernel.shape[-1]
    return (2 * weights + 4 * gates) * (inputs[0][1] or 1)


def _bidirectional(layer: Any, inputs: Shapes, outputs: Shapes) -> int:
    both = (layer.forward_layer, layer.backward_layer)
    return sum(flops(one, inputs, outputs) for one in both)


def _time_distributed(layer: Any, inputs: Shapes, outputs: Shapes) -> int:
    steps = inputs[0][1] or 1
    inner = [(shape[0], *shape[2:]) for shape in inputs]
    made = [(shape[0], *shape[2:]) for shape in outputs]
    return steps * flops(layer.layer, inner, made)


def _attention(_: Any, inputs: Shapes, __: Shapes) -> int:
    query, value = inputs[0], inputs[1]
    pairs = (_numbers(query) // (query[-1] or 1)) * (value[-2] or 1)
    return pairs * (2 * (query[-1] or 1) + 5 + 2 * (value[-1] or 1))


def _multi_head(layer: Any, inputs: Shapes, outputs: Shapes) -> int:
    """Projections of query, key, value and output; then scores, softmax and the weighted sum."""
    query, value = inputs[0], inputs[1]
    key = inputs[2] if len(inputs) > 2 else value
    rows, columns = (_numbers(shape) // (shape[-1] or 1) for shape in (query, value))
    heads: int = layer.num_heads
    key_dim: int = layer.key_dim
    value_dim: int = layer.value_dim
    out = outputs[0][-1] or 1
    projected = heads * (
        rows * (query[-1] or 1) * key_dim
        + columns * (key[-1] or 1) * key_dim
        + columns * (value[-1] or 1) * value_dim
        + rows * value_dim * out
    )
    return 2 * projected + heads * rows * columns * (2 * key_dim + 5 + 2 * value_dim)


def _pool(layer: Any, _: Shapes, outputs: Shapes) -> int:
    window: int = math.prod(layer.pool_size)
    return window * _numbers(outputs[0])


def _each(times: int) -> Callable[[Any, Shapes, Shapes], int]:
    """So many operations for every value that comes in."""
    return lambda _, inputs, __: times * sum(_numbers(shape) for shape in inputs)


_PRODUCTS = frozenset(["dot", "inner", "matmul", "vdot"])
_EACH_INPUT = frozenset(
    """all any argmax argmin average count_nonzero cumprod cumsum logsumexp max mean min norm prod
    std sum var""".split()  # noqa: SIM905 - a list of names reads better as words
)
_EACH_OUTPUT = {
    **dict.fromkeys(
        """absolute add clip cos divide equal exp floor greater less log logical_and logical_not
        logical_or maximum minimum multiply negative power reciprocal relu relu6 round rsqrt sigmoid
        sign sin sqrt square subtract tan tanh where""".split(),  # noqa: SIM905
        1,
    ),
    **dict.fromkeys("elu gelu hard_sigmoid leaky_relu log_softmax selu silu softmax".split(), 5),  # noqa: SIM905
}

_RULES: dict[str, Callable[[Any, Shapes, Shapes], int]] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "BaseConv": _conv,
    "BaseConvTranspose": _conv_transpose,
    "BaseDepthwiseConv": _conv,
    "BaseSeparableConv": _separable,
    "SimpleRNN": _recurrent,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "Attention": _attention,
    "MultiHeadAttention": _multi_head,
    "BasePooling": _pool,
    "BaseGlobalPooling": _each(1),
    "BatchNormalization": _each(2),
    "Normalization": _each(2),
    "Rescaling": _each(2),
    "LayerNormalization": _each(8),
    "GroupNormalization": _each(8),
    "RMSNormalization": _each(5),
    "UnitNormalization": _each(4),
    "Merge": _each(1),
    "Concatenate": _each(0),
    "Activation": _each(1),
    "ReLU": _each(1),
    "LeakyReLU": _each(1),
    "PReLU": _each(2),
    "ELU": _each(2),
    "Softmax": _each(5),
}
