"""Sentences about what went wrong. The texts are Keras 3.15's own, as it raises them."""

import pytest

from builder.document.graph import Node
from builder.engine.kernel import exit_sentence
from builder.engine.worker import limits
from builder.engine.worker.case import Case, Feed
from builder.engine.worker.faults import JobError, fault_of, plain
from builder.engine.worker.sentences import keras_fault, sentence

POOL = """Exception encountered when calling MaxPooling2D.call().

\x1b[1mComputed output size would be zero or negative. Received: `inputs.shape=[None 3 3 1]`, \
`pool_size=[5 5]`, `strides=(5, 5)`, `padding=valid`.\x1b[0m

Arguments received by MaxPooling2D.call():
  • args=('<KerasTensor shape=(None, 3, 3, 1), dtype=float32, sparse=False, name=keras_tensor_16>',)
  • kwargs=<class 'inspect._empty'>"""


def case(layer: str, *shapes: tuple[int | None, ...], **params: object) -> Case:
    feeds = [Feed("inputs", "abc"[place], shape) for place, shape in enumerate(shapes)]
    return Case("n1", layer.lower(), layer, feeds, params)


SAID = [
    (
        ValueError("Inputs have incompatible shapes. Received shapes (4, 3) and (5, 3)"),
        case("Add", (None, 4, 3), (None, 5, 3)),
        "“add” needs inputs of equal shape; received (None, 4, 3) from “a” and (None, 5, 3) from "
        "“b”. Insert a Dense, a 1×1 convolution or a Reshape before one of them.",
    ),
    (
        ValueError(
            "A `Concatenate` layer requires inputs with matching shapes except for the "
            "concatenation axis. Received: input_shape=[(None, 4, 3), (None, 5, 3)]"
        ),
        case("Concatenate", (None, 4, 3), (None, 5, 3)),
        "“concatenate” needs equal shapes except on axis -1; received (None, 4, 3) from “a” and "
        "(None, 5, 3) from “b”. Insert a Reshape, choose another axis, or make the sizes equal "
        "(padding “same”).",
    ),
    (
        ValueError(
            "Input 0 with name 'None' of layer 'conv' is incompatible with the layer: expected "
            "min_ndim=4, found ndim=3. Full shape received: (None, 28, 28)"
        ),
        case("Conv2D", (None, 28, 28)),
        "“conv2d” needs an input with 4 axes (batch, height, width, channels); received "
        "(None, 28, 28) from “a”. Insert a Reshape to (28, 28, 1) before it.",
    ),
    (
        ValueError(
            "Input 0 with name 'None' of layer 'd' is incompatible with the layer: expected "
            "axis -1 of input shape to have value 4, but received input with shape (None, 5)"
        ),
        case("Dense", (None, 5)),
        "“dense” calls a layer again that was made for 4 values on axis -1; received (None, 5) "
        "from “a”. A shared layer needs equal shapes everywhere.",
    ),
    (
        ValueError(
            "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
            "Received: shape=(None, 3) for variable path='dense_1/kernel'"
        ),
        case("Dense", (None, None)),
        "“dense” needs to know the size of its input's axes to make its weights; received "
        "(None, None) from “a”. Give the Input a fixed shape, or insert a global pooling layer.",
    ),
    (
        ValueError(POOL),
        case("MaxPooling2D", (None, 3, 3, 1), pool_size=[5, 5]),
        "The 5×5 pool of “maxpooling2d” (MaxPooling2D) is larger than its input; received "
        "(None, 3, 3, 1) from “a”. Choose a smaller size, or fewer pooling layers before it.",
    ),
    (
        ValueError(
            "Exception encountered when calling Reshape.call().\n\n\x1b[1mThe total size of the "
            "tensor must be unchanged. Received: input_shape=(16,), target_shape=(3, 5)\x1b[0m"
        ),
        case("Reshape", (None, 16)),
        "“reshape” to (3, 5) needs 15 values per row; received (None, 16) from “a”, which has 16. "
        "Choose a target shape with that product; one axis may be -1.",
    ),
    (
        TypeError("Conv2D.__init__() missing 1 required positional argument: 'kernel_size'"),
        case("Conv2D"),
        "“conv2d” needs a value for “kernel_size”. Set it in the inspector.",
    ),
    (
        ValueError("Could not interpret activation function identifier: reluu"),
        case("Dense"),
        "“dense” names an activation that Keras does not have; received “reluu”. Choose one from "
        "the list.",
    ),
    (
        ValueError(
            "Received an invalid value for `units`, expected a positive integer. Received: units=-3"
        ),
        case("Dense"),
        "“units” of “dense” must be a positive whole number; received -3.",
    ),
    (
        ValueError(
            "Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
            "Received: rate=1.5"
        ),
        case("Dropout"),
        "“rate” of “dropout” must be a number between 0 and 1; received 1.5.",
    ),
    (
        ValueError(
            "The `kernel_size` argument must be a tuple of 2 integers. Received "
            "kernel_size=(3, 3, 3)"
        ),
        case("Conv2D", kernel_size=[3, 3, 3]),
        "“kernel_size” of “conv2d” must be one positive whole number, or 2 of them; "
        "received 3×3×3.",
    ),
    (
        ValueError(
            "The `padding` argument must be a list/tuple or one of {'valid', 'same'}. Received: foo"
        ),
        case("Conv2D"),
        "“padding” of “conv2d” must be one of same, valid; received foo.",
    ),
    (
        ValueError(
            "The number of filters must be evenly divisible by the number of groups. Received: "
            "groups=2, filters=3."
        ),
        case("Conv2D"),
        "“groups” of “conv2d” must divide the number of filters; received 2 groups and 3 filters.",
    ),
    (
        ValueError("Unrecognized keyword arguments passed to Dense: {'foo': 3}"),
        case("Dense"),
        "“dense” has no parameter “foo” in this Keras. Reset it in the inspector.",
    ),
    (
        ValueError("Cannot convert '(-3, 4)' to a shape. Negative dimensions are not allowed."),
        case("Input"),
        "The shape of “input” is a list of positive whole numbers, or None for an axis of any "
        "size; received (-3, 4).",
    ),
    (
        ValueError("Invalid dtype: floot"),
        case("Input"),
        "“input” has a dtype that Keras does not know; received “floot”. Choose float32 unless "
        "you know better.",
    ),
    (
        IndexError("tuple index out of range"),
        case("BatchNormalization", (None, 8), axis=5),
        "“batchnormalization” (BatchNormalization) works on axis 5, which its input does not "
        "have; received (None, 8) from “a”. Choose an axis from 1 to 1, or -1 for the last.",
    ),
    (
        IndexError("tuple index out of range"),
        case("EinsumDense", (None, 8)),
        "Keras cannot apply “einsumdense” (EinsumDense) with its present settings to (None, 8) "
        "from “a”. Check its axes and sizes. Keras says: IndexError: tuple index out of range",
    ),
    (
        ValueError("Never seen before"),
        case("Dense"),
        "“dense”: Never seen before.",
    ),
]


@pytest.mark.parametrize(("error", "where", "said"), SAID, ids=range(len(SAID)))
def test_a_complaint_of_keras_is_said_in_the_users_words(
    error: Exception, where: Case, said: str
) -> None:
    assert sentence(error, where) == said


def test_a_fault_names_its_node_and_keeps_keras_own_text() -> None:
    error = ValueError(POOL)
    fault = keras_fault(error, case("MaxPooling2D", (None, 3, 3, 1)))
    assert fault.node == "n1"
    assert "Arguments received by MaxPooling2D.call()" in fault.detail
    assert "\x1b" not in fault.message


def test_plain_text_has_no_colours_no_reprs_and_no_list_of_arguments() -> None:
    text = plain(POOL)
    assert text.startswith("Computed output size")
    assert "Arguments" not in text
    assert plain("got <KerasTensor shape=(None, 3), dtype=float32, name=k>") == "got (None, 3)"
    assert plain("<class 'keras.src.layers.core.dense.Dense'> is wrong") == "Dense is wrong"
    assert plain("an <foo.Bar object at 0x7f00> here") == "an Bar here"
    assert len(plain("word " * 500)) < 310


def test_a_job_tells_its_own_sentence_and_any_other_error_its_kind() -> None:
    assert fault_of(JobError("Choose a column.", "n3")).message == "Choose a column."
    assert fault_of(JobError("Choose a column.", "n3")).node == "n3"
    assert fault_of(ZeroDivisionError("by zero")).message == "ZeroDivisionError: by zero"
    assert "Memory ran out" in fault_of(MemoryError()).message
    assert fault_of(FileNotFoundError(2, "No such file", "a.csv")).message == (
        "There is no file a.csv."
    )


def test_a_fault_holds_the_traceback_for_the_log() -> None:
    with pytest.raises(ValueError, match="deep inside") as caught:
        raise ValueError("deep inside")
    assert "test_faults.py" in fault_of(caught.value).detail


@pytest.mark.parametrize(
    "params",
    [
        {"layer": {"type": "keras.layers.Lambda", "params": {"function": "print"}}},
        {"cells": [{"type": "keras.layers.Lambda"}]},
        {"layer": {"type": "x", "params": {"layer": {"type": "keras.layers.TFSMLayer"}}}},
    ],
)
def test_a_layer_that_runs_code_is_refused_however_deep(params: dict[str, object]) -> None:
    message = limits.refusal(Node("n", "wrap", "keras.layers.TimeDistributed", params))
    assert message is not None
    assert "“wrap” runs code of its own" in message


def test_numbers_beyond_reason_are_refused_but_not_seeds() -> None:
    assert limits.refusal(Node("n", "d", "keras.layers.Dense", {"units": 2**60})) == (
        "“units” of “d” is at most 9,007,199,254,740,992; received 1,152,921,504,606,846,976."
    )
    assert limits.refusal(Node("n", "d", "keras.layers.Dropout", {"seed": 2**60})) is None
    assert limits.refusal(Node("n", "d", "keras.layers.Dense", {"units": 64})) is None


def test_a_layer_beyond_any_machine_is_told_how_big_it_is() -> None:
    message = limits.too_big("d", 8 * 2**40, [(None, 8)])
    assert message is not None
    assert "8,796,093,022,208 parameters, which take 32 TB" in message
    message = limits.too_big("up", 0, [(None, 2**20, 2**20)])
    assert message is not None
    assert "1,099,511,627,776 numbers for each row" in message
    assert limits.too_big("d", 10**9, [(None, None, 10**6)]) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-9, "memory ran out"),
        (-11, "crashed inside Keras"),
        (0xC0000005, "crashed inside Keras"),
        (-15, "ended from outside"),
        (-14, "read for too long"),
        (3, "exit code 3"),
    ],
)
def test_every_way_to_die_has_its_sentence(code: int, words: str) -> None:
    assert words in exit_sentence(code)


def test_an_error_code_comes_with_the_last_line() -> None:
    assert "It last said: no module" in exit_sentence(1, "no module")
