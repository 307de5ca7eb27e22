"""Tensor shapes as people read them."""

from builder.engine.messages import Shape, TensorSpec

_BYTES = {"float16": 2, "bfloat16": 2, "float64": 8, "int64": 8, "uint64": 8, "int8": 1}
_BYTES |= {"uint8": 1, "bool": 1, "int16": 2, "uint16": 2}


def short_shape(shape: Shape) -> str:
    """A shape without its batch axis: `8 × 8 × 32`; an unknown axis is `?`, a scalar `1`."""
    return " × ".join("?" if axis is None else str(axis) for axis in shape[1:]) or "1"


def full_shape(tensor: TensorSpec) -> str:
    """A shape as Keras writes it, its dtype, and the bytes that one row takes."""
    axes = ", ".join(str(axis) for axis in tensor.shape)
    closing = ",)" if len(tensor.shape) == 1 else ")"
    text = f"({axes}{closing} {tensor.dtype}"
    size = _BYTES.get(tensor.dtype, 4)
    for axis in tensor.shape[1:]:
        if axis is None:
            return text
        size *= axis
    return f"{text} · {size_text(size)} a row"


def size_text(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000
    raise AssertionError("the loop ends at GB")
