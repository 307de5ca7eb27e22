"""Train: run the module of a run folder's project, tell how it goes, and keep the model."""

import contextlib
import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import keras
import numpy as np

from builder import __version__
from builder.document.project import Project
from builder.engine.messages import Failed, RunEnded, RunStarted, Train
from builder.engine.worker import custom_code, run_module
from builder.engine.worker.context import Context
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.fit_checks import check_fit, check_packages
from builder.engine.worker.run_data import fingerprint, load_data, medians, row_counts
from builder.engine.worker.run_module import Data
from builder.engine.worker.stream import Stream
from builder.engine.worker.trained import forget, generated, remember, save_model
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
    model, data = _prepared(project, module, folder)
    epochs = module.EPOCHS if request.epochs is None else request.epochs
    rows, device = row_counts(data), _device()
    runs.record(
        folder,
        planned=epochs,
        batch_size=module.BATCH_SIZE,
        seed=module.SEED,
        rows=rows,
        device=device,
        parameters=model.count_params(),
        fingerprint=fingerprint(data),
        medians=medians(project, data),
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


def _prepared(project: Project, module: ModuleType, folder: Path) -> tuple[Any, Data]:
    """The model and its rows, when all is there that the training needs. Raises JobError."""
    start = project.training.start
    if start:
        _check_start(folder / start, start)
    forget()
    refuse_heavy(module.build_model, project.graph)
    keras.utils.set_random_seed(module.SEED)
    model = module.build_model()
    check_packages(project)
    data = load_data(module, project, folder)
    check_fit(model, data, project)
    return model, data


def _check_start(path: Path, name: str) -> None:
    """Refuse a model to start from that is not there or could do harm. Raises JobError."""
    if not path.is_file():
        raise JobError(
            f"The model to start from, “{name}”, is not there. Put it back, or name another one "
            "(or none) under Training."
        )
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
