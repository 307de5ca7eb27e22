"""Export: the model that a module builds, written down, run elsewhere, compared, put in its place.

Everything is made in a folder of the system's for temporary files; the place that the user named
is touched last, when the file is known to answer as the model does.
"""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from builder.engine.formats import BY_NAME, SAVED_MODEL
from builder.engine.messages import (
    Cancelled,
    Export,
    Exported,
    ExportStage,
    FormatsListed,
    ListFormats,
)
from builder.engine.worker import artefact, custom_code
from builder.engine.worker.context import Context
from builder.engine.worker.conversion import check_possible, convert, missing_packages
from builder.engine.worker.faults import JobError, line_of, plain
from builder.engine.worker.lambdas import lambdas_of
from builder.engine.worker.run_module import function
from builder.engine.worker.samples import Samples, samples
from builder.engine.worker.stored import numbers_in
from builder.engine.worker.trained import written
from builder.engine.worker.unsound import refuse_heavy, refuse_unsound
from builder.engine.worker.unwritable import cannot, silent
from builder.storage.placing import check_file_place, check_folder_place, place
from builder.storage.runs import MODEL
from builder.storage.scratch import scratch_folder

TOLERANCE = 1e-3
"""The largest difference that is rounding, of answers up to 1; in proportion above."""
_TICK = 0.1


class _CancelledError(Exception):
    """The user does not want it any more."""


def list_formats(request: ListFormats, context: Context) -> None:
    """Answer with FormatsListed: what is missing for which format."""
    context.send(FormatsListed(request.id, missing_packages(), sys.executable))


def export(request: Export, context: Context) -> None:
    """Answer with Exported, or with Cancelled; the place is as it was unless it was Exported."""
    with scratch_folder() as scratch:
        try:
            _export(request, context, scratch)
        except _CancelledError:
            context.send(Cancelled(request.id))


def _export(request: Export, context: Context, scratch: Path) -> None:
    def stage(text: str) -> None:
        if context.stopping.is_set():
            raise _CancelledError
        context.send(ExportStage(request.id, text))

    title = BY_NAME[request.format].title
    output = Path(request.output)
    check_possible(request.format, sys.executable)
    with _explained(output):
        _check_place(request.format, output)
    stage("Building the model")
    custom_code.admit(request.project, request.trusted)
    module = written(request.project, Path(request.folder) if request.folder else None)
    build_model = function(module, "build_model")
    refuse_heavy(build_model, request.project.graph)
    model = build_model()
    if request.run is not None:
        model = _with_weights(model, Path(request.run))
    rows = samples(module, model)
    stage("Asking the model")
    expected = _asked(model, request, rows)
    stage(f"Writing {title}")
    made = convert(model, request.format, scratch)
    stage("Running it in a fresh process")
    answers = _run_elsewhere(request, made, rows, context, scratch)
    if answers is None:
        raise _CancelledError
    if isinstance(answers, str):
        raise JobError(cannot(model, request.format, answers))
    difference = _compared(title, expected, answers)
    stage("Putting it in its place")
    with _explained(output):
        place(_places(request.format, made, output))
    exact = None if request.format == "keras-json" else difference
    context.send(Exported(request.id, str(output), _size(made), exact, rows.rows, rows.what))


# --- the model


def _asked(model: Any, request: Export, rows: Samples) -> Mapping[str, Any]:
    """What a file has to answer. Raises JobError for a model that answers nothing itself."""
    if request.format == "keras-json":
        return artefact.structure_of(model)
    try:
        return artefact.answers_of(model, rows.inputs)
    except Exception as error:
        # Layers raise what they like; the user's own ones too.
        if line_of(error) is not None:
            raise
        reason = plain(str(error))
        raise JobError(silent(model, reason, trained=request.run is not None)) from error


def _with_weights(model: Any, run: Path) -> Any:
    """The model as the run has trained it, with all that it has learned."""
    path = run / MODEL
    if not path.is_file():
        raise JobError(f"The run {run.name} has no model. Train first, or export without weights.")
    numbers_in(path)
    known = custom_code.objects()
    with contextlib.suppress(Exception):  # what safe mode refuses may still have weights
        with lambdas_of(model):
            refuse_unsound(path, known)
            whole = keras.saving.load_model(path, known, compile=False, safe_mode=True)
        if whole.to_json() == model.to_json():
            return whole  # with vocabularies, which are no weights
    try:
        model.load_weights(path)
    except Exception as error:
        # Keras raises many kinds for weights that do not fit; each means the same to the user.
        raise JobError(
            f"The weights of the run {run.name} do not fit this network, which has changed since "
            f"({plain(str(error))}). Train again, or export without weights."
        ) from error
    return model


# --- the comparison


def _run_elsewhere(
    request: Export, made: Path, rows: Samples, context: Context, scratch: Path
) -> Mapping[str, Any] | str | None:
    """The file's answers in a fresh process; the reason if it has none; None when cancelled."""
    given, answers, heard = (scratch / name for name in ("rows.npz", "answers.npz", "heard.txt"))
    artefact.write_arrays(given, rows.inputs)
    command = [
        sys.executable,
        "-P",
        "-m",
        artefact.__name__,
        request.format,
        *map(str, (made, given, answers)),
    ]
    with heard.open("wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)  # noqa: S603
        try:
            _give(process, request.project.custom)
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK)
                    break
                if context.stopping.is_set():
                    return None
        finally:
            process.kill()
            process.wait()
    if process.returncode == 0:
        return artefact.read_arrays(answers)
    text = heard.read_text("utf-8", "replace")
    print(text, flush=True)
    lines = [line for line in text.splitlines() if line.strip()]
    return plain(lines[-1] if lines else f"it ended with code {process.returncode}")


def _give(process: "subprocess.Popen[bytes]", text: str) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError), process.stdin as stream:  # one that died says so by its end
        stream.write(text.encode())


def _compared(title: str, expected: Mapping[str, Any], answers: Mapping[str, Any]) -> float:
    """The largest difference. Raises JobError if it is more than rounding."""
    if len(expected) != len(answers):
        raise JobError(
            f"{title} was made, but gives {len(answers)} outputs where the model gives "
            f"{len(expected)}; it was not kept."
        )
    worst = 0.0
    for one, other in _paired(expected, answers):
        if one.shape != other.shape:
            raise JobError(
                f"{title} was made, but answers in the shape {other.shape} where the model answers "
                f"in {one.shape}; it was not kept."
            )
        difference, scale = _apart(one, other)
        worst = max(worst, difference)
        if not difference <= TOLERANCE * max(1.0, scale):
            raise JobError(
                f"{title} was made, but answers otherwise than the model: the largest difference is "
                f"{difference:.1g}, with answers up to {scale:.3g}. It was not kept."
            )
    return worst


def _paired(expected: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Outputs that belong together: by name, else in the order in which Keras lists them."""
    if len(expected) == 1:
        yield next(iter(expected.values())), next(iter(answers.values()))
        return
    ordered = dict(zip(sorted(expected), answers, strict=True))
    for name in expected:
        named = next((key for key in answers if name in key.split("/")), ordered[name])
        yield expected[name], answers[named]


def _apart(one: Any, other: Any) -> tuple[float, float]:
    """The largest difference of two arrays, and the largest number in the first."""
    if one.size == 0:
        return 0.0, 0.0
    if not (np.issubdtype(one.dtype, np.number) or one.dtype == bool):
        return (0.0 if np.array_equal(one, other) else float("inf")), 1.0
    numbers, others = one.astype("float64"), other.astype("float64")
    same = (numbers == others) | (np.isnan(numbers) & np.isnan(others))
    apart = np.where(same, 0.0, np.abs(numbers - others))
    finite = np.abs(numbers[np.isfinite(numbers)])
    return float(np.max(apart)), float(finite.max()) if finite.size else 0.0


# --- the place


def _check_place(format_: str, output: Path) -> None:
    if format_ == "saved-model":
        check_folder_place(output, SAVED_MODEL)
        return
    for path in _targets(format_, output):
        check_file_place(path)


def _targets(format_: str, output: Path) -> tuple[Path, ...]:
    return (output, output.with_suffix(".bin")) if format_ == "openvino" else (output,)


def _places(format_: str, made: Path, output: Path) -> dict[Path, Path]:
    """What goes where. The weights of OpenVINO first: the file that speaks of them comes last."""
    targets = reversed(_targets(format_, output))
    sources = reversed(_targets(format_, made))
    return dict(zip(targets, sources, strict=True))


def _size(made: Path) -> int:
    if made.is_dir():
        return sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in made.parent.glob(f"{made.stem}.*"))


@contextlib.contextmanager
def _explained(output: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise JobError(f"“{output}” was not written: {reason}.") from error
