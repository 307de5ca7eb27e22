"""Layers that a script defines go to custom_layers.py, with what they speak of."""

import ast

import pytest

from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.codegen.problems import problems
from builder.document.graph import BLOCK
from builder.reading.python_faults import CannotRead
from builder.reading.python_own import apart, read_script
from tests.customs import SCALE
from tests.exactness.scripts import SCRIPTS

CATALOG = load_catalog()
SCRIPT = '''"""A script of somebody's."""
import numpy as np
import keras
from keras import layers, ops

FACTOR = 2.0


def twice(x):
    return ops.multiply(x, FACTOR)


def unused():
    return np.zeros(3)


@keras.saving.register_keras_serializable()
class Scale(keras.layers.Layer):
    """It's "quoted"."""

    def __init__(self, start=1.0, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def call(self, inputs):
        return twice(inputs)


def build_model():
    inputs = keras.Input(shape=(4,))
    x = Scale(3.0)(inputs)
    return keras.Model(inputs, layers.Dense(3)(x))


model = build_model()
'''


def test_a_class_in_a_script_becomes_a_custom_layer() -> None:
    project = read_script(SCRIPT, CATALOG)
    scale = next(n for n in project.graph.nodes.values() if n.type == "custom_layers.Scale")
    assert scale.params == {"start": 3.0}
    ast.parse(project.custom)
    for kept in ("FACTOR = 2.0", "def twice", "register_keras", 'It\'s "quoted"', "import keras"):
        assert kept in project.custom
    for left in ("numpy", "unused", "build_model"):
        assert left not in project.custom
    again = generate(project, CATALOG)
    assert again.custom == project.custom
    assert "custom_layers.Scale(start=3.0" in again.source


def test_a_class_takes_along_only_what_it_speaks_of() -> None:
    script = SCRIPT.replace(
        "return twice(inputs)", "x = twice(inputs)\n        model = x\n        return model"
    )
    assert read_script(script, CATALOG).custom.count("model") == 2


def test_a_layer_that_takes_no_name_is_a_problem() -> None:
    script = SCRIPT.replace("start=1.0, **kwargs", "start=1.0").replace("(**kwargs)", "()")
    (problem,) = (
        one for one in problems(read_script(script, CATALOG), CATALOG) if one.severity == "error"
    )
    assert "whose __init__ takes no name (custom_layers.py, line 16)" in problem.message
    assert not any(
        one.severity == "error" for one in problems(read_script(SCRIPT, CATALOG), CATALOG)
    )


def test_what_functions_and_loops_make_is_gathered_in_a_large_network() -> None:
    script = SCRIPTS["a large network made by functions and in loops"]
    graph = read_script(script, CATALOG).graph
    blocks = [node.name for node in graph.level().of_type(BLOCK)]
    assert blocks == ["pair_1", "pair_2", "pair_3", "block_1", "block_2", "block_3"]
    assert len(graph.level().nodes) == 10
    small = script.replace("range(3)", "range(2)")
    assert not read_script(small, CATALOG).graph.of_type(BLOCK)


@pytest.mark.parametrize(
    ("model", "name"),
    [("Model(a, a)", "my_net"), ("Model(a, a, name='functional_net')", "functional_net")],
)
def test_a_model_without_a_name_has_that_of_its_script(model: str, name: str) -> None:
    script = f"import keras\na = keras.Input((2,))\nmodel = keras.{model}\n"
    assert read_script(script, CATALOG, name="my net").name == name


def test_lines_stay_where_they_are() -> None:
    rest, _ = apart(SCRIPT)
    assert rest.count("\n") == SCRIPT.count("\n")
    broken = SCRIPT.replace("Dense(3)", "Dense(undefined)")
    with pytest.raises(CannotRead, match="Line 32"):
        read_script(broken, CATALOG)


def test_the_file_beside_a_script_is_read_with_it() -> None:
    script = SCRIPT.replace("class Scale", "class Gone").replace(
        "Scale(3.0)", "custom_layers.Scale()"
    )
    script = script.replace("import keras\n", "import keras\nimport custom_layers\n")
    project = read_script(script, CATALOG, SCALE)
    assert project.custom.startswith(SCALE.rstrip())
    plain = script.replace("custom_layers.Scale()(inputs)", "inputs")
    assert read_script(plain, CATALOG, SCALE).custom == ""


@pytest.mark.parametrize("text", ["", "class A(:", "\0", "class A(keras.layers.Layer): pass\n" * 3])
def test_any_text_is_taken_apart(text: str) -> None:
    rest, own = apart(text)
    assert rest.count("\n") == text.count("\n")
    ast.parse(own)


def test_lines_end_where_python_ends_them() -> None:
    script = "# \x0c and \u2028\nimport keras\nclass A(keras.layers.Layer):\n    pass\nx = 1\n"
    rest, own = apart(script)
    assert rest.endswith("\nfrom custom_layers import A\n\nx = 1\n")
    assert own.endswith("class A(keras.layers.Layer):\n    pass\n")


def test_a_long_row_of_constants_is_followed_to_its_end() -> None:
    row = "".join(f"a{place} = a{place + 1}\n" for place in reversed(range(5_000)))
    _, own = apart(f"import keras\n{row}class A(keras.layers.Layer):\n    size = a0\n")
    assert "a4999 = a5000" in own
