"""What a worker's reports on the layers say is wrong: told alike in the window and in the terminal."""

from collections.abc import Iterator, Mapping

from builder.document.bypass import in_effect
from builder.document.graph import OutputRef
from builder.document.misfits import RowShape, misfits
from builder.document.problems import Problem
from builder.document.project import Project
from builder.engine.messages import NodeReport


def reported(project: Project, reports: Mapping[str, NodeReport]) -> Iterator[Problem]:
    """The faults that Keras found, by node, then where its shapes do not suit the data."""
    for id_, report in reports.items():
        if report.fault is not None:
            yield Problem("error", report.fault.message, id_, report.fault.fixes)
    yield from misfits(in_effect(project), _shapes(reports))


def _shapes(reports: Mapping[str, NodeReport]) -> dict[OutputRef, RowShape]:
    """The shapes that are known, without the batch axis, by output."""
    return {
        OutputRef(id_, name): tensor.shape[1:]
        for id_, report in reports.items()
        for name, tensor in report.outputs.items()
    }
