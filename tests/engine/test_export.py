"""Exports that Keras itself reads back, with weights or without."""

import json
from pathlib import Path

import numpy as np
import pytest

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.document import edits
from builder.engine.messages import Export, Exported, RunEnded, Train
from builder.engine.worker.faults import JobError
from builder.storage.project_file import load
from builder.storage.runs import PROJECT
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import run_of, starting_with

pytestmark = pytest.mark.keras
ROWS = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from builder.engine.worker.train import train

    folder = run_of(starting_with("iris"), tmp_path_factory.mktemp("iris"))
    recording = Recording()
    train(Train(1, str(folder)), recording.context)
    recording.only(RunEnded)
    return folder


def source(run: Path) -> str:
    return generate(load(run / PROJECT), load_catalog(), folder=run).source


def exported(**request: object) -> Exported:
    from builder.engine.worker.exporter import export

    recording = Recording()
    export(Export(4, **request), recording.context)  # type: ignore[arg-type]
    return recording.only(Exported)


def test_a_keras_file_with_the_weights_of_a_run(run: Path, tmp_path: Path) -> None:
    import keras

    output = tmp_path / "iris.keras"
    answer = exported(source=source(run), format="keras", output=str(output), run=str(run))
    assert (answer.output, answer.bytes) == (str(output), output.stat().st_size)
    read, original = (keras.saving.load_model(path) for path in (output, run / "model.keras"))
    assert read.predict(ROWS, verbose=0) == pytest.approx(original.predict(ROWS, verbose=0))
    assert [path.name for path in tmp_path.iterdir()] == ["iris.keras"]


def test_a_keras_file_without_weights_and_with_any_suffix(run: Path, tmp_path: Path) -> None:
    import keras

    output = tmp_path / "iris"
    exported(source=source(run), format="keras", output=str(output))
    output.rename(tmp_path / "iris.keras")
    assert keras.saving.load_model(tmp_path / "iris.keras").count_params() > 0


def test_json_that_keras_reads(run: Path, tmp_path: Path) -> None:
    import keras

    output = tmp_path / "iris.json"
    exported(source=source(run), format="keras-json", output=str(output))
    text = output.read_text()
    assert "\n" in text
    assert json.loads(text)["class_name"] == "Functional"
    assert keras.models.model_from_json(text).output_shape == (None, 3)


def test_weights_of_another_network_are_refused(run: Path, tmp_path: Path) -> None:
    project = load(run / PROJECT)
    wider = edits.set_params(project, {project.graph.by_name["dense"].id: {"units": 99}})
    text = generate(wider, load_catalog(), folder=run).source
    with pytest.raises(JobError, match="do not fit this network"):
        exported(source=text, format="keras", output=str(tmp_path / "x.keras"), run=str(run))
    with pytest.raises(JobError, match="has no model"):
        exported(source=text, format="keras", output=str(tmp_path / "x.keras"), run=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone(run: Path, tmp_path: Path) -> None:
    for format_ in ("keras", "keras-json"):
        with pytest.raises(JobError, match="was not written"):
            exported(source=source(run), format=format_, output=str(tmp_path / "gone" / "x.keras"))
