"""Custom layers: their source is read and never run, whatever it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.catalog.code import code_of, fingerprint
from builder.catalog.custom import read_custom
from builder.catalog.load import load_catalog
from builder.document.project import Project
from tests.build import chain

SOURCE = '''
import keras
from keras import layers

open("/nowhere/at/all")


class Scale(keras.layers.Layer):
    """Multiply by a number.

    Learned, if asked for.
    """

    def __init__(self, factor: float, learned=True, mode: Literal["a", "b"] = "a",
                 limit: int | None = None, sizes=(1, 2), start=make(), *, text: "str" = "x",
                 name=None, **kwargs):
        super().__init__(name=name, **kwargs)

    def call(self, inputs, mask=None, training=None):
        return inputs * self.factor


class Parts(Scale):
    def call(self, left, others: list):
        low, high = left, left
        return low, high


class Helper:
    pass
'''


def test_parameters_and_ports_are_read_from_the_source() -> None:
    read = read_custom(SOURCE)
    assert read.faults == ()
    assert list(read.layers) == ["custom_layers.Scale", "custom_layers.Parts"]
    scale, parts = read.layers.values()
    assert (scale.name, scale.summary) == ("Scale", "Multiply by a number.")
    assert [(p.name, p.kind, p.required, p.default, p.nullable) for p in scale.params] == [
        ("factor", "number", True, None, False),
        ("learned", "bool", False, True, False),
        ("mode", "choice", False, "a", False),
        ("limit", "int", False, None, True),
        ("sizes", "literal", False, [1, 2], False),
        ("start", "literal", False, None, True),
        ("text", "text", False, "x", False),
    ]
    assert scale.example_params() == {"factor": 0.5}
    assert [(p.name, p.optional, p.passing) for p in scale.inputs] == [
        ("inputs", False, "positional"),
        ("mask", True, "keyword"),
    ]
    assert [p.name for p in scale.outputs] == ["output"]
    assert [(p.name, p.variadic) for p in parts.inputs] == [("left", False), ("others", True)]
    assert [p.name for p in parts.outputs] == ["low", "high"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("class A(keras.Layer:\n  pass", "line 1"),
        ("x = 1", "defines no layer"),
        ("class layers(keras.Layer): pass", "another name"),
        ("class A(keras.Layer):\n  def __init__(self, *sizes): pass", "no form can show"),
        ("(" * 5000, "custom_layers.py"),
        ("#" * 300_000, "longer than"),
        ("\0", "custom_layers.py"),
        ("class A(" + "a + " * 800 + "a): pass", "nested too deep"),
        ("class A(Layer):\n  def __init__(self, x: " + "a" + "[0]" * 800 + "): pass", "too deep"),
    ],
)
def test_what_cannot_be_read_is_said(source: str, words: str) -> None:
    read = read_custom(source)
    assert read.layers == {}
    assert words in read.faults[0]


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_custom(text)
    read_custom(f"class A(keras.Layer):\n    def __init__(self, {text}): pass")


@pytest.mark.parametrize("default", ["0x" + "f" * 20_000, "1e999", "[-1e999]"])
def test_a_default_that_no_file_can_hold_is_not_shown(default: str) -> None:
    source = f"class A(Layer):\n  def __init__(self, x={default}): pass"
    (param,) = read_custom(source).layers["custom_layers.A"].params
    assert (param.default, param.nullable) == (None, True)


def test_a_catalogue_includes_the_layers_of_a_project() -> None:
    catalog = load_catalog()
    assert catalog.including("") is catalog
    both = catalog.including(SOURCE)
    assert both is catalog.including(SOURCE)
    assert both.layer("custom_layers.Scale") is not None
    assert catalog.layer("custom_layers.Scale") is None
    project = chain("Input", ("Scale", {}), "Output", catalog=both)
    (wire,) = project.graph.into(project.graph.by_name["scale"].id)
    assert wire.target.port == "inputs"


HEIRS = """
import keras as k
from keras import layers
from keras.layers import Dense, Layer


class Plain(Dense):
    pass


class Deeper(Plain):
    '''A Dense of its own.'''

    def call(self, left, right):
        return left


class Fixed(k.layers.LSTM):
    def __init__(self, **kwargs):
        super().__init__(8, **kwargs)


class Cell(layers.GRUCell):
    pass


class Model(k.Model):
    pass
"""


def test_a_class_takes_over_what_it_does_not_define() -> None:
    catalog = load_catalog().including(HEIRS)
    plain, deeper, fixed, cell = (
        catalog.layers[f"custom_layers.{name}"] for name in ("Plain", "Deeper", "Fixed", "Cell")
    )
    dense = catalog.layers["keras.layers.Dense"]
    assert plain.params == deeper.params == dense.params
    assert (plain.summary, plain.url) == (dense.summary, "")
    assert deeper.summary == "A Dense of its own."
    assert [port.name for port in deeper.inputs] == ["left", "right"]
    assert fixed.params == ()
    assert fixed.inputs == catalog.layers["keras.layers.LSTM"].inputs
    assert "inside an RNN" in cell.needs
    assert "custom_layers.Model" not in catalog.layers


def test_the_fingerprint_follows_the_code_and_nothing_else() -> None:
    catalog = load_catalog()
    plain = chain("Input", "Dense", "Output", catalog=catalog)
    assert fingerprint(code_of(plain, catalog)) == ""
    one = chain("Input", ("Lambda", {"function": "lambda x: x"}), "Output", catalog=catalog)
    other = chain("Input", ("Lambda", {"function": "lambda x: 2 * x"}), "Output", catalog=catalog)
    longer = chain(
        "Input", "Dense", ("Lambda", {"function": "lambda x: x"}), "Output", catalog=catalog
    )
    inside = chain(
        "Input",
        (
            "TimeDistributed",
            {"layer": {"type": "keras.layers.Lambda", "params": {"function": "lambda x: x"}}},
        ),
        "Output",
        catalog=catalog,
    )
    prints = [fingerprint(code_of(p, catalog)) for p in (one, other, longer, inside)]
    assert prints[0] == prints[2] == prints[3] != prints[1]
    custom = replace(plain, custom=SOURCE)
    assert code_of(custom, catalog) == (("custom_layers.py", SOURCE),)
    assert isinstance(custom, Project)
