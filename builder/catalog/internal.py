"""Layers that Keras keeps to itself: no public name leads to them, and its own models hold them.

They are in no palette. A model that was read may hold them, and it is shown, checked and written
like any other; code names the class by the place where Keras keeps it.
"""

from collections.abc import Mapping

from builder.catalog.spec import LayerSpec, ParamSpec
from builder.document.graph import Port

_EVERY_LAYER = (
    ParamSpec("trainable", "bool", True, rare=True),
    ParamSpec("dtype", "dtype", nullable=True, rare=True),
)

_SPECS = (
    LayerSpec(
        "keras.src.applications.convnext.LayerScale",
        "LayerScale",
        "Regularization",
        (
            ParamSpec("init_values", "number", required=True, example=1e-6),
            ParamSpec("projection_dim", "int", required=True, example=64, minimum=1),
            *_EVERY_LAYER,
        ),
        summary="Multiplies every channel by a weight of its own; a part of ConvNeXt.",
    ),
    LayerSpec(
        "keras.src.applications.convnext.StochasticDepth",
        "StochasticDepth",
        "Regularization",
        (
            ParamSpec("drop_path_rate", "number", required=True, example=0.1, minimum=0, maximum=1),
            *_EVERY_LAYER,
        ),
        summary="Leaves a whole branch out at random while training; a part of ConvNeXt.",
    ),
    LayerSpec(
        "keras.src.applications.inception_resnet_v2.CustomScaleLayer",
        "CustomScaleLayer",
        "Merge",
        (ParamSpec("scale", "number", required=True, example=1.0), *_EVERY_LAYER),
        inputs=(Port("inputs", passing="item"), Port("scaled", passing="item")),
        summary="Adds the second input times a number to the first; a part of InceptionResNetV2.",
    ),
)

INTERNAL: Mapping[str, LayerSpec] = {spec.type: spec for spec in _SPECS}
