"""What the window asks of the project after every edit: its source, and all that is wrong with it."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable

from benchmarks import Measure
from benchmarks.networks import distinct_chain, with_params
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.codegen import generate
from builder.codegen.problems import problems
from builder.document.graph import Graph
from builder.document.project import Project
from builder.reading.python_source import read_with_lines
from builder.reading.revision import revised

ROUNDS = 15
NODES = 1000


def run() -> Iterable[Measure]:
    catalog = load_catalog()
    graph = distinct_chain(NODES)
    source = generate(Project(graph=graph), catalog).source
    gc.freeze()  # as the window does once it stands
    compiled = _median(lambda _: compile(source, "model.py", "exec"))
    beside = (compiled, "compile() of it")

    def edited(number: int) -> Project:
        return Project(graph=with_params(graph, "n5", {"units": 2000 + number}))

    def anew(number: int) -> Project:
        """Nothing known of any node: all are other values, as right after opening a file."""
        del number
        return Project(graph=distinct_chain(NODES))

    whole = _median(lambda project: generate(project, catalog), anew)
    yield Measure("source of 1,000 nodes, just opened", whole, "ms", 50.0, False, *beside)
    after = _median(lambda project: generate(project, catalog), edited)
    yield Measure("source of 1,000 nodes, after an edit", after, "ms", 50.0, False, *beside)
    partial = _median(lambda project: generate(project, catalog, partial=True), edited)
    yield Measure("live view of 1,000 nodes, after an edit", partial, "ms", 50.0, False, *beside)
    yield from _back(graph, catalog)
    found = _median(lambda project: problems(project, catalog), anew)
    yield Measure("problems of 1,000 nodes, just opened", found, "ms")
    found = _median(lambda project: problems(project, catalog), edited)
    yield Measure("problems of 1,000 nodes, after an edit", found, "ms", 15.0)


def _back(graph: Graph, catalog: Catalog) -> Iterable[Measure]:
    """From an edited source back to the project; in the window a thread does it."""
    module = generate(Project(graph=graph), catalog)
    read = _median(lambda _: read_with_lines(module.source, catalog))
    yield Measure("source of 1,000 nodes, read", read, "ms")
    before = read_with_lines(module.source, catalog)
    old = Project(graph=graph)
    back = _median(lambda _: revised(old, before, module.nodes, before.project))
    yield Measure("source of 1,000 nodes, put back", back, "ms")


def _median(
    work: Callable[[Project], object], project: Callable[[int], Project] = lambda _: Project()
) -> float:
    """Milliseconds that the work takes on a project; making the project is not counted."""
    times = []
    for number in range(ROUNDS):
        value = project(number)
        started = time.perf_counter()
        work(value)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)
