"""The catalogue against the installed Keras: nothing missing, nothing typed wrong, all of it works."""

import inspect
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.resources import resource
from tests.engine.made import find

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def taken(class_: Any) -> dict[str, inspect.Parameter]:
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = list(inspect.signature(class_.__init__).parameters.values())[1:]
    return {p.name: p for p in found if p.kind not in variable}


def as_json(value: Any) -> Any:
    return [as_json(item) for item in value] if isinstance(value, tuple | list) else value


def test_the_shipped_file_is_what_the_installed_keras_gives(tmp_path: Path) -> None:
    """And the same bytes every time, or every build would differ."""
    made_now = tmp_path / "catalog.json"
    command = [sys.executable, "-m", "builder.engine.worker.catalogue", str(made_now)]
    subprocess.run(command, check=True, capture_output=True)
    assert made_now.read_bytes() == resource("catalog.json").read_bytes()


@pytest.mark.usefixtures("keras")
def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    from builder.engine.worker.catalogue import main

    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_all_141_concrete_layers_are_there(keras: ModuleType, layers: list[LayerSpec]) -> None:
    """Counted as classes, each once: 143 in keras.layers without the bases Layer and Wrapper.

    One of them, InputLayer, is offered as keras.Input.
    """
    found = {
        value
        for value in vars(keras.layers).values()
        if inspect.isclass(value) and issubclass(value, keras.layers.Layer)
    } - {keras.layers.Layer, keras.layers.Wrapper}
    offered = {find(keras, spec.type) for spec in layers} | {keras.layers.InputLayer}
    assert offered == found
    assert len(found) == 141


def test_all_other_objects_are_there_but_the_bases(keras: ModuleType, catalog: Catalog) -> None:
    counts = {group: len(specs) for group, specs in catalog.objects.items()}
    # Keras has one more of each with classes: the base, which stands for nothing to choose.
    assert counts == {
        "activations": 32,
        "callbacks": 16 - 1,
        "constraints": 5 - 1,
        "initializers": 17 - 1,
        "losses": 23 - 1,
        "metrics": 46 - 1,
        "optimizers": 17 - 1,
        "regularizers": 5 - 1,
        "schedules": 7 - 1,
    }
    for group, base in {
        "callbacks": keras.callbacks.Callback,
        "constraints": keras.constraints.Constraint,
        "initializers": keras.initializers.Initializer,
        "losses": keras.losses.Loss,
        "metrics": keras.metrics.Metric,
        "optimizers": keras.optimizers.Optimizer,
        "regularizers": keras.regularizers.Regularizer,
        "schedules": keras.optimizers.schedules.LearningRateSchedule,
    }.items():
        home = next(iter(catalog.objects[group])).rpartition(".")[0]
        classes = {v for v in vars(find(keras, home)).values() if inspect.isclass(v)}
        concrete = {c for c in classes if issubclass(c, base)} - {base}
        assert {find(keras, type_) for type_ in catalog.objects[group]} == concrete


def test_parameters_and_defaults_are_those_of_the_signature(
    keras: ModuleType, catalog: Catalog, layers: list[LayerSpec]
) -> None:
    own = 0
    for spec in layers:
        given = taken(find(keras, spec.type))
        own += len(given)
        expected = [name for name in given if name != "name"]
        names = [param.name for param in spec.params]
        assert names[: len(expected)] == expected, spec.name  # in the signature's order
        assert set(names[len(expected) :]) <= {"dtype", "trainable"}
        _same_defaults(spec.params, given, taken(keras.layers.Layer))
    assert own + len(taken(keras.layers.InputLayer)) == 891
    for group, specs in catalog.objects.items():
        for thing in specs.values():
            if group == "activations":
                assert not thing.params
                continue
            given = taken(find(keras, thing.type))
            names = {param.name for param in thing.params}
            assert set(given) - {"name"} <= names <= set(given), thing.type
            _same_defaults(thing.params, given, {})


def _same_defaults(
    params: Iterable[ParamSpec],
    given: Mapping[str, inspect.Parameter],
    shared: Mapping[str, inspect.Parameter],
) -> None:
    for param in params:
        source = given.get(param.name) or shared[param.name]
        if source.default is inspect.Parameter.empty:
            assert param.required, param.name
            assert param.default is None
        else:
            expected = as_json(source.default)
            assert param.default == expected, param.name
            assert type(param.default) is type(expected)


def test_every_parameter_has_been_reviewed_by_hand(
    keras: ModuleType, catalog: Catalog, layers: list[LayerSpec]
) -> None:
    """A new name of a newer Keras shows up here; the catalogue guesses until it is read about."""
    from builder.engine.worker import catalogue_object_types, catalogue_types

    assert keras.__version__ == catalog.keras
    unread = [
        f"{spec.name}.{param.name}"
        for spec in layers
        for param in spec.params
        if not catalogue_types.reviewed(spec.name, param.name)
    ]
    unread += [
        f"{group}.{spec.name}.{param.name}"
        for group, specs in catalog.objects.items()
        for spec in specs.values()
        for param in spec.params
        if not catalogue_object_types.reviewed(group, spec.name, param.name)
    ]
    assert unread == []


def test_the_table_names_nothing_that_keras_does_not_have(catalog: Catalog) -> None:
    from builder.engine.worker import catalogue_layers, catalogue_types

    names = {param.name for spec in catalog.layers.values() for param in spec.params}
    assert set(catalogue_types.BY_NAME) <= names
    classes = {spec.name: spec for spec in catalog.layers.values()}
    for key in catalogue_types.BY_CLASS:
        class_, _, name = key.partition(".")
        assert classes[class_].param(name), key
    for table in (
        catalogue_layers.COMMON,
        catalogue_layers.NEEDS,
        catalogue_layers.KEYWORDS,
        catalogue_layers.INPUTS,
        catalogue_layers.OUTPUTS,
        catalogue_layers.ADAPTS,
        catalogue_layers.TENSORFLOW_ONLY,
    ):
        assert set(table) <= set(classes)
