"""Training starts from imported weights, vocabularies and statistics."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from builder.codegen.page import Page
from builder.codegen.start import write_start
from builder.document import edits
from builder.document.graph import INPUT, OUTPUT
from builder.document.project import Project
from tests.engine.models import import_of, run_module_of
from tests.engine.recording import Recording
from tests.exactness.models import built
from tests.window.far import IRIS

pytestmark = pytest.mark.keras


def test_training_starts_from_imported_weights_and_so_do_its_answers(tmp_path: Path) -> None:
    """A run of no epochs answers as the imported model; layers that were changed begin afresh."""
    import keras
    from keras import layers

    from builder.engine.messages import RunEnded, Train
    from builder.engine.worker.train import train
    from tests.engine.runs_for_tests import run_of

    rows = keras.Input((4,), name="features")
    x = layers.Dense(5, activation="tanh", name="hidden")(rows)
    model = keras.Model(rows, layers.Dense(3, activation="softmax", name="species")(x), name="net")
    model.save(tmp_path / "net.keras")
    project = with_iris(import_of(tmp_path / "net.keras").project)
    folder = run_of(project, tmp_path)
    recording = Recording()
    train(Train(1, str(folder), epochs=0), recording.context)
    assert recording.only(RunEnded).epochs == 0
    kept = keras.saving.load_model(folder / "model.keras")
    given = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]], "float32")
    np.testing.assert_array_equal(kept.predict(given), model.predict(given))

    wider = edits.set_params(project, {project.graph.by_name["hidden"].id: {"units": 6}})
    again = run_module_of(wider).build_model()
    run_module_of(wider).start_from(again, str(tmp_path / "net.keras"))
    assert again.get_layer("hidden").get_weights()[0].shape == (4, 6)


def with_iris(project: Project) -> Project:
    """The project with rows to learn from and an output that learns their species."""
    graph = project.graph
    ends = {graph.of_type(INPUT)[0].id: {"feature": "features"}}
    ends[graph.of_type(OUTPUT)[0].id] = {"target": "species"}
    return replace(edits.set_params(project, ends), data=IRIS)


def test_a_model_to_start_from_that_is_gone_is_named(tmp_path: Path) -> None:
    from builder.engine.messages import Failed, Train
    from builder.engine.worker.train import train
    from tests.engine.runs_for_tests import FAST, run_of, starting_with

    project = starting_with("iris", replace(FAST, start="gone.keras"))
    recording = Recording()
    train(Train(1, str(run_of(project, tmp_path))), recording.context)
    assert "“../../gone.keras”, is not there" in recording.only(Failed).fault.message


def test_vocabularies_and_statistics_are_handed_over(tmp_path: Path) -> None:
    import keras
    import tensorflow as tf
    from keras import layers

    words = keras.Input((1,), dtype="string", name="words")
    sizes = keras.Input((2,), name="sizes")
    ends = [
        layers.TextVectorization(output_sequence_length=3, name="text")(words),
        layers.Normalization(name="norm")(sizes),
        layers.Discretization(num_bins=3, name="bins")(sizes),
    ]
    model = keras.Model([words, sizes], ends, name="prepared")
    numbers = np.random.default_rng(1).normal(3, 2, (40, 2))
    model.get_layer("text").adapt(np.array([["a b"], ["c a"]]))
    model.get_layer("norm").adapt(numbers)
    model.get_layer("bins").adapt(numbers)
    model.save(tmp_path / "prepared.keras")
    project = import_of(tmp_path / "prepared.keras").project
    functions = Page()
    write_start(Page(), functions, "prepared.keras", project.graph)
    namespace: dict[str, Any] = {"keras": keras}
    exec("\n".join(functions.lines), namespace)
    again = built(project)
    namespace["start_from"](again, str(tmp_path / "prepared.keras"))
    given = [tf.constant([["a z"], ["c"]]), tf.constant([[1.0, 2.0], [3.0, 9.0]])]
    for one, other in zip(model(given), again(given).values(), strict=True):
        np.testing.assert_array_equal(one, other)
