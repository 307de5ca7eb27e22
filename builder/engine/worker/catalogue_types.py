"""What every parameter of Keras is: a table reviewed by hand, by name and where needed by class.

Keras annotates none of its parameters, so name, default and docstring were read for each one.
`rule_for` answers from the table; for a parameter of a newer Keras that is not in it, it takes
the type of the default, so that a new version works before its names are reviewed.
"""

import re
from typing import Any

from msgspec import Struct

from builder.catalog.spec import Group, Kind

OBJECT_NAMES = {
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
}


class Rule(Struct, frozen=True):
    """What the table knows about one parameter; the fields mean what they mean in ParamSpec.

    `length` -1 stands for the number in the class name: 2 for Conv2D.
    `nullable` is for those that take None though it is not their default.
    """

    kind: Kind
    example: Any = None
    choices: tuple[str, ...] = ()
    group: Group | None = None
    length: int = 0
    scalar: bool = True
    minimum: float | None = None
    maximum: float | None = None
    nullable: bool = False
    rare: bool = False


def _flag(rare: bool = False) -> Rule:
    return Rule("bool", rare=rare)


def _count(example: int | None = None, minimum: int = 1, rare: bool = False) -> Rule:
    return Rule("int", example, minimum=minimum, rare=rare)


def _share(example: float | None = None, rare: bool = False) -> Rule:
    """A number from 0 to 1."""
    return Rule("number", example, minimum=0, maximum=1, rare=rare)


def _positive(example: float | None = None, rare: bool = False) -> Rule:
    return Rule("number", example, minimum=0, rare=rare)


def _one_of(*choices: str, nullable: bool = False, rare: bool = False) -> Rule:
    return Rule("choice", choices=choices, nullable=nullable, rare=rare)


def _window(example: int | None = None, minimum: int = 1, rare: bool = False) -> Rule:
    """One whole number per spatial axis, or one for all."""
    return Rule("ints", example, length=-1, minimum=minimum, rare=rare)


def _span(
    example: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    scalar: bool = True,
    rare: bool = False,
) -> Rule:
    """A number, or the two ends of a range to draw it from."""
    return Rule(
        "numbers", example, length=2, minimum=minimum, maximum=maximum, scalar=scalar, rare=rare
    )


def _of(group: Group, example: Any = None, nullable: bool = False, rare: bool = False) -> Rule:
    return Rule("object", example, group=group, nullable=nullable, rare=rare)


NUMBER = Rule("number")
RARE_NUMBER = Rule("number", rare=True)
TEXT = Rule("text")
LITERAL = Rule("literal", rare=True)
CODE = Rule("code")
RARE_CODE = Rule("code", rare=True)
DTYPE = Rule("dtype", rare=True)
AXIS = Rule("axis")
SHAPE = Rule("shape", minimum=1)
NUMBER_LIST = Rule("numbers", scalar=False)
ENCODINGS = ("int", "one_hot", "multi_hot", "count")
FILLS = _one_of("reflect", "constant", "wrap", "nearest")
RECURRENT = tuple(
    f"keras.layers.{name}"
    for name in ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
)
CELLS = tuple(
    f"keras.layers.{name}" for name in ("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells")
)
IMAGE_LAYERS = tuple(
    f"keras.layers.{name}"
    for name in (
        "AutoContrast",
        "CenterCrop",
        "Equalization",
        "RandomBrightness",
        "RandomContrast",
        "RandomCrop",
        "RandomErasing",
        "RandomFlip",
        "RandomGrayscale",
        "RandomHue",
        "RandomInvert",
        "RandomPosterization",
        "RandomRotation",
        "RandomSaturation",
        "RandomSharpness",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
        "Rescaling",
        "Resizing",
        "Solarization",
    )
)


def _layer(name: str, **params: Any) -> dict[str, Any]:
    return {"type": f"keras.layers.{name}", "params": params}


# By name; a class of its own stands in BY_CLASS.
BY_NAME: dict[str, Rule] = {
    "activation": _of("activations", "relu", nullable=True),
    "activity_regularizer": _of("regularizers", rare=True),
    "addition_factor": _span(minimum=0, maximum=1),
    "all_ops": _flag(),
    "alpha": _positive(),
    "antialias": _flag(rare=True),
    "arguments": LITERAL,
    "attention_axes": Rule("axis", rare=True),
    "axes": Rule("axis", 1),
    "axis": AXIS,
    "backward_layer": Rule("layer", choices=RECURRENT, rare=True),
    "bias_axes": TEXT,
    "bin_boundaries": NUMBER_LIST,
    "bins": _count(minimum=2),
    "brightness_factor": _span(minimum=-1, maximum=1),
    "call_endpoint": TEXT,
    "call_fn": CODE,
    "call_training_endpoint": Rule("text", rare=True),
    "cell": Rule("layer", _layer("LSTMCell", units=64), choices=CELLS),
    "cells": Rule(
        "layers",
        [_layer("LSTMCell", units=64), _layer("LSTMCell", units=64)],
        choices=CELLS,
    ),
    "center": _flag(),
    "chain_depth": _count(),
    "clip_limit": _positive(),
    "contrast_factor": _span(minimum=0),
    "crop_to_aspect_ratio": _flag(),
    "cropping": LITERAL,
    "data_format": _one_of("channels_last", "channels_first", rare=True),
    "depth_multiplier": _count(),
    "dilation_rate": _window(rare=True),
    "dims": Rule("shape", [2, 1], minimum=1),
    "dropout": _share(),
    "dtype": DTYPE,
    "encoding": Rule("text", rare=True),
    "epsilon": _positive(rare=True),
    "equation": Rule("text", "ab,bc->ac"),
    "expand_dims": _flag(rare=True),
    "factor": _span(0.2),
    "fft_length": _count(),
    "filepath": TEXT,
    "fill_mode": FILLS,
    "fill_value": RARE_NUMBER,
    "filters": _count(32),
    "flash_attention": _flag(rare=True),
    "frame_length": _count(),
    "frame_step": _count(),
    "function": CODE,
    "go_backwards": _flag(rare=True),
    "gptq_unpacked_column_size": _count(rare=True),
    "groups": _count(rare=True),
    "head_dim": _count(32),
    "height": _count(64),
    "height_factor": _span(0.2),
    "hue_factor": _span(minimum=0, maximum=1),
    "idf_weights": Rule("numbers", scalar=False, rare=True),
    "init_fn": CODE,
    "input_dim": _count(1000),
    "interpolation": _one_of("bilinear", "nearest"),
    "invert": _flag(rare=True),
    "keepdims": _flag(),
    "kernel_initializer": _of("initializers"),
    "kernel_regularizer": _of("regularizers"),
    "kernel_size": _window(3),
    "key_dim": _count(32),
    "l1": _positive(),
    "l2": _positive(),
    "layer": Rule("layer", _layer("Dense", units=64)),
    "layers": Rule(
        "layers",
        [_layer("RandomFlip", mode="horizontal"), _layer("RandomRotation", factor=0.1)],
        choices=IMAGE_LAYERS,
    ),
    "logit_soft_cap": _positive(rare=True),
    "lora_alpha": _positive(rare=True),
    "lora_rank": _count(rare=True),
    "mag_exp": _positive(),
    "mask": RARE_CODE,
    "mask_token": Rule("text", rare=True),
    "mask_value": NUMBER,
    "mask_zero": _flag(),
    "max_freq": _positive(),
    "max_number": _count(10),
    "max_tokens": _count(minimum=2),
    "max_value": _positive(),
    "mean": Rule("numbers"),
    "merge_mode": _one_of("concat", "sum", "mul", "ave", nullable=True),
    "method": TEXT,
    "min_freq": _positive(),
    "min_power": _positive(rare=True),
    "module": CODE,
    "momentum": _share(),
    "n": _count(4),
    "native_serialization_platforms": Rule("texts", rare=True),
    "negative_slope": _positive(),
    "ngrams": Rule("ints", minimum=1),
    "noise_shape": Rule("shape", rare=True),
    "normalize": _flag(),
    "num_bins": _count(10),
    "num_chains": _count(),
    "num_heads": _count(4),
    "num_key_value_heads": _count(2),
    "num_mel_bins": _count(),
    "num_oov_indices": _count(minimum=0),
    "num_ops": _count(),
    "num_query_heads": _count(4),
    "num_tokens": _count(10),
    "offset": NUMBER,
    "oov_method": _one_of("floormod", "farmhash", rare=True),
    "oov_token": Rule("text", rare=True),
    "output_dim": _count(64),
    "output_mode": _one_of(*ENCODINGS),
    "output_padding": _window(minimum=0, rare=True),
    "output_sequence_length": _count(),
    "output_shape": Rule("shape", [64], minimum=1),
    "output_size": _window(4),
    "pad_to_aspect_ratio": _flag(),
    "pad_to_max_tokens": _flag(rare=True),
    "padding": _one_of("valid", "same"),
    "params": LITERAL,
    "periodic": _flag(rare=True),
    "pool_size": _window(2),
    "power_iterations": _count(),
    "power_to_db": _flag(),
    "quantization_config": RARE_CODE,
    "ragged": _flag(rare=True),
    "rate": _share(0.5),
    "recurrent_activation": _of("activations", nullable=True, rare=True),
    "recurrent_dropout": _share(),
    "ref_power": _positive(rare=True),
    "renorm": _flag(rare=True),
    "renorm_clipping": LITERAL,
    "renorm_momentum": _share(rare=True),
    "reset_after": _flag(rare=True),
    "return_sequences": _flag(),
    "return_state": _flag(),
    "reverse_dtype": DTYPE,
    "salt": Rule("ints", length=2, minimum=0, rare=True),
    "sampling_rate": _count(),
    "saturation_factor": _span(minimum=0, maximum=1),
    "scale": _flag(),
    "scaling": _one_of("density", "spectrum", nullable=True, rare=True),
    "score_mode": _one_of("dot", "concat"),
    "seed": Rule("int", rare=True),
    "sequence_length": _count(),
    "sequence_stride": _count(),
    "shared_axes": Rule("axis", minimum=1),
    "sigma": _span(minimum=0),
    "size": _window(2),
    "sliding_window": _count(rare=True),
    "sparse": _flag(rare=True),
    "split": _one_of("whitespace", "character", nullable=True),
    "standardize": _one_of(
        "lower_and_strip_punctuation", "lower", "strip_punctuation", nullable=True
    ),
    "state": LITERAL,
    "stateful": _flag(rare=True),
    "stddev": _positive(0.1),
    "strides": _window(),
    "synchronized": _flag(rare=True),
    "target_shape": Rule("shape", [-1], minimum=-1),
    "threshold": _positive(),
    "threshold_factor": _span(minimum=0, maximum=1),
    "tie_weights": _flag(),
    "tile_grid_size": Rule("ints", length=2, scalar=False, minimum=1),
    "top_db": _positive(rare=True),
    "trainable": _flag(rare=True),
    "unit_forget_bias": _flag(rare=True),
    "units": _count(64),
    "unroll": _flag(rare=True),
    "use_bias": _flag(),
    "use_cudnn": LITERAL,
    "use_gate": _flag(rare=True),
    "use_scale": _flag(),
    "value_dim": _count(),
    "value_range": _span(scalar=False),
    "variables": LITERAL,
    "variance": Rule("numbers", minimum=0),
    "vocabulary": Rule("texts"),
    "vocabulary_dtype": _one_of("int64", rare=True),
    "weights": LITERAL,
    "width": _count(64),
    "width_factor": _span(0.2),
    "window": _one_of("hann", "hamming", nullable=True),
    "x_factor": _span(minimum=0, maximum=1),
    "y_factor": _span(minimum=0, maximum=1),
    "zero_output_for_mask": _flag(rare=True),
}

# By class and name, where a name means something else there.
BY_CLASS: dict[str, Rule] = {
    "AugMix.alpha": _positive(),
    "AugMix.factor": _share(),
    "BatchNormalization.axis": Rule("int"),
    "Bidirectional.layer": Rule("layer", _layer("LSTM", units=64), choices=RECURRENT),
    "CategoryEncoding.output_mode": _one_of("multi_hot", "one_hot", "count"),
    "Concatenate.axis": Rule("int"),
    "Conv1D.padding": _one_of("valid", "same", "causal"),
    "Cropping1D.cropping": Rule("ints", length=2, minimum=0),
    "CutMix.factor": _span(minimum=0, maximum=1),
    "GroupNormalization.axis": Rule("int"),
    "GroupNormalization.groups": Rule("int", minimum=-1),
    "HashedCrossing.output_mode": _one_of("int", "one_hot"),
    "Hashing.mask_value": LITERAL,
    "IntegerLookup.mask_token": Rule("int", rare=True),
    "IntegerLookup.oov_token": Rule("int", rare=True),
    "IntegerLookup.output_mode": _one_of(*ENCODINGS, "tf_idf"),
    "IntegerLookup.vocabulary": Rule("ints", scalar=False),
    "Lambda.output_shape": Rule("shape", rare=True),
    "MaxNumBoundingBoxes.fill_value": Rule("int"),
    "MixUp.alpha": _share(),
    "MultiHeadAttention.output_shape": Rule("shape", minimum=1, rare=True),
    "Normalization.axis": Rule("axis", nullable=True),
    "RMSNormalization.axis": Rule("int"),
    "RandAugment.factor": _share(),
    "RandomBrightness.factor": _span(0.2, -1, 1),
    "RandomColorDegeneration.factor": _span(0.5, 0, 1),
    "RandomContrast.factor": _span(0.2, 0),
    "RandomElasticTransform.factor": _span(minimum=0, maximum=1),
    "RandomElasticTransform.scale": _span(minimum=0),
    "RandomErasing.factor": _span(minimum=0, maximum=1),
    "RandomErasing.scale": _span(minimum=0, maximum=1),
    "RandomFlip.mode": _one_of("horizontal_and_vertical", "horizontal", "vertical"),
    "RandomGaussianBlur.factor": _span(minimum=0, maximum=1),
    "RandomGrayscale.factor": _share(),
    "RandomHue.factor": _span(0.2, 0, 1),
    "RandomInvert.factor": _span(minimum=0, maximum=1),
    "RandomPerspective.factor": _span(minimum=0, maximum=1),
    "RandomPerspective.scale": _span(minimum=0),
    "RandomPosterization.factor": Rule("int", 4, minimum=1, maximum=8),
    "RandomRotation.factor": _span(0.1),
    "RandomSaturation.factor": _span(0.5, 0, 1),
    "RandomSharpness.factor": _span(0.5, 0, 1),
    "Rescaling.scale": Rule("numbers", 1 / 255),
    "Rescaling.offset": Rule("numbers"),
    "Resizing.fill_mode": _one_of("constant", rare=True),
    "Resizing.interpolation": _one_of("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"),
    "STFTSpectrogram.mode": _one_of("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
    "SpectralNormalization.layer": Rule("layer", _layer("Dense", units=64)),
    "StringLookup.output_mode": _one_of(*ENCODINGS, "tf_idf"),
    "TextVectorization.output_mode": _one_of("int", "multi_hot", "count", "tf_idf"),
    "TorchModuleWrapper.output_shape": Rule("shape", minimum=1),
    "UpSampling2D.interpolation": _one_of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
    "ZeroPadding1D.padding": Rule("ints", length=2, minimum=0),
    "ZeroPadding2D.padding": Rule("literal"),
    "ZeroPadding3D.padding": Rule("literal"),
    "Cropping2D.cropping": Rule("literal"),
    "Cropping3D.cropping": Rule("literal"),
}


def reviewed(owner: str, name: str) -> Rule | None:
    """What the table says of the parameter `name` of the class or group `owner`, if anything."""
    found = BY_CLASS.get(f"{owner}.{name}") or BY_NAME.get(name)
    if found is None and (match := re.search(r"_(initializer|regularizer|constraint)$", name)):
        return Rule("object", group=OBJECT_NAMES[match[1]], rare=True)  # type: ignore[arg-type]
    return found


def guessed(default: Any) -> Rule:
    """A rule for a parameter nobody has read about yet, from its default."""
    match default:
        case bool():
            return Rule("bool", rare=True)
        case int():
            return Rule("int", rare=True)
        case float():
            return Rule("number", rare=True)
        case str():
            return Rule("text", rare=True)
        case [*items] if items and all(type(item) is int for item in items):
            return Rule("ints", length=len(items), rare=True)
    return LITERAL
