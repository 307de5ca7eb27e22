"""Models of Keras, one for each thing that a config can hold, and the ways there and back."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from builder.codegen import generate
from builder.document.project import Project
from builder.engine.messages import Import, Imported
from builder.reading.keras_config import read_config
from tests.engine.networks import catalog
from tests.engine.recording import Recording
from tests.exactness.models import answers, rows_for, same

Model = Any


def run_module_of(project: Project) -> Any:
    """The module that is a project's code, run."""
    from builder.engine.worker.run_module import run_source

    return run_source(generate(project, catalog()).source, "<import>")


def import_of(source: Path | str, weights: Path | str = "") -> Imported:
    """What the worker makes of a file; weights are kept at the path `weights`."""
    from builder.engine.worker.importer import import_model

    recording = Recording()
    import_model(Import(1, str(source), str(weights)), recording.context)
    return recording.only(Imported)


def imported(model: Model, *, collapse: bool = True) -> Project:
    from builder.engine.worker.importer import arranged

    reading = read_config(json.loads(model.to_json()), catalog())
    assert reading.remarks == ()
    return arranged(reading.project) if collapse else reading.project


def assert_same_outputs(model: Model, again: Model) -> None:
    """With the weights of the first, both answer alike to the last bit."""
    again.set_weights(model.get_weights())
    rows = rows_for(model)
    for one, other in zip(answers(model, rows), answers(again, rows), strict=True):
        assert same(one, other)


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
