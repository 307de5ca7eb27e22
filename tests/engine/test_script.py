"""A trusted script is run for the models that it makes, and trains none of them."""

from pathlib import Path

import pytest

from builder.document.graph import BLOCK
from builder.engine.messages import RunScript, ScriptRan
from builder.engine.worker.faults import JobError
from tests.customs import SCALE
from tests.engine.recording import Recording

pytestmark = pytest.mark.keras

SCRIPT = """
import sys
from pathlib import Path
import keras
from keras import layers

inputs = keras.Input((4,), name="inputs")
x = inputs
while x.shape[-1] > 2:
    x = layers.Dense(x.shape[-1] - 1)(x)
part = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="two")], name="part")
model = keras.Model(inputs, part(x), name="whole")
model.compile("adam", "mse")
assert model.fit(1 / 2, None).history == {}
assert Path.cwd() == Path(__file__).parent and sys.argv == [__file__]
if __name__ == "__main__":
    raise SystemExit(3)
"""


def ran(folder: Path, source: str) -> ScriptRan:
    from builder.engine.worker.script import run_script

    recording = Recording()
    run_script(RunScript(1, str(folder / "theirs.py"), source), recording.context)
    return recording.only(ScriptRan)


def test_each_model_that_a_script_makes_is_read(tmp_path: Path) -> None:
    here = Path.cwd()
    models = ran(tmp_path, SCRIPT).models
    assert [one.project.name for one in models] == ["part", "whole"]
    whole = models[1].project
    assert [node.name for node in whole.graph.of_type(BLOCK)] == ["part"]
    assert set(whole.layout.positions) == set(whole.graph.nodes)
    assert Path.cwd() == here


def test_a_class_of_the_script_becomes_a_layer_of_the_project(tmp_path: Path) -> None:
    source = f"{SCALE}\n\nx = keras.Input((4,))\nmodel = keras.Model(x, Scale(start=3.0)(x))\n"
    (model,) = ran(tmp_path, source).models
    (scale,) = (n for n in model.project.graph.nodes.values() if "Scale" in n.type)
    assert (scale.type, scale.params) == ("custom_layers.Scale", {"start": 3.0})
    assert "class Scale" in model.project.custom
    assert "Input" not in model.project.custom


def test_what_was_made_before_a_script_failed_counts(tmp_path: Path) -> None:
    (model,) = ran(
        tmp_path, SCRIPT.split("part =", maxsplit=1)[0] + "m = keras.Model(inputs, x)\n1 / 0"
    ).models
    assert len(model.project.graph.nodes) == 4


@pytest.mark.parametrize(
    ("source", "said"), [("x = 1", "makes no keras.Model"), ("1 / 0", "division by zero")]
)
def test_a_script_without_models_says_so(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(JobError, match=said):
        ran(tmp_path, source)
