"""Shapes, parameters and faults of a graph, told by Keras itself, and only where it changed.

Node by node the Inspector evaluates the very expressions that codegen writes, on symbolic
tensors. It remembers what came of them: a node is made anew only when its text changed or what it
receives has another shape, and not even then if another node, or the same one before an undo, was
alike. So an edit costs what it changes. Layers are built without weights.
"""

from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct

from builder.catalog.code import code_among
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.document.bypass import effective, passed
from builder.document.graph import Graph
from builder.engine.messages import Inspect, Inspected, NodeReport
from builder.engine.worker.context import Context
from builder.engine.worker.custom_code import Permit
from builder.engine.worker.levels import Key, Level
from builder.engine.worker.outcome import WAITING, Outcome, Signature
from builder.engine.worker.symbolic import weightless
from builder.engine.worker.visit import Stopped, Visit, Visited

# How many different layers to remember; one takes about 2 kB.
_LIMIT = 10_000


def inspect(request: Inspect, context: Context) -> None:
    """Answer an Inspect, unless a newer one came meanwhile."""
    own = OwnCode(request.custom, request.trusted)
    reports = _inspector().inspect(request.graph, context.stopping.is_set, own)
    if not context.stopping.is_set():
        context.send(Inspected(request.id, reports))


@cache
def _inspector() -> "Inspector":
    return Inspector(load_catalog())


class OwnCode(Struct, frozen=True):
    """The code that a project brings along: its own layers, and the fingerprint that is trusted."""

    custom: str = ""
    trusted: str = ""


class Inspector:
    """Inspects graphs that follow each other in time, such as the states of one project."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._own = OwnCode()
        self._memory: dict[Key, Visited] = {}
        self._alike: dict[Signature, Outcome] = {}

    def inspect(
        self,
        graph: Graph,
        stopping: Callable[[], bool] = lambda: False,
        own: OwnCode = OwnCode(),  # noqa: B008 - a frozen value
    ) -> dict[str, NodeReport]:
        """Reports by node id, for all nodes. Ends early, with fewer, once `stopping()` is true.

        A node that runs code of the project's own is left waiting until that code is trusted.
        """
        if own != self._own:
            # Other texts and other ports may come of the same nodes.
            self._own, self._memory = own, {}
        catalog = self._catalog.including(own.custom)
        code = Permit(code_among(graph, own.custom, catalog), own.custom, own.trusted)
        whole, graph = graph, effective(graph)
        visit = Visit(catalog, graph, self._memory, self._alike, stopping, code)
        if len(self._alike) > _LIMIT:
            self._alike.clear()
        with weightless():
            try:
                visit.walk(Level(graph.level()))
            except Stopped:
                # What is known of the rest stays known for the next time.
                self._memory = {**self._memory, **visit.visited}
                return visit.reports
        self._memory = visit.visited
        reports = {id_: visit.reports.get(id_, WAITING.report) for id_ in whole.nodes}
        return reports if whole is graph else {**reports, **_passed_on(whole, reports)}


def _passed_on(graph: Graph, reports: Mapping[str, NodeReport]) -> dict[str, NodeReport]:
    """Reports of bypassed nodes: each gives what it is given, at all its outputs."""
    found = {}
    for id_, source in passed(graph).items():
        given = reports.get(source.node) if source else None
        tensor = given.outputs.get(source.output) if source and given else None
        if tensor is not None:
            names = {wire.source.output for wire in graph.out_of(id_)} | {"output"}
            found[id_] = NodeReport(dict.fromkeys(sorted(names), tensor))
    return found
