"""A first network for some data: small, sensible, and drawn where it can be read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from builder.document import edits
from builder.document.fitting import PITCH, fit_to_data, head_params, output_params
from builder.document.graph import INPUT, OUTPUT, Graph, OutputRef, PortRef, Wire
from builder.document.plan import DataPlan, Feature, KerasObject, Target, TrainingPlan
from builder.document.project import Project
from builder.document.sizes import WIDTH

__all__ = ["TRAINING", "fit_to_data", "node_name", "starter"]

GAP = 32.0
WORDS = 5_000
LONGEST = 100

_DENSE = "keras.layers.Dense"
_NORMALIZATION = "keras.layers.Normalization"

TRAINING = TrainingPlan(
    epochs=100,
    batch_size=32,
    optimizer=KerasObject("keras.optimizers.Adam", {"learning_rate": 0.001}),
    callbacks=(
        KerasObject(
            "keras.callbacks.EarlyStopping",
            {"monitor": "val_loss", "patience": 10, "restore_best_weights": True},
        ),
    ),
)


def starter(plan: DataPlan, name: str = "model") -> Project:
    """A small network that suits a plan: one branch per feature, one head per target.

    Tables go through a Normalization and two Dense layers, images through a small convolutional
    network, texts through an Embedding of their words. The scale of a regression target is restored by the last layer, so the network takes
    and gives the user's own units. A plan without targets gets no head.
    """
    sketch = _Sketch(Project(name=name, data=plan, training=TRAINING))
    ends: list[str] = []
    bottom = 0.0
    for place, feature in enumerate(plan.features):
        column = (WIDTH + GAP) * place
        end, row = _branch(sketch, feature, column)
        ends.append(end)
        bottom = max(bottom, row)
    if not ends:
        return sketch.project
    if len(ends) == 1:
        trunk = ends[0]
    else:
        trunk = sketch.add("keras.layers.Concatenate", "join", 0.0, bottom, after=ends)
        bottom += 1
    for place, target in enumerate(plan.targets):
        _head(sketch, target, trunk, (WIDTH + GAP) * place, bottom)
    return sketch.project


# --- drawing a new network


class _Sketch:
    """A project while its nodes are put down, row by row (rows count from 0 at the top)."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def add(
        self,
        type_: str,
        name: str,
        x: float,
        row: float,
        params: Mapping[str, Any] | None = None,
        *,
        after: Sequence[str] = (),
    ) -> str:
        """Put a node down and draw wires to it from the nodes `after` which it comes."""
        at = (x, row * PITCH)
        self.project, node = edits.add(self.project, type_, at, name=name, params=params)
        wires = tuple(Wire(OutputRef(one), PortRef(node)) for one in after)
        graph = self.project.graph
        self.project = replace(self.project, graph=Graph(graph.nodes, graph.wires + wires))
        return node


def _branch(sketch: _Sketch, feature: Feature, x: float) -> tuple[str, float]:
    """An input and the layers that read it. Returns the last node and the first free row."""
    params: dict[str, Any] = {"shape": list(feature.shape), "feature": feature.name}
    if feature.dtype == "string":
        return _text_branch(sketch, params, node_name(feature.name), x)
    start = sketch.add(INPUT, node_name(feature.name), x, 0, params)
    if len(feature.shape) == 3:
        return _image_branch(sketch, start, x)
    node = sketch.add(_NORMALIZATION, "scale", x, 1, after=[start])
    node = sketch.add(_DENSE, "dense", x, 2, {"units": 64, "activation": "relu"}, after=[node])
    node = sketch.add(_DENSE, "dense_2", x, 3, {"units": 32, "activation": "relu"}, after=[node])
    return node, 4


def _text_branch(
    sketch: _Sketch, params: Mapping[str, Any], name: str, x: float
) -> tuple[str, float]:
    """Words to vectors, and the strongest of each number: nothing in it minds an empty text."""
    node = sketch.add(INPUT, name, x, 0, {**params, "dtype": "string"})
    if params["shape"] != [1]:  # several columns: as one sequence of whole cells
        reads, called, length = "keras.layers.StringLookup", "lookup", {}
    else:
        reads, called = "keras.layers.TextVectorization", "words"
        length = {"output_sequence_length": LONGEST}
    node = sketch.add(reads, called, x, 1, {"max_tokens": WORDS, **length}, after=[node])
    size = {"input_dim": WORDS, "output_dim": 32}
    node = sketch.add("keras.layers.Embedding", "vectors", x, 2, size, after=[node])
    node = sketch.add("keras.layers.GlobalMaxPooling1D", "strongest", x, 3, after=[node])
    return node, 4


def _image_branch(sketch: _Sketch, start: str, x: float) -> tuple[str, float]:
    conv = {"filters": 32, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    side = (WIDTH + GAP) / 2
    node = sketch.add(_NORMALIZATION, "scale", x, 1, after=[start])
    node = sketch.add("keras.layers.Conv2D", "conv", x, 2, conv, after=[node])
    deep = sketch.add("keras.layers.Conv2D", "deep", x - side, 3, conv, after=[node])
    skip = sketch.add(
        "keras.layers.Conv2D",
        "skip",
        x + side,
        3,
        {"filters": 32, "kernel_size": [1, 1]},
        after=[node],
    )
    node = sketch.add("keras.layers.Add", "join", x, 4, after=[deep, skip])
    node = sketch.add("keras.layers.GlobalMaxPooling2D", "pool", x, 5, after=[node])
    return node, 6


def _head(sketch: _Sketch, target: Target, trunk: str, x: float, row: float) -> None:
    name = "scores" if target.task == "multiclass" else "score"
    node = sketch.add(_DENSE, name, x, row, _set(head_params(target)), after=[trunk])
    if target.task == "regression":
        row += 1
        node = sketch.add(_NORMALIZATION, "restore_units", x, row, {"invert": True}, after=[node])
    sketch.add(OUTPUT, node_name(target.name), x, row + 1, output_params(target), after=[node])


def _set(params: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is None: parameters hold only what differs from the defaults."""
    return {name: value for name, value in params.items() if value is not None}


def node_name(text: str) -> str:
    """A layer's name made from a column's: letters, digits and underscores."""
    return re.sub(r"\W+", "_", text).strip("_") or "column"
