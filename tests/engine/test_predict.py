"""Predicting rows from files and from hand, and saying what is wrong with them."""

import csv
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from sklearn.datasets import load_digits, load_iris

from builder.document.plan import Column, Csv, DataPlan, Missing, TrainingPlan
from builder.document.starter import starter
from builder.engine.messages import Predict, Predicted, RunEnded, Train
from builder.engine.worker.answer_file import harmless
from builder.engine.worker.faults import JobError
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import completed, run_of, starting_with

pytestmark = pytest.mark.keras
PLAN = TrainingPlan(epochs=20)


def trained(project: object, folder: Path) -> Path:
    from builder.engine.worker.train import train

    run = run_of(project, folder)  # type: ignore[arg-type]
    recording = Recording()
    train(Train(1, str(run)), recording.context)
    recording.only(RunEnded)
    return run


def predicted(run: Path, **request: object) -> Predicted:
    from builder.engine.worker.predict import predict

    recording = Recording()
    predict(Predict(3, str(run), **request), recording.context)  # type: ignore[arg-type]
    return recording.only(Predicted)


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(starting_with("iris", PLAN), tmp_path_factory.mktemp("iris"))


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = TrainingPlan(epochs=1)
    return trained(starting_with("digits", plan), tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def diabetes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(starting_with("diabetes", PLAN), tmp_path_factory.mktemp("diabetes"))


FLOWER = {
    "sepal length (cm)": [5.1, 6.7],
    "sepal width (cm)": [3.5, 3.0],
    "petal length (cm)": [1.4, 5.2],
    "petal width (cm)": [0.2, 2.3],
}


def write_csv(path: Path, columns: dict[str, list[object]], separator: str = ",") -> str:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter=separator)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return str(path)


# --- what comes out


def test_rows_by_hand(iris: Path) -> None:
    answer = predicted(iris, rows=FLOWER)
    assert answer.count == 2
    assert [row[0].label for row in answer.rows] == ["setosa", "virginica"]
    (first,) = answer.rows[0]
    assert first.target == "species"
    assert list(first.probabilities) == ["setosa", "versicolor", "virginica"]
    assert sum(first.probabilities.values()) == pytest.approx(1)
    assert answer.notes == ()


def test_rows_as_the_feature_itself(iris: Path) -> None:
    rows = [list(values) for values in zip(*FLOWER.values(), strict=True)]
    assert predicted(iris, rows={"table": rows}).rows == predicted(iris, rows=FLOWER).rows


def test_a_number_in_its_own_units(diabetes: Path) -> None:
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    rows = {name: [bunch.data[0, i]] for i, name in enumerate(bunch.feature_names)}
    ((answer,),) = predicted(diabetes, rows=rows).rows
    assert answer.value is not None
    assert 25 < answer.value < 346
    assert answer.label == ""


def test_it_says_what_the_exported_module_says(iris: Path) -> None:
    from builder.engine.worker.trained import module_of
    from builder.engine.worker.trained import trained as model_of

    run = model_of(iris)
    rows = load_iris().data.astype("float32")
    labels = [row[0].label for row in predicted(iris, rows={"table": rows.tolist()}).rows]
    assert labels == list(module_of(run).predict(run.model, rows))


def test_images_from_an_array_file(digits: Path, tmp_path: Path) -> None:
    images = load_digits().images[:30]
    for name, array in {
        "square": images,
        "channel": images[..., None],
        "flat": images.reshape(30, 64),
    }.items():
        np.save(tmp_path / f"{name}.npy", array)
    answers = [
        predicted(digits, input=str(tmp_path / f"{name}.npy")).rows
        for name in ("square", "channel", "flat")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert predicted(digits, rows={"image": images[:2].tolist()}).rows == answers[0][:2]


def test_a_file_of_any_length_to_a_file(iris: Path, tmp_path: Path) -> None:
    count = 2500
    long = {name: values * (count // 2) for name, values in FLOWER.items()}
    output = tmp_path / "out.csv"
    path = write_csv(tmp_path / "in.csv", long, ";")
    answer = predicted(iris, input=path, output=str(output))
    assert (answer.count, len(answer.rows), answer.output) == (count, 1000, str(output))
    with output.open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == count
    assert rows[0]["row"] == "1"
    assert rows[-1]["species"] == "virginica"
    assert float(rows[0]["species: setosa"]) == pytest.approx(
        answer.rows[0][0].probabilities["setosa"], abs=1e-6
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_class_name_is_a_formula(text: str) -> None:
    assert harmless(text) == "'" + text
    assert harmless("plain " + text) == "plain " + text


# --- what is wrong


def test_missing_and_further_columns(iris: Path, tmp_path: Path) -> None:
    some = dict(list(FLOWER.items())[:2])
    path = write_csv(tmp_path / "in.csv", {**some, "colour": ["red", "blue"]})
    with pytest.raises(JobError) as caught:
        predicted(iris, input=path)
    assert "have no column “petal length (cm)”, “petal width (cm)”" in str(caught.value)
    known = {"colour": ["red", "blue"], "species": ["setosa", "virginica"]}
    path = write_csv(tmp_path / "in.csv", {**known, **FLOWER})
    answer = predicted(iris, input=path)
    assert len(answer.notes) == 1
    assert answer.notes[0].endswith("no such column: “colour”.")
    assert answer.rows == predicted(iris, rows=FLOWER).rows


def test_a_word_and_an_empty_cell_are_named_with_their_row(iris: Path, tmp_path: Path) -> None:
    for cell, words in (("wide", "received “wide” in row 2"), ("", "Row 2 has no value")):
        broken = {**FLOWER, "petal width (cm)": [0.2, cell]}
        with pytest.raises(JobError, match=words):
            predicted(iris, input=write_csv(tmp_path / "in.csv", broken))
        with pytest.raises(JobError, match=words):
            predicted(iris, rows=broken)


def test_output_is_not_left_half_written(iris: Path, tmp_path: Path) -> None:
    broken = {**FLOWER, "petal width (cm)": [0.2, "wide"]}
    (tmp_path / "out.csv").write_text("mine")
    path = write_csv(tmp_path / "in.csv", broken)
    with pytest.raises(JobError):
        predicted(iris, input=path, output=str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_text() == "mine"
    with pytest.raises(JobError, match="was not written"):
        predicted(iris, rows=FLOWER, output=str(tmp_path / "gone" / "out.csv"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_arrays_that_do_not_fit(digits: Path, iris: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "small.npy", np.zeros((5, 7, 7)))
    with pytest.raises(JobError, match="must hold 8 × 8 × 1 numbers per row; received 7 × 7"):
        predicted(digits, input=str(tmp_path / "small.npy"))
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}]), allow_pickle=True)
    with pytest.raises(JobError, match=r"no \.npy file of numbers"):
        predicted(digits, input=str(tmp_path / "objects.npy"))
    with pytest.raises(JobError, match="There is no file"):
        predicted(digits, input=str(tmp_path / "gone.npy"))
    path = write_csv(tmp_path / "in.csv", FLOWER)
    with pytest.raises(JobError, match=r"Give a \.npy file"):
        predicted(digits, input=path)
    with pytest.raises(JobError, match="must hold"):
        predicted(iris, rows={"table": [[1, 2], [3]]})


def test_no_rows_at_all(iris: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in.csv", {name: [] for name in FLOWER})
    with pytest.raises(JobError, match="no rows"):
        predicted(iris, input=path)
    with pytest.raises(JobError, match="Give rows"):
        predicted(iris)


def mixed_table(folder: Path, missing: Missing) -> Path:
    """A trained network of one number and one category."""
    lines = [
        f"{'' if missing != 'refuse' and i % 20 == 0 else i % 50},{'rgb'[i % 3]},{['no', 'yes'][i % 3 == 0]}"
        for i in range(150)
    ]
    (folder / "t.csv").write_text("x,colour,sick\n" + "\n".join(lines) + "\n")
    columns = (
        Column("x"),
        Column("colour", "feature", "category"),
        Column("sick", "target"),
    )
    plan = DataPlan(source=Csv("t.csv"), columns=columns, missing=missing)
    project = replace(starter(completed(plan, folder)), training=TrainingPlan(epochs=20))
    return trained(project, folder)


def test_categories_also_those_never_seen(tmp_path: Path) -> None:
    run = mixed_table(tmp_path, "refuse")
    answer = predicted(run, rows={"x": [3, 4, 5], "colour": ["r", "g", "violet"]})
    assert [row[0].label for row in answer.rows[:2]] == ["yes", "no"]
    assert len(answer.notes) == 1
    assert "“violet” in row 3" in answer.notes[0]


def test_medians_fill_empty_cells(tmp_path: Path) -> None:
    run = mixed_table(tmp_path, "median")
    path = write_csv(tmp_path / "in.csv", {"x": [3, ""], "colour": ["r", ""]})
    answer = predicted(run, input=path)
    assert answer.count == 2
    assert len(answer.notes) == 2
    assert "median" in answer.notes[0]
