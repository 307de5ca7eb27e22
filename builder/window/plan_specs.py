"""What the training plan has besides optimizer and callbacks, as parameters for its form."""

from builder.catalog.spec import ParamSpec
from builder.document.plan import TrainingPlan

_DEFAULTS = TrainingPlan()

BASICS = (
    ParamSpec(
        "epochs",
        "int",
        default=_DEFAULTS.epochs,
        minimum=1,
        maximum=1_000_000,
        doc="How often the network sees every training row.",
    ),
    ParamSpec(
        "batch_size",
        "int",
        default=_DEFAULTS.batch_size,
        minimum=1,
        maximum=1_000_000,
        doc="How many rows make one step of the optimizer.",
    ),
    ParamSpec(
        "seed",
        "int",
        default=_DEFAULTS.seed,
        minimum=0,
        maximum=2**31 - 1,
        doc="The start of all random numbers: the same seed gives the same training.",
    ),
)

START = ParamSpec(
    "start",
    "text",
    default=_DEFAULTS.start,
    title="start from",
    doc=(
        "The path of a model (.keras) to start from: layers take the weights that it has under "
        "their names. Empty, all begin afresh. An imported model is named here."
    ),
)

SCHEDULE = ParamSpec(
    "schedule",
    "object",
    nullable=True,
    group="schedules",
    doc="How the learning rate changes while the network learns. None: it stays as it is.",
)
"""What the learning rate follows, shown beside it; in the plan it stands in its place."""

MORE_CALLBACKS = ParamSpec(
    "callbacks",
    "objects",
    default=[],
    group="callbacks",
    doc="Any other callback of Keras. Files that one writes land in the run's folder.",
)
