"""The inputs and outputs of a block, seen inside it."""

from builder.canvas.scene import GraphScene
from builder.document import blocks, edits
from builder.document.graph import INPUT, OUTPUT
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Opens


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


def test_rare_inputs_are_there_while_a_wire_is_drawn_or_ends_there(opened: Opens) -> None:
    project = chain("Input", "LSTM", "Output")
    project, _ = edits.add(project, INPUT, (300.0, 0.0), name="steps", params={"shape": [4]})
    canvas = opened(project)
    lstm = canvas.scene.nodes[canvas.id("lstm")]
    before = lstm.slots
    assert [slot.port for slot in before.inputs] == ["inputs"]
    canvas.drag(canvas.output("steps"), canvas.body("lstm"), hold=True)
    assert [slot.port for slot in lstm.slots.inputs] == ["inputs", "mask"]
    assert lstm.slots.inputs[0] == before.inputs[0]  # the others keep their places
    canvas.hover(canvas.input("lstm", 1))
    canvas.release(canvas.input("lstm", 1))
    assert canvas.wires()[-1] == "steps > lstm.mask"
    assert [slot.port for slot in lstm.slots.inputs] == ["inputs", "mask"]
    canvas.document.undo()
    assert lstm.slots == before
    assert canvas.scene.snapshot() == GraphScene(canvas.document, SMALL).snapshot()


def test_a_wire_dropped_on_a_body_never_ends_at_a_rare_input(opened: Opens) -> None:
    canvas = opened(chain("Input", "LSTM", "Output"))
    project, _ = edits.add(canvas.project, INPUT, (300.0, 0.0), name="other", params={"shape": [4]})
    canvas.document.apply("Add", project)
    canvas.drag(canvas.output("other"), canvas.body("lstm"))
    assert canvas.wires()[-1] == "other > lstm.inputs"
