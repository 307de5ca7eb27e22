"""Export: the model that a module builds, as Keras itself writes it down."""

import contextlib
from pathlib import Path
from typing import Any

import msgspec

from builder.engine.messages import Export, Exported
from builder.engine.worker.context import Context
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.run_module import function, run_source
from builder.storage.atomic import write_atomically
from builder.storage.runs import MODEL


def export(request: Export, context: Context) -> None:
    """Answer with Exported. The file is whole or as it was before."""
    model = function(run_source(request.source, "<export>"), "build_model")()
    if request.run is not None:
        _load_weights(model, Path(request.run))
    output = Path(request.output)
    try:
        if request.format == "keras-json":
            text = msgspec.json.format(model.to_json().encode(), indent=2)
            write_atomically(output, text + b"\n")
        else:
            _save(model, output)
    except OSError as error:
        raise JobError(f"“{output}” was not written: {error.strerror or error}.") from error
    context.send(Exported(request.id, str(output), output.stat().st_size))


def _load_weights(model: Any, run: Path) -> None:
    path = run / MODEL
    if not path.is_file():
        raise JobError(f"The run {run.name} has no model. Train first, or export without weights.")
    try:
        model.load_weights(path)
    except Exception as error:
        # Keras raises many kinds for weights that do not fit; each means the same to the user.
        raise JobError(
            f"The weights of the run {run.name} do not fit this network, which has changed since "
            f"({plain(str(error))}). Train again, or export without weights."
        ) from error


def _save(model: Any, output: Path) -> None:
    """Save beside the final place, then rename. Keras asks for the suffix .keras."""
    part = output.with_name(f".writing-{output.stem}.keras")
    try:
        model.save(part)
        part.replace(output)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
