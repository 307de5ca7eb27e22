"""The whole module: as an engineer would write it, harmless whatever the names, clean under ruff."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.codegen import CannotGenerate, generate
from builder.codegen.backends import backend_problems
from builder.codegen.network import network
from builder.codegen.problems import problems
from builder.document import blocks
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, OutputRef, PortRef, Wire
from builder.document.names import scope_name
from builder.document.plan import Csv, KerasObject, Split, Target
from builder.document.project import Project
from tests.codegen.graphs import CATALOG, nested_projects, projects
from tests.codegen.networks import GOLDEN, Sketch, diabetes, digits, nested, two_ends, with_params
from tests.thorough import some

HERE = Path(__file__).parent / "golden"
LONG = settings(
    max_examples=some(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def ruff(*arguments: str) -> str:
    command = [sys.executable, "-m", "ruff", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def on_jax(project: Project) -> Project:
    """A drawn project on the backend that takes any name, if it takes the layers as well."""
    moved = replace(project, backend="jax")
    assume(not any(backend_problems(moved, CATALOG)))
    return moved


def refusal(project: Project) -> CannotGenerate:
    with pytest.raises(CannotGenerate) as caught:
        generate(project, CATALOG)
    return caught.value


def body(project: Project) -> list[str]:
    """The lines of build_model between its docstring and its return."""
    lines = generate(project, CATALOG).source.splitlines()
    start = lines.index("def build_model() -> keras.Model:") + 2
    end = next(i for i in range(start, len(lines)) if lines[i].startswith("    return"))
    return [line.strip() for line in lines[start:end]]


# --- as an engineer would write it


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    """Set UPDATE_GOLDEN=1 to accept what is written now; read the difference before committing."""
    source = generate(GOLDEN[name](), CATALOG).source
    golden = HERE / f"{name}.py"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(source, "utf-8")
    assert source == golden.read_text("utf-8")


def test_golden_files_are_clean_under_ruff() -> None:
    assert "already formatted" in ruff("format", "--isolated", "--check", str(HERE))
    assert "All checks passed" in ruff("check", "--isolated", "--extend-select", "I", str(HERE))


def test_a_tensor_that_branches_has_a_name() -> None:
    lines = body(digits())
    assert any(line.startswith("conv = layers.Conv2D(") for line in lines)
    assert any(line.endswith("([deep, conv])") for line in lines)


def test_names_are_never_keywords_builtins_or_modules() -> None:
    sketch = Sketch()
    sketch.add("input", "keras.Input", shape=[4])
    for name in ("lambda", "print", "keras", "layers", "x", "l", "Ebene 1", "2nd", "_", "conv-1"):
        sketch.add(name, "Dense", "input", units=1)
    listed = [name for name in sketch.nodes if name != "input"]
    sketch.add("join", "Add", *listed)
    sketch.add("output", "output", "join")
    project = replace(sketch.project("m"), backend="jax")
    names = [line.split(" = ")[0] for line in body(project) if " = " in line]
    assert names == [
        "inputs",
        "lambda_2",
        "print_2",
        "keras_2",
        "layers_2",
        "x_2",
        "l_2",
        "ebene_1",
        "nd",
        "dense",
        "conv_1",
        "outputs",
    ]


def test_a_shared_layer_is_made_once() -> None:
    lines = body(two_ends())
    assert lines.count('encoder_layer = layers.Dense(16, activation="relu", name="encoder")') == 1
    assert sum("= encoder_layer(" in line for line in lines) == 2


def test_what_leads_nowhere_is_left_out() -> None:
    project = digits()
    stray = Sketch().add("stray", "Flatten").nodes["stray"]
    wires = (*project.graph.wires, replace(project.graph.wires[0], target=PortRef("stray")))
    graph = Graph({**project.graph.nodes, "stray": stray}, wires)
    assert "stray" not in generate(replace(project, graph=graph), CATALOG).source


def test_every_line_knows_its_node() -> None:
    module = generate(digits(), CATALOG)
    lines = module.source.splitlines()
    assert len(lines) == len(module.nodes)
    of_join = [
        line.strip() for line, node in zip(lines, module.nodes, strict=True) if node == "join"
    ]
    assert of_join == [
        "# The skip connection keeps",
        "# fine detail.",
        'x = layers.Add(name="join")([deep, conv])',
    ]
    of_hidden = [line for line, node in zip(lines, module.nodes, strict=True) if node == "hidden"]
    assert of_hidden[0].strip() == "x = layers.Dense("
    assert of_hidden[-1].strip() == ")(x)"


def test_lines_inside_a_block_know_their_nodes() -> None:
    module = generate(nested(), CATALOG)
    lines = dict(zip(map(str.strip, module.source.splitlines()), module.nodes, strict=True))
    assert lines['def build_body(shape, name="body") -> keras.Model:'] == "body"
    assert lines["body = build_body(features.shape[1:])(features)"] == "body"
    assert lines['changed = layers.Conv2D(16, 3, padding="same", name="conv")(x)'] == "conv"
    assert lines["for i in range(1, 4):"] == "residual"
    assert lines["again_near_by, _ = twins_layer([wide, first])"] == "again"


def test_copies_that_are_used_again_are_kept() -> None:
    sketch = Sketch().add("a", "keras.Input", shape=[4]).add("b", "keras.Input", shape=[4])
    sketch.add("mix", BLOCK, ports={"in": "a"}, repeat=2)
    sketch.add("mix_1", BLOCK, ports={"in": "b"}, shares="mix")
    sketch.into("mix").add("inner", "keras.Input", called="in")
    sketch.add("dense", "Dense", "inner", units=4).add("out", "output", "dense")
    sketch.into("").add("sum", "Add", "mix.out", "mix_1.out").add("end", "output", "sum")
    assert body(sketch.project("m"))[2:-1] == [
        "mix = a",
        "mix_layers = []",
        "for i in range(1, 3):",
        'mix_layers.append(build_mix(mix.shape[1:], name=f"mix_copy_{i}"))',
        "mix = mix_layers[-1](mix)",
        "mix_1 = b",
        "for layer in mix_layers:",
        "mix_1 = layer(mix_1)",
    ]


def test_a_block_is_written_as_far_as_it_goes() -> None:
    project = nested()
    wires = tuple(wire for wire in project.graph.wires if wire.target.node != "changed")
    broken = replace(project, graph=Graph(project.graph.nodes, wires))
    source = generate(broken, CATALOG, partial=True).source
    compile(source, "model.py", "exec")
    assert "def build_body(" in source
    assert "raise NotImplementedError" in source
    assert "def train(" not in source


def test_layers_that_learn_from_data_learn_inside_blocks_too() -> None:
    project, _ = blocks.group(diabetes(), {"scale", "hidden"}, "front")
    source = generate(project, CATALOG).source
    assert 'adapt(model, ["front", "scale"], inputs)' in source
    project, _ = blocks.group(diabetes(), {"score", "restore_units"}, "back")
    source = generate(project, CATALOG).source
    assert 'model.get_layer("back").get_layer("restore_units").adapt(targets)' in source


def test_a_block_that_learns_from_data_is_not_used_twice() -> None:
    """It would learn from what reaches it in one of the places only."""
    project, block = blocks.group(diabetes(), {"scale"}, "front")
    project, again = blocks.use_again(project, block, (0.0, 0.0))
    ports = project.graph.ports(project.graph.nodes[block], CATALOG.ports_of)
    (port,), (way_out,) = [p.name for p in ports.inputs], [p.name for p in ports.outputs]
    wires = [wire for wire in project.graph.wires if wire.target.node != "hidden"]
    wires += [
        Wire(OutputRef(block, way_out), PortRef(again, port)),
        Wire(OutputRef(again, way_out), PortRef("hidden")),
    ]
    said = refusal(replace(project, graph=Graph(project.graph.nodes, tuple(wires))))
    assert said.node == "scale"
    assert "several places" in said.message
    assert "“front”" in said.message


def test_two_ways_through_a_block_are_not_repeated() -> None:
    project = with_params(nested(), "twins", repeat=2)
    assert refusal(project).node in ("twins", "again")
    assert "one input and one output" in refusal(project).message
    assert {p.node for p in problems(project, CATALOG)} == {"twins", "again"}


def test_another_backend_is_set_before_keras_is_imported() -> None:
    source = generate(replace(digits(), backend="torch"), CATALOG).source
    setting = source.index('os.environ.setdefault("KERAS_BACKEND", "torch")')
    assert setting < source.index("import keras")


def test_a_relative_file_starts_at_the_projects_folder() -> None:
    project = GOLDEN["wine_csv"]()
    assert 'DATA = "data/wine.csv"' in generate(project, CATALOG).source
    source = generate(project, CATALOG, folder=Path("home") / "anna").source
    assert 'DATA = "home/anna/data/wine.csv"' in source


# --- refusals


def test_errors_of_topology_come_first() -> None:
    assert "no input yet" in refusal(Project()).message
    lone = Sketch().add("a", "keras.Input", shape=[1]).add("out", "output").project("m")
    assert refusal(lone).node == "out"


def test_a_name_that_tensorflow_cannot_train_is_refused_with_another_one() -> None:
    sketch = Sketch().add("a", "keras.Input", shape=[1]).add("Größe 1", "Dense", "a", units=1)
    project = sketch.add("out", "output", "Größe 1").project("m")
    said = refusal(project)
    assert said.node == "Größe 1"
    assert "“Groe_1”" in said.message
    assert 'name="Größe 1"' in generate(replace(project, backend="jax"), CATALOG).source
    assert 'name="Größe 1"' in generate(project, CATALOG, partial=True).source


def test_what_is_bound_to_nothing_is_named() -> None:
    said = refusal(with_params(digits(), "digit", target="letter"))
    assert said.node == "digit"
    assert "“letter”" in said.message
    assert "“digit”" in said.message
    unbound = two_ends()
    assert refusal(with_params(unbound, "image", feature=None)).node == "image"


def test_a_loss_that_wants_columns_is_refused() -> None:
    project = with_params(digits(), "digit", loss="categorical_crossentropy")
    assert "SparseCategoricalCrossentropy" in refusal(project).message


def test_units_are_restored_only_for_numbers() -> None:
    project = diabetes()
    target = Target("progression", "binary", ("low", "high"))
    said = refusal(replace(project, data=replace(project.data, targets=(target,))))
    assert said.node == "restore_units"


def test_a_layer_without_its_owner_is_refused() -> None:
    sketch = Sketch().add("a", "keras.Input", shape=[1]).add("again", "Dense", "a", shares="gone")
    assert refusal(sketch.add("out", "output", "again").project("m")).node == "again"


def test_a_layer_is_made_for_a_call_whose_owner_leads_nowhere() -> None:
    sketch = Sketch().add("a", "keras.Input", shape=[1]).add("own", "Dense", "a", units=1)
    sketch.add("again", "Dense", "a", shares="own").add("out", "output", "again")
    assert body(sketch.project("m"))[1] == 'out = layers.Dense(1, name="own")(a)'


def test_plans_that_cannot_be_followed_are_refused() -> None:
    project = digits()
    split = replace(project.data, split=Split(test=0.0))
    assert "0%" in refusal(replace(project, data=split)).message
    training = replace(project.training, optimizer=KerasObject("keras.optimizers.Evil"))
    assert "optimizer" in refusal(replace(project, training=training)).message
    training = replace(project.training, seed=-1)
    assert "seed" in refusal(replace(project, training=training)).message
    training = replace(project.training, epochs=0)
    assert "epochs" in refusal(replace(project, training=training)).message
    training = replace(project.training, callbacks=(KerasObject("os.system"),))
    assert "callback" in refusal(replace(project, training=training)).message
    plan = replace(project.data, source=Csv("x.csv"))
    assert "no column" in refusal(replace(project, data=plan)).message


# --- the live view


def test_the_live_view_shows_what_there_is() -> None:
    sketch = Sketch().add("image", "keras.Input", shape=[8]).add("dense", "Dense", "image", units=3)
    sketch.add("lost", "Flatten").add("after", "Flatten", "lost")
    source = generate(sketch.project("m"), CATALOG, partial=True).source
    assert 'x = layers.Dense(3, name="dense")(image)' in source
    assert "# Left out: “lost” still needs a wire" in source
    assert "# Left out: “after” waits for “lost”" in source
    assert "no output yet" in source
    compile(source, "model.py", "exec")


def test_the_live_view_says_why_training_is_left_out() -> None:
    source = generate(with_params(digits(), "digit", target="x"), CATALOG, partial=True).source
    assert "# Training is left out: “digit” is bound to “x”" in source
    assert "def build_model" in source


def test_the_live_view_of_a_whole_project_is_the_module() -> None:
    assert generate(digits(), CATALOG, partial=True) == generate(digits(), CATALOG)


@LONG
@given(projects(ops=True) | nested_projects(ops=True), st.data())
def test_the_live_view_never_raises(project: Project, data: st.DataObject) -> None:
    graph = project.graph
    wires = tuple(wire for wire in graph.wires if data.draw(st.integers(0, 4)))
    broken = replace(project, graph=Graph(graph.nodes, wires))
    module = generate(broken, CATALOG, partial=True)
    assert len(module.nodes) == len(module.source.splitlines())
    compile(module.source, "model.py", "exec")


# --- any names at all


@LONG
@given(projects(ops=True) | nested_projects(ops=True))
def test_every_string_stays_a_string(project: Project) -> None:
    """Whatever people type: no name is used that the module did not define itself."""
    tree = ast.parse(generate(on_jax(project), CATALOG).source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    defined = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.arg(arg=name):
                defined.add(name)
            case ast.alias(name=name, asname=other):
                defined.add(other or name)
    used = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    builtins = {
        "dict",
        "enumerate",
        "float",
        "int",
        "len",
        "list",
        "print",
        "range",
        "str",
        "tuple",
    }
    assert used <= defined | builtins | {"ValueError", "__name__"}


@LONG
@given(projects(ops=True))
def test_every_layer_keeps_its_name(project: Project) -> None:
    tree = ast.parse(generate(on_jax(project), CATALOG).source)
    build = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert build.name == "build_model"
    named = [
        word.value.value
        for word in ast.walk(build)
        if isinstance(word, ast.keyword)
        and word.arg == "name"
        and isinstance(word.value, ast.Constant)
    ]
    net = network(project.graph, project.graph.of_type(OUTPUT))
    made = {
        n.name
        for n in (*net.inputs, *net.makers.values())
        if n.type == INPUT or blocks.has_layer(n)
    }
    assert sorted(named) == sorted([*made, scope_name(project.name, "model")])


def test_all_projects_are_clean_under_ruff(tmp_path: Path) -> None:
    """ruff is asked once about all of them."""
    sources: list[str] = []

    @settings(LONG, max_examples=some(100))
    @given(projects(ops=True) | nested_projects(ops=True))
    def collect(project: Project) -> None:
        sources.append(generate(on_jax(project), CATALOG).source)
        sources.append(generate(project, CATALOG, partial=True).source)

    collect()
    for place, source in enumerate(sources):
        (tmp_path / f"model_{place}.py").write_text(source, "utf-8")
    assert ruff("format", "--isolated", "--diff", str(tmp_path)) == ""
    checked = ruff("check", "--isolated", "--extend-select", "I", str(tmp_path))
    assert "All checks passed" in checked
