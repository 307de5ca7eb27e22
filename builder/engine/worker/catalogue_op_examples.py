"""One example for each op: what arrives at its ports, and what is set, so that Keras takes it.

The catalogue's maker tries every op with its example, and the contract test builds a model of it.
"""

from collections.abc import Mapping
from typing import Any

Tensor = tuple[tuple[int | None, ...], str]
"""Shape, with the batch axis, and dtype."""


def _of(*shape: int | None, dtype: str = "float32") -> Tensor:
    return shape, dtype


ANY = _of(None, 4, 6)
_SQUARE = _of(None, 4, 4)
_VECTOR = _of(4)
_SIGNAL = _of(None, 64)
_IMAGE = _of(None, 8, 8, 3)
_INTEGERS = _of(None, 4, dtype="int32")
_ROWS = _of(None, dtype="int32")
_TRUTH = _of(None, 4, 6, dtype="bool")
_WHOLE = _of(None, 4, 6, dtype="int32")


def _each(names: str, **ports: Tensor) -> dict[str, Mapping[str, Tensor]]:
    return dict.fromkeys(names.split(), ports)


TENSORS: Mapping[str, Mapping[str, Tensor]] = {
    **_each(
        """cholesky cholesky_inverse det eig eigh inv logdet lu_factor slogdet stack""",
        x=_SQUARE,
    ),
    **_each("logical_and logical_or logical_xor", x1=_TRUTH, x2=_TRUTH),
    **_each("all any logical_not", x=_TRUTH),
    **_each("gcd lcm", x1=_WHOLE, x2=_WHOLE),
    **_each(
        """bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor left_shift
        right_shift""",
        x=_WHOLE,
        y=_WHOLE,
    ),
    **_each("bitwise_invert bitwise_not", x=_WHOLE),
    **_each("bincount multi_hot one_hot", x=_INTEGERS, inputs=_INTEGERS),
    **_each("unravel_index", indices=_ROWS),
    **_each("solve solve_triangular", a=_SQUARE),
    **_each("segment_max segment_min segment_prod segment_sum", data=_of(4, 6)),
    **_each("average_pool max_pool", inputs=_IMAGE),
    **_each(
        """image.crop_images image.elastic_transform image.extract_patches image.gaussian_blur
        image.hsv_to_rgb image.pad_images image.resize image.rgb_to_grayscale image.rgb_to_hsv
        image.sobel_edges""",
        images=_IMAGE,
    ),
    **_each("extract_sequences rfft stft", x=_SIGNAL),
    "batch_normalization": {"mean": _of(6), "variance": _of(6)},
    "cdist": {"x": _of(4, 6), "y": _of(5, 6)},
    "conv": {"inputs": _of(None, 8, 3), "kernel": _of(3, 3, 16)},
    "conv_transpose": {"inputs": _of(None, 8, 3), "kernel": _of(3, 16, 3)},
    "correlate": {"x1": _VECTOR, "x2": _VECTOR},
    "cross": {"x1": _of(None, 4, 3), "x2": _of(None, 4, 3)},
    "ctc_decode": {"inputs": _of(None, 10, 5), "sequence_lengths": _ROWS},
    "ctc_loss": {
        "target": _INTEGERS,
        "output": _of(None, 10, 5),
        "target_length": _ROWS,
        "output_length": _ROWS,
    },
    "depth_to_space": {"x": _of(None, 4, 4, 8)},
    "depthwise_conv": {"inputs": _of(None, 8, 3), "kernel": _of(3, 3, 1)},
    "diag": {"x": _of(4, 4)},
    "digitize": {"bins": _VECTOR},
    "dot": {"x2": _of(6, 5)},
    "dot_product_attention": dict.fromkeys(("query", "key", "value"), _of(None, 4, 2, 8)),
    "einsum": {"operands": _SQUARE},
    "fold": {"x": _of(None, 4, 9)},
    "image.affine_transform": {"images": _IMAGE, "transform": _of(None, 8)},
    "image.extract_patches_3d": {"volumes": _of(None, 8, 8, 8, 3)},
    "image.map_coordinates": {"inputs": _of(8, 8), "coordinates": _of(2, 5)},
    "image.perspective_transform": {
        "images": _IMAGE,
        "start_points": _of(None, 4, 2),
        "end_points": _of(None, 4, 2),
    },
    "image.scale_and_translate": {
        "images": _of(8, 8, 3),
        "scale": _of(2),
        "translation": _of(2),
    },
    "image.ssim": {"image1": _IMAGE, "image2": _IMAGE},
    "in_top_k": {"targets": _ROWS, "predictions": _of(None, 10)},
    "ldexp": {"x2": _WHOLE},
    "lstsq": {"a": _of(4, 4), "b": _VECTOR},
    "matmul": {"x2": _of(None, 6, 5)},
    "rearrange": {"tensor": _of(2, 4, 6)},
    "scatter": {"indices": _of(5, 2, dtype="int32"), "values": _of(5)},
    "scatter_update": {
        "inputs": _of(4, 6),
        "indices": _of(5, 2, dtype="int32"),
        "updates": _of(5),
    },
    "searchsorted": {"sorted_sequence": _VECTOR, "values": _of(3)},
    "select": {"condlist": _TRUTH},
    "separable_conv": {
        "inputs": _of(None, 8, 3),
        "depthwise_kernel": _of(3, 3, 1),
        "pointwise_kernel": _of(1, 3, 8),
    },
    "slice_update": {"updates": _of(None, 2, 2)},
    "space_to_depth": {"x": _of(None, 4, 4, 2)},
    "sparse_categorical_crossentropy": {"target": _INTEGERS},
    "take": {"indices": _ROWS},
    "take_along_axis": {"indices": _of(None, 4, 2, dtype="int32")},
    "tensordot": {"x2": _of(4, 6, 5)},
    "unfold": {"x": _IMAGE},
    "vander": {"x": _VECTOR},
    "view_as_complex": {"x": _of(None, 4, 2)},
    "view_as_real": {"x": _of(None, 4, dtype="complex64")},
    "where": {"condition": _TRUTH, "x1": ANY, "x2": ANY},
}
_SEGMENTS = _of(4, dtype="int32")

# What is set beside the examples of required parameters. A constant stands for its wire.
PARAMS: Mapping[str, Mapping[str, Any]] = {
    "clip": {"x_min": 0, "x_max": 1},
    "full_like": {"fill_value": 1},
    "image.crop_images": dict.fromkeys(
        ("top_cropping", "left_cropping", "bottom_cropping", "right_cropping"), 1
    ),
    "image.pad_images": dict.fromkeys(
        ("top_padding", "left_padding", "bottom_padding", "right_padding"), 1
    ),
    "slice": {"start_indices": [0, 1, 1]},
    "slice_update": {"start_indices": [0, 0, 0]},
    "take_along_axis": {"axis": -1},
}


def tensor(op: str, port: str) -> Tensor:
    """What arrives at a port in the example of an op."""
    if port == "segment_ids":
        return _SEGMENTS
    return TENSORS.get(op, {}).get(port, ANY)
