"""The inputs and outputs of a block, seen inside it."""

from builder.canvas.scene import GraphScene
from builder.document import blocks, edits
from builder.document.graph import INPUT, OUTPUT
from tests.build import SMALL
from tests.canvas.conftest import Canvas


def test_a_port_says_whose_it_is(canvas: Canvas) -> None:
    inner = {canvas.id("dense"), canvas.id("dense_2")}
    project, block = blocks.group(canvas.project, inner, "body")
    canvas.document.apply("Make block", project)
    canvas.document.enter(block)
    ports = [item for item in canvas.scene.nodes.values() if item.face.is_port]
    assert {item.node.type: item.texts[2] for item in ports} == {
        INPUT: "port of body · as connected",
        OUTPUT: "port of body",
    }
    canvas.document.apply("Rename", edits.rename(canvas.project, block, "residual"))
    assert all(item.texts[2].startswith("port of residual") for item in ports)
    afresh = GraphScene(canvas.document, SMALL)
    assert canvas.scene.snapshot() == afresh.snapshot()
