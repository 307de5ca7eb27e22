"""Models of Keras become projects, and the projects' code makes the same models again."""

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings

from builder.codegen.problems import problems
from builder.document.graph import BLOCK, INDEX
from builder.document.project import Project
from builder.reading.applications import APPLICATIONS
from tests.engine.models import SMALL, assert_same_outputs, imported, masked, two_branches, with_ops
from tests.engine.networks import catalog
from tests.engine.test_blocks import networks
from tests.exactness.models import built, config
from tests.thorough import TIMES, some

pytestmark = pytest.mark.keras


UNLIKE = {"chain": "its code is functional"}


@pytest.mark.parametrize("name", SMALL)
def test_what_was_imported_is_made_again(name: str) -> None:
    import keras

    keras.backend.clear_session()
    model = SMALL[name]()
    project = imported(model)
    keras.backend.clear_session()
    again = built(project)
    if name not in UNLIKE:
        assert config(again) == config(model)
    assert_same_outputs(model, again)


def test_masks_that_keras_makes_are_hidden_and_indexing_is_not() -> None:
    types = [node.type for node in imported(masked()).graph.nodes.values()]
    assert types == [
        "keras.Input",
        "keras.layers.Embedding",
        "keras.layers.LSTM",
        "keras.layers.LSTM",
        "keras.layers.Dense",
        "output",
    ]
    project = imported(with_ops())
    assert [n.params for n in project.graph.of_type(INDEX)] == [{"index": ":, ::2"}]


def test_a_node_holds_only_what_was_chosen() -> None:
    named = imported(two_branches()).graph.by_name
    assert dict(named["a"].params) == {
        "filters": 4,
        "kernel_size": 3,
        "strides": 2,
        "padding": "same",
        "activation": "relu",
    }
    assert dict(named["b"].params) == {}
    assert dict(named["norm"].call) == {"training": False}
    assert dict(named["drop"].call) == {}


# --- what Keras ships


# Layers of Keras's own, ops, a Sequential inside, automatic names, cells with two inputs.
_OF_EACH_KIND = ("ConvNeXtTiny", "InceptionResNetV2", "MobileNetV3Small", "NASNetMobile")


def test_all_that_keras_ships_is_offered() -> None:
    import keras

    assert set(APPLICATIONS) == {name for name in dir(keras.applications) if name[0].isupper()}


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS if TIMES > 1 else _OF_EACH_KIND)
def test_networks_that_keras_ships_are_made_again_with_equal_configs(name: str) -> None:
    import keras

    from builder.engine.worker.symbolic import weightless

    keras.backend.clear_session()
    with weightless():
        model = getattr(keras.applications, name)(weights=None)
        before = config(model)
        project = imported(model)
        keras.backend.clear_session()
        again = built(project)
        assert config(again) == before
        assert again.count_params() == model.count_params()
    level = project.graph.level()
    assert len(level.nodes) <= 40, "what is seen at first can be read"
    assert set(project.layout.positions) == set(project.graph.nodes)
    if not name.startswith("VGG"):
        assert level.of_type(BLOCK)


_ANSWERING = [name for name in APPLICATIONS if not name.endswith("XLarge")]


@pytest.mark.slow
@pytest.mark.parametrize("name", _ANSWERING if TIMES > 1 else ("MobileNetV3Small",))
def test_networks_that_keras_ships_answer_bit_for_bit(name: str) -> None:
    import keras

    keras.backend.clear_session()
    build = getattr(keras.applications, name)
    model = build(weights=None, include_top=False, input_shape=(96, 96, 3))
    project = imported(model)
    keras.backend.clear_session()
    assert_same_outputs(model, built(project))


@pytest.mark.slow
@settings(max_examples=some(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_any_network_survives_the_way_through_keras(project: Project) -> None:
    """Canvas to Keras and back to the canvas: the same model, layer by layer."""
    import keras

    from builder.engine.worker.symbolic import weightless

    assume(not problems(project, catalog()))
    keras.backend.clear_session()
    with weightless():
        try:
            model = built(project)
        except Exception:  # noqa: BLE001 - Keras refuses it with whatever it likes
            reject()
        before = config(model)
        back = imported(model, collapse=False)
        keras.backend.clear_session()
        assert config(built(back)) == before
