"""The written modules really run: each trains an epoch on its data, scores, predicts and saves."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from builder.codegen import generate
from builder.document.plan import Csv
from builder.document.project import Project
from builder.storage.examples import list_examples
from builder.storage.project_file import load
from tests.codegen.graphs import CATALOG
from tests.codegen.networks import GOLDEN, breast_cancer, churn_csv, with_params

pytestmark = [pytest.mark.keras, pytest.mark.slow]

PARAMETERS = {
    # conv 320, deep 9248, hidden 512 * 64 + 64, scores 650
    "digits": 320 + 9_248 + 32_832 + 650,
    # scale 30 + 30 + 1, hidden 496, score 17
    "breast_cancer": 61 + 496 + 17,
    "diabetes": 21 + 352 + 33 + 3,
    "wine_csv": 13 + 56 + 27,
    # reader 4 * (8 + 16 + 1) * 16, encoder (shared) 1040, scores 650, amount 65
    "two_ends": 1_600 + 1_040 + 650 + 65,
    # scale 4 + 4 + 1, gone_score 5, rating_scores 15
    "churn_csv": 9 + 5 + 15,
    # vectors 200, reader 144, towns 40, four Normalizations of 3, 3, 3 and 1, score 10, its units 3
    "reviews_csv": 200 + 144 + 40 + 7 + 7 + 7 + 3 + 10 + 3,
    "plain": 15,
}
# Imports every module of the folder and uses it as its main() does, with one epoch.
DRIVER = """
import importlib.util, json, sys
from pathlib import Path

answers = {}
for path in sorted(Path.cwd().glob("model_*.py")):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.build_model()
    answer = answers[path.stem.removeprefix("model_")] = {"parameters": model.count_params()}
    if not hasattr(module, "train"):
        continue
    try:
        data = module.load_data()
    except ValueError as error:
        answer["refused"] = str(error)
        continue
    history = module.train(model, data, epochs=1)
    inputs, targets = data["test"]
    predicted = module.predict(model, inputs)
    if not isinstance(predicted, dict):
        predicted = {"": predicted}
    answer["rows"] = [
        len(next(iter(part[1].values())) if isinstance(part[1], dict) else part[1])
        for part in (data["train"], data["validation"], data["test"])
    ]
    answer["means"] = [float(w.numpy().flat[0]) for w in model.weights if w.path.endswith("/mean")]
    answer["logs"] = sorted(history.history)
    answer["scores"] = module.evaluate(model, data)
    answer["predicted"] = {name: values[:3].tolist() for name, values in predicted.items()}
    answer["shape"] = {name: list(values.shape) for name, values in predicted.items()}
print("ANSWERS" + json.dumps(answers))
"""
CSV = "alcohol;note;colour;hue;organic;grower\n" + "".join(
    f"{12 + row % 7},{row % 10};n{row};{('red', 'white', '')[row % 3]};"
    f"{'' if row % 11 == 0 else f'1,0{row % 9}'};{('True', 'False')[row % 2]};"
    f"{('Barolo', 'Barbera', 'Grignolino')[row % 3]}\n"
    for row in range(120)
)


CHURN = "stars,age,rooms,left\n" + "".join(
    f"{1 + row % 3}.0,{20 + row % 50},{1 + row % 2},{row % 4 == 0}\n" for row in range(100)
)
REVIEWS = "age,kind,review,code,price\n" + "".join(
    f"{row % 7},{('new', 'old')[row % 2]},{('good', 'bad')[row % 2]} film,0{row % 4},{row / 10}\n"
    for row in range(120)
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "data").mkdir()
    (folder / "data" / "wine.csv").write_text(CSV, "latin-1")
    (folder / "data" / "churn.csv").write_text(CHURN)
    (folder / "data" / "reviews.csv").write_text(REVIEWS)
    (folder / "data" / "gaps.csv").write_text(CHURN + "1,,1,True\n2,,2,True\n")
    (folder / "data" / "strange.csv").write_text(CHURN + "7,33,1,True\n" * 8)
    for name in ("gaps", "strange"):
        project = with_source(churn_csv(), f"data/{name}.csv")
        (folder / f"model_{name}.py").write_text(generate(project, CATALOG).source)
    for name, make in GOLDEN.items():
        (folder / f"model_{name}.py").write_text(generate(make(), CATALOG).source, "utf-8")
    for example in list_examples():
        project = load(example.path)
        source = generate(project, CATALOG, folder=example.path.parent).source
        (folder / f"model_example_{example.name}.py").write_text(source, "utf-8")
    said = run(folder, "-c", DRIVER)
    return json.loads(said.rpartition("ANSWERS")[2])


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def with_source(project: Project, path: str) -> Project:
    return replace(project, data=replace(project.data, source=Csv(path)))


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_network_has_the_parameters_that_its_layers_add_up_to(
    answers: dict[str, Any], name: str
) -> None:
    assert answers[name]["parameters"] == PARAMETERS[name]


def test_all_rows_are_used_once(answers: dict[str, Any]) -> None:
    whole = {"digits": 1797, "breast_cancer": 569, "diabetes": 442, "wine_csv": 120}
    for name, rows in whole.items():
        assert sum(answers[name]["rows"]) == rows
        assert answers[name]["rows"][1] == pytest.approx(0.15 * rows, abs=2)
        assert answers[name]["rows"][2] == pytest.approx(0.15 * rows, abs=2)


def test_layers_learn_from_the_rows_that_reach_them(answers: dict[str, Any]) -> None:
    """Age and price go from 0 to 6 and 12; before the second copy all is scaled already."""
    first, second, step, each, restored = answers["reviews_csv"]["means"]
    assert first == pytest.approx(2 * 3, abs=0.5)
    assert (second, step, each) == pytest.approx((0, 0, 0), abs=1e-4)
    assert restored == pytest.approx(6, abs=0.5)


def test_scores_have_the_names_that_curves_have(answers: dict[str, Any]) -> None:
    assert answers["digits"]["logs"] == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert set(answers["diabetes"]["scores"]) == {"loss", "mean_absolute_error"}
    assert {"digit_accuracy", "digit_loss", "value_loss"} <= set(answers["two_ends"]["scores"])


def test_predictions_are_class_names_or_numbers(answers: dict[str, Any]) -> None:
    (labels,) = answers["breast_cancer"]["predicted"].values()
    assert set(labels) <= {"malignant", "benign"}
    (numbers,) = answers["diabetes"]["predicted"].values()
    assert all(isinstance(number, float) and 25 < number < 400 for number in numbers)
    assert set(answers["two_ends"]["predicted"]) == {"digit", "value"}
    for name in ("digits", "breast_cancer", "diabetes", "wine_csv"):
        assert answers[name]["shape"][""] == [answers[name]["rows"][2]]


def test_cells_that_look_like_numbers_or_truth_values_are_classes_too(
    answers: dict[str, Any],
) -> None:
    predicted = answers["churn_csv"]["predicted"]
    assert set(predicted["gone"]) <= {"False", "True"}
    assert set(predicted["stars"]) <= {"1", "2", "3"}


def test_empty_cells_are_refused_with_their_column_and_their_number(
    answers: dict[str, Any],
) -> None:
    assert answers["gaps"]["refused"] == "data/gaps.csv has empty cells: {'age': 2}"


def test_a_class_that_the_plan_does_not_know_is_refused(answers: dict[str, Any]) -> None:
    assert "scores" not in answers["strange"]
    assert answers["strange"]["refused"]


def test_the_examples_run(answers: dict[str, Any]) -> None:
    for example in list_examples():
        assert answers[f"example_{example.name}"]["scores"]["loss"] > 0


def test_the_script_trains_prints_and_saves(tmp_path: Path) -> None:
    project = with_params(breast_cancer(), "hidden", units=4)
    (tmp_path / "model.py").write_text(generate(project, CATALOG).source, "utf-8")
    said = run(tmp_path, "model.py", "--epochs", "2", "--seed", "1", "--output", "out.keras")
    assert "Epoch 2/2" in said
    assert "binary_accuracy: 0." in said
    assert (tmp_path / "out.keras").stat().st_size > 1000
