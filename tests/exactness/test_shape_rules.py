"""The shapes that are told without Keras, for sources that ask for them, are those of Keras."""

from types import ModuleType
from typing import Any

import pytest

from builder.document.graph import INDEX
from builder.reading.shape_rules import LAYERS, OPS, RULES, shape_of
from tests.exactness.growing import CATALOG

IMAGE, ROWS, VECTOR = (None, 9, 8, 4), (None, 7, 4), (None, 12)
OPEN = (None, None, 8, 4)

# Types, parameters and the shapes of the inputs.
CASES: tuple[tuple[str, dict[str, Any], list[tuple[int | None, ...]]], ...] = (
    ("layers.Conv1D", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "causal"}, [ROWS]),
    ("layers.Conv2D", {"filters": 3, "kernel_size": 3}, [IMAGE]),
    ("layers.Conv2D", {"filters": 3, "kernel_size": [3, 2], "strides": [2, 3], "padding": "same"}, [OPEN]),
    ("layers.Conv2D", {"filters": 3, "kernel_size": 3, "dilation_rate": 2}, [IMAGE]),
    ("layers.Conv3D", {"filters": 3, "kernel_size": 2, "strides": 2}, [(None, 5, 6, 7, 2)]),
    ("layers.SeparableConv1D", {"filters": 3, "kernel_size": 3}, [ROWS]),
    ("layers.SeparableConv2D", {"filters": 3, "kernel_size": 3, "padding": "same"}, [IMAGE]),
    ("layers.DepthwiseConv1D", {"kernel_size": 2}, [ROWS]),
    ("layers.DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, [IMAGE]),
    ("layers.Conv1DTranspose", {"filters": 3, "kernel_size": 3, "padding": "same", "strides": 2}, [ROWS]),
    ("layers.Conv2DTranspose", {"filters": 3, "kernel_size": 3, "padding": "same", "strides": 2}, [OPEN]),
    ("layers.Conv3DTranspose", {"filters": 3, "kernel_size": 3, "padding": "same"}, [(None, 2, 3, 4, 2)]),
    ("layers.AveragePooling1D", {"pool_size": 2}, [ROWS]),
    ("layers.AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, [IMAGE]),
    ("layers.AveragePooling3D", {"pool_size": 2}, [(None, 5, 6, 7, 2)]),
    ("layers.MaxPooling1D", {"pool_size": 3, "strides": 1}, [ROWS]),
    ("layers.MaxPooling2D", {"pool_size": 2}, [OPEN]),
    ("layers.MaxPooling3D", {"pool_size": 2}, [(None, 5, 6, 7, 2)]),
    ("layers.GlobalAveragePooling1D", {}, [ROWS]),
    ("layers.GlobalAveragePooling2D", {"keepdims": True}, [OPEN]),
    ("layers.GlobalMaxPooling1D", {"keepdims": True}, [ROWS]),
    ("layers.GlobalMaxPooling2D", {}, [IMAGE]),
    ("layers.UpSampling1D", {"size": 3}, [ROWS]),
    ("layers.UpSampling2D", {"size": [2, 3]}, [OPEN]),
    ("layers.ZeroPadding1D", {"padding": [1, 2]}, [ROWS]),
    ("layers.ZeroPadding2D", {"padding": [[1, 2], [3, 0]]}, [IMAGE]),
    ("layers.Cropping1D", {"cropping": 1}, [ROWS]),
    ("layers.Cropping2D", {"cropping": [1, 2]}, [IMAGE]),
    ("layers.LSTM", {"units": 5}, [ROWS]),
    ("layers.GRU", {"units": 5, "return_sequences": True}, [(None, None, 4)]),
    ("layers.SimpleRNN", {"units": 5, "return_sequences": True}, [ROWS]),
    ("layers.MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [ROWS, (None, 3, 4)]),
    ("layers.Concatenate", {"axis": 1}, [IMAGE, (None, 2, 8, 4)]),
    ("layers.Concatenate", {}, [OPEN, OPEN]),
    ("layers.Dense", {"units": 5}, [OPEN]),
    ("layers.Embedding", {"input_dim": 5, "output_dim": 3}, [VECTOR]),
    ("layers.Flatten", {}, [IMAGE]),
    ("layers.Flatten", {}, [OPEN]),
    ("layers.Permute", {"dims": [3, 1, 2]}, [IMAGE]),
    ("layers.RepeatVector", {"n": 3}, [VECTOR]),
    ("layers.Reshape", {"target_shape": [4, -1]}, [VECTOR]),
    ("layers.GroupNormalization", {"groups": 2}, [IMAGE]),
    ("ops.concatenate", {"axis": -1}, [ROWS, ROWS]),
    ("ops.expand_dims", {"axis": -1}, [ROWS]),
    ("ops.expand_dims", {"axis": 1}, [ROWS]),
    ("ops.mean", {"axis": [1, -1]}, [IMAGE]),
    ("ops.max", {"axis": 1, "keepdims": True}, [IMAGE]),
    ("ops.min", {}, [ROWS]),
    ("ops.sum", {"axis": -1}, [ROWS]),
    ("ops.reshape", {"newshape": [-1, 2, 6]}, [VECTOR]),
    ("ops.transpose", {"axes": [0, 2, 1]}, [ROWS]),
    ("ops.add", {}, [ROWS, (None, 1, 4)]),
    ("ops.multiply", {"x2": 2.0}, [IMAGE]),
    ("ops.maximum", {}, [(4,), ROWS]),
    ("index", {"index": ":, 0"}, [IMAGE]),
    ("index", {"index": ":, 1:-1:2, None, ..., -1"}, [IMAGE]),
    ("index", {"index": "..., :3"}, [OPEN]),
)  # fmt: skip


@pytest.mark.keras
def test_the_rules_tell_what_keras_tells(keras: ModuleType) -> None:
    cases = _cases()
    wrong = [
        (name, params, told, known)
        for name, params, inputs in cases
        if (told := shape_of(CATALOG.layers[name], params, inputs))
        != (known := _of_keras(keras, name, params, inputs))
    ]
    assert not wrong
    assert {name for name, *_ in cases} == set(RULES)


def _cases() -> list[tuple[str, dict[str, Any], list[tuple[int | None, ...]]]]:
    """The cases above, and one for each rule that has none: those need no parameters."""
    found = [(f"keras.{n}" if n != INDEX else n, p, i) for n, p, i in CASES]
    named = {name for name, *_ in found}
    for name in RULES:
        if name not in named:
            spec = CATALOG.layers[name]
            shape = (None, 8, 8, 4) if "Spatial" not in name else _SPATIAL[name[-2:]]
            several = sum(not port.optional for port in spec.inputs) > 1 or spec.inputs[0].variadic
            inputs = [shape, shape] if several or spec.param("x2") else [shape]
            found.append((name, dict(spec.example_params()), inputs))
    return found


_SPATIAL = {"1D": ROWS, "2D": IMAGE, "3D": (None, 5, 6, 7, 2)}


def _of_keras(
    keras: ModuleType, name: str, params: dict[str, Any], shapes: list[tuple[int | None, ...]]
) -> tuple[int | None, ...]:
    dtype = "int32" if name.endswith("Embedding") else "float32"
    tensors = [keras.KerasTensor(shape, dtype=dtype) for shape in shapes]
    if name == INDEX:
        return tuple(eval(f"x[{params['index']}]", {"x": tensors[0]}).shape)
    made = getattr(keras.layers if name.startswith(LAYERS) else keras.ops, name.rpartition(".")[2])
    spec = CATALOG.layers[name]
    listed = spec.inputs[0].variadic
    if name.startswith(OPS):
        return tuple(made(*([tensors] if listed else tensors), **params).shape)
    layer = made(**params)
    return tuple((layer(tensors) if listed or _of_two(spec) else layer(*tensors)).shape)


def _of_two(spec: Any) -> bool:
    return bool(spec.inputs[0].passing == "item")


@pytest.mark.parametrize(
    ("name", "params", "shapes"),
    [
        ("keras.layers.Conv2D", {"filters": 3, "kernel_size": 9}, [(None, 4, 4, 3)]),
        ("keras.layers.Flatten", {"data_format": "channels_first"}, [IMAGE]),
        ("keras.layers.LSTM", {"units": 3, "return_state": True}, [ROWS]),
        ("keras.layers.Add", {}, [ROWS, VECTOR]),
        ("keras.ops.add", {"x2": [1, 2]}, [(None, 1)]),
        ("keras.ops.mean", {"axis": 7}, [ROWS]),
        ("index", {"index": "no index"}, [ROWS]),
        ("index", {"index": "0, 0, 0, 0"}, [ROWS]),
        ("keras.layers.Dense", {"units": 3}, []),
        ("keras.layers.Hashing", {"num_bins": 3}, [ROWS]),
    ],
)
def test_what_is_not_sure_is_not_told(
    name: str, params: dict[str, Any], shapes: list[tuple[int | None, ...]]
) -> None:
    assert shape_of(CATALOG.layers[name], params, shapes) is None
