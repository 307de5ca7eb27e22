"""What is known of each layer beyond its signature: its place in the palette, its ports, its limits.

All of it is data by class name. A layer of a newer Keras that is not listed gets one input, one
output and the category of the module it comes from.
"""

from builder.catalog.spec import Category
from builder.document.graph import Port

# The folder of keras.src.layers that a layer comes from, and its category.
CATEGORY_OF_MODULE: dict[str, Category] = {
    "activations": "Activation",
    "attention": "Attention",
    "convolutional": "Convolution",
    "core": "Core",
    "merging": "Merge",
    "normalization": "Normalization",
    "pooling": "Pooling",
    "preprocessing": "Preprocessing",
    "regularization": "Regularization",
    "reshaping": "Reshaping",
    "rnn": "Recurrent",
}
CATEGORY: dict[str, Category] = {
    "Activation": "Activation",
    "UpSampling1D": "Reshaping",
    "TimeDistributed": "Recurrent",
}

# Shown first in the palette, most wanted first within a category.
COMMON = [
    "Dense",
    "Embedding",
    "Activation",
    "Conv2D",
    "Conv1D",
    "Conv2DTranspose",
    "SeparableConv2D",
    "DepthwiseConv2D",
    "MaxPooling2D",
    "AveragePooling2D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "MaxPooling1D",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "Dropout",
    "SpatialDropout2D",
    "GaussianNoise",
    "Add",
    "Concatenate",
    "Multiply",
    "Average",
    "Subtract",
    "Dot",
    "ReLU",
    "LeakyReLU",
    "Softmax",
    "PReLU",
    "LSTM",
    "GRU",
    "SimpleRNN",
    "Bidirectional",
    "TimeDistributed",
    "MultiHeadAttention",
    "Attention",
    "Normalization",
    "Rescaling",
    "Resizing",
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "TextVectorization",
    "StringLookup",
    "CategoryEncoding",
    "Flatten",
    "Reshape",
    "Permute",
    "RepeatVector",
    "UpSampling2D",
    "ZeroPadding2D",
]

ADAPTS = {"Discretization", "IntegerLookup", "Normalization", "StringLookup", "TextVectorization"}
TENSORFLOW_ONLY = {
    "HashedCrossing",
    "Hashing",
    "IntegerLookup",
    "StringLookup",
    "TextVectorization",
}

_CELL = "It is one step of a recurrent layer. Put it inside an RNN layer, as its cell."
NEEDS: dict[str, str] = {
    "FlaxLayer": (
        "It wraps a Flax module, so it needs that module's Python code, the JAX backend, and the "
        "package flax (pip install flax)."
    ),
    "GRUCell": _CELL,
    "JaxLayer": (
        "It wraps a JAX function, so it needs that function's Python code, the JAX or TensorFlow "
        "backend, and the package jax (pip install jax)."
    ),
    "LSTMCell": _CELL,
    "MaxNumBoundingBoxes": (
        "It pads bounding boxes, which come in a dictionary inside the dictionary of images. Use it "
        "on the data before training, or in a layer of your own (Model ▸ Custom layers…)."
    ),
    "SimpleRNNCell": _CELL,
    "StackedRNNCells": _CELL,
    "TFSMLayer": (
        "It runs a SavedModel, which is code, so it needs that folder on disk, your trust in it, and "
        "the TensorFlow backend (pip install tensorflow)."
    ),
    "TorchModuleWrapper": (
        "It wraps a PyTorch module, so it needs that module's Python code, the PyTorch backend, and "
        "the package torch (pip install torch)."
    ),
}

# The least number of axes of the first input, batch included, where Keras itself takes any.
RANK: dict[str, int] = {
    "AdaptiveAveragePooling1D": 3,
    "AdaptiveAveragePooling2D": 4,
    "AdaptiveAveragePooling3D": 5,
    "AdaptiveMaxPooling1D": 3,
    "AdaptiveMaxPooling2D": 4,
    "AdaptiveMaxPooling3D": 5,
    "AdditiveAttention": 3,
    "Attention": 3,
    "MelSpectrogram": 2,
    "MultiHeadAttention": 3,
    **dict.fromkeys(
        [
            "AugMix",
            "AutoContrast",
            "CenterCrop",
            "ContrastLimitedAdaptiveHistogramEqualization",
            "Equalization",
            "RandAugment",
            "RandomBrightness",
            "RandomColorJitter",
            "RandomContrast",
            "RandomCrop",
            "RandomElasticTransform",
            "RandomErasing",
            "RandomFlip",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomHue",
            "RandomInvert",
            "RandomPerspective",
            "RandomPosterization",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
            "Resizing",
            "Solarization",
        ],
        4,
    ),
}

KEYWORDS: dict[str, str] = {
    "ActivityRegularization": "l1 l2 penalty",
    "Add": "sum residual skip plus",
    "AdditiveAttention": "bahdanau",
    "AlphaDropout": "selu",
    "Attention": "luong dot product",
    "AveragePooling2D": "avgpool mean downsample",
    "BatchNormalization": "bn batchnorm norm",
    "Bidirectional": "bilstm bigru both ways",
    "CategoryEncoding": "one hot multi hot",
    "Concatenate": "concat join stack merge",
    "Conv1D": "conv1 convolution sequence signal causal",
    "Conv2D": "conv2 convolution image filter",
    "Conv2DTranspose": "deconvolution deconv upsample",
    "Conv3D": "conv3 convolution volume video",
    "Dense": "fully connected linear fc mlp",
    "DepthwiseConv2D": "mobilenet separable",
    "Discretization": "bins buckets quantiles",
    "Dot": "inner product cosine similarity",
    "Dropout": "regularization drop",
    "ELU": "exponential linear unit",
    "EinsumDense": "einsum tensor product",
    "Embedding": "lookup words tokens vectors",
    "Flatten": "vector reshape",
    "GRU": "gated recurrent rnn",
    "GaussianNoise": "jitter denoise",
    "GlobalAveragePooling2D": "gap global mean pool",
    "GlobalMaxPooling2D": "gmp pool",
    "GroupNormalization": "gn instance norm",
    "GroupQueryAttention": "gqa transformer",
    "HashedCrossing": "feature cross",
    "Hashing": "hash bins",
    "Identity": "pass through no-op",
    "LSTM": "long short-term memory rnn",
    "Lambda": "custom function code",
    "LayerNormalization": "ln layernorm norm",
    "LeakyReLU": "leaky relu",
    "Masking": "skip padding timesteps",
    "MaxPooling2D": "maxpool downsample",
    "MelSpectrogram": "audio sound mel",
    "MultiHeadAttention": "mha self-attention transformer",
    "Multiply": "product gate",
    "Normalization": "standardize scale zscore mean variance",
    "PReLU": "parametric relu",
    "Permute": "transpose axes swap",
    "RMSNormalization": "rmsnorm",
    "ReLU": "rectified linear unit relu6",
    "RepeatVector": "tile copy",
    "Rescaling": "scale 1/255",
    "Reshape": "shape view",
    "Resizing": "resize image",
    "ReversibleEmbedding": "tied weights language model",
    "STFTSpectrogram": "audio sound fourier",
    "SeparableConv2D": "xception depthwise",
    "SimpleRNN": "recurrent elman",
    "Softmax": "probabilities",
    "SpatialDropout2D": "channel dropout",
    "StringLookup": "vocabulary tokens categories",
    "Subtract": "difference minus",
    "TextVectorization": "tokenize text words vocabulary",
    "TimeDistributed": "every timestep frame",
    "UpSampling2D": "upsample resize nearest",
    "ZeroPadding2D": "pad border",
}

_LABELLED = (
    Port("images", passing="entry"),
    Port("labels", passing="entry", doc="One number for each class, for each image."),
)
_LIST = (Port("inputs", variadic=True),)
_PAIR = (Port("x1", passing="item"), Port("x2", passing="item"))
_ITEMS = (
    Port("query", passing="item"),
    Port("value", passing="item"),
    Port("key", optional=True, passing="item", doc="Without a wire, the value serves as key."),
)
_HEADS = (
    Port("query"),
    Port("value"),
    Port("key", optional=True, passing="keyword", doc="Without a wire, the value serves as key."),
)
_RECURRENT = (
    Port("inputs"),
    Port(
        "initial_state",
        variadic=True,
        optional=True,
        passing="keyword",
        rare=True,
        doc="The states to start from, in the order in which return_state gives them.",
    ),
)
INPUTS: dict[str, tuple[Port, ...]] = {
    "Add": _LIST,
    "Average": _LIST,
    "Concatenate": _LIST,
    "HashedCrossing": _LIST,
    "Maximum": _LIST,
    "Minimum": _LIST,
    "Multiply": _LIST,
    "CutMix": _LABELLED,
    "Dot": _PAIR,
    "MixUp": _LABELLED,
    "Subtract": (
        Port("x1", passing="item", doc="What is subtracted from."),
        Port("x2", passing="item", doc="What is subtracted."),
    ),
    "AdditiveAttention": _ITEMS,
    "Attention": _ITEMS,
    "GroupQueryAttention": _HEADS,
    "MultiHeadAttention": _HEADS,
    "CategoryEncoding": (
        Port("inputs"),
        Port(
            "count_weights",
            optional=True,
            passing="keyword",
            rare=True,
            doc="Weights for mode count.",
        ),
    ),
    **dict.fromkeys(
        [
            "Bidirectional",
            "ConvLSTM1D",
            "ConvLSTM2D",
            "ConvLSTM3D",
            "GRU",
            "LSTM",
            "RNN",
            "SimpleRNN",
        ],
        _RECURRENT,
    ),
}


def _states(*names: str, **when: object) -> tuple[Port, ...]:
    return tuple(Port(name, when={"return_state": True, **when}) for name in names)


def _inner_states(layer: str, *names: str) -> tuple[Port, ...]:
    when = {"layer.type": f"keras.layers.{layer}", "layer.params.return_state": True}
    return tuple(
        Port(f"{way}_{name}", when=when) for way in ("forward", "backward") for name in names
    )


_OUTPUT = (Port("output"),)
_LSTM = (*_OUTPUT, *_states("state_h", "state_c"))
_GRU = (*_OUTPUT, *_states("state"))
_CELL_STATES = (
    *(
        Port(name, when={"return_state": True, "cell.type": "keras.layers.LSTMCell"})
        for name in ("state_h", "state_c")
    ),
    Port("state", when={"return_state": True, "cell.type": "keras.layers.GRUCell"}),
    Port("state", when={"return_state": True, "cell.type": "keras.layers.SimpleRNNCell"}),
)
_SCORED = (
    *_OUTPUT,
    Port(
        "scores",
        when={"call.return_attention_scores": True},
        doc="How much each place of the query attends to each of the key.",
    ),
)
OUTPUTS: dict[str, tuple[Port, ...]] = {
    **dict.fromkeys(
        ["AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"], _SCORED
    ),
    **dict.fromkeys(["LSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"], _LSTM),
    **dict.fromkeys(["GRU", "SimpleRNN"], _GRU),
    **dict.fromkeys(["CutMix", "MixUp"], (Port("images"), Port("labels"))),
    "RNN": (*_OUTPUT, *_CELL_STATES),
    "Bidirectional": (
        *_OUTPUT,
        Port("backward", when={"merge_mode": None}, doc="What the backward layer gives."),
        *_inner_states("LSTM", "state_h", "state_c"),
        *_inner_states("ConvLSTM1D", "state_h", "state_c"),
        *_inner_states("ConvLSTM2D", "state_h", "state_c"),
        *_inner_states("ConvLSTM3D", "state_h", "state_c"),
        *_inner_states("GRU", "state"),
        *_inner_states("SimpleRNN", "state"),
    ),
}
