"""Python as people write it: what of it is read, and the sentence about what is not."""

from textwrap import dedent

import pytest

from builder.catalog.load import load_catalog
from builder.document.graph import BLOCK, OUTPUT, Graph
from builder.document.plan import Bundled, KerasObject
from builder.document.project import Project
from builder.document.topology import problems
from builder.reading.python_faults import CannotRead
from builder.reading.python_source import read_source

CATALOG = load_catalog()
HEAD = "import keras\nfrom keras import layers, ops\n"


def read(source: str, head: str = HEAD) -> Project:
    return read_source(head + dedent(source), CATALOG)


def chain_of(graph: Graph) -> list[str]:
    """The names of a network's nodes from its first input on, along the first wire of each."""
    (start,) = graph.level().of_type("keras.Input")[:1]
    names, node = [start.name], start.id
    while wires := graph.out_of(node):
        node = wires[0].target.node
        names.append(graph.nodes[node].name)
    return names


ABOVE = 4
MODEL = """
i = keras.Input((4,), name="i")
{body}
m = keras.Model(i, x)
"""


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("x = layers.Dense(3)(i)", ["dense"]),
        ("x = layers.Dense(3)(i)\nx = layers.Dense(3)(x)", ["dense", "dense_1"]),
        ("d = layers.Dense(4)\nx = d(d(i))", ["dense", "dense_2"]),
        ("x = i\nfor n in (8, 4):\n    x = layers.Dense(n, name=f'd{n}')(x)", ["d8", "d4"]),
        ("x = i\nfor n in range(2):\n    x = layers.Dense(3, name='d_%d' and f'd_{n}')(x)", ["d_0", "d_1"]),
        (
            "def twice(x, units=3, *, name):\n    x = layers.Dense(units, name=name + '_a')(x)\n"
            "    return layers.Dense(units, name=name + '_b')(x)\nx = twice(i, name='t')",
            ["t_a", "t_b"],
        ),
        ("stack = [layers.Dense(3, name='a')]\nstack.append(layers.ReLU(name='b'))\nx = i\n"
         "for one in stack:\n    x = one(x)", ["a", "b"]),
        ("sizes = dict(units=3)\nx = layers.Dense(**sizes, name='a')(i)", ["a"]),
        ("a, b = layers.Dense(3, name='a'), layers.Dense(3, name='b')\nx = b(a(i))", ["a", "b"]),
        ("x = layers.Dense(3, name='a')(i)\nx += 1", ["a", "add"]),
        ("x = layers.Dense(3, name='a')(i)[:, 0]", ["a", "get_item"]),
        ("x = ops.relu(layers.Dense(3, name='a')(i))", ["a", "relu"]),
        ("x = layers.Dense(3, name='a')(i) if 2 > 1 else i", ["a"]),
        ("if True:\n    x = layers.Dense(3, name='a')(i)", ["a"]),
        ("with open('x') as f:\n    x = layers.Dense(3, name='a')(i)", ["a"]),
        ("layer = layers.Dense(3, name='a')\nlayer.trainable = False\nx = layer(i)", ["a"]),
        ("x = layers.Lambda(lambda t: t * 2, name='a')(i)", ["a"]),
        ("x = layers.add([i, i]) + i", ["add_layer", "add_1"]),
        ("x = layers.Dense(3, name='%s_%02d' % ('a', 1))(i)", ["a_01"]),
        ("n = 2\nx = i\nwhile n:\n    x = layers.Dense(n, name=f'd{n}')(x)\n    n -= 1", ["d2", "d1"]),
        ("try:\n    open('x')\nexcept OSError as fault:\n    print(fault)\nx = layers.Dense(3, name='a')(i)", ["a"]),
        ("n = 3\nif isinstance(n, int):\n    n = (n, n)\nx = layers.Dense(n[0], name='a')(i)", ["a"]),
        ("for epoch in range(100_000):\n    print(epoch)\nx = layers.Dense(3, name='a')(i)", ["a"]),
        ("import tensorflow as tf\nx = tf.concat([tf.nn.relu(i), i], 1)", ["relu", "concatenate"]),
        ("from keras import backend as K\nx = K.mean(K.square(i), axis=1, keepdims=True)", ["square", "mean"]),
        ("kind = getattr(layers, 'Den' + 'se')\nx = kind(3, name='a')(i)", ["a"]),
        ("x = layers.experimental.preprocessing.Rescaling(2.0, name='a')(i)", ["a"]),
        ("x = (lambda t: layers.Dense(3, name='a')(t))(i)", ["a"]),
    ],
)  # fmt: skip
def test_plain_python_is_followed(body: str, names: list[str]) -> None:
    graph = read(MODEL.format(body=body)).graph
    assert chain_of(graph)[1:-1] == names


@pytest.mark.parametrize(
    "head",
    [
        "from tensorflow import keras\nfrom tensorflow.keras import layers\n",
        "import tensorflow as tf\nkeras = tf.keras\nlayers = keras.layers\n",
        "import tensorflow.keras as keras\nimport keras.layers as layers\n",
        "import keras\nfrom keras.layers import *\nlayers = keras.layers\n",
    ],
)
def test_keras_is_known_by_all_its_names(head: str) -> None:
    graph = read(MODEL.format(body="x = layers.Dense(3)(i)"), head).graph
    assert chain_of(graph) == ["i", "dense", "x" if "x" in graph.by_name else "output"]


def test_a_sequential_model() -> None:
    project = read(
        """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(16, "relu")], name="small")
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile("adam", "binary_crossentropy", ["accuracy"])
        """
    )
    dense = project.graph.by_name["dense"]
    assert project.name == "small"
    assert dense.params == {"units": 16, "activation": "relu"}
    assert chain_of(project.graph) == ["input_layer", "dense", "dense_1", "output"]
    assert project.graph.by_name["output"].params["loss"] == "binary_crossentropy"


def test_models_in_models_are_blocks_and_copies_in_a_loop_are_one() -> None:
    graph = read(
        """
        def unit(shape, width, name="unit"):
            i = keras.Input(shape)
            x = layers.Dense(width)(i)
            return keras.Model(i, layers.Add()([x, i]), name=name)

        inputs = keras.Input((8,))
        x = inputs
        for n in range(1, 4):
            x = unit(x.shape[1:], 8, name=f"unit_{n}")(x)
        for n, width in enumerate((8, 16), 7):
            x = layers.Dense(width)(x)
            x = unit(x.shape[1:], width, name=f"wide_{n}")(x)
        model = keras.Model(inputs, x)
        """
    ).graph
    blocks = {node.name: node.params for node in graph.level().of_type(BLOCK)}
    assert blocks == {"unit": {"repeat": 3}, "wide_7": {}, "wide_8": {}}


def test_a_training_script_of_another_hand() -> None:
    project = read(
        """
        import os
        from sklearn.datasets import load_iris
        from sklearn.model_selection import train_test_split as split

        os.environ["KERAS_BACKEND"] = "jax"
        x, y = load_iris(return_X_y=True)
        rows, test = split(list(range(len(x))), test_size=0.2, random_state=3)
        while not os.path.exists("ready"):
            print("waiting")
        inputs = keras.Input(shape=[4], name="flower")
        hidden = layers.Dense(8, activation=keras.activations.relu,
                              kernel_regularizer=keras.regularizers.l2(1e-4))(inputs)
        scores = layers.Dense(3, activation="softmax")(hidden)
        net = keras.Model(inputs, scores, name="iris")
        net.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
                    loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
        history = net.fit(x[rows], y[rows], epochs=2 * 5, batch_size=16,
                          callbacks=[keras.callbacks.EarlyStopping(patience=3)])
        """
    )
    assert project.backend == "jax"
    assert project.data.source == Bundled("iris")
    training = project.training
    assert (training.epochs, training.batch_size) == (10, 16)
    sgd = {"learning_rate": 0.1, "momentum": 0.9}
    assert training.optimizer == KerasObject("keras.optimizers.SGD", sgd)
    assert [one.type for one in training.callbacks] == ["keras.callbacks.EarlyStopping"]
    dense = project.graph.by_name["dense"].params
    assert dense["activation"] == "relu"
    assert dense["kernel_regularizer"] == {"type": "keras.regularizers.L2", "params": {"l2": 1e-4}}
    (output,) = project.graph.of_type(OUTPUT)
    assert output.params["target"] == "species"
    assert "loss" not in output.params


def test_outputs_are_called_as_in_the_source() -> None:
    head = 'i = keras.Input((4,))\na_out = layers.Dense(1, name="a")(i)\nb = layers.Dense(2, name="b")(i)\n'
    said = 'm.compile(loss={"a": "mse", "b": "mae"}, loss_weights={"b": 0.5})\n'
    listed = read(f"{head}m = keras.Model(i, [a_out, b])\n{said}").graph
    keyed = read(f'{head}m = keras.Model(i, {{"a": a_out, "b": b}})\n{said}').graph
    for graph, names in ((listed, ["a_out", "b"]), (keyed, ["a", "b"])):
        ends = graph.of_type(OUTPUT)
        assert [end.name for end in ends] == names
        assert [end.params["loss"] for end in ends] == ["mse", "mae"]
        assert [end.params.get("loss_weight") for end in ends] == [None, 0.5]
        assert not any(one.severity == "error" for one in problems(graph, CATALOG.ports_of))


# --- what is not read


@pytest.mark.parametrize(
    ("body", "line", "words", "said"),
    [
        ("x = i\nwhile True:\n    x = layers.Dense(3)(x)", 2, "while True:", "without running"),
        ("import os\nx = i\nif os.name:\n    x = layers.Dense(3)(x)", 3, "if os.name:", "without running"),
        ("x = layers.Dense(len(open('n').read()))(i)", 1, "open('n')", "without running"),
        ("x = layers.Dense(units=3, wide=2)(i)", 1, "wide=2", "no parameter “wide”"),
        ("x = layers.Denze(3)(i)", 1, "layers.Denze(3)", "has no layer Denze"),
        ("x = layers.Dense(layers.Hashing(3)(i).shape[1])(i)", 1, "layers.Hashing(3)(i).shape[1]", "a size that only Keras works out"),
        ("import tensorflow as tf\nx = tf.signal.fft(i)", 2, "tf.signal.fft", "no part of Keras"),
        ("import tensorflow as tf\nx = tf.matmul(i, i, transpose_b=True)", 2, "tf.matmul", "with transpose_b"),
        ("base = keras.applications.VGG16()\nx = base(i)", 2, "base(i)", "what `keras.applications.VGG16()` (line"),
        ("x = layers.Dense(3, name='i')(i)", 1, "layers.Dense", "two layers are called “i”"),
        ("x = layers.Add()(i, i, i)", 1, "layers.Add()(i, i, i)", "received 3"),
        ("x = nobody(i)", 1, "nobody", "not defined"),
        ("x = layers.Dense(10 ** 100)(i)", 1, "10 ** 100", "too large"),
        ("x = layers.Dense(1 // 0)(i)", 1, "1 // 0", "divides by zero"),
        ("class Mine(layers.Layer):\n    pass\nx = Mine()(i)", 3, "Mine()(i)", "without running it"),
        ("x = layers.Dense(3)(i", 1, "(i", "This is no Python"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(
    body: str, line: int, words: str, said: str
) -> None:
    with pytest.raises(CannotRead) as caught:
        read(MODEL.format(body=body))
    fault = caught.value
    assert said in fault.message
    assert fault.place is not None
    assert fault.place.line - ABOVE == line
    assert words in fault.place.words


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("class Net(keras.Model):\n    pass\nm = Net()", 3, "is a model as a class"),
        (
            "class Maker:\n    def make(self):\n        return keras.Model(1, 2)\n",
            3,
            "in its methods",
        ),
        ("def make(n):\n    return keras.Model(n, n)\n", 3, "is not called in this source"),
    ],
)
def test_a_source_without_a_model_says_what_is_there(source: str, line: int, said: str) -> None:
    with pytest.raises(CannotRead, match=said) as caught:
        read(source)
    assert caught.value.place is not None
    assert caught.value.place.line == line


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(10**12):\n    pass",
        "x = [0] * 10**9",
        "x = 'a' * 10**10",
        "x = 9 ** 9 ** 9 ** 9",
        "x = 1 << 10**9",
        "x = round(5, -10**9)",
        "x = f'{1:1000000000}'",
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "-" * 50_000 + "1",
        "x = " + "a." * 50_000 + "b",
        "x = " + "1 + " * 20_000 + "1",
        "x = " + "[" * 150 + "]" * 150,
        "def f(n):\n    return f(n + 1)\nf(0)",
        "def f():\n    f()\n    f()\nf()",
        "x = [1]\nfor i in range(60):\n    x = [x, x]\nif x == x: pass",
        "x = 'a'\nfor i in range(60):\n    x = x + x",
        "x = []\nfor i in range(10):\n    x.extend(x)\n    x.append(x)\nprint(x)",
        "x = [i for i in range(9999) for j in range(9999)]",
        "__import__('os').system('touch /tmp/never')",
        "eval('1'); exec('2'); open('/etc/passwd').read()",
        "import os; os.system('true')",
        "\x00",
        "x = '\\ud800'",
        "x = 0x" + "f" * 20_000,
        "a\n" * 400_000,
        "for i in range(2**63 + 9): pass",
        "import keras\ni = keras.Input((8, range(10**12)))\nkeras.Model(i, i)",
        "import keras\na = [1] * 9999\nb = [a] * 9999\ni = keras.Input([b] * 9999)",
        "import keras\na = [1] * 9999\nb = [a] * 9999\nkeras.layers.StackedRNNCells([b] * 9999)",
        "lambda: (yield)",
        "x = [1]\nfor i in range(60):\n    x = [x, x]\nimport copy\ncopy.deepcopy(x)",
        "x = 'a'.replace('a', 'b' * 99_999).replace('b', 'c' * 99_999)",
        "x = '%9999999d' % 1 + '{:9999999}'.format(1) + 'a'.zfill(10**9)",
        "x = 'a{0.__class__}{0[0]}'.format(1)",
        "f = lambda v: list(map(f, [v]))\nf(1)",
        "from functools import partial as p\nfor i in range(3000):\n    print = p(print)\nprint(1)",
        "import keras\nx = keras.Input((4,))\nwhile x is not None:\n    x = keras.layers.Dense(3)(x)",
        "while 1 < 2:\n    pass",
        "x = 0\nwhile x < 10**12:\n    x += 1",
        "",
    ],
)
def test_hostile_sources_end_soon_and_run_nothing(source: str) -> None:
    with pytest.raises(CannotRead):
        read_source(source, CATALOG)


def test_lines_are_counted_as_python_counts_them() -> None:
    with pytest.raises(CannotRead, match=r"Line 4: `layers.Odd\(1\)`"):
        read("# form feed \x0c and \u2028 end no line\nx = layers.Odd(1)")
