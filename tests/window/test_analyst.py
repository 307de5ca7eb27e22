"""The analyst: at most one question on its way, no answer to an older one, no dead end."""

import os
import signal
import threading
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.document import blocks, edits
from builder.document.mending import mend
from builder.document.plan import Csv, DataPlan, Feature, KerasObject, Split, Target
from builder.engine.messages import (
    Described,
    Failed,
    Fault,
    Inspect,
    Inspected,
    LogLine,
    NodeReport,
    Ready,
    Request,
    TensorSpec,
    WorkerDied,
)
from builder.engine.pool import Pool
from builder.window import analyst as module
from builder.window.analyst import Analysis, Analyst, KernelState
from builder.window.workers import Report
from tests.build import SMALL, chain

READY = Ready("3.15.1", "tensorflow", "2.21.0", ("CPU",), 1)


class FarSide:
    """A worker that answers when the test says so, from another thread, as a real one does."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.asked: list[Request] = []
        self.stopped = 0
        self._report: Report | None = None

    def start(self, report: Report, backend: str) -> "FarSide":
        self._report = report
        self.started.append(backend)
        return self

    def send(self, request: Request) -> None:
        self.asked.append(request)

    def stop(self, grace: float = 2.0) -> None:
        del grace
        self.stopped += 1

    def say(self, event: Any) -> None:
        assert self._report is not None
        thread = threading.Thread(target=self._report, args=(event,))
        thread.start()
        thread.join()

    @property
    def inspected(self) -> list[int]:
        return [request.id for request in self.asked if isinstance(request, Inspect)]


class Desk:
    def __init__(self, catalog: Catalog = SMALL) -> None:
        self.far = FarSide()
        self.document = Document(chain("Input", "Conv2D", "Flatten", "Dense", "Output"))
        self.analyst = Analyst(self.document, catalog, self.far.start)
        self.heard: list[Analysis] = []
        self.analyst.analysed.connect(self.heard.append)

    def ready(self, qtbot: QtBot) -> None:
        self.analyst.start()
        with qtbot.waitSignal(self.analyst.ready):
            self.far.say(READY)

    def set_filters(self, filters: int) -> None:
        project = edits.set_params(self.document.project, {"n2": {"filters": filters}})
        self.document.apply("Set", project)

    def answer(self, id_: int, **nodes: NodeReport) -> None:
        self.far.say(Inspected(id_, nodes))
        QApplication.processEvents()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def report(parameters: int) -> NodeReport:
    return NodeReport({"output": TensorSpec((None, 6, 6, 32))}, parameters, parameters, 100)


def test_topology_is_judged_at_once_without_a_worker(desk: Desk) -> None:
    desk.analyst.start()
    project = edits.remove(desk.document.project, ["n3"])
    desk.document.apply("Delete", project)
    assert desk.heard[-1].errors == 1
    assert desk.heard[-1].parameters is None
    assert not desk.heard[-1].settled


def test_what_is_wrong_with_the_rows_is_a_problem_with_remedies(desk: Desk) -> None:
    desk.analyst.start()
    target = Target("price", "regression")
    plan = DataPlan(Csv("houses.csv"), features=(Feature("table", (3,)),), targets=(target,))
    project = replace(desk.document.project, data=plan)
    desk.document.apply("Choose data", project)
    gaps = "3 of 60 rows have no value in “size”."
    desk.analyst.take_description(Described(1, plan, 60, problems=(gaps,), fatal=True, gaps=gaps))
    (problem,) = (p for p in desk.heard[-1].problems if p.message == gaps)
    assert [fix.title for fix in problem.fixes] == ["Leave them out", "Fill them in"]
    mended, _ = mend(project, problem.fixes[1], SMALL.ports_of)
    assert mended.data.missing == "median"
    desk.document.apply("Fill them in", mended)
    assert all(p.message != gaps for p in desk.heard[-1].problems)
    desk.document.undo()
    split = replace(project, data=replace(plan, split=Split(0.2, 0.2)))
    desk.document.apply("Split", split)
    assert any(p.message == gaps for p in desk.heard[-1].problems)


def test_a_parameter_that_cannot_be_is_a_problem(desk: Desk) -> None:
    desk.analyst.start()
    desk.set_filters(-1)
    problem = next(p for p in desk.heard[-1].problems if p.node == "n2")
    assert "conv2d" in problem.message


def test_a_layer_that_keras_lacks_is_a_problem(desk: Desk) -> None:
    desk.analyst.start()
    graph = desk.document.project.graph
    nodes = {**graph.nodes, "n3": replace(graph.nodes["n3"], type="keras.layers.Magic")}
    desk.document.apply("Open", replace(desk.document.project, graph=replace(graph, nodes=nodes)))
    assert any("keras.layers.Magic" in problem.message for problem in desk.heard[-1].problems)


def test_the_answer_brings_shapes_and_sums(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    assert desk.analyst.kernel.words == "TensorFlow 2.21 ready"
    desk.answer(desk.far.inspected[-1], n2=report(320), n4=report(10))
    analysis = desk.analyst.analysis
    assert analysis.settled
    assert (analysis.parameters, analysis.flops) == (330, 200)


def test_fast_edits_leave_one_question_and_the_newest_wins(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    desk.answer(desk.far.inspected[-1])
    for filters in range(40, 50):
        desk.set_filters(filters)
    assert len(desk.far.inspected) == 2
    first = desk.far.inspected[-1]
    desk.answer(first, n2=report(1))
    assert desk.analyst.analysis.parameters != 1, "an answer to an older revision was shown"
    assert len(desk.far.inspected) == 3
    newest = desk.far.asked[-1]
    assert isinstance(newest, Inspect)
    assert newest.graph.nodes["n2"].params["filters"] == 49
    desk.answer(newest.id, n2=report(2))
    assert desk.analyst.analysis.parameters == 2
    assert desk.analyst.analysis.settled


def test_moving_nodes_asks_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    asked, heard = len(desk.far.asked), len(desk.heard)
    desk.document.apply("Move", edits.move(desk.document.project, {"n2": (9.0, 9.0)}))
    assert (len(desk.far.asked), len(desk.heard)) == (asked, heard)


def test_a_fault_is_a_problem_of_its_node(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    fault = NodeReport(fault=Fault("Conv2D needs 4 axes; received 2.", "n2"))
    desk.answer(desk.far.inspected[-1], n2=fault)
    problem = desk.analyst.analysis.problems[0]
    assert (problem.node, problem.message) == ("n2", "Conv2D needs 4 axes; received 2.")


def test_a_dead_worker_is_replaced_and_asked_again(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTART_MS", 0)
    lines: list[str] = []
    desk.analyst.log.connect(lines.append)
    desk.ready(qtbot)
    desk.answer(desk.far.inspected[-1], n2=report(320))
    before = desk.document.project
    desk.far.say(WorkerDied(-9, "The system ended the worker."))
    qtbot.waitUntil(lambda: desk.analyst.kernel.state is KernelState.RESTARTING)
    qtbot.waitUntil(lambda: len(desk.far.started) == 2)
    assert lines == ["The system ended the worker."]
    assert desk.document.project is before
    asked = len(desk.far.asked)
    with qtbot.waitSignal(desk.analyst.ready):
        desk.far.say(READY)
    assert len(desk.far.asked) == asked + 1


def test_a_worker_that_never_starts_ends_in_a_sentence_and_a_second_chance(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTART_MS", 0)
    desk.analyst.start()
    for number in range(module.PATIENCE):
        qtbot.waitUntil(lambda n=number: len(desk.far.started) == n + 1)
        desk.far.say(WorkerDied(1, "TensorFlow is not installed."))
        QApplication.processEvents()
    qtbot.waitUntil(lambda: desk.analyst.kernel.state is KernelState.BROKEN)
    assert "TensorFlow is not installed." in desk.analyst.kernel.sentence
    desk.set_filters(8)
    assert desk.heard[-1].problems == ()
    desk.analyst.start()
    with qtbot.waitSignal(desk.analyst.ready):
        desk.far.say(READY)
    assert desk.analyst.kernel.state is KernelState.READY


def test_without_a_worker_untouched_shapes_stay_and_touched_ones_go(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.ready(qtbot)
    known = {id_: report(1) for id_ in desk.document.project.graph.nodes}
    desk.answer(desk.far.inspected[-1], **known)
    desk.analyst.stop()
    project = edits.set_params(desk.document.project, {"n4": {"units": 5}})
    desk.document.apply("Set", project)
    assert set(desk.heard[-1].reports) == {"n1", "n2", "n3"}


def test_a_block_counts_once_and_changes_with_its_inside(desk: Desk, qtbot: QtBot) -> None:
    project, block = blocks.group(desk.document.project, {"n2", "n3"}, "body")
    desk.document.apply("Group", project)
    desk.ready(qtbot)
    reports = {"n1": report(0), "n2": report(320), "n4": report(10), block: report(320)}
    desk.answer(desk.far.inspected[-1], **reports)
    analysis = desk.analyst.analysis
    assert (analysis.parameters, analysis.flops) == (330, 300)
    desk.analyst.stop()
    desk.document.apply("Set", edits.set_params(desk.document.project, {"n4": {"units": 3}}))
    assert desk.analyst.analysis.reports.keys() == {"n1", "n2", block}
    desk.set_filters(7)
    assert desk.analyst.analysis.reports.keys() == {"n1"}


def test_another_backend_takes_another_worker(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    desk.document.apply("Choose backend", replace(desk.document.project, backend="jax"))
    assert desk.far.started == ["tensorflow", "jax"]
    qtbot.waitUntil(lambda: desk.far.stopped == 1)


def test_lines_of_the_worker_reach_the_log(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    with qtbot.waitSignal(desk.analyst.log) as caught:
        desk.far.say(LogLine("hello"))
    assert caught.args == ["hello"]


def test_a_refused_request_does_not_block_the_next(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    with qtbot.waitSignal(desk.analyst.log):
        desk.far.say(Failed(desk.far.inspected[-1], Fault("That was too large.")))
    desk.set_filters(9)
    assert len(desk.far.inspected) == 2


@pytest.mark.keras
@pytest.mark.slow
def test_a_real_worker_answers_dies_and_is_replaced(qtbot: QtBot) -> None:
    catalog = load_catalog()
    document = Document(chain("Input", "Conv2D", "Flatten", "Dense", "Output", catalog=catalog))
    pool = Pool()
    analyst = Analyst(document, catalog, pool.start_inspector)
    pids: list[int] = []
    analyst.ready.connect(lambda ready: pids.append(ready.pid))
    try:
        analyst.start()
        qtbot.waitUntil(lambda: analyst.analysis.settled)
        shapes = {
            i: r.outputs["output"].shape for i, r in analyst.analysis.reports.items() if r.outputs
        }
        assert shapes["n2"] == (None, 6, 6, 32)
        project = edits.set_params(document.project, {"n2": {"filters": 5}})
        document.apply("Set", project)
        qtbot.waitUntil(lambda: analyst.analysis.settled)
        assert analyst.analysis.reports["n2"].outputs["output"].shape == (None, 6, 6, 5)
        os.kill(pids[0], signal.SIGKILL)
        qtbot.waitUntil(lambda: len(pids) == 2)
        qtbot.waitUntil(lambda: analyst.analysis.settled)
        assert document.project == project
    finally:
        analyst.stop()
        pool.stop()


def test_a_plan_is_judged_anew_and_a_move_is_not(desk: Desk, qtbot: QtBot) -> None:
    desk.ready(qtbot)
    desk.answer(desk.far.inspected[-1], n2=report(320))
    heard, asked = len(desk.heard), len(desk.far.asked)
    desk.document.apply("Move", edits.move(desk.document.project, {"n2": (7.0, 7.0)}))
    assert len(desk.heard) == heard
    plan = replace(
        desk.document.project.training,
        callbacks=(KerasObject("keras.callbacks.EarlyStopping", {"monitor": "val_f1"}),),
    )
    desk.document.apply("Plan", replace(desk.document.project, training=plan))
    (warning,) = desk.heard[-1].problems
    assert (warning.severity, warning.node) == ("warning", None)
    assert "val_f1" in warning.message
    assert desk.heard[-1].settled
    assert len(desk.far.asked) == asked, "Keras was asked about a plan"
