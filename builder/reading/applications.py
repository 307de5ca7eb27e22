"""The networks that Keras ships, by name and family; a test holds the list against Keras."""

from collections.abc import Mapping

PREFIX = "keras.applications."

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "ConvNeXt": (
        "ConvNeXtTiny",
        "ConvNeXtSmall",
        "ConvNeXtBase",
        "ConvNeXtLarge",
        "ConvNeXtXLarge",
    ),
    "DenseNet": ("DenseNet121", "DenseNet169", "DenseNet201"),
    "EfficientNet": tuple(f"EfficientNetB{number}" for number in range(8)),
    "EfficientNetV2": (
        *(f"EfficientNetV2B{number}" for number in range(4)),
        "EfficientNetV2S",
        "EfficientNetV2M",
        "EfficientNetV2L",
    ),
    "Inception": ("InceptionV3", "InceptionResNetV2", "Xception"),
    "MobileNet": ("MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large"),
    "NASNet": ("NASNetMobile", "NASNetLarge"),
    "ResNet": (
        "ResNet50",
        "ResNet101",
        "ResNet152",
        "ResNet50V2",
        "ResNet101V2",
        "ResNet152V2",
    ),
    "VGG": ("VGG16", "VGG19"),
}
APPLICATIONS: tuple[str, ...] = tuple(name for names in FAMILIES.values() for name in names)


def application_of(source: str) -> str | None:
    """The network that `keras.applications.NAME` names, or None."""
    name = source.removeprefix(PREFIX)
    return name if source.startswith(PREFIX) and name in APPLICATIONS else None
