"""Importing Keras with its backend, and saying in plain words why that failed."""

import os
import sys
from importlib import import_module

from builder.document.project import BACKENDS
from builder.engine.messages import Ready
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.put_off import put_off

# Of no use to a worker: what makes a Keras model look like one of scikit-learn's. It brings
# scikit-learn and SciPy, a quarter of the time that the import of Keras takes.
_WRAPPERS = "keras.wrappers"


def import_keras() -> Ready:
    """Import Keras. Raises JobError with what to do when it or its backend is missing or broken."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    try:
        with put_off(_WRAPPERS):
            module = import_module(backend)
            keras = import_module("keras")
    except ModuleNotFoundError as error:
        raise JobError(_missing(error.name or backend)) from error
    except Exception as error:
        raise JobError(_broken(backend, error)) from error
    # PyTorch gives its version as an object of its own.
    version = str(module.__version__)
    return Ready(keras.__version__, backend, version, _devices(backend), os.getpid())


def _missing(name: str) -> str:
    package = name.partition(".")[0]
    title = {"keras": "Keras", **BACKENDS}.get(package, package)
    return (
        f"{title} is not installed in this Python ({sys.executable}). Run "
        f"“{sys.executable} -m pip install {package}”, then start the worker again."
    )


def _broken(backend: str, error: Exception) -> str:
    return (
        f"{BACKENDS.get(backend, backend)} or Keras is installed but fails to import "
        f"({type(error).__name__}: {plain(str(error))}). Reinstall it with “{sys.executable} "
        f"-m pip install --force-reinstall {backend} keras”, then start the worker again."
    )


def _devices(backend: str) -> tuple[str, ...]:
    """Names of the accelerators, or the CPU's."""
    names: list[str] = []
    if backend == "tensorflow":
        config = import_module("tensorflow").config
        for gpu in config.list_physical_devices("GPU"):
            details = config.experimental.get_device_details(gpu)
            names.append(str(details.get("device_name", gpu.name)))
    elif backend == "torch":
        cuda = import_module("torch").cuda
        names = [cuda.get_device_name(i) for i in range(cuda.device_count())]
    elif backend == "jax":
        found = import_module("jax").devices()
        names = [device.device_kind for device in found if device.platform != "cpu"]
    return tuple(names) or ("CPU",)
