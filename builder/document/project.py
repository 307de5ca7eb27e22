"""The project: the one value that a file holds, an edit replaces and everything is derived from."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from builder.document.frames import Frame, Note
from builder.document.graph import Graph
from builder.document.plan import DataPlan, TrainingPlan

Backend = Literal["tensorflow", "jax", "torch"]
BACKENDS: Mapping[str, str] = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
"""The backends with their own names."""

Point = tuple[float, float]


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """Where nodes stand on the canvas: the top left corner by node id, in scene pixels.

    Frames and notes, by ids of their own, stand beside and behind them.
    """

    positions: Mapping[str, Point] = {}
    direction: Literal["down", "right"] = "down"
    frames: Mapping[str, Frame] = {}
    notes: Mapping[str, Note] = {}


class Project(Struct, frozen=True):
    """A network, its layout, its data and how to train it. `name` names the exported model.

    `custom` is the source of the layers of its own, the text of `custom_layers.py`; nothing of it
    is run before the user trusts it.
    With `dict_inputs` the model takes a dict by the names of its Inputs; several outputs are a
    dict in any case.
    """

    name: str = "model"
    graph: Graph = Graph()
    layout: Layout = Layout()
    data: DataPlan = DataPlan()
    training: TrainingPlan = TrainingPlan()
    backend: Backend = "tensorflow"
    dict_inputs: bool = False
    custom: str = ""
