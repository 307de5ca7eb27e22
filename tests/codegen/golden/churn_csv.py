"""churn: a network in Keras.

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
CLASSES = {"gone": np.array(["False", "True"]), "stars": np.array(["1", "2", "3"])}
DATA = "data/churn.csv"
FEATURES = ["age", "rooms"]
CATEGORIES = {"rooms": [1, 2]}
TARGETS = ["left", "stars"]


def build_model() -> keras.Model:
    """Return the network, untrained."""
    row = keras.Input(shape=(3,), name="row")
    age_alone = keras.Input(shape=(1,), name="age_alone")
    x = layers.Concatenate(name="join")([row, age_alone])
    scale = layers.Normalization(name="scale")(x)
    gone = layers.Dense(1, activation="sigmoid", name="gone_score")(scale)
    stars = layers.Dense(3, activation="softmax", name="rating_scores")(scale)
    return keras.Model(
        inputs=[row, age_alone], outputs={"gone": gone, "stars": stars}, name="churn"
    )


def side_by_side(table: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return columns of a table as numbers, categories one-hot."""
    columns = [
        pd.get_dummies(pd.Categorical(table[name], categories=CATEGORIES[name]))
        if name in CATEGORIES
        else table[name]
        for name in names
    ]
    return np.column_stack(columns).astype("float32")


def class_numbers(column: pd.Series, classes) -> np.ndarray:
    """Return the number of each cell's class; an unknown class is an error."""
    numbers = {name: number for number, name in enumerate(classes)}
    return column.map(numbers).astype("int32").to_numpy().reshape(-1, 1)


def to_inputs(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what the network takes, a row for each row of the table."""
    return {
        "row": side_by_side(table, FEATURES),
        "age_alone": side_by_side(table, ["age"]),
    }


def to_targets(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what the network learns, a row for each row of the table."""
    return {
        "gone": class_numbers(table["left"], [False, True]),
        "stars": class_numbers(table["stars"], [1, 2, 3]),
    }


def load_data(path=DATA) -> dict[str, tuple]:
    """Return the raw (inputs, targets) for "train", "validation" and "test"."""
    table = pd.read_csv(path, usecols=[*FEATURES, *TARGETS])
    empty = table.isna().sum()
    if empty.any():
        raise ValueError(f"{path} has empty cells: {empty[empty > 0].to_dict()}")
    table, test = train_test_split(
        table, test_size=0.15, random_state=0, stratify=table["left"]
    )
    # 0.15 of all rows are for validation: a larger share of what is left.
    training, validation = train_test_split(
        table, test_size=0.15 / 0.85, random_state=0, stratify=table["left"]
    )
    parts = {"train": training, "validation": validation, "test": test}
    return {name: (to_inputs(part), to_targets(part)) for name, part in parts.items()}


def adapt(model, path, inputs) -> None:
    """Let the layer at the end of a path learn from what reaches it."""
    layer = model
    for step in path:
        outer, layer = layer, layer.get_layer(step)
        arriving = keras.Operation.input.fget(layer)  # of a whole model, too
        inputs = keras.Model(outer.inputs, arriving).predict(inputs, verbose=0)
    layer.adapt(inputs)


def train(
    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()
) -> keras.callbacks.History:
    """Fit the model to the training rows and return the history."""
    inputs, targets = data["train"]
    adapt(model, ["scale"], inputs)
    model.compile(
        optimizer="adam",
        loss={
            "gone": "binary_crossentropy",
            "stars": "sparse_categorical_crossentropy",
        },
        metrics={"gone": ["accuracy"], "stars": ["accuracy"]},
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
    """Return the answers for each row, by output."""
    outputs = model.predict(inputs, verbose=0)
    return {
        "gone": CLASSES["gone"][(outputs["gone"][:, 0] > 0.5).astype(int)],
        "stars": CLASSES["stars"][outputs["stars"].argmax(axis=-1)],
    }


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
