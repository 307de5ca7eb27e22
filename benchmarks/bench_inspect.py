"""From an edit to all shapes, through a real worker process; and what the protocol itself costs."""

import queue
import statistics
import time
from collections.abc import Callable, Iterable, Sequence

import psutil

from benchmarks import Measure
from benchmarks.networks import dense_chain, distinct_chain, resnet50, vgg16, with_params
from builder.document.graph import Graph
from builder.engine.messages import (
    Event,
    Inspect,
    Inspected,
    NodeReport,
    Ready,
    TensorSpec,
    WorkerDied,
    decode_event,
    decode_request,
    encode,
)
from builder.engine.pool import Pool

ROUNDS = 15
PATIENCE = 60.0


class Inspecting:
    """A real inspector, asked and waited for."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._pool = Pool()
        # Quiet: a spare that imports Keras beside it would be measured as well.
        self._pool.stop()
        self._worker = self._pool.start_inspector(self._events.put)
        self._revision = 0
        self.ready_after = self._timed(lambda: self._wait(Ready))

    def inspect(self, graph: Graph) -> float:
        """Seconds from asking to having the answer."""
        self._revision += 1
        question = Inspect(self._revision, graph)

        def ask() -> None:
            self._worker.send(question)
            self._wait(Inspected)

        return self._timed(ask)

    @property
    def memory(self) -> float:
        """What the worker has in memory, in MB."""
        return float(psutil.Process(self._worker.pid).memory_info().rss) / 1e6

    def close(self) -> None:
        self._worker.stop()

    def _wait(self, kind: type[Event]) -> None:
        while not isinstance(event := self._events.get(timeout=PATIENCE), kind):
            if isinstance(event, WorkerDied):
                raise RuntimeError(event.message)

    @staticmethod
    def _timed(work: Callable[[], object]) -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started


def run() -> Iterable[Measure]:
    inspecting = Inspecting()
    yield Measure("worker start to ready", inspecting.ready_after, "s")
    chain, resnet = dense_chain(100), resnet50()
    first = inspecting.inspect(chain)
    yield Measure("100-node chain: first inspection", 1000 * first, "ms")
    # Every edit is a value not seen before: remembering an answer would not help.
    widths = [with_params(chain, "n2", {"units": 17 + i}) for i in range(ROUNDS)]
    yield Measure("100-node chain: edit at the top", *_typical(inspecting, widths), 50.0)
    shapes = [with_params(chain, "n1", {"shape": [i + 1, 16]}) for i in range(ROUNDS)]
    yield Measure("100-node chain: edit that reaches all", *_typical(inspecting, shapes), 50.0)
    unlike = distinct_chain(100)
    inspecting.inspect(unlike)
    shapes = [with_params(unlike, "n1", {"shape": [i + 1, 16]}) for i in range(ROUNDS)]
    yield Measure("100 layers, no two alike: edit that reaches all", *_typical(inspecting, shapes))
    long = dense_chain(1000)
    inspecting.inspect(long)
    widths = [with_params(long, "n2", {"units": 17 + i}) for i in range(ROUNDS)]
    yield Measure("1,000-node chain: edit at the top", *_typical(inspecting, widths))
    first = inspecting.inspect(resnet)
    yield Measure("ResNet50: first inspection", 1000 * first, "ms", 300.0)
    first = inspecting.inspect(vgg16())
    yield Measure("VGG16: first inspection", 1000 * first, "ms", 60.0)
    before = inspecting.memory
    inspecting.inspect(vgg16(wider=10))
    grown = max(0.0, inspecting.memory - before)
    yield Measure("VGG16 ten times as wide: what the worker grows by", grown, "MB", 10.0)
    sizes = [with_params(resnet, "n1", {"shape": [226 + 32 * i] * 2 + [3]}) for i in range(ROUNDS)]
    yield Measure("ResNet50: edit that reaches all", *_typical(inspecting, sizes), 150.0)
    ends = [with_params(resnet, "n176", {"units": 10 + i}) for i in range(ROUNDS)]
    yield Measure("ResNet50: edit at the end", *_typical(inspecting, ends), 50.0)
    inspecting.close()
    yield from _protocol()


def _typical(inspecting: Inspecting, graphs: Sequence[Graph]) -> tuple[float, str]:
    """The median, in milliseconds."""
    return 1000 * statistics.median(inspecting.inspect(graph) for graph in graphs), "ms"


def _protocol() -> Iterable[Measure]:
    """Encoding and decoding a thousand nodes: what every edit of a large network pays."""
    graph = dense_chain(1000)
    report = NodeReport({"output": TensorSpec((None, 16))}, 272, 272, 512)
    question, answer = Inspect(1, graph), Inspected(1, dict.fromkeys(graph.nodes, report))
    asked = _milliseconds(lambda: decode_request(encode(question)))
    yield Measure("Inspect of 1,000 nodes: encode and decode", asked, "ms", 10.0)
    told = _milliseconds(lambda: decode_event(encode(answer)))
    yield Measure("Inspected of 1,000 nodes: encode and decode", told, "ms", 10.0)


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)
