"""What keeps the data from being trained on, as problems beside those of the network."""

from collections.abc import Iterator

from msgspec.structs import replace

from builder.document.plan import DataPlan
from builder.document.problems import Fix, Problem
from builder.engine.messages import Described

_FIXES = (Fix("Leave them out", missing="drop"), Fix("Fill them in", missing="median"))


def data_problems(described: Described | None, plan: DataPlan) -> Iterator[Problem]:
    """The worst that was found in the rows of a plan, if it is this plan's rows that were read.

    Without a target there is another problem already: an Output learns nothing.
    """
    if described is None or not described.fatal or not plan.targets:
        return
    if replace(described.plan, split=plan.split) != plan:
        return
    worst = described.problems[0]
    yield Problem("error", worst, fixes=_FIXES if worst == described.gaps else ())
