"""Short words for tests: small projects in one line."""

from collections.abc import Mapping
from typing import Any

from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.document import edits
from builder.document.graph import INPUT, OUTPUT, OutputRef, Port, PortRef, Wire
from builder.document.project import Project

STEP = 90.0


def layer(name: str, category: Any = "Core", *params: ParamSpec, **spec: Any) -> LayerSpec:
    return LayerSpec(f"keras.layers.{name}", name, category, params, **spec)


SMALL = Catalog(
    "test",
    {
        spec.type: spec
        for spec in (
            LayerSpec(
                INPUT,
                "Input",
                "Input and output",
                (
                    ParamSpec("shape", "shape", required=True, example=[8, 8, 1]),
                    ParamSpec("dtype", "dtype", nullable=True, rare=True),
                    ParamSpec("feature", "feature", nullable=True, keras=False),
                ),
                inputs=(),
            ),
            LayerSpec(
                OUTPUT,
                "Output",
                "Input and output",
                (
                    ParamSpec("target", "target", nullable=True, keras=False),
                    ParamSpec("loss", "object", group="losses", nullable=True, keras=False),
                    ParamSpec("metrics", "objects", group="metrics", default=[], keras=False),
                    ParamSpec("loss_weight", "number", default=1.0, rare=True, keras=False),
                ),
                outputs=(),
            ),
            layer(
                "Dense",
                "Core",
                ParamSpec("units", "int", required=True, example=64, minimum=1),
                ParamSpec("activation", "object", group="activations", nullable=True),
                ParamSpec("use_bias", "bool", default=True),
            ),
            layer(
                "Conv2D",
                "Convolution",
                ParamSpec("filters", "int", required=True, example=32, minimum=1),
                ParamSpec("kernel_size", "ints", required=True, example=[3, 3], length=2),
                ParamSpec("padding", "choice", default="valid", choices=("valid", "same")),
                ParamSpec("activation", "object", group="activations", nullable=True),
            ),
            layer("Flatten", "Reshaping"),
            layer(
                "Dropout", "Regularization", ParamSpec("rate", "number", required=True, example=0.5)
            ),
            layer("Add", "Merge", inputs=(Port("inputs", variadic=True),)),
            layer(
                "LSTM",
                "Recurrent",
                ParamSpec("units", "int", required=True, example=8, minimum=1),
                call_params=(ParamSpec("training", "bool", nullable=True),),
                inputs=(
                    Port("inputs"),
                    Port("mask", optional=True, passing="keyword", rare=True),
                ),
            ),
            LayerSpec(
                "keras.ops.add",
                "add",
                "Math",
                (
                    ParamSpec("x1", "constant", nullable=True),
                    ParamSpec("x2", "constant", nullable=True),
                ),
                inputs=(Port("x1", constant=True), Port("x2", constant=True)),
                operations=("add",),
            ),
            layer(
                "MultiHeadAttention",
                "Attention",
                ParamSpec("num_heads", "int", required=True, example=2),
                ParamSpec("key_dim", "int", required=True, example=8),
                inputs=(
                    Port("query"),
                    Port("value"),
                    Port("key", optional=True, passing="keyword"),
                ),
            ),
        )
    },
    {},
)


def chain(*types: str | tuple[str, Mapping[str, Any]], catalog: Catalog = SMALL) -> Project:
    """A project of nodes in a row, each feeding the next: `chain("Input", "Dense", "Output")`.

    A step is a class name or (class name, params); required parameters get their examples.
    """
    project, before = Project(), None
    by_name = {spec.name: spec for spec in catalog.layers.values()}
    for place, step in enumerate(types):
        name, params = (step, {}) if isinstance(step, str) else step
        spec = by_name[name]
        project, node = edits.add(
            project,
            spec.type,
            (0.0, place * STEP),
            name=edits.snake_case(name),
            params={**spec.example_params(), **params},
        )
        if before is not None:
            port = spec.ports({}).inputs[0].name
            project = edits.connect(
                project, Wire(OutputRef(before), PortRef(node, port)), catalog.ports_of
            )
        before = node
    return project
