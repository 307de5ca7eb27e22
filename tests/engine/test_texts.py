"""Columns of a table to several Inputs, texts among them: described, trained, scored, predicted."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.document.graph import INPUT
from builder.document.plan import Column, Csv, DataPlan, Feature, Missing, TrainingPlan
from builder.document.starter import starter
from builder.engine.messages import (
    Describe,
    Described,
    Evaluate,
    Evaluated,
    Predict,
    Predicted,
    RunEnded,
    Train,
)
from builder.engine.worker.data import describe
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import completed, run_of

pytestmark = pytest.mark.keras

FILMS = "length,seats,review,code,liked\n" + "".join(
    f"{80 + row % 50},{row % 9},{('dull', 'great')[row % 2]} film number {row},0{row % 4},"
    f"{('no', 'yes')[row % 2]}\n"
    for row in range(120)
)
COLUMNS = (
    Column("length"),
    Column("seats", feature="room"),
    Column("review", kind="text"),
    Column("code", kind="text"),
    Column("liked", "target"),
)


def films(folder: Path, text: str = FILMS, missing: Missing = "refuse") -> DataPlan:
    (folder / "films.csv").write_text(text)
    return DataPlan(Csv("films.csv"), COLUMNS, missing=missing)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the starter network for such a table."""
    from builder.engine.worker.train import train

    folder = tmp_path_factory.mktemp("films")
    text = FILMS + "90,,great film,01,yes\n91,3,,02,no\n"
    project = starter(completed(films(folder, text, "median"), folder), "films")
    made = run_of(replace(project, training=TrainingPlan(epochs=25)), folder)
    recording = Recording()
    train(Train(1, str(made)), recording.context)
    recording.only(RunEnded)
    return made


def test_texts_and_groups_are_features_of_their_own(tmp_path: Path) -> None:
    recording = Recording()
    describe(Describe(1, films(tmp_path), str(tmp_path)), recording.context)
    answer = recording.only(Described)
    assert answer.problems == ()
    assert answer.plan.features == (
        Feature("table", (1,), columns=("length",)),
        Feature("room", (1,), columns=("seats",)),
        Feature("review", (1,), "string", ("review",)),
        Feature("code", (1,), "string", ("code",)),
    )
    assert {c.name: c.kind for c in answer.columns}["code"] == "text"
    code = next(column for column in answer.columns if column.name == "code")
    assert code.values[0].startswith("0")  # as it stands, and no number


def test_texts_and_numbers_do_not_share_an_input(tmp_path: Path) -> None:
    plan = films(tmp_path)
    columns = (replace(plan.columns[0], feature="review"), *plan.columns[1:])
    recording = Recording()
    describe(Describe(1, replace(plan, columns=columns), str(tmp_path)), recording.context)
    answer = recording.only(Described)
    assert answer.fatal
    assert "“review” would take texts" in answer.problems[0]


def test_the_network_for_them_has_an_input_for_each(tmp_path: Path) -> None:
    project = starter(completed(films(tmp_path), tmp_path))
    inputs = {node.name: node.params for node in project.graph.of_type(INPUT)}
    assert list(inputs) == ["table", "room", "review", "code"]
    assert inputs["review"] == {"shape": [1], "feature": "review", "dtype": "string"}
    assert "dtype" not in inputs["room"]


def test_it_learns_from_the_texts(run: Path) -> None:
    from builder.engine.worker.evaluate import evaluate

    recording = Recording()
    evaluate(Evaluate(2, str(run)), recording.context)
    (report,) = recording.only(Evaluated).targets
    assert report.scores["accuracy"] > 0.9


def predicted(run: Path, **request: object) -> Predicted:
    from builder.engine.worker.predict import predict

    recording = Recording()
    predict(Predict(3, str(run), **request), recording.context)  # type: ignore[arg-type]
    return recording.only(Predicted)


def test_rows_by_hand_and_from_a_file(run: Path, tmp_path: Path) -> None:
    rows = {
        "length": [90, 91],
        "seats": [3, 4],
        "review": ["great film", "dull film"],
        "code": ["01", "02"],
    }
    answer = predicted(run, rows=rows)
    assert [row[0].label for row in answer.rows] == ["yes", "no"]
    (tmp_path / "new.csv").write_text(
        "length,seats,review,code\n90,3,great film,01\n91,4,dull film,02\n92,,great film,\n"
    )
    filed = predicted(run, input=str(tmp_path / "new.csv"))
    assert filed.rows[:2] == answer.rows
    assert len(filed.notes) == 2  # seats by its median, code as no text
