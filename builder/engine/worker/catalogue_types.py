"""What every parameter of Keras is: a table reviewed by hand, by name and where needed by class.

Keras annotates none of its parameters, so name, default and docstring were read for each one.
`reviewed` answers from the table; for a parameter of a newer Keras that is not in it, `guessed`
takes the type of the default, so that a new version works before its names are reviewed.
"""

import re
from typing import Any

from builder.engine.worker.catalogue_rules import (
    Rule,
    count,
    flag,
    object_of,
    one_of,
    positive,
    share,
    span,
    window,
)

OBJECT_NAMES = {
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
}


NUMBER = Rule("number")
RARE_NUMBER = Rule("number", rare=True)
TEXT = Rule("text")
LITERAL = Rule("literal", rare=True)
CODE = Rule("code")
RARE_CODE = Rule("code", rare=True)
DTYPE = Rule("dtype", rare=True)
AXIS = Rule("axis")
NUMBER_LIST = Rule("numbers", scalar=False)
ENCODINGS = ("int", "one_hot", "multi_hot", "count")
FILLS = one_of("reflect", "constant", "wrap", "nearest")
RECURRENT = tuple(
    f"keras.layers.{name}"
    for name in ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
)
CELLS = tuple(
    f"keras.layers.{name}" for name in ("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells")
)


def _layer(name: str, **params: Any) -> dict[str, Any]:
    return {"type": f"keras.layers.{name}", "params": params}


# By name; a class of its own stands in BY_CLASS.
BY_NAME: dict[str, Rule] = {
    "activation": object_of("activations", "relu", nullable=True),
    "activity_regularizer": object_of("regularizers", rare=True),
    "addition_factor": span(minimum=0, maximum=1),
    "all_ops": flag(),
    "alpha": positive(),
    "antialias": flag(rare=True),
    "arguments": LITERAL,
    "attention_axes": Rule("axis", rare=True),
    "axes": Rule("axis", 1),
    "axis": AXIS,
    "backward_layer": Rule("layer", choices=RECURRENT, rare=True),
    "bias_axes": TEXT,
    "bin_boundaries": NUMBER_LIST,
    "bins": count(minimum=2),
    "brightness_factor": span(minimum=-1, maximum=1),
    "call_endpoint": TEXT,
    "call_fn": CODE,
    "call_training_endpoint": Rule("text", rare=True),
    "cell": Rule("layer", _layer("LSTMCell", units=64), choices=CELLS),
    "cells": Rule(
        "layers",
        [_layer("LSTMCell", units=64), _layer("LSTMCell", units=64)],
        choices=CELLS,
    ),
    "center": flag(),
    "chain_depth": count(),
    "clip_limit": positive(),
    "contrast_factor": span(minimum=0, maximum=1),
    "crop_to_aspect_ratio": flag(),
    "cropping": LITERAL,
    "data_format": one_of("channels_last", "channels_first", rare=True),
    "depth_multiplier": count(),
    "dilation_rate": window(rare=True),
    "dims": Rule("shape", [2, 1], minimum=1),
    "dropout": share(),
    "dtype": DTYPE,
    "encoding": Rule("text", rare=True),
    "epsilon": positive(rare=True),
    "equation": Rule("text", "ab,bc->ac"),
    "expand_dims": flag(rare=True),
    "factor": span(0.2),
    "fft_length": count(),
    "filepath": TEXT,
    "fill_mode": FILLS,
    "fill_value": RARE_NUMBER,
    "filters": count(32),
    "flash_attention": flag(rare=True),
    "frame_length": count(),
    "frame_step": count(),
    "function": Rule("code", example="lambda x: x"),
    "go_backwards": flag(rare=True),
    "gptq_unpacked_column_size": count(rare=True),
    "groups": count(rare=True),
    "head_dim": count(32),
    "height": count(64),
    "height_factor": span(0.2, -1, 1),
    "hue_factor": span(minimum=0, maximum=1),
    "idf_weights": Rule("numbers", scalar=False, rare=True),
    "init_fn": CODE,
    "input_dim": count(1000),
    "interpolation": one_of("bilinear", "nearest"),
    "invert": flag(rare=True),
    "keepdims": flag(),
    "kernel_initializer": object_of("initializers"),
    "kernel_regularizer": object_of("regularizers"),
    "kernel_size": window(3),
    "key_dim": count(32),
    "l1": positive(),
    "l2": positive(),
    "layer": Rule("layer", _layer("Dense", units=64)),
    "layers": Rule(
        "layers",
        [_layer("RandomFlip", mode="horizontal"), _layer("RandomRotation", factor=0.1)],
    ),
    "logit_soft_cap": positive(rare=True),
    "lora_alpha": positive(rare=True),
    "lora_rank": count(rare=True),
    "mag_exp": positive(),
    "mask": RARE_CODE,
    "mask_token": Rule("text", rare=True),
    "mask_value": NUMBER,
    "mask_zero": flag(),
    "max_freq": positive(),
    "max_number": count(10),
    "max_tokens": count(minimum=2),
    "max_value": positive(),
    "mean": Rule("numbers"),
    "merge_mode": one_of("concat", "sum", "mul", "ave", nullable=True),
    "method": TEXT,
    "min_freq": positive(),
    "min_power": positive(rare=True),
    "module": CODE,
    "momentum": share(),
    "n": count(4),
    "native_serialization_platforms": Rule("texts", rare=True),
    "negative_slope": positive(),
    "ngrams": Rule("ints", minimum=1),
    "noise_shape": Rule("shape", rare=True),
    "normalize": flag(),
    "num_bins": count(10),
    "num_chains": count(),
    "num_heads": count(4),
    "num_key_value_heads": count(2),
    "num_mel_bins": count(),
    "num_oov_indices": count(minimum=0),
    "num_ops": count(),
    "num_query_heads": count(4),
    "num_tokens": count(10),
    "offset": NUMBER,
    "oov_method": one_of("floormod", "farmhash", rare=True),
    "oov_token": Rule("text", rare=True),
    "output_dim": count(64),
    "output_mode": one_of(*ENCODINGS),
    "output_padding": window(minimum=0, rare=True),
    "output_sequence_length": count(),
    "output_shape": Rule("shape", [64], minimum=1),
    "output_size": window(4),
    "pad_to_aspect_ratio": flag(),
    "pad_to_max_tokens": flag(rare=True),
    "padding": one_of("valid", "same"),
    "params": LITERAL,
    "periodic": flag(rare=True),
    "pool_size": window(2),
    "power_iterations": count(),
    "power_to_db": flag(),
    "quantization_config": RARE_CODE,
    "ragged": flag(rare=True),
    "rate": share(0.5),
    "recurrent_activation": object_of("activations", nullable=True, rare=True),
    "recurrent_dropout": share(),
    "ref_power": positive(rare=True),
    "renorm": flag(rare=True),
    "renorm_clipping": LITERAL,
    "renorm_momentum": share(rare=True),
    "reset_after": flag(rare=True),
    "return_sequences": flag(),
    "return_state": flag(),
    "reverse_dtype": DTYPE,
    "salt": Rule("ints", length=2, minimum=0, rare=True),
    "sampling_rate": count(),
    "saturation_factor": span(minimum=0, maximum=1),
    "scale": flag(),
    "scaling": one_of("density", "spectrum", nullable=True, rare=True),
    "score_mode": one_of("dot", "concat"),
    "seed": Rule("int", rare=True),
    "sequence_length": count(),
    "sequence_stride": count(),
    "shared_axes": Rule("axis", minimum=1),
    "sigma": span(minimum=0, maximum=1),
    "size": window(2),
    "sliding_window": count(rare=True),
    "sparse": flag(rare=True),
    "split": one_of("whitespace", "character", nullable=True),
    "standardize": one_of(
        "lower_and_strip_punctuation", "lower", "strip_punctuation", nullable=True
    ),
    "state": LITERAL,
    "stateful": flag(rare=True),
    "stddev": share(0.1),
    "strides": window(),
    "synchronized": flag(rare=True),
    "target_shape": Rule("shape", [-1], minimum=-1),
    "threshold": positive(),
    "threshold_factor": span(minimum=0, maximum=1),
    "tie_weights": flag(),
    "tile_grid_size": Rule("ints", length=2, scalar=False, minimum=1),
    "top_db": positive(rare=True),
    "trainable": flag(rare=True),
    "unit_forget_bias": flag(rare=True),
    "units": count(64),
    "unroll": flag(rare=True),
    "use_bias": flag(),
    "use_cudnn": LITERAL,
    "use_gate": flag(rare=True),
    "use_scale": flag(),
    "value_dim": count(),
    "value_range": span(scalar=False),
    "variables": LITERAL,
    "variance": Rule("numbers", minimum=0),
    "vocabulary": Rule("texts"),
    "vocabulary_dtype": one_of("int64", rare=True),
    "weights": LITERAL,
    "width": count(64),
    "width_factor": span(0.2, -1, 1),
    "window": one_of("hann", "hamming", nullable=True),
    "x_factor": span(minimum=0, maximum=1),
    "y_factor": span(minimum=0, maximum=1),
    "zero_output_for_mask": flag(rare=True),
}

# By class and name, where a name means something else there.
BY_CLASS: dict[str, Rule] = {
    "AugMix.alpha": positive(),
    "AugMix.factor": share(),
    "BatchNormalization.axis": Rule("int"),
    "Bidirectional.layer": Rule("layer", _layer("LSTM", units=64), choices=RECURRENT),
    "CategoryEncoding.output_mode": one_of("multi_hot", "one_hot", "count"),
    "CategoryEncoding.num_tokens": Rule("int", 10, minimum=1, required=True),
    "Concatenate.axis": Rule("int"),
    "Conv1D.padding": one_of("valid", "same", "causal"),
    "Cropping1D.cropping": Rule("ints", length=2, minimum=0),
    "CutMix.factor": span(minimum=0, maximum=1),
    "Discretization.num_bins": Rule("int", 10, minimum=1, required=True, nullable=True),
    "GroupNormalization.axis": Rule("int"),
    "GroupNormalization.groups": Rule("int", minimum=-1),
    "HashedCrossing.output_mode": one_of("int", "one_hot"),
    "Hashing.mask_value": LITERAL,
    "IntegerLookup.mask_token": Rule("int", rare=True),
    "IntegerLookup.oov_token": Rule("int", rare=True),
    "IntegerLookup.output_mode": one_of(*ENCODINGS, "tf_idf"),
    "IntegerLookup.vocabulary": Rule("ints", scalar=False),
    "Lambda.output_shape": Rule("shape", rare=True),
    "MaxNumBoundingBoxes.fill_value": Rule("int"),
    "MixUp.alpha": share(),
    "MultiHeadAttention.output_shape": Rule("shape", minimum=1, rare=True),
    "Normalization.axis": Rule("axis", nullable=True),
    "RMSNormalization.axis": Rule("int"),
    "RandAugment.factor": share(),
    "RandomBrightness.factor": span(0.2, -1, 1),
    "RandomColorDegeneration.factor": span(0.5, 0, 1),
    "RandomContrast.factor": span(0.2, 0, 1),
    "RandomElasticTransform.factor": span(minimum=0, maximum=1),
    "RandomElasticTransform.scale": span(minimum=0, maximum=1),
    "RandomErasing.factor": span(minimum=0, maximum=1),
    "RandomErasing.scale": span(minimum=0, maximum=1),
    "RandomFlip.mode": one_of("horizontal_and_vertical", "horizontal", "vertical"),
    "RandomGaussianBlur.factor": span(minimum=0, maximum=1),
    "RandomGrayscale.factor": share(),
    "RandomHue.factor": span(0.2, 0, 1),
    "RandomInvert.factor": span(minimum=0, maximum=1),
    "RandomPerspective.factor": span(minimum=0, maximum=1),
    "RandomPerspective.scale": share(),
    "RandomPosterization.factor": Rule("int", 4, minimum=1, maximum=8),
    "RandomRotation.factor": span(0.1, -1, 1),
    "RandomSaturation.factor": span(0.5, 0, 1),
    "RandomSharpness.factor": span(0.5, 0, 1),
    "Rescaling.scale": Rule("numbers", 1 / 255),
    "Rescaling.offset": Rule("numbers"),
    "Resizing.fill_mode": one_of("constant", rare=True),
    "Resizing.interpolation": one_of("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"),
    "STFTSpectrogram.mode": one_of("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
    "SpectralNormalization.layer": Rule("layer", _layer("Dense", units=64)),
    "StringLookup.output_mode": one_of(*ENCODINGS, "tf_idf"),
    "TextVectorization.output_mode": one_of("int", "multi_hot", "count", "tf_idf"),
    "TorchModuleWrapper.output_shape": Rule("shape", minimum=1),
    "UpSampling1D.size": Rule("int", minimum=1),
    "UpSampling2D.interpolation": one_of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
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
