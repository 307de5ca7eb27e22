"""Layers that take their tensors as a dict and give one: on the canvas, in code, and back again."""

import numpy as np
import pytest

from builder.codegen import generate
from builder.document.graph import OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.reading.python_source import read_source
from tests.codegen.networks import Sketch
from tests.engine.models import assert_same_outputs, imported, run_module_of
from tests.engine.networks import catalog

pytestmark = pytest.mark.keras

MIXED = """\
    mix_outputs = layers.{name}(name="mix")({{"images": picture, "labels": kind}})
    x = mix_outputs["images"]
"""


def mixing(type_: str, *, labels: bool) -> Project:
    """Pictures and what they show, mixed; the labels come out too, or are not used."""
    sketch = Sketch()
    sketch.add("picture", "keras.Input", shape=[8, 8, 3])
    sketch.add("kind", "keras.Input", shape=[4])
    sketch.add("mix", type_, ports={"images": "picture", "labels": "kind"})
    sketch.add("flat", "Flatten", "mix.images")
    sketch.add("scores", "output", "flat")
    if labels:
        sketch.add("mixed", "output", "mix.labels")
    return sketch.project("mixing")


@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("type_", ["MixUp", "CutMix"])
def test_images_are_mixed_together_with_their_labels(type_: str, labels: bool) -> None:
    from builder.engine.worker.inspector import Inspector

    project = mixing(type_, labels=labels)
    reports = Inspector(catalog()).inspect(project.graph)
    shown = {name: one.shape for name, one in reports["mix"].outputs.items()}
    assert shown == {"images": (None, 8, 8, 3), "labels": (None, 4)}
    source = generate(project, catalog()).source
    assert MIXED.format(name=type_) in source
    model = run_module_of(project).build_model()
    rows = [np.random.default_rng(0).random((6, 8, 8, 3)), np.eye(6, 4)]
    as_they_were = model(rows, training=False)
    first = as_they_were["scores"] if labels else as_they_were
    np.testing.assert_allclose(first, rows[0].reshape(6, -1), rtol=1e-6)
    mixed = model(rows, training=True)
    assert tuple((mixed["scores"] if labels else mixed).shape) == (6, 192)

    assert_same_outputs(model, run_module_of(imported(model)).build_model())
    again = read_source(source, catalog()).graph
    assert set(again.wires) == renamed(project, again.by_name)


def renamed(project: Project, by_name: object) -> set[Wire]:
    """The project's wires between the nodes of these names."""
    graph = project.graph
    assert isinstance(by_name, dict)

    def of(id_: str) -> str:
        return str(by_name[graph.nodes[id_].name].id)

    return {
        Wire(
            OutputRef(of(w.source.node), w.source.output), PortRef(of(w.target.node), w.target.port)
        )
        for w in graph.wires
    }
