"""wine: a network in Keras.

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
CLASSES = np.array(["Barbera", "Barolo", "Grignolino"])
DATA = "data/wine.csv"
FEATURES = ["alcohol", "colour", "hue", "organic"]
NUMBERS = ["alcohol", "hue"]
CATEGORIES = {"colour": ["red", "white"], "organic": [False, True]}
TARGET = "grower"


def build_model() -> keras.Model:
    """Return the network, untrained."""
    row = keras.Input(shape=(6,), name="row")
    x = layers.Normalization(name="scale")(row)
    x = layers.Dense(8, activation="relu", name="hidden")(x)
    grower = layers.Dense(3, activation="softmax", name="scores")(x)
    return keras.Model(inputs=row, outputs=grower, name="wine")


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


def to_inputs(table: pd.DataFrame) -> np.ndarray:
    """Return what the network takes, a row for each row of the table."""
    return side_by_side(table, FEATURES)


def to_targets(table: pd.DataFrame) -> np.ndarray:
    """Return what the network learns, a row for each row of the table."""
    return class_numbers(table[TARGET], CLASSES)


def load_data(path=DATA) -> dict[str, tuple]:
    """Return the raw (inputs, targets) for "train", "validation" and "test"."""
    table = pd.read_csv(
        path, usecols=[*FEATURES, TARGET], sep=";", decimal=",", encoding="latin-1"
    )
    table = table.dropna(subset=[TARGET])
    table, test = train_test_split(
        table, test_size=0.15, random_state=0, stratify=table[TARGET]
    )
    # 0.15 of all rows are for validation: a larger share of what is left.
    training, validation = train_test_split(
        table, test_size=0.15 / 0.85, random_state=0, stratify=table[TARGET]
    )
    parts = {"train": training, "validation": validation, "test": test}
    medians = training[NUMBERS].median()
    return {
        name: (to_inputs(part.fillna(medians)), to_targets(part))
        for name, part in parts.items()
    }


def train(
    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()
) -> keras.callbacks.History:
    """Fit the model to the training rows and return the history."""
    inputs, targets = data["train"]
    model.get_layer("scale").adapt(inputs)
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
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
    """Return the class predicted for each row."""
    outputs = model.predict(inputs, verbose=0)
    return CLASSES[outputs.argmax(axis=-1)]


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
