"""model: a network in Keras.

Print its layers:

    pip install keras tensorflow
    python model.py
"""

import keras
from keras import layers


def build_model() -> keras.Model:
    """Return the network, untrained."""
    inputs = keras.Input(shape=(4,), name="input")
    outputs = layers.Dense(3, activation="softmax", name="dense")(inputs)
    return keras.Model(inputs=inputs, outputs=outputs, name="model")


def main() -> None:
    """Print the layers of the network."""
    build_model().summary()


if __name__ == "__main__":
    main()
