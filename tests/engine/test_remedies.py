"""Each remedy that a button offers mends what it stands beside: Keras has nothing left to say."""

from collections.abc import Mapping
from typing import Any

import pytest

from builder.catalog.load import load_catalog
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
