"""A network made for data suits it, and an existing one can be made to."""

import pytest
from msgspec.structs import replace

from builder.document import topology
from builder.document.fitting import first_params, fit_to_data
from builder.document.graph import INPUT, OUTPUT
from builder.document.plan import DataPlan, Feature, Target
from builder.document.project import Project
from builder.document.starter import starter
from tests.build import chain

IRIS = DataPlan(
    features=(Feature("table", (4,)),), targets=(Target("species", "multiclass", ("a", "b", "c")),)
)
AGE = DataPlan(features=(Feature("table", (7,)),), targets=(Target("age (years)", "regression"),))
SICK = DataPlan(
    features=(Feature("table", (7,)),), targets=(Target("sick", "binary", ("no", "yes")),)
)
DIGITS = DataPlan(
    features=(Feature("image", (8, 8, 1)),),
    targets=(Target("digit", "multiclass", tuple("0123456789")),),
)


def types_down(project: Project) -> list[str]:
    names = project.graph.nodes
    return [names[i].type.rpartition(".")[2] for i in topology.order(project.graph)]


def params(project: Project, name: str) -> dict[str, object]:
    return dict(project.graph.by_name[name].params)


def test_a_table_gets_a_dense_network() -> None:
    project = starter(IRIS)
    assert types_down(project) == ["Input", "Normalization", "Dense", "Dense", "Dense", "output"]
    assert params(project, "table") == {"shape": [4], "feature": "table"}
    assert params(project, "scores") == {"units": 3, "activation": "softmax"}
    assert params(project, "species")["loss"] == "sparse_categorical_crossentropy"


def test_a_number_comes_out_in_its_own_units() -> None:
    project = starter(AGE)
    assert types_down(project)[-3:] == ["Dense", "Normalization", "output"]
    assert params(project, "restore_units") == {"invert": True}
    assert params(project, "age_years")["target"] == "age (years)"


def test_an_image_gets_convolutions() -> None:
    project = starter(DIGITS)
    assert "Conv2D" in types_down(project)
    assert params(project, "image")["shape"] == [8, 8, 1]


def test_no_two_nodes_overlap() -> None:
    for plan in (IRIS, AGE, SICK, DIGITS):
        places = list(starter(plan).layout.positions.values())
        for i, (x, y) in enumerate(places):
            assert all(abs(x - u) >= 236 or abs(y - v) >= 48 for u, v in places[i + 1 :])


def test_several_features_and_targets() -> None:
    plan = DataPlan(features=IRIS.features + DIGITS.features, targets=IRIS.targets + AGE.targets)
    project = starter(plan)
    assert len(project.graph.of_type(INPUT)) == 2
    assert len(project.graph.of_type(OUTPUT)) == 2
    assert "Concatenate" in types_down(project)


def test_data_without_a_target_gets_no_output() -> None:
    assert starter(replace(IRIS, targets=())).graph.of_type(OUTPUT) == ()
    assert starter(DataPlan()).graph.nodes == {}


@pytest.mark.parametrize("plan", [IRIS, AGE, SICK, DIGITS])
def test_a_starter_fits_its_own_plan_already(plan: DataPlan) -> None:
    assert fit_to_data(starter(plan)) == starter(plan)


@pytest.mark.parametrize("before", [IRIS, AGE, SICK])
@pytest.mark.parametrize("after", [IRIS, AGE, SICK])
def test_a_network_made_for_one_table_fits_another(before: DataPlan, after: DataPlan) -> None:
    fitted = fit_to_data(replace(starter(before), data=after))
    assert types_down(fitted) == types_down(starter(after))
    output = fitted.graph.of_type(OUTPUT)[0].params
    assert output == starter(after).graph.of_type(OUTPUT)[0].params


def test_the_users_own_loss_stays_when_it_suits() -> None:
    project = chain(
        "Input", ("Dense", {"units": 5}), ("Output", {"loss": "huber", "metrics": ["r2_score"]})
    )
    fitted = fit_to_data(replace(project, data=AGE))
    assert params(fitted, "output") == {
        "target": "age (years)",
        "loss": "huber",
        "metrics": ["r2_score"],
    }
    assert params(fitted, "dense") == {"units": 1}


def test_a_network_without_a_dense_head_keeps_its_layers() -> None:
    fitted = fit_to_data(replace(chain("Input", "Flatten", "Output"), data=IRIS))
    assert types_down(fitted) == ["Input", "Flatten", "output"]
    assert params(fitted, "output")["target"] == "species"


def test_what_is_new_takes_what_no_other_has_yet() -> None:
    empty = Project(data=IRIS)
    assert first_params(empty, INPUT) == {"feature": "table", "shape": [4]}
    assert first_params(empty, OUTPUT)["loss"] == "sparse_categorical_crossentropy"
    assert first_params(starter(IRIS), INPUT) == first_params(starter(IRIS), OUTPUT) == {}
    assert first_params(Project(), INPUT) == first_params(empty, "keras.layers.Dense") == {}


def test_a_network_of_no_data_stays_as_it_is() -> None:
    project = chain("Input", "Dense", "Output")
    assert fit_to_data(project) == project
