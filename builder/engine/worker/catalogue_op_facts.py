"""What is known of each op beyond its signature: its place in the palette, its ports, its results.

All of it is data by the op's name in keras.ops. An op of a newer Keras that is not listed takes
its first parameter from a wire, gives one result, and stands in the category of its module.
"""

from typing import TypeVar, cast

from builder.catalog.spec import Category
from builder.document.graph import Port

Fact = TypeVar("Fact")


def _words(text: str) -> list[str]:
    return text.split()


def _each(names: str, fact: Fact) -> dict[str, Fact]:
    return dict.fromkeys(_words(names), fact)


_MATH = """abs absolute add angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt ceil
clip conj conjugate copy cos cosh cumprod cumsum deg2rad diff divide divide_no_nan erf erfc erfinv
exp exp2 expm1 fabs floor floor_divide fmax fmin fmod gcd heaviside hypot i0 imag lcm ldexp log
log10 log1p log2 logaddexp logaddexp2 maximum minimum mod multiply nan_to_num negative nextafter
polar power rad2deg real reciprocal round rsqrt sign sin sinc sinh sqrt square subtract tan tanh
trapezoid true_divide trunc view_as_complex view_as_real nancumprod nancumsum"""
_LOGIC = """allclose bitwise_and bitwise_invert bitwise_left_shift bitwise_not bitwise_or
bitwise_right_shift bitwise_xor equal greater greater_equal in_top_k isclose isfinite isin isinf
isnan isneginf isposinf isreal left_shift less less_equal logical_and logical_not logical_or
logical_xor not_equal right_shift select signbit where"""
_STATISTICS = """all amax amin any argmax argmin average bincount corrcoef correlate count_nonzero
digitize histogram logsumexp max mean median min moments nanargmax nanargmin nanmax nanmean
nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar percentile prod ptp
quantile segment_max segment_min segment_prod segment_sum std sum top_k unique var"""
_LINEAR_ALGEBRA = """cdist cholesky cholesky_inverse cross det diag diagflat diagonal dot eig eigh
einsum inner inv kron logdet lstsq lu_factor matmul matrix_rank norm outer pinv qr slogdet solve
solve_triangular svd tensordot trace tri tril triu vander vdot"""
_NETWORKS = """average_pool batch_normalization
binary_crossentropy categorical_crossentropy celu conv conv_transpose ctc_decode ctc_loss
depthwise_conv dot_product_attention elu gelu glu hard_shrink hard_sigmoid hard_silu hard_swish
hard_tanh layer_normalization leaky_relu log_sigmoid log_softmax max_pool multi_hot normalize
one_hot psnr relu relu6 rms_normalization selu separable_conv sigmoid silu soft_shrink softmax
softplus softsign sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparsemax squareplus
stop_gradient swish tanh_shrink threshold"""
_IMAGES = "depth_to_space fold space_to_depth unfold"
_SIGNALS = "extract_sequences fft fft2 ifft2 irfft istft rfft stft"

CATEGORY: dict[str, Category] = {
    name: cast(Category, category)
    for category, names in (
        ("Math", _MATH),
        ("Logic", _LOGIC),
        ("Statistics", _STATISTICS),
        ("Linear algebra", _LINEAR_ALGEBRA),
        ("Functions", _NETWORKS),
        ("Images", _IMAGES),
        ("Signals", _SIGNALS),
    )
    for name in _words(names)
}
CATEGORY_OF_MODULE: dict[str, Category] = {"image": "Images", "nn": "Functions", "math": "Math"}

# Shown first in the palette.
COMMON = frozenset(
    _words("""add subtract multiply divide power maximum minimum exp log sqrt square absolute clip
round greater less equal where logical_and logical_not mean sum max min std argmax top_k reshape
transpose concatenate stack split expand_dims squeeze take pad tile cast flip matmul einsum norm
softmax one_hot fft stft image.resize image.rgb_to_grayscale""")
)

_CALLS = "It calls Python functions, which no wire can carry. Use a Lambda or a layer of your own."
_MAKES = (
    "It makes a new tensor from numbers alone, and a functional model begins at its inputs. "
    "Type the numbers where an op takes a constant, or use ones_like, zeros_like or full_like."
)
_READS = "It answers with a Python value and no tensor."
LEFT_OUT: dict[str, str] = {
    **_each(
        """associative_scan cond custom_gradient fori_loop jvp map scan switch vectorize
        vectorized_map while_loop""",
        _CALLS,
    ),
    **_each(
        """arange bartlett blackman empty eye full hamming hanning identity kaiser ones tri
        zeros""",
        _MAKES,
    ),
    **_each("convert_to_numpy dtype is_tensor ndim shape", _READS),
    "nonzero": (
        "It gives a result for each axis of what it receives, and how large they are depends on the "
        "values. Use where, or not_equal with 0."
    ),
    "geomspace": (
        "Keras fails to calculate it of tensors along any axis but that of the batch. Use logspace."
    ),
    **_each(
        "adaptive_average_pool adaptive_max_pool",
        "Keras cannot load a saved model that holds it. The layers AdaptiveAveragePooling1D, "
        "AdaptiveMaxPooling1D and so on do the same.",
    ),
    "meshgrid": (
        "How many results it gives depends on its wires, and a node's outputs on its settings. "
        "Use reshape and multiply, which broadcast alike."
    ),
    "get_item": "The Index node does this: it takes what stands between the brackets.",
}

# Parameters with which Keras gives what is no tensor.
UNUSABLE = frozenset({"linspace.retstep"})

# What a node gets when it is dropped where the default would mix the rows of a batch.
DROPPED: dict[str, dict[str, object]] = {
    **_each(
        """all amax amin any append argmax argmin array_split average concatenate count_nonzero
        cumprod cumsum flip logsumexp max mean median min nanargmax nanargmin nancumprod nancumsum
        nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar norm
        percentile prod ptp quantile repeat roll split stack std sum take take_along_axis
        var""",
        {"axis": -1},
    ),
    **_each("linspace logspace", {"axis": -1}),
    **_each("diagonal trace", {"axis1": -2, "axis2": -1}),
    "rot90": {"axes": [1, 2]},
    "tensordot": {"axes": 1},
}

KEYWORDS: dict[str, str] = {
    "abs": "magnitude",
    "absolute": "magnitude positive",
    "add": "plus sum +",
    "argmax": "index of largest",
    "cast": "dtype convert",
    "clip": "limit clamp",
    "concatenate": "concat join merge",
    "divide": "quotient over /",
    "einsum": "tensor product",
    "equal": "==",
    "expand_dims": "unsqueeze new axis",
    "flip": "reverse mirror",
    "greater": ">",
    "less": "<",
    "matmul": "product dot @",
    "mean": "average reduce",
    "multiply": "times product *",
    "negative": "minus",
    "power": "exponent **",
    "reshape": "shape view flatten",
    "squeeze": "remove axis",
    "stop_gradient": "detach freeze",
    "subtract": "minus difference -",
    "sum": "reduce total",
    "take": "gather lookup",
    "tile": "repeat copy",
    "top_k": "largest",
    "transpose": "permute swap axes",
    "where": "if choose select",
}


def _ports(*names: str) -> tuple[Port, ...]:
    return tuple(map(Port, names))


def _optional(*names: str) -> tuple[Port, ...]:
    return tuple(Port(name, optional=True, rare=True) for name in names)


_PAIR = (Port("x1", constant=True), Port("x2", constant=True))
_BITS = (Port("x", constant=True), Port("y", constant=True))
_PARTS = (
    Port("real", passing="item", doc="The real part."),
    Port("imaginary", passing="item", doc="The imaginary part."),
)
# Which parameters are tensors, where it is not the first alone.
INPUTS: dict[str, tuple[Port, ...]] = {
    **_each(
        """add allclose append arctan2 correlate cross divide divide_no_nan dot equal floor_divide
        fmax fmin fmod gcd greater greater_equal heaviside hypot inner isclose isin kron lcm ldexp
        less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor matmul maximum
        minimum mod multiply nextafter not_equal outer power subtract tensordot true_divide
        vdot""",
        _PAIR,
    ),
    **_each(
        """bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor left_shift
        right_shift""",
        _BITS,
    ),
    **_each("concatenate dstack hstack vstack", (Port("xs", variadic=True),)),
    **_each("fft fft2 ifft2 irfft istft", _PARTS),
    **_each("lstsq solve solve_triangular", _ports("a", "b")),
    **_each(
        "binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy",
        _ports("target", "output"),
    ),
    **_each("segment_max segment_min segment_prod segment_sum", _ports("data", "segment_ids")),
    **_each("conv conv_transpose depthwise_conv", _ports("inputs", "kernel")),
    "average": (Port("x"), Port("weights", optional=True, constant=True)),
    "batch_normalization": (*_ports("x", "mean", "variance"), *_optional("offset", "scale")),
    "bincount": (Port("x"), *_optional("weights")),
    "cdist": _ports("x", "y"),
    "clip": (
        Port("x"),
        Port("x_min", constant=True, rare=True),
        Port("x_max", constant=True, rare=True),
    ),
    "ctc_decode": _ports("inputs", "sequence_lengths"),
    "ctc_loss": _ports("target", "output", "target_length", "output_length"),
    "digitize": (Port("x"), Port("bins", constant=True, rare=True)),
    "dot_product_attention": (*_ports("query", "key", "value"), *_optional("bias", "mask")),
    **_each("linspace logspace", (Port("start", constant=True), Port("stop", constant=True))),
    "einsum": (Port("operands", variadic=True, passing="star"),),
    "full_like": (Port("x"), Port("fill_value", constant=True, rare=True)),
    "image.affine_transform": (Port("images"), Port("transform", constant=True)),
    "image.map_coordinates": (Port("inputs"), Port("coordinates", constant=True)),
    "image.perspective_transform": (
        Port("images"),
        Port("start_points", constant=True),
        Port("end_points", constant=True),
    ),
    "image.scale_and_translate": (
        Port("images"),
        Port("scale", constant=True, rare=True),
        Port("translation", constant=True, rare=True),
    ),
    "image.ssim": _ports("image1", "image2"),
    "in_top_k": _ports("targets", "predictions"),
    "layer_normalization": (Port("x"), *_optional("gamma", "beta")),
    "polar": _ports("abs_", "angle"),
    "psnr": _ports("x1", "x2"),
    "rms_normalization": (Port("x"), *_optional("scale")),
    "scatter": _ports("indices", "values"),
    "scatter_update": _ports("inputs", "indices", "updates"),
    "searchsorted": (Port("sorted_sequence", constant=True), Port("values", constant=True)),
    "select": (Port("condlist", variadic=True), Port("choicelist", variadic=True)),
    "separable_conv": _ports("inputs", "depthwise_kernel", "pointwise_kernel"),
    "slice": (Port("inputs"), Port("start_indices", constant=True, rare=True)),
    "slice_update": (
        Port("inputs"),
        Port("start_indices", constant=True, rare=True),
        Port("updates"),
    ),
    "stack": (Port("x", variadic=True),),
    "take": (Port("x"), Port("indices", constant=True)),
    "take_along_axis": (Port("x"), Port("indices", constant=True)),
    "trapezoid": (Port("y"), *_optional("x")),
    "where": (
        Port("condition"),
        Port("x1", constant=True),
        Port("x2", constant=True),
    ),
}


def _named(*names: str) -> tuple[Port, ...]:
    return tuple(Port(name) for name in names)


_PIECES = (Port("part", counted="indices_or_sections"),)
OUTPUTS: dict[str, tuple[Port, ...]] = {
    **_each("array_split dsplit hsplit split vsplit", _PIECES),
    **_each("eig eigh", _named("eigenvalues", "eigenvectors")),
    **_each("fft fft2 ifft2 rfft stft", _named("real", "imaginary")),
    "ctc_decode": _named("decoded", "scores"),
    "histogram": _named("counts", "edges"),
    "lu_factor": _named("lu", "pivots"),
    "moments": _named("mean", "variance"),
    "qr": _named("q", "r"),
    "slogdet": _named("sign", "logdet"),
    "svd": (
        Port("u", when={"compute_uv": True}),
        Port("s"),
        Port("v", when={"compute_uv": True}),
    ),
    "top_k": _named("values", "indices"),
    "unique": (
        Port("values"),
        Port("index", when={"return_index": True}, doc="Where each value stands first."),
        Port("inverse", when={"return_inverse": True}, doc="Which value stands at each place."),
        Port("counts", when={"return_counts": True}, doc="How often each value stands there."),
    ),
    "unravel_index": (Port("axis", counted="shape"),),
    "unstack": (Port("part", counted="num"),),
}
