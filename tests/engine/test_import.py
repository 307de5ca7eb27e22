"""Models of Keras become projects, and the projects' code makes the same models again."""

import contextlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from msgspec.structs import replace

from builder.codegen import generate
from builder.codegen.page import Page
from builder.codegen.problems import problems
from builder.codegen.start import write_start
from builder.document import edits
from builder.document.graph import BLOCK, INDEX, INPUT, OUTPUT
from builder.document.project import Project
from builder.engine.messages import Import, Imported
from builder.engine.worker.faults import JobError
from builder.reading.applications import APPLICATIONS
from builder.reading.keras_config import read_config
from tests.engine.networks import catalog
from tests.engine.recording import Recording
from tests.engine.test_blocks import networks
from tests.thorough import TIMES, some
from tests.window.far import IRIS

pytestmark = pytest.mark.keras

Model = Any


def made_from(project: Project) -> Model:
    """The model that a project's code makes."""
    from builder.engine.worker.run_module import run_source

    return run_source(generate(project, catalog()).source, "<import>").build_model()


def imported(model: Model, *, collapse: bool = True) -> Project:
    from builder.engine.worker.importer import arranged

    reading = read_config(json.loads(model.to_json()), catalog())
    assert reading.remarks == ()
    return arranged(reading.project) if collapse else reading.project


def plain(config: Any) -> Any:
    """A config without what says nothing of the network: shapes at building, numbers of ops."""
    if isinstance(config, dict):
        return {
            k: plain(v) for k, v in config.items() if k not in ("build_config", "compile_config")
        }
    return [plain(item) for item in config] if isinstance(config, list) else config


def rows_for(model: Model, rows: int = 2) -> Any:
    """Inputs that a model takes, always the same."""
    import keras

    chance = np.random.default_rng(7)

    def drawn(tensor: Any) -> Any:
        shape = (rows, *(size or 4 for size in tensor.shape[1:]))
        if "int" in tensor.dtype:
            return chance.integers(0, 3, shape).astype(tensor.dtype)
        return chance.normal(size=shape).astype(tensor.dtype)

    return keras.tree.map_structure(drawn, _inputs(model))


def _inputs(model: Model) -> Any:
    return getattr(model, "_inputs_struct", model.inputs[0])


def assert_same_outputs(model: Model, again: Model) -> None:
    import keras

    again.set_weights(model.get_weights())
    one = keras.tree.flatten(model.predict(rows_for(model), verbose=0))
    rows = keras.tree.flatten(rows_for(model))
    given = keras.tree.pack_sequence_as(_inputs(again), rows)
    other = keras.tree.flatten(again.predict(given, verbose=0))
    assert len(one) == len(other)
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


# --- small networks, one for each thing a config can hold


def two_branches() -> Model:
    import keras
    from keras import layers

    image = keras.Input((8, 8, 1), name="image")
    x = layers.Rescaling(1 / 16, name="scale")(image)
    a = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="a")(x)
    b = layers.MaxPooling2D(2, name="b")(x)
    b = layers.Conv2D(
        4, 1, kernel_initializer=keras.initializers.HeNormal(seed=3), name="c", dilation_rate=1
    )(b)
    x = layers.Concatenate(name="join")([b, a])
    x = layers.BatchNormalization(momentum=0.9, name="norm")(x, training=False)
    x = layers.Dropout(0.1, name="drop")(layers.Flatten(name="flat")(x))
    digit = layers.Dense(3, "softmax", kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2))(x)
    return keras.Model(image, digit, name="branches")


def chain() -> Model:
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((4,), name="row"),
            layers.Dense(3, "relu", name="a"),
            layers.Dense(1, name="b"),
        ],
        name="chain",
    )


def shared() -> Model:
    import keras
    from keras import layers

    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    layer = layers.Dense(3, activation="tanh", name="encoder")
    both = layers.Subtract(name="difference")([layer(one), layer(two)])
    return keras.Model([one, two], layers.Dense(1, name="end")(both), name="siamese")


def nested() -> Model:
    import keras
    from keras import layers

    inner_in = keras.Input((6, 2), name="steps")
    inner = keras.Model(
        inner_in,
        layers.Bidirectional(layers.GRU(2, name="gru"), name="both")(inner_in),
        name="inner",
    )
    stem = keras.Sequential(
        [keras.Input((6, 2), name="raw"), layers.Dense(2, name="mix")], name="stem"
    )
    left, right = keras.Input((6, 2), name="left"), keras.Input((6, 2), name="right")
    out = layers.Add(name="sum")([inner(stem(left)), inner(right)])
    return keras.Model([left, right], out, name="outer")


def dicts() -> Model:
    import keras
    from keras import layers

    given = {"b": keras.Input((3,), name="b"), "a": keras.Input((2,), name="a")}
    x = layers.Concatenate(name="join")([given["a"], given["b"]])
    out = {"mean": layers.Dense(1, name="m")(x), "spread": layers.Dense(1, name="s")(x)}
    return keras.Model(given, out, name="dicts")


def with_ops() -> Model:
    import keras
    from keras import layers, ops

    i = keras.Input((6, 4), name="i")
    x = ops.add(i, 2.0)
    x = 1.0 - x[:, ::2] * 3.0
    x = ops.concatenate([x, ops.einsum("btc,bsc->btc", x, i)], axis=-1)
    first, second = ops.split(x, 2, axis=-1)
    x = ops.where(ops.greater(first, second), first, ops.cast(second, "float32"))
    return keras.Model(i, layers.Dense(2, name="end")(ops.mean(x, axis=1)), name="ops")


def masked() -> Model:
    import keras
    from keras import layers

    words = keras.Input((5,), dtype="int32", name="words")
    x = layers.Embedding(10, 4, mask_zero=True, name="embed")(words)
    x, state, carry = layers.LSTM(4, return_sequences=True, return_state=True, name="lstm")(x)
    y = layers.LSTM(4, name="again")(x, initial_state=[state, carry])
    y = layers.Dense(1, activation="sigmoid", name="answer")(y)
    return keras.Model(words, y, name="masked")


def attending() -> Model:
    import keras
    from keras import layers

    x = keras.Input((5, 4), name="x")
    y, scores = layers.MultiHeadAttention(2, 2, name="heads")(
        x, x, use_causal_mask=True, return_attention_scores=True
    )
    y = layers.LayerNormalization(name="norm")(layers.Add(name="skip")([x, y]))
    y = layers.TimeDistributed(layers.Dense(2), name="each")(y)
    z = layers.Attention(name="plain")([y, y])
    return keras.Model(x, {"z": z, "scores": scores}, name="attending")


def doubled() -> Model:
    """A tensor that a layer takes twice."""
    import keras
    from keras import layers

    x = keras.Input((4,), name="x")
    y = layers.Dense(3, name="narrow")(x)
    y = layers.Concatenate(name="both")([layers.Add(name="twice")([y, y]), y, y])
    return keras.Model(x, y, name="doubled")


SMALL: Mapping[str, Callable[[], Model]] = {
    made.__name__: made
    for made in (
        two_branches,
        chain,
        shared,
        nested,
        dicts,
        with_ops,
        masked,
        attending,
        doubled,
    )
}
UNLIKE = {"chain": "its code is functional"}


@pytest.mark.parametrize("name", SMALL)
def test_what_was_imported_is_made_again(name: str) -> None:
    import keras

    keras.backend.clear_session()
    model = SMALL[name]()
    project = imported(model)
    keras.backend.clear_session()
    again = made_from(project)
    if name not in UNLIKE:
        assert plain(json.loads(again.to_json())) == plain(json.loads(model.to_json()))
    assert_same_outputs(model, again)


def test_masks_that_keras_makes_are_hidden_and_indexing_is_not() -> None:
    types = [node.type for node in imported(masked()).graph.nodes.values()]
    assert types == [
        "keras.Input",
        "keras.layers.Embedding",
        "keras.layers.LSTM",
        "keras.layers.LSTM",
        "keras.layers.Dense",
        "output",
    ]
    project = imported(with_ops())
    assert [n.params for n in project.graph.of_type(INDEX)] == [{"index": ":, ::2"}]


def test_a_node_holds_only_what_was_chosen() -> None:
    named = imported(two_branches()).graph.by_name
    assert dict(named["a"].params) == {
        "filters": 4,
        "kernel_size": 3,
        "strides": 2,
        "padding": "same",
        "activation": "relu",
    }
    assert dict(named["b"].params) == {}
    assert dict(named["norm"].call) == {"training": False}
    assert dict(named["drop"].call) == {}


# --- what Keras ships

# Layers of Keras's own, ops, a Sequential inside, automatic names, cells with two inputs.
_OF_EACH_KIND = ("ConvNeXtTiny", "InceptionResNetV2", "MobileNetV3Small", "NASNetMobile")


def test_all_that_keras_ships_is_offered() -> None:
    import keras

    assert set(APPLICATIONS) == {name for name in dir(keras.applications) if name[0].isupper()}


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS if TIMES > 1 else _OF_EACH_KIND)
def test_networks_that_keras_ships_are_made_again_with_equal_configs(name: str) -> None:
    import keras

    from builder.engine.worker.symbolic import weightless

    keras.backend.clear_session()
    with weightless():
        model = getattr(keras.applications, name)(weights=None)
        config = json.loads(model.to_json())
        project = imported(model)
        keras.backend.clear_session()
        again = made_from(project)
        assert plain(json.loads(again.to_json())) == plain(config)
        assert again.count_params() == model.count_params()
    level = project.graph.level()
    assert len(level.nodes) <= 40, "what is seen at first can be read"
    assert set(project.layout.positions) == set(project.graph.nodes)
    if not name.startswith("VGG"):
        assert level.of_type(BLOCK)


_ANSWERING = [name for name in APPLICATIONS if not name.endswith("XLarge")]


@pytest.mark.slow
@pytest.mark.parametrize("name", _ANSWERING if TIMES > 1 else ("MobileNetV3Small",))
def test_networks_that_keras_ships_answer_bit_for_bit(name: str) -> None:
    import keras

    keras.backend.clear_session()
    build = getattr(keras.applications, name)
    model = build(weights=None, include_top=False, input_shape=(96, 96, 3))
    project = imported(model)
    keras.backend.clear_session()
    assert_same_outputs(model, made_from(project))


# --- files


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One trained network as .keras, .h5 and JSON."""
    folder = tmp_path_factory.mktemp("saved")
    model = two_branches()
    model.save(folder / "net.keras")
    model.save(folder / "net.h5")
    (folder / "net.json").write_text(model.to_json())
    return folder


def import_of(source: Path | str, weights: Path | str = "") -> Imported:
    from builder.engine.worker.importer import import_model

    recording = Recording()
    import_model(Import(1, str(source), str(weights)), recording.context)
    return recording.only(Imported)


@pytest.mark.parametrize("suffix", ["keras", "h5", "json"])
def test_every_kind_of_file_gives_the_same_project(
    saved: Path, tmp_path: Path, suffix: str
) -> None:
    import keras

    found = import_of(saved / f"net.{suffix}", tmp_path / "weights.keras")
    assert found.remarks == ()
    assert found.project.graph == import_of(saved / "net.json").project.graph
    start = found.project.training.start
    assert bool(start) == (suffix != "json")
    if start:
        model = keras.saving.load_model(saved / "net.keras", compile=False)
        kept = keras.saving.load_model(start, compile=False)
        rows = rows_for(model)
        np.testing.assert_array_equal(model.predict(rows), kept.predict(rows))


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "/").replace("DOT", ".."), content)
    return path


_SUBCLASSED = {"class_name": "Net", "config": {}, "module": "mine", "registered_name": "mine>Net"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"readme": b"x"}, "no config.json"),
        ({"config.json": b"{"}, "its JSON has an error"),
        ({"config.json": b'{"a": NaN}'}, "its JSON has an error"),
        ({"config.json": b"[" * 100_000}, "nested too deep"),
        ({"config.json": b"{}", "DOT__evil": b"x"}, "leads out of the archive"),
        ({"config.json": b"{}", "CONFIG.json": b"{}"}, "twice"),
        ({"config.json": b"{}", ".__config.json": b"{}"}, "twice"),
        ({"config.json": b"{}", "assets__aux.txt": b""}, "Windows"),
        ({"config.json": b"{}", "model.weights.h5": b"\0" * 2**24}, "would unpack to"),
        ({"config.json": b"{}"}, "no model of Keras"),
        (
            {"config.json": json.dumps(_SUBCLASSED).encode()},
            "“Net” is a model of a class of its own",
        ),
    ],
)
def test_a_hostile_or_foreign_archive_gets_a_sentence(
    tmp_path: Path, content: dict[str, bytes], said: str
) -> None:
    path = archive(tmp_path / "net.keras", **content)
    with pytest.raises(JobError, match=said):
        import_of(path)


def test_a_file_cut_off_anywhere_gets_a_sentence(saved: Path, tmp_path: Path) -> None:
    for suffix in ("keras", "h5", "json"):
        whole = (saved / f"net.{suffix}").read_bytes()
        for part in range(0, len(whole) - 1, len(whole) // 9 + 1):
            path = tmp_path / f"cut.{suffix}"
            path.write_bytes(whole[:part])
            with pytest.raises(JobError):
                import_of(path)


def test_a_damaged_h5_file_gets_a_sentence(saved: Path, tmp_path: Path) -> None:
    whole = (saved / "net.h5").read_bytes()
    path = tmp_path / "net.h5"
    for place in range(96, 2000, 24):
        path.write_bytes(whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :])
        with contextlib.suppress(JobError):
            import_of(path)


def test_weights_that_no_file_of_its_size_holds_are_left_out(saved: Path, tmp_path: Path) -> None:
    import h5py

    path = tmp_path / "net.h5"
    path.write_bytes((saved / "net.h5").read_bytes())
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs["model_config"])
        dense = [one for one in config["config"]["layers"] if one["class_name"] == "Dense"]
        for layer in dense:
            layer["config"]["units"] = 2**31
        file.attrs["model_config"] = json.dumps(config)
    found = import_of(path, tmp_path / "weights.keras")
    assert "cannot hold" in found.remarks[-1].message


def test_what_never_ends_is_ended() -> None:
    source = (
        "from builder.engine.worker.archive import ending\nwith ending(0.1):\n while True: pass"
    )
    done = subprocess.run([sys.executable, "-c", source], check=False, timeout=100)
    assert done.returncode != 0


def test_a_file_that_leads_elsewhere_gives_no_weights(saved: Path, tmp_path: Path) -> None:
    import h5py

    path = tmp_path / "net.h5"
    path.write_bytes((saved / "net.h5").read_bytes())
    with h5py.File(path, "a") as file:
        file["model_weights/secret"] = h5py.ExternalLink("/etc/passwd", "/")
    found = import_of(path, tmp_path / "weights.keras")
    assert "leads to another file" in found.remarks[0].message
    assert not (tmp_path / "weights.keras").exists()


def test_a_network_that_keras_ships_is_named() -> None:
    assert import_of("keras.applications.MobileNetV2").project.name.startswith("mobilenetv2")
    with pytest.raises(JobError, match=r"has no keras\.applications\.Nothing"):
        import_of("keras.applications.Nothing")


# --- weights


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


def run_module_of(project: Project) -> Any:
    from builder.engine.worker.run_module import run_source

    return run_source(generate(project, catalog()).source, "<import>")


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
    again = made_from(project)
    namespace["start_from"](again, str(tmp_path / "prepared.keras"))
    given = [tf.constant([["a z"], ["c"]]), tf.constant([[1.0, 2.0], [3.0, 9.0]])]
    for one, other in zip(model(given), again(given).values(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
@settings(max_examples=some(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_any_network_survives_the_way_through_keras(project: Project) -> None:
    """Canvas to Keras and back to the canvas: the same model, layer by layer."""
    import keras

    from builder.engine.worker.symbolic import weightless

    assume(not problems(project, catalog()))
    keras.backend.clear_session()
    with weightless():
        try:
            model = made_from(project)
        except Exception:  # noqa: BLE001 - Keras refuses it with whatever it likes
            reject()
        config = plain(json.loads(model.to_json()))
        back = imported(model, collapse=False)
        keras.backend.clear_session()
        assert plain(json.loads(made_from(back).to_json())) == config
