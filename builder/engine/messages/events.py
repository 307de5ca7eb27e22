"""What a worker says. An event answers the request whose `id` it carries."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from builder.document.plan import DataPlan, Task
from builder.document.problems import Fix
from builder.document.project import Project

Shape = tuple[int | None, ...]


class Ready(Struct, frozen=True, tag=True):
    """The worker has imported Keras and can answer at once."""

    keras: str
    backend: str
    backend_version: str
    devices: tuple[str, ...]
    pid: int


class TensorSpec(Struct, frozen=True):
    """What a wire carries: the shape with the batch axis first, and the dtype."""

    shape: Shape
    dtype: str = "float32"


class Fault(Struct, frozen=True):
    """Something that went wrong in a worker.

    `message` is for the user: what, expected, received, what to do. `node` is the id of the node
    that caused it. `detail` is Keras's own text or the traceback, for the log. `unreadable` says
    that a file of the user's could not be read as what it should be. `fixes` would mend it.
    """

    message: str
    node: str | None = None
    detail: str = ""
    unreadable: bool = False
    fixes: tuple[Fix, ...] = ()


class NodeReport(Struct, frozen=True, omit_defaults=True):
    """What Keras says of one node.

    `outputs` by output name. `parameters` and `trainable` count scalars; `flops` estimates the
    floating-point operations of one forward pass of one row. A node that waits for a faulty one
    has neither outputs nor a fault.
    """

    outputs: Mapping[str, TensorSpec] = {}
    parameters: int = 0
    trainable: int = 0
    flops: int = 0
    fault: Fault | None = None


class Inspected(Struct, frozen=True, tag=True):
    """Reports by node id. Parameters of a shared layer are counted at its owner only."""

    id: int
    nodes: Mapping[str, NodeReport]


class ColumnSummary(Struct, frozen=True, omit_defaults=True):
    """One column: its values in words, for the data panel. `missing` counts empty cells.

    `note` says why it is left out unless somebody wants it.
    """

    name: str
    kind: Literal["number", "category", "text"]
    missing: int = 0
    distinct: int = 0
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    values: tuple[str, ...] = ()
    histogram: tuple[int, ...] = ()
    note: str = ""


class Described(Struct, frozen=True, tag=True):
    """What is in the data. `plan` is the plan completed: columns, features, targets.

    `preview` holds up to 200 rows as texts under `columns`; `images` names a .npy file with up to
    64 example images, (n, height, width) in 0..1, for image data, `image_labels` names them, and
    `white` is what a full pixel is worth in the rows themselves.
    `problems` are sentences for the user, the first ones preventing training when `fatal`;
    `gaps` is the one among them that waits for a choice of what to do about empty cells.
    """

    id: int
    plan: DataPlan
    rows: int
    columns: tuple[ColumnSummary, ...] = ()
    header: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    class_counts: Mapping[str, int] = {}
    images: str | None = None
    image_labels: tuple[str, ...] = ()
    white: float = 1.0
    problems: tuple[str, ...] = ()
    fatal: bool = False
    gaps: str = ""


class RunStarted(Struct, frozen=True, tag=True):
    """fit is about to start. `rows` are (training, validation, test) counts."""

    id: int
    epochs: int
    batches_per_epoch: int
    batch_size: int
    rows: tuple[int, int, int]
    device: str


class Batches(Struct, frozen=True, tag=True):
    """The points of every batch since the last such message; none is ever left out.

    `first` is the number of the first batch in the whole run, from 0. `values[name][i]` is the
    running mean over the epoch so far that Keras reports after batch `first + i`.
    """

    id: int
    epoch: int
    first: int
    values: Mapping[str, list[float | None]]


class EpochEnded(Struct, frozen=True, tag=True):
    """An epoch is over. `epoch` counts from 0; `logs` hold train and `val_` values."""

    id: int
    epoch: int
    logs: Mapping[str, float | None]
    seconds: float


class RunEnded(Struct, frozen=True, tag=True):
    """Training is over and the model is saved as `model` (a .keras file in the run folder)."""

    id: int
    status: Literal["completed", "stopped"]
    epochs: int
    seconds: float
    model: str


class ClassScore(Struct, frozen=True):
    """Scores of one class, 0..1; `support` is its number of test rows."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class TargetReport(Struct, frozen=True, omit_defaults=True):
    """How a model did on the test rows, for one target.

    `scores` and `baseline` go by the same names (accuracy, RMSE, R2 ...), in the target's own
    units; the baseline is what always guessing the majority class or the mean would reach.
    `interval` is the 95 % bootstrap interval of the first score. Classes: `confusion[true][guess]`
    counts rows. Numbers: `pairs` are (true, predicted), at most 2,000.
    """

    name: str
    task: Task
    scores: Mapping[str, float]
    baseline: Mapping[str, float]
    baseline_name: str
    interval: tuple[float, float] | None = None
    train_scores: Mapping[str, float] = {}
    classes: tuple[ClassScore, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    pairs: tuple[tuple[float, float], ...] = ()


class Evaluated(Struct, frozen=True, tag=True):
    id: int
    rows: int
    loss: float
    targets: tuple[TargetReport, ...]


class Prediction(Struct, frozen=True, omit_defaults=True):
    """One row's answer for one target: a class name with probabilities by class, or a number."""

    target: str
    label: str = ""
    value: float | None = None
    probabilities: Mapping[str, float] = {}


class Predicted(Struct, frozen=True, tag=True):
    """Predictions by row, the first 1,000 of `count`; the rest is in the output file.

    `notes` are sentences on what was odd about the rows and was used all the same.
    """

    id: int
    count: int
    rows: tuple[tuple[Prediction, ...], ...]
    output: str | None = None
    notes: tuple[str, ...] = ()


class ExportStage(Struct, frozen=True, tag=True):
    """What an export is at, for the user."""

    id: int
    text: str


class Exported(Struct, frozen=True, tag=True):
    """A file or folder was written, and has answered as the model does, in a fresh process.

    `difference` is the largest between their answers to `rows`, which are test rows or random
    ones (`sample`); None for a format without weights, of which layers and shapes were compared.
    """

    id: int
    output: str
    bytes: int
    difference: float | None = None
    rows: int = 0
    sample: str = ""


class Cancelled(Struct, frozen=True, tag=True):
    """The request was stopped before it was done; nothing has changed."""

    id: int


class FormatsListed(Struct, frozen=True, tag=True):
    """The packages that are missing, by format; `python` is the one that needs them."""

    id: int
    missing: Mapping[str, tuple[str, ...]]
    python: str


class Imported(Struct, frozen=True, tag=True):
    """The project that a model was read into, laid out. `remarks` say what was read differently."""

    id: int
    project: Project
    remarks: tuple[Fault, ...] = ()


class ScriptRan(Struct, frozen=True, tag=True):
    """The models that a script made, in the order of their making; at least one."""

    id: int
    models: tuple[Imported, ...]


class CatalogMade(Struct, frozen=True, tag=True):
    id: int
    output: str


class Failed(Struct, frozen=True, tag=True):
    """The request could not be done."""

    id: int
    fault: Fault


class LogLine(Struct, frozen=True, tag=True):
    """A line that the worker printed. Made by the kernel, not sent by the worker."""

    text: str


class WorkerDied(Struct, frozen=True, tag=True):
    """The process is gone without having been asked. Made by the kernel.

    `message` is for the user; `exit_code` is negative for a signal, as in subprocess. `hopeless`
    says that another worker would end in the same way, until the user has done something.
    """

    exit_code: int
    message: str
    hopeless: bool = False


Event = (
    Ready
    | Inspected
    | Described
    | RunStarted
    | Batches
    | EpochEnded
    | RunEnded
    | Evaluated
    | Predicted
    | ExportStage
    | Exported
    | Cancelled
    | FormatsListed
    | Imported
    | ScriptRan
    | CatalogMade
    | Failed
    | LogLine
    | WorkerDied
)
