"""A bypassed layer's report: it gives what it is given."""

import pytest

from builder.catalog.load import load_catalog
from builder.document.bypass import bypass
from builder.engine.messages import TensorSpec
from tests.build import chain

pytestmark = pytest.mark.keras

IMAGES = chain(
    ("Input", {"shape": [28, 28, 1]}),
    ("Conv2D", {"filters": 8}),
    "Dropout",
    "Flatten",
    "Output",
    catalog=load_catalog(),
)


def test_it_passes_its_tensor_on() -> None:
    from builder.engine.worker.inspector import Inspector

    inspector = Inspector(load_catalog())
    ids = {node.name: node.id for node in IMAGES.graph.nodes.values()}
    before = inspector.inspect(IMAGES.graph)
    for name in ("dropout", "conv2d"):
        project = bypass(IMAGES, [ids[name]])
        reports = inspector.inspect(project.graph)
        source = ids["input"] if name == "conv2d" else ids["conv2d"]
        assert reports.keys() == before.keys()
        assert reports[ids[name]].outputs == reports[source].outputs
        assert reports[ids[name]].parameters == 0
    flat = reports[ids["flatten"]].outputs["output"]
    assert flat == TensorSpec((None, 28 * 28), "float32")
    assert inspector.inspect(IMAGES.graph) == before
