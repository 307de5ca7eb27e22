"""What one can ask of a worker. Large arrays travel as .npy files by path."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from builder.document.graph import Graph
from builder.document.plan import DataPlan
from builder.document.project import Project
from builder.engine.formats import ModelFormat


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
    """Run the module of a run folder's project: build, load data, fit, save.

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
