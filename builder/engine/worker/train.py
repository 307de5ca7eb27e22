"""Train: run the module of a run folder's project, tell how it goes, and keep the model."""

import contextlib
import hashlib
import platform
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import keras
import numpy as np

from builder import __version__
from builder.document.graph import INPUT
from builder.document.plan import Csv, columns_of
from builder.document.project import Project
from builder.engine.messages import Describe, Failed, RunEnded, RunStarted, Train
from builder.engine.worker import custom_code, run_module
from builder.engine.worker.context import Context
from builder.engine.worker.data import described
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.fit_checks import check_fit, check_packages
from builder.engine.worker.run_module import Data, arrays, row_count
from builder.engine.worker.stream import Stream
from builder.engine.worker.trained import forget, generated, remember
from builder.engine.worker.unsound import refuse_heavy, refuse_unsound
from builder.storage import runs
from builder.storage.claim import claim
from builder.storage.project_file import ProjectFileError, load


def train(request: Train, context: Context) -> None:
    """Answer with RunStarted, Batches, EpochEnded and RunEnded, or with Failed.

    The module is made here, of the very project whose code was admitted: whatever stands in the
    folder's model.py by now is never run.
    run.json says at every moment what became of the run; a run that failed holds no model.
    """
    folder = Path(request.folder)
    try:
        project = load(folder / runs.PROJECT)
    except (ProjectFileError, OSError) as error:
        raise JobError(f"The run folder {folder} cannot be used: {error}") from error
    with claim(folder) as free:
        if not free:
            raise JobError(f"The run {folder.name} is being trained by another process already.")
        runs.record(folder, status="running", versions=_versions(), backend=keras.backend.backend())
        path = str(folder / runs.SOURCE)
        nodes: Sequence[str | None] = ()
        try:
            custom_code.admit(project, request.trusted)
            module = generated(project, folder)
            nodes = module.nodes
            _run(request, context, project, run_module.run_source(module.source, path))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the module is the user's
            fault = run_module.run_fault(error, path, nodes, project.graph)
            with contextlib.suppress(OSError):  # a full disk must not hide what went wrong
                runs.record(folder, status="failed", error=fault.message)
            context.send(Failed(request.id, fault))


def _run(request: Train, context: Context, project: Project, module: ModuleType) -> None:
    folder = Path(request.folder).absolute()
    began = time.perf_counter()
    fit = run_module.function(module, "train")
    start = project.training.start
    if start and not (folder / start).is_file():
        raise JobError(
            f"The model to start from, “{start}”, is not there. Put it back, or name another one "
            "(or none) under Training."
        )
    if start:
        _refuse_start(folder / start)
    forget()
    refuse_heavy(module.build_model, project.graph)
    keras.utils.set_random_seed(module.SEED)
    model = module.build_model()
    check_packages(project)
    data = load_data(module, project, folder)
    check_fit(model, data, project)
    epochs = module.EPOCHS if request.epochs is None else request.epochs
    rows = _rows(data)
    device = _device()
    runs.record(
        folder,
        planned=epochs,
        batch_size=module.BATCH_SIZE,
        seed=module.SEED,
        rows=rows,
        device=device,
        parameters=model.count_params(),
        fingerprint=fingerprint(data),
        medians=_medians(project, data),
    )
    steps = -(-rows[0] // module.BATCH_SIZE)
    context.send(RunStarted(request.id, epochs, steps, module.BATCH_SIZE, rows, device))
    stream = Stream(request.id, context, folder / runs.HISTORY)
    # Callbacks write their files beside the others of the run.
    with _quiet(), contextlib.chdir(folder):
        fit(model, data, epochs=epochs, callbacks=[stream])
    seconds = time.perf_counter() - began
    outcome = {"epochs": stream.epochs, "seconds": round(seconds, 3), "scores": stream.scores}
    if stream.diverged is not None:
        runs.record(folder, **outcome)
        raise JobError(
            f"The loss became NaN in epoch {stream.diverged}, so training was ended and no model "
            "was kept. Lower the learning rate, or scale the inputs with a Normalization layer."
        )
    save_model(model, folder / runs.MODEL)
    status: Literal["completed", "stopped"] = "stopped" if stream.stopped else "completed"
    runs.record(folder, status=status, **outcome)
    remember(folder, project, model)
    context.send(RunEnded(request.id, status, stream.epochs, seconds, str(folder / runs.MODEL)))


def _refuse_start(path: Path) -> None:
    try:
        refuse_unsound(path, custom_code.objects())
    except JobError:
        raise
    except Exception as error:
        # Keras raises many kinds for a foreign file; each means the same to the user.
        raise JobError(
            f"The model to start from, “{path.name}”, cannot be read ({plain(str(error))}). Name "
            "another one (or none) under Training."
        ) from error


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


_CHANGED = (
    "The data file has changed since it was read. Choose it again in the data panel, then train "
    "again."
)


def save_model(model: Any, path: Path) -> None:
    """Save beside the final place, then rename: there is never half a model."""
    part = path.with_name(f".writing-{path.name}")
    try:
        model.save(part)
        part.replace(path)
    except OSError as error:
        raise JobError(
            f"The model could not be saved in {path.parent}: {error.strerror or error}. Make room "
            "or save the project elsewhere, then train again."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without Keras's own progress bar: its 20 lines a second would only fill the log."""
    was = keras.config.is_interactive_logging_enabled()
    keras.config.disable_interactive_logging()
    try:
        yield
    finally:
        if was:
            keras.config.enable_interactive_logging()


# --- what run.json tells


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


def _rows(data: Data) -> tuple[int, int, int]:
    train, validation, test = (row_count(data[p][0]) for p in ("train", "validation", "test"))
    return train, validation, test


def _medians(project: Project, data: Data) -> dict[str, float]:
    """What empty cells were filled with: filling in a median leaves the median where it was."""
    plan = project.data
    if plan.missing != "median" or not isinstance(plan.source, Csv):
        return {}
    nodes = project.graph.level().of_type(INPUT)
    given = arrays(data["train"][0], nodes[0].name)
    features = {feature.name: feature for feature in plan.features}
    medians: dict[str, float] = {}
    for node in nodes:
        feature = features.get(str(node.params.get("feature"))) or plan.features[0]
        place = 0
        for column in columns_of(plan, feature) if node.name in given else ():
            if column.kind == "number":
                values = np.asarray(given[node.name])[:, place]
                medians.setdefault(column.name, float(np.median(values)))
            place += len(column.categories) if column.kind == "category" else 1
    return medians


def _device() -> str:
    """The device that Keras puts a new variable on, in words."""
    if keras.backend.backend() == "torch":  # Keras lists no devices of PyTorch
        name = str(keras.ops.zeros(()).device)
    else:
        name = str(keras.distribution.list_devices()[0])
    kind, _, number = name.partition(":")
    return kind.upper() if kind == "cpu" else f"{kind.upper()} {number}"


def _versions() -> dict[str, str]:
    backend = keras.backend.backend()
    module = __import__(backend)
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        backend: str(module.__version__),
        "numpy": np.__version__,
        "keras-builder": __version__,
    }
