"""The rows of a run: loaded by its own module, and what run.json tells of them."""

import hashlib
import threading
from pathlib import Path
from types import ModuleType

import numpy as np

from builder.document.graph import INPUT
from builder.document.plan import Csv, columns_of
from builder.document.project import Project
from builder.engine.messages import Describe
from builder.engine.worker import run_module
from builder.engine.worker.data import described
from builder.engine.worker.faults import JobError
from builder.engine.worker.run_module import Data, arrays, row_count

_CHANGED = (
    "The data file has changed since it was read. Choose it again in the data panel, then train "
    "again."
)


def load_data(module: ModuleType, project: Project, folder: Path) -> Data:
    """The module's rows. Raises JobError in the words of the data panel when they cannot be had."""
    load = run_module.function(module, "load_data")
    try:
        return load()  # type: ignore[no-any-return]
    except Exception as error:
        # The text is the exported one and raises what pandas raises: look at the data ourselves.
        seen = described(Describe(0, project.data, str(folder)), threading.Event())
        if seen is None or (not seen.fatal and seen.plan == project.data):
            raise
        sentence = seen.problems[0] if seen.fatal else _CHANGED
        raise JobError(sentence, unreadable=not seen.rows) from error


def row_counts(data: Data) -> tuple[int, int, int]:
    """How many there are to train on, to validate and to test with."""
    train, validation, test = (row_count(data[p][0]) for p in ("train", "validation", "test"))
    return train, validation, test


def fingerprint(data: Data) -> str:
    """SHA-256 over every array that is fed, in order, with its name, dtype and shape."""
    digest = hashlib.sha256()
    for part in ("train", "validation", "test"):
        for kind, group in zip(("inputs", "targets"), data[part], strict=True):
            for name, values in sorted(arrays(group).items()):
                array = np.ascontiguousarray(values)
                digest.update(f"{part} {kind} {name} {array.dtype} {array.shape}\n".encode())
                # Arrays of texts hold references, not the texts themselves.
                objects = array.dtype.hasobject
                digest.update(repr(array.tolist()).encode() if objects else array.data)
    return digest.hexdigest()


def medians(project: Project, data: Data) -> dict[str, float]:
    """What empty cells were filled with: filling in a median leaves the median where it was."""
    plan = project.data
    if plan.missing != "median" or not isinstance(plan.source, Csv):
        return {}
    nodes = project.graph.level().of_type(INPUT)
    given = arrays(data["train"][0], nodes[0].name)
    features = {feature.name: feature for feature in plan.features}
    found: dict[str, float] = {}
    for node in nodes:
        feature = features.get(str(node.params.get("feature"))) or plan.features[0]
        place = 0
        for column in columns_of(plan, feature) if node.name in given else ():
            if column.kind == "number":
                values = np.asarray(given[node.name])[:, place]
                found.setdefault(column.name, float(np.median(values)))
            place += len(column.categories) if column.kind == "category" else 1
    return found
