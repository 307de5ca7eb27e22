"""What `model.compile` and `model.fit` take besides what a plan holds by name, as parameters.

Left out is what the program answers itself: inputs and targets, losses and metrics (they belong to
the Output nodes), epochs, batch size, callbacks, validation rows, and how Keras prints. Defaults
are those of Keras 3, which a contract test compares.
Source: keras.Model.compile and keras.Model.fit.
"""

from builder.catalog.spec import ObjectSpec, ParamSpec

BALANCED = "balanced"

COMPILE = ObjectSpec(
    "keras.Model.compile",
    "compile",
    (
        ParamSpec(
            "jit_compile",
            "bool",
            nullable=True,
            doc="Whether the training step is compiled by XLA. Unset, Keras decides by the device and "
            "the layers.",
        ),
        ParamSpec(
            "steps_per_execution",
            "int",
            default=1,
            minimum=1,
            doc="How many batches run in one go: more is faster for small networks, and curves and "
            "Stop look between them less often.",
        ),
        ParamSpec(
            "run_eagerly",
            "bool",
            default=False,
            doc="Run step by step instead of as a compiled graph: slow, and easier to debug.",
        ),
        ParamSpec(
            "auto_scale_loss",
            "bool",
            default=True,
            doc="Whether the loss is scaled while float16 is used, so that small gradients do not "
            "become zero.",
        ),
    ),
)

FIT = ObjectSpec(
    "keras.Model.fit",
    "fit",
    (
        ParamSpec(
            "class_weight",
            "choice",
            nullable=True,
            choices=(BALANCED,),
            doc="Let rows of rare classes count more: balanced weighs each class by the inverse of its "
            "share of the training rows.",
        ),
        ParamSpec(
            "shuffle",
            "bool",
            default=True,
            doc="Whether the training rows are shuffled before each epoch.",
        ),
        ParamSpec(
            "validation_freq",
            "int",
            default=1,
            minimum=1,
            doc="After how many epochs the validation rows are scored.",
        ),
        ParamSpec(
            "validation_batch_size",
            "int",
            nullable=True,
            minimum=1,
            doc="How many validation rows are scored at a time. Unset, as many as are trained at a "
            "time.",
        ),
    ),
)
