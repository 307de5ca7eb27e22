"""The one that keeps asking what is wrong with the network and which shapes it has.

All that can be told without Keras is told at once, in this process (see `codegen.problems`).
Shapes, parameter counts and the faults that Keras finds come from a warm worker; at most one
question is on its way, so that fast edits never queue up, and an answer to an older revision is
dropped.
"""

import threading
from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.document import topology
from builder.document.graph import Graph
from builder.document.problems import Problem
from builder.document.project import BACKENDS, Project
from builder.engine.messages import (
    CatalogMade,
    Described,
    Event,
    Failed,
    Inspect,
    Inspected,
    LogLine,
    NodeReport,
    Ready,
    Request,
    WorkerDied,
)
from builder.engine.reports import reported
from builder.window.code_trust import CodeTrust
from builder.window.data_problems import data_problems
from builder.window.workers import Far, Report

RESTART_MS = 500
PATIENCE = 3
"""Workers that may die in a row, without an answer between, before the user is asked."""


StartWorker = Callable[[Report, str], Far]
"""Start a worker for a backend; it tells `report` of each event, from any thread."""


class Analysis(Struct, frozen=True):
    """What is known of the project at one revision.

    `reports` by node id; `problems` worst first. `parameters`, those of them that are `trainable`,
    and `flops` are sums, None while no worker has answered. `settled` says that the reports belong to this very revision.
    """

    revision: int
    reports: Mapping[str, NodeReport] = {}
    problems: tuple[Problem, ...] = ()
    parameters: int | None = None
    flops: int | None = None
    settled: bool = False
    trainable: int | None = None

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


class KernelState(Enum):
    """How it goes with the worker that inspects."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    BROKEN = "broken"


class Kernel(Struct, frozen=True):
    """The worker's state with the words for it. `sentence` says what to do when it is broken."""

    state: KernelState
    words: str
    sentence: str = ""
    device: str = ""


class Analyst(QObject):
    """Follows the document and tells what it found.

    Attributes:
        trust: says which code of the project may be run.

    Signals:
        analysed(Analysis): new findings; first without the worker's, then with them.
        kernel_changed(Kernel): the worker started, got ready, died or cannot start.
        ready(Ready): a worker is ready and said which Keras it runs.
        log(str): a line that the worker printed, or a word on its fate.
    """

    analysed = Signal(object)
    kernel_changed = Signal(object)
    ready = Signal(object)
    log = Signal(str)

    _arrived = Signal(object, object)

    def __init__(
        self,
        document: Document,
        catalog: Catalog,
        start: StartWorker,
    ) -> None:
        super().__init__()
        self.trust = CodeTrust(document, catalog)
        self._document = document
        self._catalog = catalog
        self._start = start
        self._far: Far | None = None
        self._token = object()
        self._started = False
        self._revision = 0
        self._asked: int | None = None
        self._known_graph = Graph()
        self._reports: Mapping[str, NodeReport] = {}
        self._at_once: tuple[Problem, ...] = ()
        self._deaths = 0
        self._described: Described | None = None
        self.analysis = Analysis(0)
        self.kernel = Kernel(KernelState.OFF, "Keras is not started")
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        document.changed.connect(self._follow)
        self.trust.changed.connect(self._trusted)

    def start(self) -> None:
        """Start the worker, or another one after trouble, and inspect the graph."""
        self._leave()
        self._started = True
        self._deaths = 0
        self._launch(KernelState.STARTING, f"Starting {BACKENDS[self._document.project.backend]}")
        self._analyse()

    def stop(self) -> None:
        """End the worker; nothing is inspected any more."""
        self._leave()
        self._tell(Kernel(KernelState.OFF, "Keras is not started"))

    def send(self, request: Request) -> bool:
        """Ask the warm worker for something else. False when there is none that is ready."""
        if self._far is None or self.kernel.state is not KernelState.READY:
            return False
        self._far.send(request)
        return True

    def take_description(self, event: Described) -> None:
        """Note what keeps the data from being trained on, which whoever read the rows found."""
        self._described = event
        if self._started:
            self._publish(self.analysis.settled)

    # --- the document

    def _follow(self, old: Project, new: Project) -> None:
        if not self._started:
            return  # `start` will judge whatever is open by then
        if old.backend != new.backend and self._far is not None:
            self.start()
        elif (old.graph is not new.graph and old.graph != new.graph) or old.custom != new.custom:
            self._analyse()
        elif (old.data, old.training, old.backend) != (new.data, new.training, new.backend):
            self._judge()
            self._publish(self.analysis.settled)

    def _trusted(self) -> None:
        if self._started:
            self._analyse()

    def _analyse(self) -> None:
        """Judge the graph at once, and ask the worker."""
        self._revision += 1
        self._judge()
        if self.kernel.state is not KernelState.READY:
            self._reports = _untouched(self._reports, self._known_graph, self._graph)
        self._publish(settled=False)
        self._ask()

    def _judge(self) -> None:
        # Imported here: code generation has no part in the first paint.
        from builder.codegen.problems import merged, problems, untrusted

        project = self._document.project
        trusted = self.trust.of(project)
        unrun = untrusted(project, self._catalog, trusted, "Press “Show code…” over the canvas.")
        self._at_once = merged(problems(project, self._catalog), unrun)

    def _ask(self) -> None:
        ready = self._far is not None and self.kernel.state is KernelState.READY
        if ready and self._asked is None and self._far is not None:
            self._asked = self._revision
            project = self._document.project
            trusted = self.trust.of(project)
            self._far.send(Inspect(self._revision, project.graph, project.custom, trusted))

    @property
    def _graph(self) -> Graph:
        return self._document.project.graph

    def _publish(self, settled: bool) -> None:
        graph = self._graph
        reports = {id_: r for id_, r in self._reports.items() if id_ in graph.nodes}
        known = bool(reports) or settled
        # The sums of a block hold those of what is inside it.
        top = [reports[id_] for id_ in graph.level().nodes if id_ in reports]
        self.analysis = Analysis(
            self._revision,
            reports,
            self._problems(reports),
            sum(r.parameters for r in top) if known else None,
            sum(r.flops for r in top) if known else None,
            settled,
            sum(r.trainable for r in top) if known else None,
        )
        self.analysed.emit(self.analysis)

    def _problems(self, reports: Mapping[str, NodeReport]) -> tuple[Problem, ...]:
        from builder.codegen.problems import merged

        project = self._document.project
        # A node that is wrong as it stands would only be told again, in Keras's words.
        in_data = data_problems(self._described, project.data)
        return merged(self._at_once, reported(project, reports), in_data)

    # --- the worker

    def _launch(self, state: KernelState, words: str) -> None:
        token = self._token = object()
        self._asked = None
        self._tell(Kernel(state, words))
        try:
            # The report is called on the worker's thread; the signal carries it to this one.
            self._far = self._start(
                lambda event: self._tell_later(token, event), self._document.project.backend
            )
        except OSError as error:
            self._break(f"The Keras process cannot be started: {error}.")

    def _tell_later(self, token: object, event: Event) -> None:
        try:
            self._arrived.emit(token, event)
        except RuntimeError:  # the window is gone: Qt has deleted this object already
            return

    def _leave(self) -> None:
        self._token = object()
        far, self._far = self._far, None
        if far is not None:
            # Ending a process may take seconds; the window does not wait for it.
            threading.Thread(target=far.stop, args=(0.2,), daemon=True).start()

    def _take(self, token: object, event: Event) -> None:
        if token is not self._token:
            return
        match event:
            case Ready():
                self._ready(event)
            case Inspected():
                self._answered(event)
            case Failed() if self.kernel.state is not KernelState.READY:
                self._leave()
                self._break(event.fault.message, event.fault.detail)
            case Failed():
                self.log.emit(event.fault.message)
                if event.id == self._asked:
                    self._asked = None
            case CatalogMade():
                self.log.emit("The layers of the installed Keras are offered from the next start.")
            case LogLine():
                self.log.emit(event.text)
            case WorkerDied():
                self._died(event)

    def _ready(self, event: Ready) -> None:
        version = event.backend_version
        words = (
            f"{BACKENDS.get(event.backend, event.backend)} {'.'.join(version.split('.')[:2])} ready"
        )
        device = event.devices[0] if event.devices else "CPU"
        self._tell(Kernel(KernelState.READY, words, device=device))
        self.ready.emit(event)
        self._ask()

    def _answered(self, event: Inspected) -> None:
        if event.id != self._asked:
            return
        self._asked = None
        self._deaths = 0
        if event.id == self._revision:
            self._reports, self._known_graph = event.nodes, self._graph
            self._publish(settled=True)
        else:
            self._ask()

    def _died(self, event: WorkerDied) -> None:
        self.log.emit(event.message)
        self._far = None
        self._asked = None
        self._deaths += 1
        if event.hopeless or self._deaths >= PATIENCE:
            self._break(event.message)
            return
        self._tell(Kernel(KernelState.RESTARTING, "The Keras process ended; another is starting"))
        token = self._token
        QTimer.singleShot(RESTART_MS, self, lambda: self._restart(token))

    def _restart(self, token: object) -> None:
        if token is self._token and self._far is None:
            self._launch(KernelState.RESTARTING, "The Keras process ended; another is starting")

    def _break(self, sentence: str, detail: str = "") -> None:
        self._far = None
        if detail:
            self.log.emit(detail)
        self._tell(Kernel(KernelState.BROKEN, "Keras does not start", sentence))

    def _tell(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.kernel_changed.emit(kernel)


def _untouched(
    reports: Mapping[str, NodeReport], old: Graph, new: Graph
) -> Mapping[str, NodeReport]:
    """The reports that an edit did not touch: the same node, fed by the same nodes.

    A block is the same with all that is inside it, and only then is anything inside.
    """
    if not reports:
        return {}
    kept: dict[str, NodeReport] = {}
    level = new.level()
    for id_ in topology.order(level):
        wires = new.into(id_)
        inside = new.inside((new.nodes[id_].shares or id_,))
        same = inside == old.inside((new.nodes[id_].shares or id_,)) and all(
            old.nodes.get(one) == new.nodes[one] and old.into(one) == new.into(one)
            for one in (id_, *inside)
        )
        if same and id_ in reports and all(wire.source.node in kept for wire in wires):
            kept |= {one: reports[one] for one in (id_, *inside) if one in reports}
    return kept
