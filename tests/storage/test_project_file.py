"""The project file: nothing is lost on the way, and nothing that is wrong gets in."""

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.document import blocks
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, INPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.plan import Bundled, Column, Csv, DataPlan, KerasObject, Split, TrainingPlan
from builder.document.project import Layout, Project
from builder.storage import project_file
from builder.storage.migrations import migrate
from builder.storage.project_file import ProjectFileError, decode, encode, load, rebased, save
from tests.build import chain
from tests.storage.projects import HOSTILE, json_values, sample, texts
from tests.thorough import some

params = st.dictionaries(texts, json_values | texts, max_size=3)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    ids = draw(st.lists(texts.filter(bool), max_size=6, unique=True))
    types = st.sampled_from([INPUT, "keras.layers.Dense", "my.Unknown", HOSTILE])
    nodes = {
        id_: Node(id_, draw(texts), draw(types), draw(params), draw(params), None, draw(texts))
        for id_ in ids
    }
    pairs = [(a, b) for place, a in enumerate(ids) for b in ids[place + 1 :]]
    joined = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    wires = tuple(
        Wire(OutputRef(a, draw(texts)), PortRef(b, draw(st.sampled_from(["inputs", "x1"]))))
        for a, b in joined
    )
    number = st.floats(-1e6, 1e6)
    positions = {id_: (draw(number), draw(number)) for id_ in ids if draw(st.booleans())}
    signs = st.characters(codec="utf-8")
    source = draw(st.none() | st.builds(Bundled, texts) | st.builds(Csv, texts, signs, signs))
    columns = draw(
        st.lists(
            st.builds(Column, texts, categories=st.lists(texts, max_size=2).map(tuple)), max_size=2
        )
    )
    return Project(
        draw(texts),
        Graph(nodes, wires),
        Layout(positions, draw(st.sampled_from(["down", "right"]))),
        DataPlan(source, tuple(columns), split=Split(seed=draw(st.integers(0, 9)))),
        TrainingPlan(
            draw(st.integers(1, 99)), optimizer=KerasObject(draw(texts), draw(params)), callbacks=()
        ),
        draw(st.sampled_from(["tensorflow", "jax", "torch"])),
    )


@given(projects())
@settings(max_examples=some(50), deadline=None)
def test_what_was_written_is_read_back(project: Project) -> None:
    data = encode(project)
    back = decode(data)
    assert back == project
    assert list(back.graph.nodes) == list(project.graph.nodes)
    assert encode(back) == data


def test_a_file_reads_well_and_ends_with_a_newline() -> None:
    text = encode(sample()).decode()
    assert text.endswith("}\n")
    lines = text.splitlines()
    assert '      {"from": "n1", "to": "n2"},' in lines
    assert '      "n2": [0.0, 90.0],' in lines
    assert '      {"id": "n3", "name": "flatten", "type": "keras.layers.Flatten"},' in lines
    assert [line.split('"')[1] for line in lines if line.startswith('  "')] == sorted(
        json.loads(text)
    )


@st.composite
def nested(draw: st.DrawFn) -> Project:
    """A chain grouped, grouped again, repeated and used again as it comes."""
    project = chain("Input", "Dense", "Dropout", "Dense", "Flatten", "Dense", "Output")
    for _ in range(draw(st.integers(0, 6))):
        block = [n.id for n in project.graph.of_type(BLOCK) if n.shares is None]
        match draw(st.sampled_from(["group", "repeat", "again"])):
            case "group":
                place = draw(st.sampled_from(list(project.graph.nodes)))
                level = [n.id for n in project.graph.children[project.graph.nodes[place].parent]]
                chosen = draw(st.sets(st.sampled_from(level), min_size=1, max_size=3))
                with contextlib.suppress(EditRefused):
                    project, _ = blocks.group(project, chosen)
            case "repeat" if block:
                with contextlib.suppress(EditRefused):
                    project = blocks.repeat(project, draw(st.sampled_from(block)), 3)
            case "again" if block:
                project, _ = blocks.use_again(project, draw(st.sampled_from(block)), (0.0, 0.0))
    return project


@given(nested())
@settings(max_examples=some(30), deadline=None)
def test_blocks_are_read_back(project: Project) -> None:
    data = encode(project)
    assert decode(data) == project
    assert encode(decode(data)) == data


def test_an_edit_of_one_node_changes_one_line() -> None:
    before = sample()
    node = replace(before.graph.nodes["n4"], params={"units": 7})
    after = replace(before, graph=Graph({**before.graph.nodes, "n4": node}, before.graph.wires))
    old, new = encode(before).splitlines(), encode(after).splitlines()
    assert len(old) == len(new)
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1


def test_unknown_layers_and_hostile_names_are_kept_as_data() -> None:
    node = Node("n1", HOSTILE, "somewhere.Unheard", {"text": HOSTILE}, comment=HOSTILE)
    project = Project(HOSTILE, Graph({"n1": node}))
    assert decode(encode(project)) == project


def test_what_json_cannot_hold_is_refused_by_name() -> None:
    project = chain("Input", ("Dense", {"units": float("inf")}), "Output")
    with pytest.raises(ProjectFileError, match="“dense” has a value that a file cannot hold"):
        encode(project)


def test_half_a_character_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match="The project has a value"):
        save(tmp_path / "a.knet", Project(name="\ud800"))
    assert list(tmp_path.iterdir()) == []


def test_too_deep_parameters_are_not_written() -> None:
    deep: object = 1
    for _ in range(70):
        deep = [deep]
    with pytest.raises(ProjectFileError, match=r"“dense” has a value.*64 deep"):
        encode(chain("Input", ("Dense", {"units": deep}), "Output"))


def test_a_byte_order_mark_is_no_fault() -> None:
    assert decode(b"\xef\xbb\xbf" + encode(sample())) == sample()


# --- on the disk


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "digits.knet"
    assert save(path, sample()) == sample()
    assert load(path) == sample()


@pytest.mark.parametrize("name", ["missing.knet", ".", "nul\0.knet"])
def test_a_path_that_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectFileError):
        load(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.knet")
    with pytest.raises(ProjectFileError, match="is not a file"):
        load(tmp_path / "pipe.knet")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.knet"
    with pytest.raises(ProjectFileError, match="was not saved: No such file or directory"):
        save(path, sample())


def csv(path: str) -> Project:
    return Project(data=DataPlan(source=Csv(path)))


def path_of(project: Project) -> str:
    assert isinstance(project.data.source, Csv)
    return project.data.source.path


def test_data_below_the_file_goes_by_relative_path(tmp_path: Path) -> None:
    written = save(tmp_path / "a.knet", csv(str(tmp_path / "data" / "b.csv")))
    assert path_of(written) == "data/b.csv"
    assert load(tmp_path / "a.knet") == written


def test_data_elsewhere_keeps_its_full_path(tmp_path: Path) -> None:
    elsewhere = (tmp_path / "b.csv").as_posix()
    (tmp_path / "here").mkdir()
    assert path_of(save(tmp_path / "here" / "a.knet", csv(elsewhere))) == elsewhere


def test_a_project_saved_elsewhere_still_finds_its_data(tmp_path: Path) -> None:
    moved = rebased(csv("b.csv"), tmp_path / "old", tmp_path / "new")
    assert path_of(moved) == (tmp_path / "old" / "b.csv").as_posix()
    assert path_of(rebased(moved, tmp_path / "new", tmp_path)) == "old/b.csv"
    assert path_of(rebased(csv("b.csv"), None, tmp_path)) == "b.csv"


# --- versions


def test_an_old_file_is_folded_over_the_migrations_it_needs() -> None:
    steps = [
        lambda d: {**d, "name": d["title"]},
        lambda d: {k: v for k, v in d.items() if k != "title"},
    ]
    old = {"version": 1, "title": "a"}
    assert migrate(old, 1, steps) == {"version": 3, "name": "a"}
    assert migrate({"version": 2, "name": "a", "title": "b"}, 2, steps) == {
        "version": 3,
        "name": "a",
    }
    assert old == {"version": 1, "title": "a"}


def test_the_schema_names_every_section() -> None:
    schema = project_file.json_schema()
    json.dumps(schema)
    entries = schema["$defs"]["FileProject"]
    # A dict as input and custom layers are written only where there are some.
    written = {*json.loads(encode(sample())), "dict_inputs", "custom_layers"}
    assert set(entries["properties"]) == written
    assert entries["additionalProperties"] is False
