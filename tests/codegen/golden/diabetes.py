"""diabetes: a network in Keras.

Train it, print its scores on rows it has not seen, and save it:

    pip install keras tensorflow scikit-learn
    python model.py --epochs 20 --seed 0 --output model.keras
"""

import argparse

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

EPOCHS = 20
BATCH_SIZE = 32
SEED = 0


def build_model() -> keras.Model:
    """Return the network, untrained."""
    patient = keras.Input(shape=(10,), name="patient")
    x = layers.Normalization(name="scale")(patient)
    x = layers.Dense(32, activation="relu", name="hidden")(x)
    x = layers.Dense(1, name="score")(x)
    progression = layers.Normalization(invert=True, name="restore_units")(x)
    return keras.Model(inputs=patient, outputs=progression, name="diabetes")


def load_data() -> dict[str, tuple]:
    """Return the raw (inputs, targets) for "train", "validation" and "test"."""
    data = load_diabetes(scaled=False)
    inputs = data.data.astype("float32")
    targets = data.target.astype("float32").reshape(-1, 1)
    rows = np.arange(len(data.target))
    rows, test = train_test_split(rows, test_size=0.15, random_state=0)
    # 0.15 of all rows are for validation: a larger share of what is left.
    training, validation = train_test_split(rows, test_size=0.15 / 0.85, random_state=0)
    parts = {"train": training, "validation": validation, "test": test}
    return {name: (inputs[part], targets[part]) for name, part in parts.items()}


def train(
    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()
) -> keras.callbacks.History:
    """Fit the model to the training rows and return the history."""
    inputs, targets = data["train"]
    model.get_layer("scale").adapt(inputs)
    model.get_layer("restore_units").adapt(targets)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.01),
        loss="mean_squared_error",
        metrics=["mean_absolute_error"],
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
    arguments = parser.parse_args()

    keras.utils.set_random_seed(arguments.seed)
    model = build_model()
    data = load_data()
    train(model, data, epochs=arguments.epochs)
    for name, score in evaluate(model, data).items():
        print(f"{name}: {score:.4f}")
    model.save(arguments.output)


if __name__ == "__main__":
    main()
