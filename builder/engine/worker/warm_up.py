"""Doing once, before the user asks, what makes a first training slow: imports and tracing."""

import time
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module

# What a training module needs besides Keras.
_NEEDED = (
    "numpy",
    "pandas",
    "sklearn.datasets",
    "sklearn.metrics",
    "sklearn.model_selection",
    "builder.engine.worker.train",
)


def warm_up(idle: Callable[[], bool]) -> None:
    """Import what training needs and fit a tiny network; stop when work waits (`idle` is False).

    Leaves no trace in Keras: names and seeds start afresh.
    """
    started = time.perf_counter()
    steps: list[Callable[[], object]] = [
        *(partial(import_module, name) for name in _NEEDED),
        _fit_tiny,
    ]
    for step in steps:
        if not idle():
            return
        try:
            step()
        except Exception:  # noqa: BLE001 - a cold start is slower, not wrong: the job will tell
            traceback.print_exc()
    print(f"Warm after {time.perf_counter() - started:.1f} s.", flush=True)


def _fit_tiny() -> None:
    import keras
    import numpy as np

    inputs = keras.Input((4, 4, 1))
    hidden = keras.layers.Flatten()(keras.layers.Conv2D(2, 3)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = np.zeros((8, 4, 4, 1), "float32"), np.zeros(8, "int32")
    data = (images, labels)
    model.fit(images, labels, validation_data=data, epochs=2, batch_size=4, verbose=0)
    keras.utils.clear_session()
