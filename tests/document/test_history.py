"""Undo as a value: exactly the way back, in little memory."""

from msgspec.json import encode

from builder.document import edits
from builder.document.history import History
from builder.document.project import Project
from tests.build import chain


def test_a_merged_step_that_came_back_is_none() -> None:
    start = Project(name="a")
    history = History(start).apply("Nudge", Project(name="b"), merge="nudge")
    assert not history.apply("Nudge", Project(name="a"), merge="nudge").past


def test_a_step_holds_what_its_edit_touched_and_undo_shares_the_rest() -> None:
    start = chain("Input", *["Dense"] * 50, "Output")
    node = tuple(start.graph.nodes)[25]
    history = History(start).apply("Set", edits.set_params(start, {node: {"units": 5}}))
    assert len(encode(history.past[-1].way)) < 500
    undone = history.undo().present
    assert undone == start
    assert list(undone.graph.nodes) == list(start.graph.nodes)
    assert all(undone.graph.nodes[id_] is start.graph.nodes[id_] for id_ in start.graph.nodes)
    assert undone.graph.wires is start.graph.wires


def test_a_layer_taken_out_of_the_middle_comes_back_to_its_place() -> None:
    start = chain("Input", "Dense", "Dense", "Output")
    history = History(start).apply("Delete", edits.remove(start, {"n2", "n3"}))
    back = history.undo()
    assert encode(back.present) == encode(start)
    assert encode(back.redo().present) == encode(history.present)
