"""Shapes that common layers and ops give, as far as they are plain to tell without Keras.

Only for the reading of Python, where code asks a tensor for its shape; everything else asks Keras.
A test holds every rule against it. None means: not told here.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.catalog.indexing import parse
from builder.catalog.spec import LayerSpec
from builder.document.graph import INDEX

Shape = tuple[int | None, ...]
"""The sizes of a tensor, the batch first; None is one that is not fixed."""
Get = Callable[[str], Any]
"""A parameter by its name, its default if it is not given."""
Rule = Callable[[Get, Sequence[Shape]], Shape | None]

LAYERS, OPS = "keras.layers.", "keras.ops."


def shape_of(spec: LayerSpec, params: Mapping[str, Any], shapes: Sequence[Shape]) -> Shape | None:
    """The shape of the only output for those of the inputs, or None."""
    rule = RULES.get(spec.type)
    if rule is None or not shapes:
        return None

    def get(name: str) -> Any:
        param = spec.param(name)
        return params.get(name, param.default if param is not None else None)

    try:
        return rule(get, shapes)
    except (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError):
        return None  # what does not fit is for Keras to say


# --- what keeps or joins shapes


def _same(_get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return shapes[0]


def _joined(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    """Tensors combined item by item: axes of size 1 are stretched."""
    if isinstance(get("x1"), list) or isinstance(get("x2"), list):
        return None  # numbers in place of a tensor have a shape of their own
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    found: list[int | None] = []
    for sizes in zip(*padded, strict=True):
        known = set(sizes) - {1}
        if len(known) > 1:
            return None
        found.append(known.pop() if known else 1)
    return tuple(found)


def _merged(_get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return shapes[0] if len(set(shapes)) == 1 else None


def _concatenated(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    axis = _axis(get("axis"), len(shapes[0]))
    others = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
    if len(others) > 1:
        return None
    sizes = [shape[axis] for shape in shapes]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    return (*shapes[0][:axis], total, *shapes[0][axis + 1 :])


# --- layers


def _dense(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return (*shapes[0][:-1], get("units")) if shapes[0][-1] is not None else None


def _embedding(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return (*shapes[0], get("output_dim"))


def _flat(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes = shapes[0]
    return (batch, _product(sizes)) if _is_last(get) else None


def _reshaped(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes = shapes[0]
    return (batch, *_filled(get("target_shape"), _product(sizes)))


def _repeated(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, size = shapes[0]
    return (batch, get("n"), size)


def _permuted(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return (shapes[0][0], *(shapes[0][place] for place in get("dims")))


def _convolved(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes, channels = shapes[0]
    filters = get("filters") if channels is not None and _is_last(get) else None
    kernel, strides, dilation = (
        _each(get(name), len(sizes)) for name in ("kernel_size", "strides", "dilation_rate")
    )
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    found = _windows(sizes, reach, strides, get("padding"))
    return None if filters is None else (batch, *found, filters)


def _depthwise(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    *_, channels = shapes[0]
    filters = None if channels is None else channels * get("depth_multiplier")
    return _convolved(lambda name: filters if name == "filters" else get(name), shapes)


def _transposed(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes, channels = shapes[0]
    strides = _each(get("strides"), len(sizes))
    plain = get("padding") == "same" and get("output_padding") is None and _is_last(get)
    if not plain or channels is None or set(_each(get("dilation_rate"), len(sizes))) != {1}:
        return None
    found = (None if n is None else n * s for n, s in zip(sizes, strides, strict=True))
    return (batch, *found, get("filters"))


def _pooled(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes, channels = shapes[0]
    pool = _each(get("pool_size"), len(sizes))
    strides = pool if get("strides") is None else _each(get("strides"), len(sizes))
    found = _windows(sizes, pool, strides, get("padding"))
    return (batch, *found, channels) if _is_last(get) else None


def _pooled_whole(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes, channels = shapes[0]
    if not _is_last(get):
        return None
    return (batch, *(1 for _ in sizes), channels) if get("keepdims") else (batch, channels)


def _enlarged(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes, channels = shapes[0]
    times = _each(get("size"), len(sizes))
    found = (None if n is None else n * t for n, t in zip(sizes, times, strict=True))
    return (batch, *found, channels) if len(sizes) == 1 or _is_last(get) else None


def _padded(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return _bordered(get, shapes[0], get("padding"), 1)


def _cropped(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return _bordered(get, shapes[0], get("cropping"), -1)


def _recurrent(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, steps, _ = shapes[0]
    if get("return_state"):
        return None
    return (batch, steps, get("units")) if get("return_sequences") else (batch, get("units"))


def _attended(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    return shapes[0] if get("output_shape") is None else None


# --- ops


def _expanded(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    axis = _axis(get("axis"), len(shapes[0]) + 1)
    return (*shapes[0][:axis], 1, *shapes[0][axis:])


def _reshaped_op(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    batch, *sizes = shapes[0]
    first, *target = get("newshape")
    if first != -1 or _product(sizes) is None or -1 in target or None in target:
        return None
    return (batch, *target) if math.prod(target) == _product(sizes) else None


def _reduced(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    axes = get("axis")
    rank = len(shapes[0])
    chosen = range(rank) if axes is None else axes if isinstance(axes, list) else [axes]
    gone = {_axis(axis, rank) for axis in chosen}
    if get("keepdims"):
        return tuple(1 if place in gone else size for place, size in enumerate(shapes[0]))
    return tuple(size for place, size in enumerate(shapes[0]) if place not in gone)


def _swapped(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    axes = get("axes")
    return shapes[0][::-1] if axes is None else tuple(shapes[0][axis] for axis in axes)


def _indexed(get: Get, shapes: Sequence[Shape]) -> Shape | None:
    items = parse(get("index"))
    taken = sum(item is not None and item != "..." for item in items)
    rest = len(shapes[0]) - taken
    if "..." not in items:
        items = (*items, "...")
    left = list(shapes[0])
    found: list[int | None] = []
    for item in items:
        if item == "...":
            found += left[:rest]
            del left[:rest]
        elif item is None:
            found.append(1)
        else:
            size = left.pop(0)
            if isinstance(item, tuple):
                whole = item[:2] == (None, None) and item[2] in (None, 1)
                if size is None and not whole:
                    return None
                found.append(size if size is None else len(range(size)[slice(*item)]))
    return tuple(found)


# --- parts of rules


def _axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError(axis)
    return axis % rank


def _each(value: Any, count: int) -> list[int]:
    """A number for each axis, however they were given."""
    found = [value] * count if isinstance(value, int) else list(value)
    if len(found) != count:
        raise ValueError(value)
    return found


def _product(sizes: Sequence[int | None]) -> int | None:
    return None if None in sizes else math.prod(size for size in sizes if size is not None)


def _filled(target: Sequence[int], total: int | None) -> Shape:
    """A target shape with the size in place of -1, where that is known."""
    if -1 not in target:
        return tuple(target)
    others = math.prod(size for size in target if size != -1)
    missing = None if total is None else total // others
    return tuple(missing if size == -1 else size for size in target)


def _windows(
    sizes: Sequence[int | None], reach: Sequence[int], strides: Sequence[int], padding: str
) -> list[int | None]:
    """How often a window fits along each axis."""
    found: list[int | None] = []
    for size, width, step in zip(sizes, reach, strides, strict=True):
        if size is None:
            found.append(None)
        elif padding == "valid":
            found.append((size - width) // step + 1)
        else:
            found.append(-(-size // step))
        if found[-1] is not None and found[-1] < 1:
            raise ValueError(size)
    return found


def _bordered(get: Get, shape: Shape, border: Any, sign: int) -> Shape | None:
    batch, *sizes, channels = shape
    if len(sizes) > 1 and not _is_last(get):
        return None
    if isinstance(border, int) or len(sizes) == 1:
        pair = [border, border] if isinstance(border, int) else list(border)
        borders = [pair] * len(sizes)
    else:
        borders = [[one, one] if isinstance(one, int) else list(one) for one in border]
    found = (
        None if size is None else size + sign * (first + last)
        for size, (first, last) in zip(sizes, borders, strict=True)
    )
    return (batch, *found, channels)


def _is_last(get: Get) -> bool:
    return get("data_format") in (None, "channels_last")


_SAME = (
    "Activation ActivityRegularization AlphaDropout BatchNormalization Dropout ELU GaussianDropout "
    "GaussianNoise GroupNormalization Identity LayerNormalization LeakyReLU PReLU RMSNormalization "
    "RandomBrightness RandomContrast RandomFlip RandomRotation RandomTranslation RandomZoom ReLU "
    "Rescaling Softmax SpatialDropout1D SpatialDropout2D SpatialDropout3D UnitNormalization"
)
_SAME_OPS = (
    "abs cos elu exp gelu leaky_relu log negative normalize relu relu6 sigmoid silu sin softmax "
    "softplus sqrt square stop_gradient tanh"
)
_JOINING_OPS = "add divide maximum minimum multiply power subtract true_divide"


def _named(prefix: str, names: str, rule: Rule) -> dict[str, Rule]:
    return {prefix + name: rule for name in names.split()}


RULES: Mapping[str, Rule] = {
    **_named(LAYERS, _SAME, _same),
    **_named(LAYERS, "Add Average Maximum Minimum Multiply Subtract", _merged),
    **_named(LAYERS, "Conv1D Conv2D Conv3D SeparableConv1D SeparableConv2D", _convolved),
    **_named(LAYERS, "DepthwiseConv1D DepthwiseConv2D", _depthwise),
    **_named(LAYERS, "Conv1DTranspose Conv2DTranspose Conv3DTranspose", _transposed),
    **_named(LAYERS, "AveragePooling1D AveragePooling2D AveragePooling3D", _pooled),
    **_named(LAYERS, "MaxPooling1D MaxPooling2D MaxPooling3D", _pooled),
    **_named(LAYERS, "GlobalAveragePooling1D GlobalAveragePooling2D", _pooled_whole),
    **_named(LAYERS, "GlobalMaxPooling1D GlobalMaxPooling2D", _pooled_whole),
    **_named(LAYERS, "UpSampling1D UpSampling2D", _enlarged),
    **_named(LAYERS, "ZeroPadding1D ZeroPadding2D", _padded),
    **_named(LAYERS, "Cropping1D Cropping2D", _cropped),
    **_named(LAYERS, "LSTM GRU SimpleRNN", _recurrent),
    **_named(LAYERS, "MultiHeadAttention", _attended),
    **_named(LAYERS, "Concatenate", _concatenated),
    **_named(LAYERS, "Dense", _dense),
    **_named(LAYERS, "Embedding", _embedding),
    **_named(LAYERS, "Flatten", _flat),
    **_named(LAYERS, "Permute", _permuted),
    **_named(LAYERS, "RepeatVector", _repeated),
    **_named(LAYERS, "Reshape", _reshaped),
    **_named(OPS, _SAME_OPS, _same),
    **_named(OPS, _JOINING_OPS, _joined),
    **_named(OPS, "concatenate", _concatenated),
    **_named(OPS, "expand_dims", _expanded),
    **_named(OPS, "max mean min sum", _reduced),
    **_named(OPS, "reshape", _reshaped_op),
    **_named(OPS, "transpose", _swapped),
    INDEX: _indexed,
}
