"""The example projects that come with the program."""

from pathlib import Path

from msgspec import Struct

from builder.resources import resource


class Example(Struct, frozen=True):
    """One example. `name` is what the command line takes, `title` and `about` are for people."""

    name: str
    title: str
    about: str
    path: Path


_ABOUT = {
    "digits": (
        "Handwritten digits",
        "A small convolutional network with a skip connection reads 8 × 8 images: ten classes.",
    ),
    "breast_cancer": (
        "Breast cancer",
        "Thirty measurements of a cell sample, scaled inside the network: benign or malignant.",
    ),
    "diabetes": (
        "Diabetes progression",
        "Ten measurements of a patient predict a number, in the units of the data.",
    ),
    "wine": (
        "Wine from a CSV file",
        "Thirteen measurements from a file of your own kind, wine.csv: which of three growers?",
    ),
}


def list_examples() -> tuple[Example, ...]:
    """All examples, the one to begin with first."""
    return tuple(
        Example(name, title, about, resource("examples", f"{name}.knet"))
        for name, (title, about) in _ABOUT.items()
    )
