"""Compile and fit from the catalogue: what the plan says reaches Keras, and nothing else does."""

import csv
import inspect
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from builder.catalog.fitting import COMPILE, FIT
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog, ObjectSpec
from builder.codegen.module import generate
from builder.codegen.refusal import CannotGenerate
from builder.document.plan import KerasObject, TrainingPlan
from builder.document.project import Project
from builder.engine.messages import Failed, RunEnded, Train
from builder.storage import runs
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import FAST, run_of, starting_with

pytestmark = pytest.mark.keras
CATALOG: Catalog = load_catalog()


def planned(**fields: Any) -> Project:
    project = starting_with("iris")
    return replace(project, training=replace(FAST, **fields))


@pytest.mark.parametrize("spec", [COMPILE, FIT], ids=lambda spec: spec.name)
def test_options_have_the_names_and_defaults_of_keras(spec: ObjectSpec) -> None:
    import keras

    signature = inspect.signature(getattr(keras.Model, spec.name)).parameters
    # None here means "as Keras decides", which Keras itself spells in its own way.
    differing = {
        param.name: (param.default, signature[param.name].default)
        for param in spec.params
        if param.default != signature[param.name].default and param.name != "jit_compile"
    }
    assert differing == {}
    assert signature.keys() >= {param.name for param in spec.params}


def test_all_of_it_at_once_trains(tmp_path: Path) -> None:
    from builder.engine.worker.train import train

    project = planned(
        epochs=4,
        optimizer=KerasObject(
            "keras.optimizers.AdamW",
            {
                "learning_rate": {
                    "type": "keras.optimizers.schedules.CosineDecay",
                    "params": {"initial_learning_rate": 0.01, "decay_steps": 40},
                },
                "use_ema": True,
            },
        ),
        callbacks=(
            KerasObject("keras.callbacks.CSVLogger", {"filename": "log.csv"}),
            KerasObject("keras.callbacks.ModelCheckpoint", {"filepath": "best.keras"}),
            KerasObject("keras.callbacks.SwapEMAWeights"),
            KerasObject("keras.callbacks.TerminateOnNaN"),
            *([KerasObject("keras.callbacks.TensorBoard")] if find_spec("tensorboard") else []),
        ),
        compile={"steps_per_execution": 2, "jit_compile": False, "auto_scale_loss": False},
        fit={
            "class_weight": "balanced",
            "shuffle": False,
            "validation_freq": 2,
            "validation_batch_size": 5,
        },
    )
    run = run_of(project, tmp_path)
    recording = Recording()
    train(Train(7, str(run), None), recording.context)
    assert recording.only(RunEnded).epochs == 4
    assert (run / "log.csv").is_file()
    assert (run / "best.keras").is_file()
    history = runs.read_history(run)
    assert [value is None for value in history["val_loss"]] == [True, False, True, False]
    assert None not in history["loss"]
    with (run / "history.csv").open() as stream:
        assert [len(row) for row in csv.reader(stream)] == [len(history) + 1] * 5


@pytest.mark.parametrize(
    ("callback", "words"),
    [
        (KerasObject("keras.callbacks.CSVLogger", {"filename": "/etc/log.csv"}), "relative path"),
        (KerasObject("keras.callbacks.CSVLogger", {"filename": "a/../../b"}), "relative path"),
        (KerasObject("keras.callbacks.TensorBoard", {"log_dir": "C:\\logs"}), "relative path"),
        (KerasObject("keras.callbacks.BackupAndRestore", {"backup_dir": "./."}), "own files"),
        (KerasObject("keras.callbacks.CSVLogger", {"filename": "./Run.json"}), "own files"),
        (
            KerasObject("keras.callbacks.ModelCheckpoint", {"filepath": "{epoch.a[0]}.keras"}),
            "relative path",
        ),
        (
            KerasObject("keras.callbacks.ModelCheckpoint", {"filepath": "{epoch:999999999}.keras"}),
            "relative path",
        ),
        (KerasObject("keras.callbacks.RemoteMonitor"), "web address"),
        (KerasObject("keras.callbacks.LambdaCallback"), "Python code"),
        (KerasObject("keras.callbacks.Evil"), "unknown callback"),
    ],
)
def test_callbacks_that_reach_beyond_the_run_are_refused(callback: KerasObject, words: str) -> None:
    with pytest.raises(CannotGenerate, match=words):
        generate(planned(callbacks=(callback,)), CATALOG)


def test_a_checkpoint_is_named_by_its_epoch_and_score() -> None:
    path = "{epoch:02d}-{val_loss:.2f}.keras"
    kept = KerasObject("keras.callbacks.ModelCheckpoint", {"filepath": path})
    assert path in generate(planned(callbacks=(kept,)), CATALOG).source


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fit": {"steps": 3}}, "no parameter called “steps”"),
        ({"fit": {"class_weight": "rare"}}, "class_weight"),
        ({"compile": {"steps_per_execution": 0}}, "steps_per_execution"),
    ],
)
def test_options_that_do_not_fit_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotGenerate, match=words):
        generate(planned(**fields), CATALOG)


def test_class_weights_need_classes() -> None:
    project = starting_with("diabetes")
    plan = TrainingPlan(fit={"class_weight": "balanced"})
    with pytest.raises(CannotGenerate, match="output that learns a number"):
        generate(replace(project, training=plan), CATALOG)


def test_a_missing_package_is_told_with_its_command(tmp_path: Path) -> None:

    from builder.engine.worker.train import train

    if find_spec("tensorboard") is not None:
        pytest.skip("TensorBoard is installed here")
    project = planned(callbacks=(KerasObject("keras.callbacks.TensorBoard"),))
    recording = Recording()
    train(Train(7, str(run_of(project, tmp_path)), None), recording.context)
    assert "pip install tensorboard" in recording.only(Failed).fault.message
