"""The speed that is promised, measured: `make bench`, or `python -m benchmarks [--json] [NAME ...]`.

A benchmark is a module `bench_NAME.py` with a function `run() -> Iterable[Measure]`. Each runs in
a process of its own, so that none is warmed or slowed by what another imported. Machines differ:
where something can be compared with, the comparison is measured in the same run.
"""

from msgspec import Struct


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """One figure. It has to be at most `limit`, or at least that with `at_least`.

    `against` is the comparison's figure in the same unit, measured in the same run, and
    `against_name` says what was compared. A ratio that has a limit is a Measure of its own with the
    unit `x`. Without a limit the figure is only reported.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    against: float | None = None
    against_name: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit
