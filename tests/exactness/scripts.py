"""Scripts as people write them, each in a few lines: what is special about one is its name.

Each leaves its network in `model`.
"""

SCRIPTS: dict[str, str] = {
    "layers called as functions and skips in a list": """
from tensorflow.keras.layers import Conv2D, Conv2DTranspose, Dropout, Input, MaxPooling2D, concatenate
from tensorflow.keras.models import Model

def conv_block(tensor, n_filters, kernel_size=3, batchnorm=True):
    for _ in range(2):
        tensor = Conv2D(filters=n_filters, kernel_size=(kernel_size, kernel_size), padding="same")(tensor)
    return tensor

def encoder_block(inputs, n_filters, dropout=0.1):
    f = conv_block(inputs, n_filters)
    return f, Dropout(dropout)(MaxPooling2D((2, 2))(f))

inputs = Input((16, 16, 1), name="img")
skips, x, depth = [], inputs, 2
for d in range(depth):
    f, x = encoder_block(x, 4 * 2 ** d, dropout=0.05 * (d + 1))
    skips.append(f)
x = conv_block(x, 4 * 2 ** depth)
for d, skip in zip(reversed(range(depth)), reversed(skips)):
    x = Conv2DTranspose(4 * 2 ** d, (3, 3), strides=(2, 2), padding="same")(x)
    x = conv_block(concatenate([x, skip]), 4 * 2 ** d)
model = Model(inputs=inputs, outputs=Conv2D(1, 1, activation="sigmoid", name="mask")(x))
""",
    "a tensor is asked for its shape": """
import keras
from keras import layers, ops

def squeeze(tensor, ratio=2):
    filters = tensor.shape[-1]
    se = layers.GlobalAveragePooling2D(keepdims=True)(tensor)
    se = layers.Dense(filters // ratio, activation="relu", use_bias=False)(se)
    return tensor * layers.Dense(filters, activation="sigmoid")(se)

def block(x, filters, stride=1):
    shortcut = x
    x = squeeze(layers.Conv2D(filters, 3, strides=stride, padding="same")(x))
    if stride != 1 or shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride)(shortcut)
    return layers.maximum([x, shortcut])

inputs = keras.Input((8, 8, 3))
x = inputs
for filters, stride in [(4, 1), (4, 1), (8, 2)]:
    x = block(x, filters, stride)
_, h, w, c = x.shape
x = layers.Reshape((h * w, c))(x)
x = layers.Conv1D(ops.shape(x)[-1], 1)(x) + x
assert len(x.shape) == 3
model = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(x)))
""",
    "names of all kinds": """
import copy, math
import keras
from keras import layers

BLOCKS = [{"units": 4, "repeats": 2}, {"units": 8, "repeats": 1}]

class Config:
    rate = 0.2
    width: float = 1.1

config = Config()
inputs = keras.Input((6,), name="in_{}".format(0))
x = inputs
for i, args in enumerate(copy.deepcopy(BLOCKS)):
    for j in range(int(math.ceil(args.pop("repeats") * config.width))):
        name = "block{}{}_".format(i + 1, chr(j + 97))
        x = layers.Dense(int(args["units"] * config.width), name=name + "dense")(x)
        x = layers.Dropout(config.rate, name="drop_%d_%s" % (i, "ab"[j % 2] + str(j)))(x)
x = layers.Dense(2, name="head/1".replace("/", "_"))(x)
model = keras.Model(inputs, x, name="net%dv%d" % (sum(b["repeats"] for b in BLOCKS), 2))
""",
    "two models that learn by turns": """
from keras.models import Sequential, Model
from keras.layers import Dense, Input, LeakyReLU
from keras.optimizers import Adam

def build_generator():
    model = Sequential()
    model.add(Dense(8, input_dim=4))
    model.add(LeakyReLU(alpha=0.2))
    model.add(Dense(6, activation="tanh"))
    noise = Input(shape=(4,))
    return Model(noise, model(noise), name="generator")

discriminator = Sequential([Input((6,)), Dense(8), LeakyReLU(0.2), Dense(1, activation="sigmoid")])
discriminator.compile(loss="binary_crossentropy", optimizer=Adam(0.0002, 0.5))
generator = build_generator()
z = Input(shape=(4,))
image = generator(z)
discriminator.trainable = False
model = Model(z, discriminator(image))
model.compile(loss="binary_crossentropy", optimizer=Adam(0.0002, 0.5))

def train(epochs, loader=None):
    for epoch in range(epochs):
        real = next(loader)
        if epoch % 1000 == 0:
            print(epoch)

for epoch in range(0):
    train(30_000)
""",
    "a Sequential of Sequentials": """
from keras import Sequential
from keras.layers import *

encoder = Sequential([InputLayer(shape=(12,)), Dense(6), Dense(3)], name="encoder")
decoder = Sequential(name="decoder")
decoder.add(Input((3,)))
for units in (6, 12)[::-1]:
    decoder.add(Dense(units))
model = Sequential([encoder, decoder], name="autoencoder")
""",
    "a layer of its own that takes two tensors": """
import keras
from keras import layers, ops

class Sampling(layers.Layer):
    def call(self, inputs):
        mean, variance = inputs
        x = ops.exp(0.5 * variance)
        return mean + x * 0.1

inputs = keras.Input((6,))
x = layers.Dense(4)(inputs)
z = Sampling()([layers.Dense(2, name="mean")(x), layers.Dense(2, name="variance")(x)])
encoder = keras.Model(inputs, z, name="encoder")
latent = keras.Input(shape=encoder.output.shape[1:])
decoder = keras.Model(latent, layers.Dense(6)(latent), name="decoder")
model = keras.Model(inputs, decoder(encoder(inputs)))
""",
    "what Keras says of itself": """
import keras
from keras import backend as K, layers, ops

axis = -1 if K.image_data_format() == "channels_last" else 1
keras.mixed_precision.set_global_policy("mixed_bfloat16")
a = keras.Input((5,), name="a")
x = layers.BatchNormalization(axis=axis)(layers.Dense(4)(a))
keras.mixed_precision.set_global_policy("float32")
x = ops.maximum(ops.square(x), keras.config.epsilon())
model = keras.Model(a, layers.Dense(1)(x))
""",
    "cells in a list, counting loops and closures": """
from functools import partial, reduce
import keras
from keras import layers

def dense(units, **kw):
    def apply(x):
        return layers.Dense(units, **{"activation": "relu", **kw})(x)
    return apply

Dense = partial(layers.Dense, activation="relu")

def compose(*steps):
    def run(x):
        for step in steps:
            x = step(x)
        return x
    return run

inputs = keras.Input((None, 3))
x = layers.RNN([layers.LSTMCell(u) for u in (4, 3)], return_sequences=True)(inputs)
x = layers.Bidirectional(layers.GRU(2, implementation=1))(x)
size = 16
while size > 2:
    x = dense(size)(x)
    size //= 2
x = compose(dense(4), dense(3, activation=keras.activations.tanh), layers.Dropout(0.1))(x)
*hidden, last = [layers.Dense(n) for n in (4, 3, 2)]
for layer in hidden:
    x = layer(x)
heads = [Dense(2)(last(x)), *map(Dense(2), [x]), Dense(2, activation=None)(x)]
model = keras.Model(inputs, sum(heads) + reduce(lambda a, b: a * b, heads[1:]))
""",
    "a large network made by functions and in loops": """
import keras
from keras import layers

def unit(x, width, drop=0.1):
    y = layers.Dense(width, activation="relu")(x)
    y = layers.Dropout(drop)(layers.LayerNormalization()(y))
    return layers.add([x, y])

def pair(x, width, skips):
    x = unit(x, width)
    skips.append(x)
    return unit(x, width, drop=0.2), width

inputs = keras.Input((4,))
x, skips = layers.Dense(8)(inputs), []
for _ in range(3):
    x, width = pair(x, 8, skips)
# Up again.
for skip in reversed(skips):
    x = layers.concatenate([x, skip])
    x = layers.Dense(width)(x)
    x = layers.LeakyReLU()(x)
model = keras.Model(inputs, layers.Dense(2)(x))
""",
    "features by name": """
import keras
from keras import layers

NUMERIC = ["age", "hours"]
WORDS = {"work": ["private", "own"], "school": ["high", "college", "none"]}
inputs = {name: layers.Input(name=name, shape=(1,)) for name in NUMERIC}
inputs.update({name: layers.Input(name=name, shape=(1,), dtype="string") for name in WORDS})

def encode(inputs, embed=False):
    found = []
    for name in inputs:
        if name in WORDS:
            lookup = layers.StringLookup(vocabulary=WORDS[name], output_mode="int" if embed else "one_hot")
            found.append(lookup(inputs[name]))
            if embed:
                found[-1] = layers.Flatten()(layers.Embedding(len(WORDS[name]) + 1, 2)(found[-1]))
        else:
            found.append(inputs[name])
    return layers.concatenate(found)

deep = encode(inputs, embed=True)
for units in [4] * 2:
    deep = layers.ReLU()(layers.Dense(units)(deep))
merged = layers.concatenate([encode(inputs), deep])
model = keras.Model(inputs=inputs, outputs=layers.Dense(2, activation="softmax")(merged))
""",
    "outputs that are called as their layers": """
import keras
from keras import layers

title = keras.Input((5,), name="title")
x = layers.Dense(4)(title)
heads = {name: layers.Dense(n, name=name)(x) for name, n in zip(["priority", "department"], [1, 4])}
model = keras.Model(inputs=title, outputs=heads)
""",
    "arithmetic and slices": """
import keras
from keras import layers, ops

a, b = keras.Input((8,), name="a"), keras.Input((8,), name="b")
d = layers.Dense(8)
u, v = d(a), d(b)
outer = ops.expand_dims(u, 2) @ ops.expand_dims(v, 1)
parts = [ops.abs(u - v), 0.5 * u + (1 - 0.5) * v, -(u ** 2), outer[:, 0, :], outer[..., -1]]
parts += [ops.where(u > 0, u, 0.1 * v), layers.Flatten()(outer[:, 1:5:2, None])]
model = keras.Model([a, b], layers.Dense(1)(ops.concatenate(parts, axis=-1)))
""",
}
