"""Each remedy that a button offers mends what it stands beside: Keras has nothing left to say."""

from collections.abc import Mapping
from typing import Any

import pytest

from builder.catalog.load import load_catalog
from builder.document import edits
from builder.document.graph import OutputRef, PortRef, Wire
from builder.document.mending import mend
from builder.document.project import Project
from builder.engine.messages import NodeReport
from tests.build import chain

pytestmark = pytest.mark.keras
CATALOG = load_catalog()


def faulty(project: Project) -> list[NodeReport]:
    from builder.engine.worker.inspector import Inspector

    reports = Inspector(CATALOG).inspect(project.graph)
    return [report for report in reports.values() if report.fault is not None]


Step = str | tuple[str, Mapping[str, Any]]


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        ((("Input", {"shape": [4, 4]}), ("RepeatVector", {"n": 3})), "Insert a Flatten"),
        ((("Input", {"shape": [8, 8]}), "Conv2D"), "Insert a Reshape"),
        ((("Input", {"shape": [8, 3]}), "LSTM", "GRU"), "Let “lstm” return sequences"),
        ((("Input", {"shape": [2, 2, 1]}), "Conv2D"), "Use padding “same”"),
        ((("Input", {"shape": [1, 1, 1]}), "MaxPooling2D"), "Use padding “same”"),
        ((("Input", {"shape": [6]}), ("Reshape", {"target_shape": [4, 2]})), "Reshape to (3, 2)"),
        ((("Input", {"shape": [1]}), "TextVectorization"), "Let “input” take texts"),
    ],
)
def test_a_remedy_mends(steps: tuple[Step, ...], title: str) -> None:
    project = chain(*steps, catalog=CATALOG)
    (report,) = faulty(project)
    assert report.fault is not None
    fixes = {fix.title: fix for fix in report.fault.fixes}
    mended, added = mend(project, fixes[title], CATALOG.ports_of)
    assert faulty(mended) == []
    assert len(added) == title.startswith("Insert")
    assert set(added) <= set(mended.layout.positions)


@pytest.mark.parametrize(
    ("second", "title"),
    [
        (("Dense", {"units": 3}), "Give “dense_2” 5 units"),
        (("RepeatVector", {"n": 3}), None),
        (("Normalization", {}), "Insert a Dense of 5"),
    ],
)
def test_branches_are_made_as_wide_as_each_other(second: Step, title: str | None) -> None:
    project = chain(("Input", {"shape": [4]}), ("Dense", {"units": 5}), "Add", catalog=CATALOG)
    add = project.graph.by_name["add"].id
    project, other = edits.add(
        project,
        f"keras.layers.{second[0]}",
        (200.0, 90.0),
        name=edits.snake_case(second[0]),
        params=second[1],  # type: ignore[arg-type]
    )
    start = project.graph.by_name["input"].id
    for source, target in ((start, other), (other, add)):
        port = CATALOG.ports_of(project.graph.nodes[target]).inputs[0].name
        wire = Wire(OutputRef(source), PortRef(target, port))
        project = edits.connect(project, wire, CATALOG.ports_of)
    (report,) = faulty(project)
    assert report.fault is not None
    assert [fix.title for fix in report.fault.fixes] == ([title] if title else [])
    for fix in report.fault.fixes:
        assert faulty(mend(project, fix, CATALOG.ports_of)[0]) == []
