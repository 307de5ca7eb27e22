"""reviews: a network in Keras.

Train it, print its scores on rows it has not seen, and save it:

    pip install keras tensorflow scikit-learn pandas
    python model.py --epochs 20 --seed 0 --output model.keras
"""

import argparse

import keras
import numpy as np
import pandas as pd
from keras import layers
from sklearn.model_selection import train_test_split

EPOCHS = 20
BATCH_SIZE = 32
SEED = 0
DATA = "data/reviews.csv"
FEATURES = ["age", "kind", "review", "code"]
CATEGORIES = {"kind": ["new", "old"]}
TARGET = "price"


def build_words(shape, name="words") -> keras.Model:
    """Return the block words, untrained."""
    text = keras.Input(shape=shape, dtype="string", name="text")
    x = layers.TextVectorization(max_tokens=50, output_sequence_length=6, name="split")(
        text
    )
    x = layers.Embedding(50, 4, mask_zero=True, name="vectors")(x)
    reading = layers.LSTM(4, name="reader")(x)
    return keras.Model(inputs=text, outputs=reading, name=name)


def build_steady(shape, name="steady") -> keras.Model:
    """Return the block steady, untrained."""
    x_2 = keras.Input(shape=shape, name="x")
    y = layers.Normalization(name="scale")(x_2)
    return keras.Model(inputs=x_2, outputs=y, name=name)


def build_head(shape, name="head") -> keras.Model:
    """Return the block head, untrained."""
    all_2 = keras.Input(shape=shape, name="all")
    x = layers.Dense(1, name="score")(all_2)
    number = layers.Normalization(invert=True, name="restore_units")(x)
    return keras.Model(inputs=all_2, outputs=number, name=name)


def build_model() -> keras.Model:
    """Return the network, untrained."""
    numbers = keras.Input(shape=(3,), name="numbers")
    review = keras.Input(shape=(1,), dtype="string", name="review")
    code = keras.Input(shape=(1,), dtype="string", name="code")
    words = build_words(review.shape[1:])(review)
    x = layers.StringLookup(name="lookup")(code)
    x = layers.Embedding(20, 2, name="towns")(x)
    flat_towns = layers.Flatten(name="flat_towns")(x)
    x = layers.Rescaling(2.0, name="double")(numbers)
    for i in range(1, 3):
        x = build_steady(x.shape[1:], name=f"steady_{i}")(x)
    x = layers.Pipeline([layers.Rescaling(3.0), layers.Normalization()], name="steps")(
        x
    )
    x = layers.Reshape((3, 1), name="grid")(x)
    x = layers.TimeDistributed(layers.Normalization(), name="each")(x)
    flat = layers.Flatten(name="flat")(x)
    x = layers.Concatenate(name="join")([words, flat_towns, flat])
    price = build_head(x.shape[1:])(x)
    return keras.Model(inputs=[numbers, review, code], outputs=price, name="reviews")


def texts(table: pd.DataFrame, names: list[str]):
    """Return columns of texts as they stand, an empty cell as an empty text."""
    cells = table[names].astype(object).fillna("").to_numpy()
    return keras.ops.convert_to_tensor(cells, dtype="string")


def side_by_side(table: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return columns of a table as numbers, categories one-hot."""
    columns = [
        pd.get_dummies(pd.Categorical(table[name], categories=CATEGORIES[name]))
        if name in CATEGORIES
        else table[name]
        for name in names
    ]
    return np.column_stack(columns).astype("float32")


def to_inputs(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what the network takes, a row for each row of the table."""
    return {
        "numbers": side_by_side(table, ["age", "kind"]),
        "review": texts(table, ["review"]),
        "code": texts(table, ["code"]),
    }


def to_targets(table: pd.DataFrame) -> np.ndarray:
    """Return what the network learns, a row for each row of the table."""
    return table[[TARGET]].to_numpy("float32")


def load_data(path=DATA) -> dict[str, tuple]:
    """Return the raw (inputs, targets) for "train", "validation" and "test"."""
    table = pd.read_csv(
        path, usecols=[*FEATURES, TARGET], dtype={"review": str, "code": str}
    )
    empty = table.isna().sum()
    if empty.any():
        raise ValueError(f"{path} has empty cells: {empty[empty > 0].to_dict()}")
    table, test = train_test_split(table, test_size=0.15, random_state=0)
    # 0.15 of all rows are for validation: a larger share of what is left.
    training, validation = train_test_split(
        table, test_size=0.15 / 0.85, random_state=0
    )
    parts = {"train": training, "validation": validation, "test": test}
    return {name: (to_inputs(part), to_targets(part)) for name, part in parts.items()}


def as_fed(array):
    """Return what a model gave as a model takes it: texts as a tensor."""
    if array.dtype != object:
        return array
    return keras.ops.convert_to_tensor(array, dtype="string")


def adapt(model, path, inputs) -> None:
    """Let the layer at the end of a path learn from what reaches it."""
    layer = model
    for step in path:
        if isinstance(layer, keras.layers.TimeDistributed):
            inputs = np.reshape(inputs, (-1, *inputs.shape[2:]))
            layer = layer.layer
        elif isinstance(step, int):
            for before in layer.layers[:step]:
                inputs = before(inputs)
            layer = layer.layers[step]
        else:
            outer, layer = layer, layer.get_layer(step)
            arriving = keras.Operation.input.fget(layer)  # of a whole model, too
            inputs = keras.Model(outer.inputs, arriving).predict(inputs, verbose=0)
            inputs = keras.tree.map_structure(as_fed, inputs)
    layer.adapt(inputs)


def train(
    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()
) -> keras.callbacks.History:
    """Fit the model to the training rows and return the history."""
    inputs, targets = data["train"]
    adapt(model, ["words", "split"], inputs)
    model.get_layer("lookup").adapt(inputs["code"])
    for i in range(1, 3):
        adapt(model, [f"steady_{i}", "scale"], inputs)
    adapt(model, ["steps", 1], inputs)
    adapt(model, ["each", "layer"], inputs)
    model.get_layer("head").get_layer("restore_units").adapt(targets)
    model.compile(
        optimizer="adam", loss="mean_squared_error", metrics=["mean_absolute_error"]
    )
    return model.fit(
        inputs,
        targets,
        batch_size=batch_size,
        epochs=epochs,
        validation_data=data["validation"],
        callbacks=list(callbacks),
    )


def evaluate(model, data) -> dict[str, float]:
    """Return the loss and the metrics on the test rows."""
    inputs, targets = data["test"]
    return model.evaluate(inputs, targets, verbose=0, return_dict=True)


def predict(model, inputs):
    """Return the number predicted for each row."""
    outputs = model.predict(inputs, verbose=0)
    return outputs[:, 0]


def main() -> None:
    """Train the network, print its scores on the test rows and save it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", default="model.keras")
    parser.add_argument("--data", default=DATA)
    arguments = parser.parse_args()

    keras.utils.set_random_seed(arguments.seed)
    model = build_model()
    data = load_data(arguments.data)
    train(model, data, epochs=arguments.epochs)
    for name, score in evaluate(model, data).items():
        print(f"{name}: {score:.4f}")
    model.save(arguments.output)


if __name__ == "__main__":
    main()
