"""nested: a network in Keras.

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


def build_body(shape, name="body") -> keras.Model:
    """Return the block body, untrained."""
    features = keras.Input(shape=shape, name="features")
    x = layers.BatchNormalization(name="norm")(features)
    changed = layers.Conv2D(16, 3, padding="same", name="conv")(x)
    return keras.Model(inputs=features, outputs=changed, name=name)


def build_residual(shape, name="residual") -> keras.Model:
    """Return the block residual, untrained."""
    features = keras.Input(shape=shape, name="features")
    body = build_body(features.shape[1:])(features)
    sum_2 = layers.Add(name="join")([body, features])
    return keras.Model(inputs=features, outputs=sum_2, name=name)


def build_twins(shape, name="twins") -> keras.Model:
    """Return the block twins, untrained."""
    left = keras.Input(shape=shape, name="left")
    right = keras.Input(shape=(1024,), name="right")
    near_by = layers.Dense(8, name="near")(left)
    far_away = layers.Dense(8, activation="relu", name="far")(right)
    return keras.Model(inputs=[left, right], outputs=[near_by, far_away], name=name)


def build_model() -> keras.Model:
    """Return the network, untrained."""
    image = keras.Input(shape=(8, 8, 1), name="image")
    x = layers.Conv2D(16, 3, padding="same", name="stem")(image)
    # As in ResNet.
    residual = x
    for i in range(1, 4):
        residual = build_residual(residual.shape[1:], name=f"residual_{i}")(residual)
    first = layers.Flatten(name="first")(residual)
    x = layers.MaxPooling2D(name="pool")(residual)
    x = layers.Reshape((256,), name="second")(x)
    wide = layers.Dense(1024, name="wide")(x)
    twins_layer = build_twins(first.shape[1:])
    twins_near_by, twins_far_away = twins_layer([first, wide])
    again_near_by, _ = twins_layer([wide, first])
    x = layers.Concatenate(name="all")([twins_near_by, twins_far_away, again_near_by])
    digit = layers.Dense(10, activation="softmax", name="scores")(x)
    return keras.Model(inputs=image, outputs=digit, name="nested")


def load_data() -> dict[str, tuple]:
    """Return the raw (inputs, targets) for "train", "validation" and "test"."""
    data = load_digits()
    inputs = data.images[..., np.newaxis].astype("float32")
    targets = data.target
    rows = np.arange(len(data.target))
    rows, test = train_test_split(
        rows, test_size=0.15, random_state=0, stratify=data.target
    )
    # 0.15 of all rows are for validation: a larger share of what is left.
    training, validation = train_test_split(
        rows, test_size=0.15 / 0.85, random_state=0, stratify=data.target[rows]
    )
    parts = {"train": training, "validation": validation, "test": test}
    return {name: (inputs[part], targets[part]) for name, part in parts.items()}


def train(
    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()
) -> keras.callbacks.History:
    """Fit the model to the training rows and return the history."""
    inputs, targets = data["train"]
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
