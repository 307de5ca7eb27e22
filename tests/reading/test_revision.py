"""Edited source goes back into its project: what the edit left alone is the very same value."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.codegen import generate
from builder.document import blocks, bypass, edits
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, OutputRef, PortRef, Wire
from builder.document.project import Project
from builder.reading.python_own import read_script
from builder.reading.python_source import read_with_lines
from builder.reading.revision import revised
from tests.build import chain
from tests.codegen.graphs import CATALOG, nested_projects
from tests.codegen.networks import GOLDEN, Sketch, digits, nested, two_ends, wine_csv
from tests.exactness.scripts import SCRIPTS
from tests.thorough import some


def edited(project: Project, change: Callable[[str], str]) -> Project:
    """The project after an edit of its source."""
    module = generate(project, CATALOG, partial=True)
    source = change(module.source)
    catalog = CATALOG.including(project.custom)
    before, after = (read_with_lines(text, catalog) for text in (module.source, source))
    return revised(project, before, module.nodes, after.project)[0]


def swapped(project: Project, *pairs: tuple[str, str]) -> Project:
    """The project after pieces of its source were replaced by others."""

    def change(source: str) -> str:
        for old, new in pairs:
            assert old in source, old
            source = source.replace(old, new)
        return source

    return edited(project, change)


def others(project: Project, *names: str) -> list[object]:
    return [node for node in project.graph.nodes.values() if node.name not in names]


@settings(
    max_examples=some(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(nested_projects(), st.data())
def test_without_an_edit_nothing_changes(project: Project, data: st.DataObject) -> None:
    project = replace(project, backend="jax")
    layers = [n.id for n in project.graph.nodes.values() if n.type not in (INPUT, OUTPUT, BLOCK)]
    if data.draw(st.booleans()) and layers:
        with contextlib.suppress(EditRefused):
            project = bypass.bypass(project, [data.draw(st.sampled_from(layers))])
    assert edited(project, lambda source: source) == project


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_projects_stay_as_they_are(name: str) -> None:
    project = GOLDEN[name]()
    assert edited(project, lambda source: source) == project


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_of_others_stay_as_they_were_read(name: str) -> None:
    project = read_script(SCRIPTS[name], CATALOG)
    assert edited(project, lambda source: source) == project


def test_a_script_is_edited_as_people_do() -> None:
    project = read_script(SCRIPTS["a large network made by functions and in loops"], CATALOG)
    dense = '    x = layers.Dense(8, name="dense_7")(x)\n'
    after = swapped(
        project,
        (dense, f"{dense}    # Forget some.\n    x = layers.Dropout(0.4)(x)\n"),
        ('layers.Dropout(0.2, name="dropout_3")', 'layers.SpatialDropout1D(0.2, name="dropout_3")'),
        ("def apply_block_3(", "def apply_up("),
        ("apply_block_3(block_2", "apply_up(block_2"),
        ('Dense(2, name="dense_10")(x)', 'Dense(3, name="dense_10")(layers.ReLU()(x))'),
    )
    old, new = project.graph.nodes, after.graph.nodes
    assert {old[id_].name for id_ in old if new.get(id_) != old[id_]} == {"dropout_3", "dense_10"}
    assert {new[id_].type for id_ in new.keys() - old.keys()} == {
        "keras.layers.Dropout",
        "keras.layers.ReLU",
    }
    (dropout,) = (node for node in new.values() if node.comment == "Forget some.")
    assert old[dropout.parent].name == "block_1"


def test_a_parameter_is_edited() -> None:
    before = digits()
    after = swapped(before, ("Dropout(0.5,", "Dropout(0.25,"))
    assert after.graph.nodes["drop"].params == {"rate": 0.25}
    assert others(after, "drop") == others(before, "drop")
    assert after.graph.wires == before.graph.wires


def test_a_layer_is_renamed() -> None:
    after = swapped(digits(), ('name="hidden"', 'name="middle"'))
    assert after.graph.nodes["hidden"].name == "middle"
    assert after.graph.wires == digits().graph.wires


def test_a_layer_is_taken_out() -> None:
    after = swapped(digits(), ('    x = layers.Dropout(0.5, name="drop")(x)\n', ""))
    assert "drop" not in after.graph.nodes
    assert after.graph.into("scores") == (Wire(OutputRef("hidden"), PortRef("scores")),)
    assert "drop" not in after.layout.positions


def test_a_layer_becomes_another() -> None:
    after = swapped(digits(), ('MaxPooling2D(name="pool")', 'AveragePooling2D(name="pool")'))
    assert after.graph.nodes["pool"].type == "keras.layers.AveragePooling2D"


def test_comments_training_and_data_are_edited() -> None:
    project = wine_csv()
    after = swapped(
        digits(),
        ("# Pixels are 0 to 16.", "# To one."),
        ("EPOCHS = 20", "EPOCHS = 7"),
        ("patience=5", "patience=9"),
        ('optimizer="adam"', "optimizer=keras.optimizers.SGD(0.1)"),
        ("test_size=0.15, ", "test_size=0.2, "),
    )
    assert after.graph.nodes["rescale"].comment == "To one."
    assert after.training.epochs == 7
    assert after.training.optimizer.type == "keras.optimizers.SGD"
    assert after.training.callbacks[0].params == {"patience": 9}
    assert after.data.split.test == 0.2
    ignored = [column for column in project.data.columns if column.role == "ignore"]
    split = swapped(project, ("test_size=0.15, ", "test_size=0.2, ")).data
    assert replace(split, split=project.data.split) == project.data
    kept = swapped(project, ('"colour": ["red", "white"]', '"colour": ["red", "white", "grey"]'))
    assert [column for column in kept.data.columns if column.role == "ignore"] == ignored


def test_a_bypassed_layer_stays_where_it_is() -> None:
    before = bypass.bypass(digits(), ["drop"])
    after = swapped(before, ("Dense(10,", "Dense(12,"))
    assert after.graph.nodes["drop"].bypassed
    assert after.graph.wires == before.graph.wires


def test_inside_blocks_and_copies() -> None:
    before = nested()
    norm = ('BatchNormalization(name="norm")', 'BatchNormalization(epsilon=0.1, name="norm")')
    after = swapped(before, ("range(1, 4)", "range(1, 6)"), norm)
    assert after.graph.nodes["residual"].params == {"repeat": 5}
    assert after.graph.nodes["norm"].params == {"epsilon": 0.1}
    assert others(after, "residual", "norm") == others(before, "residual", "norm")


def test_a_shared_layer_and_its_second_call() -> None:
    before = two_ends()
    after = swapped(before, ("layers.Dense(16,", "layers.Dense(24,"))
    assert after.graph.nodes["encoder"].params["units"] == 24
    assert others(after, "encoder") == others(before, "encoder")


def test_a_layer_whose_second_call_comes_first() -> None:
    """The source has the first call as the one that makes the layer."""
    project = two_ends()
    project, again = blocks.use_again(project, "encoder", (0.0, 0.0))
    wires = [Wire(OutputRef("pixels"), PortRef(again))]
    for wire in project.graph.wires:
        taken = wire.target == PortRef("encoder")
        wires.append(replace(wire, source=OutputRef(again)) if taken else wire)
    project = replace(project, graph=replace(project.graph, wires=tuple(wires)))
    after = swapped(project, ("layers.Dense(16,", "layers.Dense(24,"))
    assert after.graph.nodes["encoder"].params["units"] == 24
    assert after.graph.nodes[again].shares == "encoder"
    assert set(after.graph.wires) == set(project.graph.wires)


def test_what_leads_nowhere_stays_as_it_is() -> None:
    project = digits()
    stray = Sketch().add("stray", "Flatten", "deep")
    nodes = {**project.graph.nodes, **stray.nodes}
    project = replace(project, graph=Graph(nodes, (*project.graph.wires, *stray.wires)))
    after = swapped(project, ('name="deep"', 'use_bias=False, name="deep"'))
    assert after.graph.nodes["deep"].params["use_bias"] is False
    assert others(after, "deep") == others(project, "deep")
    assert after.graph.wires == project.graph.wires


def test_a_network_that_is_not_complete_yet_is_edited_and_completed() -> None:
    project = chain("Input", "Dense", catalog=CATALOG)
    after = swapped(project, ("Dense(64", "Dense(32"))
    assert after.graph.nodes["n2"].params == {"units": 32}
    gives_up = next(line for line in generate(project, CATALOG, partial=True).source.splitlines() if "raise" in line)  # fmt: skip
    whole = swapped(project, (gives_up.strip(), "return keras.Model(inputs, x)"))
    (output,) = whole.graph.of_type(OUTPUT)
    assert whole.graph.into(output.id)[0].source == OutputRef("n2")


def test_a_tensor_that_is_taken_twice_stays_and_is_taken_once_more() -> None:
    project = chain("Input", "Dense", "Add", "Output", catalog=CATALOG)
    dense, add = (project.graph.by_name[name].id for name in ("dense", "add"))
    again = Wire(OutputRef(dense), PortRef(add))
    for _ in range(2):
        project = edits.connect(project, again, CATALOG.ports_of)
    twice = edits.disconnect(project, project.graph.into(add)[-1:])
    assert edited(twice, lambda source: source) == twice
    source = generate(twice, CATALOG).source
    (line,) = (text for text in source.splitlines() if "Add(" in text)
    x = line.partition("[")[2].partition("]")[0].split(", ")[0]
    thrice = swapped(twice, (f"[{x}, {x}]", f"[{x}, {x}, {x}]"))
    assert thrice.graph.into(add) == project.graph.into(add)
