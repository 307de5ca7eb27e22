"""Where data and network do not suit each other: told from shapes, with what mends it."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from builder.document import edits
from builder.document.graph import INPUT, OutputRef
from builder.document.mending import mend
from builder.document.misfits import RowShape, misfits, suits
from builder.document.plan import DataPlan, Feature, Target, Task
from builder.document.problems import Problem
from builder.document.project import Project
from tests.build import SMALL, chain

IMAGE = Feature("image", (8, 8, 1))
CLASSES = tuple("0123456789")
Step = str | tuple[str, Mapping[str, Any]]


def found(
    steps: tuple[Step, ...], shape: RowShape, task: Task = "multiclass", entry: RowShape = (8, 8, 1)
) -> tuple[Project, list[Problem]]:
    """What is found of a chain between Input and Output whose last layer gives a shape."""
    target = Target("digit", task, CLASSES if task == "multiclass" else ())
    project = replace(
        chain("Input", *steps, "Output"), data=DataPlan(features=(IMAGE,), targets=(target,))
    )
    last = f"n{len(steps) + 1}"
    shapes = {OutputRef("n1"): entry, OutputRef(last): shape}
    return project, list(misfits(project, shapes))


DENSE = ("Dense", {"units": 64})
HEADS: list[tuple[tuple[Step, ...], RowShape, Task, str, str, list[str]]] = [
    ((DENSE,), (64,), "regression", "Set the units of “dense” to 1.", "Give “dense” 1 unit", []),
    (
        (("Dense", {"units": 3}),),
        (3,),
        "multiclass",
        "has 10 classes, and needs one score for each. Set the units of “dense” to 10.",
        "Give “dense” 10 units",
        [],
    ),
    (
        (DENSE,),
        (6, 6, 64),
        "multiclass",
        "“dense” gives 6 × 6 × 64 per row; “digit” has 10 classes, and needs one score for each. "
        "Put a Flatten before “dense” and give it 10 units.",
        "Insert a Flatten, use 10 units",
        ["Flatten"],
    ),
    (
        (DENSE, "Dropout"),
        (None, 64),
        "multiclass",
        "Put a GlobalAveragePooling1D before “dense”",
        "Insert a GlobalAveragePooling1D, use 10 units",
        ["GlobalAveragePooling1D"],
    ),
    (
        ("Conv2D",),
        (6, 6, 32),
        "multiclass",
        "Put a Flatten and a Dense of 10 units before “output”.",
        "Insert a Flatten and a Dense of 10 units",
        ["Flatten", "Dense"],
    ),
    (
        ("Flatten",),
        (64,),
        "binary",
        "“digit” is one probability. Put a Dense of 1 unit before “output”.",
        "Insert a Dense of 1 unit",
        ["Dense"],
    ),
]


@pytest.mark.parametrize(("steps", "shape", "task", "sentence", "title", "added"), HEADS)
def test_a_head_of_another_shape(
    steps: tuple[Step, ...],
    shape: RowShape,
    task: Task,
    sentence: str,
    title: str,
    added: list[str],
) -> None:
    project, (problem,) = found(steps, shape, task)
    assert problem.severity == "error"
    assert sentence in problem.message
    (fix,) = problem.fixes
    assert fix.title == title
    mended, ids = mend(project, fix, SMALL.ports_of)
    graph = mended.graph
    assert [graph.nodes[id_].type.rpartition(".")[2] for id_ in ids] == added
    (feeding,) = graph.into(graph.by_name["output"].id)
    assert (feeding.source.node in ids) is ("Dense" in added)
    units = [node.params["units"] for node in graph.nodes.values() if "units" in node.params]
    assert units[-1] == (10 if task == "multiclass" else 1)


@pytest.mark.parametrize(
    ("shape", "task"),
    [((10,), "multiclass"), ((12,), "multiclass"), ((1,), "regression"), ((), "regression")],
)
def test_a_head_that_suits(shape: RowShape, task: Task) -> None:
    assert found((DENSE,), shape, task)[1] == []


def test_an_input_of_another_shape() -> None:
    project, (problem,) = found((DENSE,), (10,), entry=(224, 224, 3))
    assert problem.message == (
        "“input” expects 224 × 224 × 3 per row; the data gives 8 × 8 × 1. Set its shape to "
        "[8, 8, 1]."
    )
    mended, _ = mend(project, problem.fixes[0], SMALL.ports_of)
    assert mended.graph.by_name["input"].params["shape"] == [8, 8, 1]


def test_what_leads_nowhere_or_is_bound_to_nothing_is_left_alone() -> None:
    project, _ = found((DENSE,), (10,))
    project, stray = edits.add(project, INPUT, (0.0, 0.0), name="other")
    shapes = {OutputRef("n1"): (8, 8, 1), OutputRef("n2"): (10,), OutputRef(stray): (3,)}
    assert list(misfits(project, shapes)) == []
    assert list(misfits(replace(project, data=DataPlan()), {OutputRef("n2"): (2, 2)})) == []


def test_keras_adds_or_drops_a_last_axis_of_one() -> None:
    assert suits((8, 8), (8, 8, 1))
    assert suits((4, 1), (4,))
    assert suits((None, 3), (7, 3))
    assert not suits((5,), (4,))
