"""What a network can be written as: the file, what it is for, and what it needs to be made.

Plain values that cost nothing to import: the command line shows them in its help.
"""

from typing import Literal, NamedTuple

ModelFormat = Literal["keras", "keras-json", "saved-model", "onnx", "litert", "openvino"]
"""The formats that a worker writes, since they need Keras."""

Group = Literal["Python", "Keras and TensorFlow", "Other programs", "Pictures"]


class Format(NamedTuple):
    """One format. `name` is what the command line takes; a folder has no `suffix`.

    `packages` are what pip installs for it, by the module that tells whether they are there.
    `of_worker` says that Keras writes it, `weights` that it holds what a training has learned,
    `tensorflow` that only this backend can write it.
    """

    name: str
    title: str
    group: Group
    about: str
    suffix: str = ""
    of_worker: bool = False
    weights: bool = False
    tensorflow: bool = False
    packages: tuple[tuple[str, str], ...] = ()


FORMATS: tuple[Format, ...] = (
    Format(
        "python",
        "Script",
        "Python",
        "One file that builds, trains and uses the network without this program",
        ".py",
    ),
    Format(
        "notebook",
        "Notebook",
        "Python",
        "The same, step by step, for Jupyter",
        ".ipynb",
    ),
    Format(
        "folder",
        "Folder",
        "Python",
        "To hand on: script, project, data, requirements and a README",
    ),
    Format(
        "keras",
        "Keras model",
        "Keras and TensorFlow",
        "Layers and weights in one file, to load in Python",
        ".keras",
        of_worker=True,
        weights=True,
    ),
    Format(
        "keras-json",
        "Keras JSON",
        "Keras and TensorFlow",
        "The layers alone as text, without weights",
        ".json",
        of_worker=True,
    ),
    Format(
        "saved-model",
        "TensorFlow SavedModel",
        "Keras and TensorFlow",
        "A folder for TensorFlow Serving and other programs with TensorFlow",
        of_worker=True,
        weights=True,
        tensorflow=True,
    ),
    Format(
        "onnx",
        "ONNX",
        "Other programs",
        "For ONNX Runtime and many other programs, without Python or Keras",
        ".onnx",
        of_worker=True,
        weights=True,
        tensorflow=True,
        packages=(("onnx", "onnx"), ("tf2onnx", "tf2onnx"), ("onnxruntime", "onnxruntime")),
    ),
    Format(
        "litert",
        "LiteRT",
        "Other programs",
        "For phones and small devices (TensorFlow Lite)",
        ".tflite",
        of_worker=True,
        weights=True,
        tensorflow=True,
    ),
    Format(
        "openvino",
        "OpenVINO",
        "Other programs",
        "For Intel processors: a file .xml with its weights in a file .bin",
        ".xml",
        of_worker=True,
        weights=True,
        tensorflow=True,
        packages=(("openvino", "openvino"),),
    ),
    Format("png", "PNG", "Pictures", "The canvas as an image", ".png"),
    Format("svg", "SVG", "Pictures", "The canvas as a drawing that scales", ".svg"),
)
SAVED_MODEL = ("assets", "fingerprint.pb", "saved_model.pb", "variables")
"""What such a folder holds; a folder with anything else in it is not replaced."""
BY_NAME = {format_.name: format_ for format_ in FORMATS}


def size(count: int) -> str:
    """A file's size as people say it: 12 MB."""
    value = float(count)
    for unit in ("bytes", "KB", "MB"):
        if value < 1000:
            return (
                f"{value:.2g} {unit}" if unit != "bytes" and value < 10 else f"{value:.0f} {unit}"
            )
        value /= 1000
    return f"{value:.3g} GB"


def outcome(name: str, count: int, difference: float | None, rows: int, sample: str) -> str:
    """What came of an export: `ONNX: 12 MB, largest difference 2e-7 on 16 test rows.`

    `difference` is None for a format without weights; `sample` says what the `rows` were.
    """
    told = f"{BY_NAME[name].title}: {size(count)}"
    if difference is None:
        return f"{told}, read back with the same layers and shapes."
    if difference == 0:
        return f"{told}, answers equal to the model's on {rows} {sample}."
    return f"{told}, largest difference {difference:.0e} on {rows} {sample}.".replace("e-0", "e-")


def install_command(python: str, packages: tuple[str, ...]) -> str:
    """The command that installs what a format misses, for the Python that the worker runs in."""
    quoted = f'"{python}"' if " " in python else python
    return f"{quoted} -m pip install {' '.join(packages)}"
