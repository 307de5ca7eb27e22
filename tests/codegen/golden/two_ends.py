"""two ends: a network in Keras.

Train it, print its scores on rows it has not seen, and save it:

    pip install keras tensorflow scikit-learn
    python model.py --epochs 20 --seed 0 --output model.keras
"""

import argparse

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

EPOCHS = 20
BATCH_SIZE = 32
SEED = 0
CLASSES = np.array(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])


def build_model() -> keras.Model:
    """Return the network, untrained."""
    image = keras.Input(shape=(8, 8, 1), name="image")
    pixels = keras.Input(shape=(64,), name="pixels")
    encoder_layer = layers.Dense(16, activation="relu", name="encoder")
    encoder = encoder_layer(pixels)
    x = layers.Flatten(name="flat")(image)
    again = encoder_layer(x)
    x = layers.Reshape((8, 8), name="rows")(image)
    reader, _, reader_state_c = layers.LSTM(16, return_state=True, name="reader")(x)
    join = layers.Concatenate(name="join")([encoder, again, reader_state_c, reader])
    digit = layers.Dense(10, name="scores")(join)
    value = layers.Dense(1, name="amount")(join)
    return keras.Model(
        inputs=[image, pixels],
        outputs={"digit": digit, "value": value},
        name="two_ends",
    )


def load_data() -> dict[str, tuple]:
    """Return the raw (inputs, targets) for "train", "validation" and "test"."""
    data = load_digits()
    images = data.images[..., np.newaxis].astype("float32")
    table = data.data.astype("float32")
    inputs = {"image": images, "pixels": table}
    classes = data.target
    numbers = data.target.astype("float32").reshape(-1, 1)
    targets = {"digit": classes, "value": numbers}
    rows = np.arange(len(data.target))
    rows, test = train_test_split(
        rows, test_size=0.15, random_state=0, stratify=data.target
    )
    # 0.15 of all rows are for validation: a larger share of what is left.
    training, validation = train_test_split(
        rows, test_size=0.15 / 0.85, random_state=0, stratify=data.target[rows]
    )
    parts = {"train": training, "validation": validation, "test": test}
    return {
        name: (
            {key: array[part] for key, array in inputs.items()},
            {key: array[part] for key, array in targets.items()},
        )
        for name, part in parts.items()
    }


def train(
    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()
) -> keras.callbacks.History:
    """Fit the model to the training rows and return the history."""
    inputs, targets = data["train"]
    model.compile(
        optimizer="adam",
        loss={
            "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "value": "mean_squared_error",
        },
        loss_weights={"digit": 1.0, "value": 0.1},
        metrics={"digit": ["accuracy"], "value": ["mean_absolute_error"]},
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
        "digit": CLASSES[outputs["digit"].argmax(axis=-1)],
        "value": outputs["value"][:, 0],
    }


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
