"""Layers that Keras takes into no functional model by themselves: what is said, and what works.

The day that Keras takes them, these tests fail, and the layers are to be offered.
"""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from builder.codegen.problems import problems
from tests.codegen.networks import Sketch
from tests.engine.models import run_module_of
from tests.engine.networks import catalog

pytestmark = pytest.mark.keras


def pictured(layer: str, **params: Any) -> Sketch:
    sketch = Sketch()
    sketch.add("picture", "keras.Input", shape=[8, 8, 3])
    sketch.add("layer", layer, "picture", **params)
    return sketch.add("output", "output", "layer")


def test_equalization_hands_on_the_very_tensor_that_it_takes(keras: ModuleType) -> None:
    from builder.engine.worker.inspector import Inspector

    for options in ({}, {"value_range": (0, 1)}, {"bins": 128}, {"dtype": "float32"}):
        picture = keras.Input((8, 8, 3), batch_size=2)
        given = keras.layers.Equalization(**options)(picture)
        assert given is picture
        with pytest.raises(ValueError, match="part of a cycle"):
            keras.Model(picture, given)
    alone = pictured("Equalization").project("alone")
    fault = Inspector(catalog()).inspect(alone.graph)["layer"].fault
    assert fault is not None
    assert "Use a Pipeline layer with Equalization as its one step instead." in fault.message


def test_equalization_works_as_the_step_of_a_pipeline(keras: ModuleType) -> None:
    step = {"type": "keras.layers.Equalization", "params": {}}
    model = run_module_of(pictured("Pipeline", layers=[step]).project("within")).build_model()
    rows = np.random.default_rng(0).integers(0, 100, (2, 8, 8, 3)).astype("float32")
    spread = keras.layers.Equalization()(rows)
    np.testing.assert_allclose(model(rows, training=True), spread)
    assert float(spread.numpy().max()) == 255


def test_boxes_are_padded_in_a_layer_of_ones_own(keras: ModuleType) -> None:
    """They stand in a dict inside of a dict, and their format is no parameter of the layer."""
    (problem, *_) = problems(pictured("MaxNumBoundingBoxes", max_number=5).project("b"), catalog())
    assert "or in a layer of your own" in problem.message

    class Padded(keras.layers.Layer):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.pad = keras.layers.MaxNumBoundingBoxes(5, bounding_box_format="xyxy")

        def call(self, images: Any, boxes: Any, labels: Any) -> Any:
            found = self.pad(
                {"images": images, "bounding_boxes": {"boxes": boxes, "labels": labels}}
            )
            return found["bounding_boxes"]["boxes"], found["bounding_boxes"]["labels"]

    ends = [keras.Input(shape) for shape in ((8, 8, 3), (3, 4), (3,))]
    model = keras.Model(ends, Padded()(*ends))
    boxes, labels = model([np.ones((2, 8, 8, 3)), np.ones((2, 3, 4)), np.ones((2, 3))])
    assert (tuple(boxes.shape), tuple(labels.shape)) == ((2, 5, 4), (2, 5))
    assert boxes.numpy()[0, 4].tolist() == [-1.0] * 4
