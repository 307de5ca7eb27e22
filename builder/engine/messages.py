"""The whole protocol between the window (or command line) and a worker process, on one page.

Requests go to a worker, events come back. Each is a frozen value, sent as one frame of JSON with
its type's name as tag. An event answers the request whose `id` it carries. Large arrays travel as
.npy files by path. Nothing here imports Qt or Keras.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from builder.document.graph import Graph
from builder.document.plan import DataPlan, Task
from builder.document.problems import Fix
from builder.document.project import Project
from builder.engine.formats import ModelFormat

Shape = tuple[int | None, ...]

# --- requests


class Inspect(Struct, frozen=True, tag=True):
    """Work out shapes, parameters and faults of a graph. `id` grows with every edit.

    `custom` is the source of the project's own layers. `trusted` is the fingerprint (see
    `catalog.code`) of the code that the user trusts: none that has another is run, for this or
    for any request that can carry it.
    """

    id: int
    graph: Graph
    custom: str = ""
    trusted: str = ""


class Describe(Struct, frozen=True, tag=True):
    """Read the data of a plan and say what is in it. Relative paths start at `folder`."""

    id: int
    data: DataPlan
    folder: str = ""


class Train(Struct, frozen=True, tag=True):
    """Run the module `model.py` of a run folder: build, load data, fit, save.

    `epochs` overrides the plan's. Answered by RunStarted, Batches, EpochEnded, RunEnded.
    """

    id: int
    folder: str
    epochs: int | None = None
    trusted: str = ""


class Stop(Struct, frozen=True, tag=True):
    """End the running training after its present batch and keep the model."""

    id: int


class Evaluate(Struct, frozen=True, tag=True):
    """Score a run's model on its test rows."""

    id: int
    folder: str
    trusted: str = ""


class Predict(Struct, frozen=True, tag=True):
    """Predict with a run's model: for rows of a CSV or .npy file, or for `rows` given here.

    `rows` maps a feature's name (or, for a table, each column's name) to one value per row.
    With `output`, a CSV of the predictions is written there.
    """

    id: int
    folder: str
    input: str | None = None
    rows: Mapping[str, list[Any]] | None = None
    output: str | None = None
    trusted: str = ""


class Export(Struct, frozen=True, tag=True):
    """Write the model of a project, with the weights of a run if one is named.

    Relative paths of the project's data start at `folder`.
    Answered by some ExportStage, then by Exported; or by Cancelled, if a Stop came.
    """

    id: int
    project: Project
    format: ModelFormat
    output: str
    run: str | None = None
    folder: str = ""
    trusted: str = ""


class Import(Struct, frozen=True, tag=True):
    """Read a model into a project: a .keras, .h5 or .json file, or `keras.applications.NAME`.

    The network is read from its config and never loaded. The weights of a .keras file are taken
    from it when training starts; those of a .h5 file are written as `weights` (.keras) if it is
    given. Answered by Imported.
    """

    id: int
    source: str
    weights: str = ""


class RunScript(Struct, frozen=True, tag=True):
    """Run a Python script that the user trusts, and read the models that it makes.

    `source` is the text that was trusted, whatever stands in `path` by now. Answered by ScriptRan.
    """

    id: int
    path: str
    source: str


class ListFormats(Struct, frozen=True, tag=True):
    """Say which formats cannot be written here for want of a package."""

    id: int


class MakeCatalog(Struct, frozen=True, tag=True):
    """Write the catalogue of the installed Keras to a file."""

    id: int
    output: str


class Quit(Struct, frozen=True, tag=True):
    """End the process."""


Request = (
    Inspect
    | Describe
    | Train
    | Stop
    | Evaluate
    | Predict
    | Export
    | ListFormats
    | Import
    | RunScript
    | MakeCatalog
    | Quit
)

# --- events


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
    """One column: its values in words, for the data panel. `missing` counts empty cells."""

    name: str
    kind: Literal["number", "category", "text"]
    missing: int = 0
    distinct: int = 0
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    values: tuple[str, ...] = ()
    histogram: tuple[int, ...] = ()


class Described(Struct, frozen=True, tag=True):
    """What is in the data. `plan` is the plan completed: columns, features, targets.

    `preview` holds up to 200 rows as texts under `columns`; `images` names a .npy file with up to
    64 example images, (n, height, width) in 0..1, for image data, `image_labels` names them, and
    `white` is what a full pixel is worth in the rows themselves.
    `problems` are sentences for the user, the first ones preventing training when `fatal`.
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

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Request | Event) -> bytes:
    """One frame. Numbers that JSON cannot hold (nan, infinity) arrive as null."""
    return _encoder.encode(message)


def decode_request(frame: bytes) -> Request:
    """Raises msgspec.DecodeError for anything that is no request."""
    return _requests.decode(frame)


def decode_event(frame: bytes) -> Event:
    """Raises msgspec.DecodeError for anything that is no event."""
    return _events.decode(frame)
