"""An exported file used as its users will: in a fresh process, by the library it is made for.

`python -m builder.engine.worker.artefact FORMAT FILE ROWS ANSWERS` reads rows (.npz, by name of
their Input), runs the file on them and writes the answers (.npz, by name of their output). On stdin
comes the text of the custom_layers.py that the user trusts, or nothing: no file could be exchanged.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, Any]
NAMES = "names"
"""Beside arrays 0, 1, 2 … stand their names, since savez has names of its own."""


def write_arrays(path: Path, named: Mapping[str, Any]) -> None:
    """Write arrays with their names, of whatever signs these are. No pickle."""
    numbered: dict[str, Any] = {str(place): array for place, array in enumerate(named.values())}
    numbered[NAMES] = np.array(json.dumps(list(named)))
    np.savez(path, **numbered)


def read_arrays(path: Path) -> Arrays:
    """The arrays that `write_arrays` wrote."""
    with np.load(path, allow_pickle=False) as archive:
        names = json.loads(str(archive[NAMES]))
        return {name: archive[str(place)] for place, name in enumerate(names)}


def _keras(path: str, rows: Arrays) -> Arrays:
    import keras

    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    return answers_of(model, rows)


def _keras_json(path: str, _rows: Arrays) -> Arrays:
    """No weights, so no answers: what has to be the same are shapes and counts."""
    import keras

    return structure_of(keras.models.model_from_json(Path(path).read_text("utf-8")))


def _saved_model(path: str, rows: Arrays) -> Arrays:
    import tensorflow as tf

    serve = tf.saved_model.load(path).signatures["serving_default"]
    given = {name: tf.constant(array) for name, array in rows.items()}
    return {name: answer.numpy() for name, answer in serve(**given).items()}


def _onnx(path: str, rows: Arrays) -> Arrays:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, rows), strict=True))


def _litert(path: str, rows: Arrays) -> Arrays:
    import tensorflow as tf

    runner = tf.lite.Interpreter(model_path=path).get_signature_runner()
    return dict(runner(**rows))


def _openvino(path: str, rows: Arrays) -> Arrays:
    import openvino

    # Some processors would calculate with 16 bits.
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    model = openvino.Core().compile_model(path, "CPU", exact)
    result = model(rows)
    return {"/".join(sorted(output.names)): result[output] for output in model.outputs}


RUN: Mapping[str, Callable[[str, Arrays], Arrays]] = {
    "keras": _keras,
    "keras-json": _keras_json,
    "saved-model": _saved_model,
    "onnx": _onnx,
    "litert": _litert,
    "openvino": _openvino,
}


def answers_of(model: Any, rows: Arrays) -> Arrays:
    """What a model answers, by output; the sole output goes by no name."""
    sole = len(rows) == 1 and not isinstance(model.input, Mapping)
    answer = model(next(iter(rows.values())) if sole else rows, training=False)
    if isinstance(answer, Mapping):
        return {name: _plain(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return {str(place): _plain(value) for place, value in enumerate(answer)}
    return {"": _plain(answer)}


def structure_of(model: Any) -> Arrays:
    """The shape of each output, the parameters and the layers of a model, as answers."""
    shapes = {
        f"shape {place}": np.array([size or -1 for size in output.shape])
        for place, output in enumerate(model.outputs)
    }
    return {
        **shapes,
        "parameters": np.array(model.count_params()),
        "layers": np.array([layer.name for layer in model.layers]),
    }


def _plain(value: Any) -> Any:
    from keras import ops

    return ops.convert_to_numpy(value)


def _provide(source: str) -> None:
    """Let Keras know the user's own classes and functions."""
    if not source:
        return
    import keras

    from builder.engine.worker.custom_code import objects, provide

    provide(source)
    keras.saving.get_custom_objects().update(objects())


def main() -> None:
    format_, path, rows, answers = sys.argv[1:]
    custom = sys.stdin.buffer.read().decode("utf-8")
    # What is slow to start on a GPU is not asked for 16 rows.
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    if format_ in ("keras", "keras-json"):
        _provide(custom)
    write_arrays(Path(answers), RUN[format_](path, read_arrays(Path(rows))))


if __name__ == "__main__":
    main()
