"""Running a script that the user trusts, to import the models that it makes.

Its `fit` and `evaluate` do nothing: what is wanted are the networks, not their training.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import msgspec

from builder.catalog.custom import FILE
from builder.catalog.load import load_catalog
from builder.engine.messages import Fault, Imported, RunScript, ScriptRan
from builder.engine.worker.context import Context
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.importer import arranged
from builder.reading.keras_config import read_config
from builder.reading.python_own import apart, joined, with_own
from builder.reading.refusal import CannotImport
from builder.storage.script_file import beside

MOST = 50
_IDLE: dict[str, Callable[..., Any]] = {
    "fit": lambda _model, *_args, **_options: keras.callbacks.History(),
    "evaluate": lambda _model, *_args, **_options: {},
}


def run_script(request: RunScript, context: Context) -> None:
    """Answer with ScriptRan. Raises JobError if the script makes no model that can be shown."""
    models, fault = _made(request)
    found: list[Imported] = []
    refusals: list[str] = []
    parts = {id(getattr(model, "_functional", None)) for model in models}
    whole = [model for model in models if id(model) not in parts]
    path = Path(request.path)
    own = joined(beside(path, FILE), apart(request.source)[1])
    catalog = load_catalog().including(own)
    for model in whole[-MOST:]:
        try:
            config = msgspec.json.decode(model.to_json())
            reading = read_config(config, catalog, model.name)
        except (CannotImport, ValueError, TypeError, NotImplementedError) as refusal:
            refusals.append(f"“{model.name}”: {plain(str(refusal))}")
            continue
        remarks = [Fault(remark.message, remark.node) for remark in reading.remarks]
        project = arranged(with_own(reading.project, own))
        found.append(Imported(request.id, project, tuple(remarks)))
    if not found:
        what = fault or "; ".join(refusals) or "it makes no keras.Model"
        raise JobError(f"“{path.name}” was run, and gave no model: {what}.")
    context.send(ScriptRan(request.id, tuple(found)))


def _made(request: RunScript) -> tuple[list[keras.Model], str]:
    """The models that a script makes, in order, and what ended it early, if anything did."""
    path = Path(request.path)
    space = {"__name__": "__main__", "__file__": str(path)}
    with _watched() as models, _as_if_started(path):
        try:
            # The user was asked, and trusts this very text.
            exec(compile(request.source, str(path), "exec"), space)  # noqa: S102
        except SystemExit:
            return models, ""
        except Exception as error:  # noqa: BLE001 - whatever a script of others raises
            return models, f"{type(error).__name__}: {plain(str(error))}"
    return models, ""


@contextmanager
def _watched() -> Iterator[list[keras.Model]]:
    """Collects models as they are made, and lets none of them train."""
    models: list[keras.Model] = []
    kinds = (keras.Sequential, keras.src.models.functional.Functional)
    before: list[tuple[type, str, Any]] = []

    def watch(kind: type) -> None:
        usual = kind.__init__  # type: ignore[misc]

        def made(self: Any, *args: Any, **options: Any) -> None:
            usual(self, *args, **options)
            if not any(one is self for one in models):
                models.append(self)

        before.append((kind, "__init__", usual))
        kind.__init__ = made  # type: ignore[misc]

    for kind in kinds:
        watch(kind)
    for name, idle in _IDLE.items():
        before.append((keras.Model, name, getattr(keras.Model, name)))
        setattr(keras.Model, name, idle)
    try:
        yield models
    finally:
        for owner, name, usual in reversed(before):
            setattr(owner, name, usual)


@contextmanager
def _as_if_started(path: Path) -> Iterator[None]:
    """In the script's folder and with its arguments, as `python path` would run it."""
    folder, arguments, paths = Path.cwd(), sys.argv, list(sys.path)
    os.chdir(path.parent)
    sys.argv, sys.path[:] = [str(path)], [str(path.parent), *paths]
    try:
        yield
    finally:
        os.chdir(folder)
        sys.argv, sys.path[:] = arguments, paths
