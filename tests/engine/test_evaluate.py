"""Scores on rows that nothing has looked at: right, compared, and kept."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sklearn import metrics

from builder.document.plan import Target, TrainingPlan
from builder.engine.messages import Evaluate, Evaluated, RunEnded, TargetReport, Train, decode_event
from builder.engine.worker.faults import JobError
from builder.engine.worker.scores import class_report, number_report
from builder.storage import runs
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import run_of, starting_with

pytestmark = pytest.mark.keras
TASKS = {"iris": "multiclass", "breast_cancer": "binary", "diabetes": "regression"}


def trained(name: str, folder: Path) -> Path:
    from builder.engine.worker.train import train

    run = run_of(starting_with(name, TrainingPlan(epochs=15)), folder)
    recording = Recording()
    train(Train(1, str(run)), recording.context)
    recording.only(RunEnded)
    return run


def evaluated(run: Path) -> Evaluated:
    from builder.engine.worker.evaluate import evaluate

    recording = Recording()
    evaluate(Evaluate(2, str(run)), recording.context)
    return recording.only(Evaluated)


@pytest.fixture(scope="module", params=list(TASKS))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(request.param, tmp_path_factory.mktemp(request.param))


def test_every_task_gets_its_report(run: Path) -> None:
    answer = evaluated(run)
    (report,) = answer.targets
    assert report.task == TASKS[runs.read_record(run).name]
    assert report.scores.keys() == report.baseline.keys()
    assert report.train_scores
    first, score = next(iter(report.scores.items()))
    assert report.interval is not None
    assert report.interval[0] <= score <= report.interval[1]
    if report.task == "regression":
        assert (first, report.baseline_name) == ("RMSE", "mean")
        assert len(report.pairs) == answer.rows
        assert score < report.baseline["RMSE"]
        assert report.baseline["R2"] == pytest.approx(0, abs=0.05)
    else:
        assert (first, report.baseline_name) == ("accuracy", "majority class")
        assert sum(map(sum, report.confusion)) == answer.rows
        assert sum(score.support for score in report.classes) == answer.rows
        assert score > report.baseline["accuracy"]


def test_a_model_read_from_its_folder_scores_the_same(run: Path) -> None:
    from builder.engine.worker import trained as keeper

    warm = evaluated(run)
    keeper.forget()
    assert evaluated(run) == warm


def test_the_report_is_kept_in_the_folder(run: Path) -> None:
    answer = evaluated(run)
    assert decode_event((run / runs.EVALUATION).read_bytes()) == answer


def test_a_run_without_a_model_says_so(tmp_path: Path) -> None:
    run = run_of(starting_with("iris"), tmp_path)
    with pytest.raises(JobError, match="has no model"):
        evaluated(run)


def test_a_damaged_model_says_so(tmp_path: Path) -> None:
    run = run_of(starting_with("iris"), tmp_path)
    (run / runs.MODEL).write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(JobError, match="cannot be read"):
        evaluated(run)


def test_a_model_py_that_somebody_changed_is_not_run(tmp_path: Path) -> None:
    run = trained("iris", tmp_path)
    before = evaluated(run)
    (run / runs.SOURCE).write_text("raise SystemExit('evil')\n")
    assert evaluated(run) == before


# --- the scores themselves


labels = st.lists(st.integers(0, 2), min_size=4, max_size=60)


@given(labels, labels)
def test_class_scores_agree_with_counting(truth: list[int], other: list[int]) -> None:
    size = min(len(truth), len(other))
    true, guess = np.array(truth[:size]), np.array(other[:size])
    report = class_report(
        Target("t", "multiclass", ("a", "b", "c")), true, np.eye(3)[guess], true, guess
    )
    assert report.scores["accuracy"] == pytest.approx(float((true == guess).mean()))
    for row, line in enumerate(report.confusion):
        for column, count in enumerate(line):
            assert count == int(((true == row) & (guess == column)).sum())
    assert report.interval is not None
    assert 0 <= report.interval[0] <= report.interval[1] <= 1


def number_of(true: np.ndarray, guess: np.ndarray) -> TargetReport:
    return number_report(Target("t", "regression"), true, guess, true, guess)


def test_number_scores_and_the_interval_around_them() -> None:
    generator = np.random.default_rng(1)
    true = generator.normal(100, 10, 400)
    guess = true + generator.normal(0, 3, 400)
    report = number_of(true, guess)
    assert report.scores["RMSE"] == pytest.approx(metrics.root_mean_squared_error(true, guess))
    assert report.interval is not None
    low, high = report.interval
    # The standard error of the RMSE of normal errors is the RMSE / sqrt(2 n).
    score = report.scores["RMSE"]
    assert low == pytest.approx(score - 1.96 * score / 800**0.5, abs=0.05)
    assert high == pytest.approx(score + 1.96 * score / 800**0.5, abs=0.05)


def test_a_long_table_has_few_pairs_and_is_scored_in_little_time() -> None:
    true = np.random.default_rng(0).normal(size=300_000)
    report = number_of(true, true + 1)
    assert 1000 < len(report.pairs) <= 2000
    assert report.interval == pytest.approx((1, 1))


def test_probabilities_come_from_logits_too() -> None:
    from builder.engine.worker.answers import answers

    class Model:
        """Answers the same whatever it is asked."""

        def predict(self, inputs: object, **options: object) -> np.ndarray:
            del options
            return np.asarray(inputs)

    project = starting_with("breast_cancer")
    output = project.graph.by_name["diagnosis"]
    loss = {"type": "keras.losses.BinaryCrossentropy", "params": {"from_logits": True}}
    logits = replace(output, params={**output.params, "loss": loss})
    graph = replace(project.graph, nodes={**project.graph.nodes, output.id: logits})
    rows = np.array([[0.0], [40.0], [-40.0]])
    found = answers(Model(), rows, replace(project, graph=graph))["diagnosis"]
    assert found == pytest.approx(np.array([[0.5, 0.5], [0.0, 1.0], [1.0, 0.0]]))
