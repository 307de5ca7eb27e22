"""The catalogue against the installed Keras: nothing missing, nothing typed wrong, all of it works."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.resources import resource

pytestmark = [pytest.mark.keras, pytest.mark.slow]

# Code of the user's own, another backend, or a folder on disk: these cannot be made from examples.
FOREIGN = {"FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"}


@pytest.fixture(scope="module")
def keras() -> ModuleType:
    return pytest.importorskip("keras")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(resource("catalog.json"))


@pytest.fixture(scope="module")
def layers(catalog: Catalog) -> list[LayerSpec]:
    """The layers that keras.layers holds."""
    return [s for s in catalog.layers.values() if s.type.startswith("keras.layers.")]


def find(keras: ModuleType, path: str) -> Any:
    found: Any = keras
    for part in path.split(".")[1:]:
        found = getattr(found, part)
    return found


def made(keras: ModuleType, value: Any) -> Any:
    """A JSON value as Keras gets it: described objects made, lists as tuples like generated code."""
    if isinstance(value, dict) and "type" in value:
        params = {name: made(keras, v) for name, v in value.get("params", {}).items()}
        return find(keras, value["type"])(**params)
    if isinstance(value, list):
        items = [made(keras, item) for item in value]
        return items if any(isinstance(i, keras.layers.Layer) for i in items) else tuple(items)
    return value


def same(x: Any) -> Any:
    """What a fresh Lambda does."""
    return x


def make(keras: ModuleType, spec: LayerSpec | ObjectSpec, **params: Any) -> Any:
    examples = {p.name: p.example for p in spec.params if p.required}
    if spec.name == "Lambda":
        params["function"] = same
    return made(keras, {"type": spec.type, "params": {**examples, **params}})


def taken(class_: Any) -> dict[str, inspect.Parameter]:
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = list(inspect.signature(class_.__init__).parameters.values())[1:]
    return {p.name: p for p in found if p.kind not in variable}


def as_json(value: Any) -> Any:
    return [as_json(item) for item in value] if isinstance(value, tuple | list) else value


# --- nothing is missing, nothing is made up


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


# --- all of it works


def test_every_layer_can_be_made_from_its_examples(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    for spec in layers:
        if spec.name in FOREIGN:
            assert spec.needs
            continue
        make(keras, spec, **{p.name: p.default for p in spec.params if not p.required})


def test_every_other_object_can_be_made_from_its_examples(
    keras: ModuleType, catalog: Catalog
) -> None:
    for group, specs in catalog.objects.items():
        for spec in specs.values():
            if group != "activations" and not spec.needs:
                make(keras, spec)


def test_keras_takes_every_short_string_for_what_the_catalogue_says(
    keras: ModuleType, catalog: Catalog
) -> None:
    for group, specs in catalog.objects.items():
        for spec in specs.values():
            for alias in (spec.alias, *spec.aliases):
                if alias in ("", "acc"):  # "acc" means something to compile only
                    continue
                target = find(keras, spec.type)
                found = find(keras, f"keras.{group}").get(alias)
                same = found is target or type(found) is target
                assert same or getattr(target(), "fn", None) is found, (group, alias)


def test_every_choice_is_one_that_keras_takes(
    keras: ModuleType, catalog: Catalog, layers: list[LayerSpec]
) -> None:
    objects = [s for specs in catalog.objects.values() for s in specs.values()]
    for spec in [*layers, *objects]:
        if spec.needs:
            continue
        for param in spec.params:
            if param.kind == "choice":
                for choice in (*param.choices, *([None] if param.nullable else [])):
                    make(keras, spec, **{param.name: choice})


# The values between which Keras decides by another parameter.
DEPENDENT = {
    "Conv1D.groups",
    "Conv2D.groups",
    "Conv3D.groups",
    "Conv1DTranspose.output_padding",
    "Conv2DTranspose.output_padding",
    "Conv3DTranspose.output_padding",
    "Discretization.bin_boundaries",
    "Discretization.num_bins",
    "Discretization.sparse",
    "GroupQueryAttention.num_key_value_heads",
    "GroupQueryAttention.num_query_heads",
    "Hashing.dtype",
    "Hashing.sparse",
    "IntegerLookup.idf_weights",
    "IntegerLookup.pad_to_max_tokens",
    "IntegerLookup.salt",
    "IntegerLookup.sparse",
    "Normalization.mean",
    "Normalization.variance",
    "STFTSpectrogram.fft_length",
    "StringLookup.idf_weights",
    "StringLookup.pad_to_max_tokens",
    "StringLookup.sparse",
    "TextVectorization.idf_weights",
    "TextVectorization.pad_to_max_tokens",
    "TextVectorization.sparse",
}


def samples(param: ParamSpec) -> list[Any]:
    """Values that fit the kind, at the bounds and between them."""
    low = 0.0 if param.minimum is None else param.minimum
    high = low + 2 if param.maximum is None else param.maximum
    middle = (low + high) / 2
    length = param.length or 3
    match param.kind:
        case "bool":
            return [True, False]
        case "int":
            return [int(low), int(high)]
        case "number":
            return [low, middle, high]
        case "numbers":
            return [[middle] * length, *([middle] if param.scalar else [])]
        case "ints":
            return [[3 + 2 * i for i in range(length)], *([3] if param.scalar else [])]
        case "axis":
            return [1, [1, 2]]
        case "dtype":
            return ["float32", "mixed_float16"]
        case "texts":
            return [["a", "b"]]
        case "object" if param.group == "activations":
            return ["relu", "softmax"]
        case "object" if param.group == "initializers":
            return ["zeros", {"type": "keras.initializers.RandomNormal", "params": {"seed": 1}}]
        case "object" if param.group == "regularizers":
            return ["l2", {"type": "keras.regularizers.L1", "params": {"l1": 0.1}}]
        case "object" if param.group == "constraints":
            return ["non_neg", {"type": "keras.constraints.MaxNorm", "params": {"max_value": 3}}]
    return []


def test_every_kind_of_value_is_one_that_keras_takes(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    refused = []
    for spec in layers:
        for param in spec.params:
            if spec.name in FOREIGN or f"{spec.name}.{param.name}" in DEPENDENT:
                continue
            values = [*samples(param), *([None] if param.nullable else [])]
            if (spec.name, param.name) == ("RandomZoom", "height_factor"):
                values = values[1:]
            for value in values:
                try:
                    make(keras, spec, **{param.name: value})
                except Exception as error:  # noqa: BLE001 - whatever Keras raises is the finding
                    refused.append(f"{spec.name}.{param.name}={value!r}: {error}"[:160])
    assert refused == []


# --- ports


def input_of(keras: ModuleType, spec: LayerSpec, port: str) -> Any:
    """A symbolic tensor that a layer of this class takes at this port."""
    by_name: dict[str, tuple[tuple[int, ...], str]] = {
        "CategoryEncoding": ((4,), "int32"),
        "Embedding": ((8,), "int32"),
        "HashedCrossing": ((1,), "int32"),
        "Hashing": ((1,), "int32"),
        "IntegerLookup": ((4,), "int64"),
        "MelSpectrogram": ((4096,), "float32"),
        "ReversibleEmbedding": ((8,), "int32"),
        "STFTSpectrogram": ((4096, 1), "float32"),
        "StringLookup": ((4,), "string"),
        "TextVectorization": ((1,), "string"),
        "RepeatVector": ((8,), "float32"),
        "EinsumDense": ((8,), "float32"),
    }
    if port == "count_weights":
        return keras.Input((4,), dtype="float32")
    if spec.name in by_name:
        shape, dtype = by_name[spec.name]
        return keras.Input(shape, dtype=dtype)
    axes = re.search(r"(\d)D", spec.name)
    if spec.name.startswith("ConvLSTM"):
        return keras.Input((4, *[8] * int(spec.name[-2]), 3))
    if axes:
        return keras.Input((*[8] * int(axes[1]), 3))
    if spec.category == "Preprocessing":
        return keras.Input((8, 8, 3))
    return keras.Input((8, 64))


def call(keras: ModuleType, spec: LayerSpec, layer: Any, params: Mapping[str, Any]) -> Any:
    """Call a layer as its ports say, with every port fed that has to be."""
    positional: list[Any] = []
    items: list[Any] = []
    for port in spec.ports(params).inputs:
        if port.optional and port.name != "count_weights":
            continue
        tensor = input_of(keras, spec, port.name)
        if port.variadic:
            positional.append([tensor, input_of(keras, spec, port.name)])
        elif port.passing == "item":
            items.append(tensor)
        elif port.passing == "positional":
            positional.append(tensor)
    return layer(items, *positional) if items else layer(*positional)


def test_every_layer_takes_its_inputs_and_gives_its_outputs(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    for spec in layers:
        if spec.needs:
            continue
        params = spec.example_params()
        if spec.name == "StringLookup":
            params["vocabulary"] = ["a", "b"]
        if spec.name == "IntegerLookup":
            params["vocabulary"] = [1, 2]
        outputs = keras.tree.flatten(call(keras, spec, make(keras, spec, **params), params))
        assert len(outputs) == len(spec.ports(params).outputs), spec.name


def _wrapped(name: str, **params: Any) -> dict[str, Any]:
    return {"type": f"keras.layers.{name}", "params": params}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("LSTM", {"return_state": True}),
        ("GRU", {"return_state": True, "return_sequences": True}),
        ("SimpleRNN", {"return_state": True}),
        ("ConvLSTM1D", {"return_state": True}),
        ("ConvLSTM2D", {"return_state": True}),
        ("ConvLSTM3D", {"return_state": True}),
        ("RNN", {"return_state": True}),
        ("RNN", {"return_state": True, "cell": _wrapped("GRUCell", units=4)}),
        ("RNN", {"return_state": True, "cell": _wrapped("SimpleRNNCell", units=4)}),
        ("Bidirectional", {"layer": _wrapped("LSTM", units=4, return_state=True)}),
        ("Bidirectional", {"layer": _wrapped("GRU", units=4, return_state=True)}),
        ("Bidirectional", {"layer": _wrapped("SimpleRNN", units=4, return_state=True)}),
        ("Bidirectional", {"merge_mode": None}),
        (
            "Bidirectional",
            {"merge_mode": None, "layer": _wrapped("LSTM", units=4, return_state=True)},
        ),
    ],
)
def test_states_come_out_where_the_ports_say(
    keras: ModuleType, catalog: Catalog, name: str, params: dict[str, Any]
) -> None:
    spec = catalog.layers[f"keras.layers.{name}"]
    params = {**spec.example_params(), **params}
    layer = make(keras, spec, **params)
    outputs = keras.tree.flatten(call(keras, spec, layer, params))
    assert len(outputs) == len(spec.ports(params).outputs)


def test_states_can_be_fed_back(keras: ModuleType, catalog: Catalog) -> None:
    spec = catalog.layers["keras.layers.LSTM"]
    x = keras.Input((8, 16))
    _, *states = make(keras, spec, return_state=True)(x)
    make(keras, spec)(x, initial_state=states)


def test_a_rank_is_stated_only_where_keras_raises_nothing(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    """A wrong rank is to be caught once: by Keras, or else by us."""
    for spec in layers:
        if spec.rank is not None:
            shape = (8, 64)[: spec.rank - 2]
            given = [keras.Input(shape) for port in spec.inputs if not port.optional]
            layer = make(keras, spec)
            layer(given) if spec.inputs[0].passing == "item" else layer(*given)


def test_layers_that_adapt_have_adapt(keras: ModuleType, layers: list[LayerSpec]) -> None:
    for spec in layers:
        assert spec.adapts == hasattr(find(keras, spec.type), "adapt"), spec.name
