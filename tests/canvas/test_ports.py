"""Ports: those of a block seen inside it, those that show when they are wanted, and their reach."""

import pytest
from PySide6.QtCore import QPoint

from builder.canvas.scene import GraphScene
from builder.document import blocks, edits
from builder.document.graph import INPUT, OUTPUT
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Key, Opens


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


@pytest.mark.parametrize("scale", [0.7, 0.86, 1.0, 1.5, 3.0])
def test_a_wire_can_be_taken_hold_of_between_tidy_rows(opened: Opens, scale: float) -> None:
    canvas = opened(chain("Input", "Dense", "Output"))
    canvas.view.commands.tidy()
    canvas.view.zoom_to(scale)
    wire = canvas.project.graph.wires[0]
    start, end = canvas.output("input"), canvas.input("dense")
    seen = []
    for y in range(start.y(), end.y() + 1):
        canvas.scene.choose_wires(frozenset())
        canvas.click(QPoint(start.x(), y))
        seen.append(wire in canvas.scene.chosen_wires)
    assert sum(seen) >= 4, "pixels to click it at"
    assert not any(seen[:4] + seen[-4:]), "the ports keep their circles"
    canvas.drag(start, end - QPoint(0, 7), hold=True)
    assert canvas.view.said == "“input” already feeds “dense” here.", "a loose wire finds the port"
    canvas.type(Key.Key_Escape)
    canvas.release(end)
