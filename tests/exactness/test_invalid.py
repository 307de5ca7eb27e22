"""Broken projects: an error is marked exactly where building the exported code fails."""

import traceback

import pytest
from hypothesis import given
from msgspec import Struct

from builder.codegen import CannotGenerate, generate
from builder.codegen.network import reading_order
from builder.codegen.problems import problems
from builder.document.graph import BLOCK, OUTPUT, Graph
from builder.document.project import Project
from tests.exactness.breaking import broken
from tests.exactness.conftest import EXAMPLES, SEEDS, SIZES
from tests.exactness.growing import CATALOG, Inspect
from tests.exactness.models import answers, built, rows_for

pytestmark = [pytest.mark.keras, pytest.mark.slow]

_PATH = "<broken>"


def marked(project: Project, inspect: Inspect) -> tuple[dict[str | None, str], dict[str, str]]:
    """The errors that the app marks, by node: those told without Keras, and those told by Keras."""
    found = {p.node: p.message for p in problems(project, CATALOG) if p.severity == "error"}
    reports = inspect(project.graph)
    faults = {i: r.fault.message for i, r in reports.items() if r.fault is not None}
    return found, faults


def in_code(graph: Graph, block: str = "") -> set[str]:
    """The nodes that lead to an Output: the others are in no code."""
    level = graph.level(block)
    found = set(reading_order(level, [end.id for end in level.of_type(OUTPUT)]))
    for id_ in tuple(found):
        owner = graph.nodes.get(graph.nodes[id_].shares or id_, graph.nodes[id_])
        if owner.type == BLOCK:
            found |= in_code(graph, owner.id)
    return found


class Failure(Struct, frozen=True):
    """Where exporting or building failed, the innermost line last, and what was said."""

    nodes: tuple[str | None, ...]
    said: str
    refused: bool = False


def failure_of(project: Project) -> Failure | None:
    """How the exported code fails to build, by the node of its line; None if it builds."""
    try:
        module = generate(project, CATALOG)
    except CannotGenerate as refusal:
        return Failure((refusal.node,), refusal.message, refused=True)
    try:
        built(project, _PATH)
    except Exception as error:  # noqa: BLE001 - whatever the code raises, its line is asked for
        trace = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno or 1 for frame in trace if frame.filename == _PATH]
        return Failure(tuple(module.nodes[line - 1] for line in lines), str(error))
    return None


def computes(project: Project) -> bool:
    model = built(project, _PATH)
    try:
        answers(model, rows_for(model))
    except Exception:  # noqa: BLE001 - layers raise what they like
        return False
    return True


def of_one_image(said: str) -> bool:
    """Whether Keras would take a batch of rows for one image: it computes, and nobody means that."""
    return "at least 4 axes" in said


@EXAMPLES
@given(seed=SEEDS, size=SIZES)
def test_an_error_stands_where_the_exported_code_fails(
    inspect: Inspect, seed: int, size: int
) -> None:
    project = broken(seed, size, inspect)
    told, faults = marked(project, inspect)
    failure = failure_of(project)
    if failure is not None and failure.refused:
        (node,) = failure.nodes
        assert node in told or node in faults or (node is None and told), failure
        return
    present = in_code(project.graph)
    assert not present & told.keys()
    here = {node: said for node, said in faults.items() if node in present}
    if failure is not None:
        # Of a copy but the first, the block is marked; the last line of all belongs to no node.
        assert here.keys() & set(failure.nodes) or (failure.nodes == (None,) and here), failure
    elif here and not all(map(of_one_image, here.values())):
        assert not computes(project), here
