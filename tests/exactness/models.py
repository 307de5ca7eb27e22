"""A project's models: built by its exported code, saved, read, fed and compared."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from builder.codegen import generate
from builder.document.project import Project
from tests.exactness.growing import CATALOG

Model = Any
_TEXTS = np.array(["a", "b", "a b", ""])


def built(project: Project, path: str = "<exact>") -> Model:
    """The model that a project's exported code builds."""
    from keras.src.utils.naming import reset_uids

    from builder.engine.worker.run_module import run_source

    reset_uids()  # ops are counted
    return run_source(generate(project, CATALOG).source, path).build_model()


def config(model: Model) -> Any:
    """A model's config without what says nothing of the network."""
    return _plain(json.loads(model.to_json()))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        left = ("build_config", "compile_config", "keras_version")
        return {key: _plain(item) for key, item in value.items() if key not in left}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def copy_variables(source: Model, target: Model) -> None:
    """Give a model the weights of another, and the states of what draws at random."""
    assert [v.shape for v in source.variables] == [v.shape for v in target.variables]
    for one, other in zip(source.variables, target.variables, strict=True):
        other.assign(one)


def rows_for(model: Model, rows: int = 2) -> list[Any]:
    """What a model takes, always the same, one array or tensor of texts for each Input."""
    import keras

    chance = np.random.default_rng(7)
    return [_drawn(tensor, rows, chance) for tensor in keras.tree.flatten(inputs_of(model))]


def _drawn(tensor: Any, rows: int, chance: np.random.Generator) -> Any:
    import keras

    shape = [tensor.shape[0] or rows, *(size or 4 for size in tensor.shape[1:])]
    if tensor.dtype == "string":
        import tensorflow

        return tensorflow.constant(chance.choice(_TEXTS, shape))
    if tensor.dtype == "bool":
        values = chance.integers(0, 2, shape).astype(bool)
        values[:, :1] = True
        return keras.ops.convert_to_tensor(values)
    if "int" in tensor.dtype:
        return keras.ops.convert_to_tensor(chance.integers(0, 3, shape), tensor.dtype)
    if tensor.dtype.startswith("complex"):
        return keras.ops.convert_to_tensor(chance.normal(size=shape) * (1 + 1j), tensor.dtype)
    return keras.ops.convert_to_tensor(chance.normal(size=shape), tensor.dtype)


def inputs_of(model: Model) -> Any:
    return getattr(model, "_inputs_struct", model.inputs)


def answers(model: Model, rows: list[Any]) -> list[Any]:
    """What a model answers to rows, as arrays in the order of its outputs."""
    import keras

    given = keras.tree.pack_sequence_as(inputs_of(model), rows)
    made = model(given, training=False)
    return [_array(tensor) for tensor in keras.tree.flatten(made)]


def _array(tensor: Any) -> Any:
    import keras

    if hasattr(tensor, "values") and hasattr(tensor, "dense_shape"):
        import tensorflow

        tensor = tensorflow.sparse.to_dense(tensor)
    return tensor.numpy() if hasattr(tensor, "numpy") else keras.ops.convert_to_numpy(tensor)


def same(one: Any, other: Any) -> bool:
    """Whether two arrays are equal to the last bit; what is not a number equals itself."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype == object:
        return bool((one == other).all())
    return one.tobytes() == other.tobytes() or bool(np.array_equal(one, other, equal_nan=True))


def imported(path: Path) -> tuple[Project, tuple[str, ...]]:
    """The project of a model's file, with what was said while it was read."""
    from builder.engine.worker.importer import arranged, read

    reading = read(str(path))
    return arranged(reading.project), tuple(remark.message for remark in reading.remarks)
