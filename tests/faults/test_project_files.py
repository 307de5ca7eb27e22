"""Project files as they may come from anywhere: what the window, the terminal and Keras do with
them. What the reader itself says of every kind of damage stands in tests/storage."""

import ast
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from builder.codegen import CannotGenerate, generate
from builder.codegen.problems import problems
from builder.document import edits
from builder.document.graph import Graph
from builder.document.plan import Column, Csv, DataPlan
from builder.document.project import Project
from builder.resources import resource
from builder.storage.project_file import ProjectFileError, decode, encode, load, save
from tests.build import chain
from tests.faults.conftest import Terminal
from tests.faults.desk import CATALOG, Desk, opened_window
from tests.window.far import PlainPool

EVIL = 'd"); evil() #'
DIGITS = resource("examples", "digits.knet")


def altered(**changes: object) -> bytes:
    return json.dumps({**json.loads(DIGITS.read_bytes()), **changes}).encode()


BAD = {
    "empty": (b"", "the file is empty"),
    "truncated": (DIGITS.read_bytes()[:700], "it is damaged or cut off"),
    "not JSON": (b"x = 1\n", "it is not a Keras Builder project"),
    "other JSON": (b'{"cells": []}', "it is not a Keras Builder project"),
    "garbage": (bytes(range(256)) * 40, "it is not a Keras Builder project"),
    "newer": (altered(version=99), "it was made by a newer Keras Builder (format 99"),
    "wire to nothing": (
        altered(graph={"nodes": [], "wires": [{"from": "n1", "to": "n2"}]}),
        "wire 1 ends at a layer “n1” that does not exist",
    ),
    "deep": (b'{"format": ' + b"[" * 100_000, "nests lists more than"),
}
bad_files = pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)


# --- files that cannot be read


@bad_files
def test_the_window_keeps_what_is_open(
    still_desk: Desk, tmp_path: Path, content: bytes, sentence: str
) -> None:
    desk, path = still_desk, tmp_path / "bad.knet"
    path.write_bytes(content)
    before = chain("Input", "Dense", "Output", catalog=CATALOG)
    desk.document.reset(before)
    desk.apply(replace(before, name="edited"))
    desk.window.files.load(path)
    assert desk.banner.startswith("“bad.knet” cannot be read: ")
    assert sentence in desk.banner
    assert desk.document.project.name == "edited"
    assert desk.document.path is None
    assert not desk.document.is_clean
    assert path not in desk.window.files.recent.paths()
    assert path.read_bytes() == content


def test_the_window_opens_even_when_its_first_file_is_bad(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "bad.knet"
    path.write_bytes(b"[")
    with opened_window(tmp_path, PlainPool, path) as desk:
        desk.use(qtbot)
        assert "“bad.knet” cannot be read" in desk.banner
        assert desk.window.isVisible()
        assert desk.document.project.graph.nodes == {}
        assert desk.window.files.save_to(tmp_path / "good.knet")
    assert path.read_bytes() == b"["


COMMANDS: dict[str, Callable[[Path], list[str | Path]]] = {
    "check": lambda path: ["check", path, "--json"],
    "export": lambda path: ["export", path, "--to", "python", "-o", path.with_suffix(".py")],
    "train": lambda path: ["train", path],
    "evaluate": lambda path: ["evaluate", path],
    "predict": lambda path: ["predict", path, "--input", __file__, "-o", path.with_suffix(".csv")],
    "runs": lambda path: ["runs", path],
}


@bad_files
@pytest.mark.parametrize("command", COMMANDS)
def test_the_terminal_says_one_sentence_and_exits_with_2(
    terminal: Terminal, tmp_path: Path, content: bytes, sentence: str, command: str
) -> None:
    path = tmp_path / "bad.knet"
    path.write_bytes(content)
    code, said = terminal.run(*COMMANDS[command](path))
    assert code == 2
    assert said.startswith("“bad.knet” cannot be read: ")
    assert sentence in said
    assert said.count("\n") == 1
    assert terminal.out == ""
    assert [file.name for file in tmp_path.iterdir()] == ["bad.knet"]


def test_without_a_display_a_bad_file_is_one_sentence_too(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bad.knet"
    path.write_bytes(b"[")
    code, said = terminal.run(path)
    assert code == 2
    assert "“bad.knet” cannot be read" in said.splitlines()[-1]
    assert not (tmp_path / "keras-builder-demo").exists()


# --- files that can be read, with something in them that cannot be used


def with_unknown_layer() -> Project:
    """Input, a layer of some later Keras, Output."""
    project = chain("Input", "Dense", "Output", catalog=CATALOG)
    node = project.graph.by_name["dense"]
    stranger = replace(
        node, name="warp", type="keras.layers.Warp9", params={"factor": 9, "how": {"deep": [1]}}
    )
    return replace(project, graph=renewed(project.graph, stranger))


def renewed(graph: Graph, node: object) -> Graph:
    return replace(graph, nodes={**graph.nodes, node.id: node})  # type: ignore[attr-defined]


def test_an_unknown_layer_is_shown_kept_and_told(still_desk: Desk, tmp_path: Path) -> None:
    desk, path = still_desk, tmp_path / "later.knet"
    save(path, with_unknown_layer())
    assert desk.open(path)
    assert desk.banner == ""
    words = desk.problem_of("warp")
    assert "keras.layers.Warp9" in words
    assert "does not offer" in words or "has no layer" in words
    assert not desk.window.run_actions.train.isEnabled()
    node = desk.document.project.graph.by_name["warp"]
    assert desk.shown_name(node.id) == "warp"
    # It can be looked at, moved, copied and saved; nothing of it is lost.
    desk.document.select(frozenset({node.id}))
    assert "def build_model" in desk.code
    desk.apply(edits.move(desk.document.project, {node.id: (5.0, 7.0)}))
    desk.window.files.save()
    assert desk.document.is_clean
    kept = load(path).graph.by_name["warp"]
    assert (kept.type, kept.params) == (node.type, node.params)


def test_an_unknown_layer_in_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "later.knet"
    save(path, with_unknown_layer())
    for words in (
        ["train", path],
        ["export", path, "--to", "python", "-o", tmp_path / "a.py"],
        ["export", path, "--to", "keras", "-o", tmp_path / "a.keras"],
    ):
        code, said = terminal.run(*words)
        assert code == 1
        assert "“warp”" in said
        assert "Warp9" in said
        assert said.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["later.knet"]


def hostile() -> Project:
    """Every name that a file can hold tries to get out of its quotes."""
    project = chain("Input", "Flatten", "Dense", "Output", catalog=CATALOG)
    node = replace(project.graph.by_name["dense"], name=EVIL, comment=f"{EVIL}\nevil()")
    data = DataPlan(Csv(f'x"); evil() #\n/{EVIL}.csv'))
    return replace(
        project,
        name=f'x"""\nevil()\n"""{EVIL}',
        graph=renewed(project.graph, node),
        data=data,
    )


def calls(source: str) -> set[str]:
    """The plain names that a module calls."""
    return {
        node.func.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_a_name_that_tries_to_be_code_is_a_name(still_desk: Desk, tmp_path: Path) -> None:
    desk, path = still_desk, tmp_path / "hostile.knet"
    project = hostile()
    save(path, project)
    assert desk.open(path)
    node = desk.document.project.graph.by_name[EVIL]
    assert desk.shown_name(node.id) == EVIL
    words = desk.problem_of(EVIL)
    assert "Rename it, for example to “d_evil”." in words
    assert not desk.window.run_actions.train.isEnabled()
    source = desk.code
    assert "evil() #" in source, "it is shown as it is"
    assert "evil" not in calls(source)
    with pytest.raises(CannotGenerate, match="d_evil"):
        generate(desk.document.project, CATALOG)
    # The proposal does.
    desk.apply(edits.rename(desk.document.project, node.id, "d_evil"))
    assert desk.problem_of("d_evil") == ""
    plain = generate(replace(desk.document.project, data=DataPlan()), CATALOG).source
    assert "evil" not in calls(plain)
    desk.document.undo()
    desk.window.files.save()
    assert load(path).graph == project.graph


def test_a_name_that_tries_to_be_code_in_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "hostile.knet"
    save(path, replace(hostile(), data=DataPlan()))
    for words in (["train", path], ["export", path, "--to", "python", "-o", tmp_path / "a.py"]):
        code, said = terminal.run(*words)
        assert code == 1
        assert "Rename it, for example to “d_evil”." in said
        assert said.count("\n") == 1
    assert not (tmp_path / "a.py").exists()


@pytest.mark.keras
@pytest.mark.slow
def test_nothing_of_a_hostile_project_is_run_by_keras(desk: Desk, tmp_path: Path) -> None:
    """The real worker builds every layer; a name, a parameter or a Lambda that runs leaves a file."""
    trace = tmp_path / "it-ran"
    # No slash: Keras itself refuses a name with one.
    where = f"bytes.fromhex('{str(trace).encode().hex()}')"
    code = f"__import__('os').mkdir({where})"
    exec(code)
    trace.rmdir()
    project = chain("Input", "Flatten", "Dense", "Dense", "Dense", "Output", catalog=CATALOG)
    first, second, third = (
        node for node in project.graph.nodes.values() if node.type == "keras.layers.Dense"
    )
    graph = renewed(project.graph, replace(first, name=f'd"); {code} #'))
    graph = renewed(graph, replace(second, params={"units": 3, "activation": f"relu'); {code} #"}))
    graph = renewed(
        graph, replace(third, type="keras.layers.Lambda", params={"function": f"lambda x: {code}"})
    )
    path = tmp_path / "hostile.knet"
    save(path, replace(project, graph=graph))
    assert desk.open(path)
    desk.wait_settled()
    report = desk.app.analyst.analysis.reports[first.id]
    assert report.outputs["output"].shape == (None, 64), "the name did no harm to its layer"
    assert {p.node for p in desk.problems} >= {first.id, second.id, third.id}
    assert not trace.exists()


# --- typed in the inspector


def test_a_giant_number_typed_in_the_inspector(desk: Desk) -> None:
    desk.document.reset(chain("Input", "Flatten", "Dense", "Output", catalog=CATALOG))
    node = desk.document.project.graph.by_name["dense"]
    desk.document.select(frozenset({node.id}))
    for typed, words in ((str(2**40), "parameters, which take"), (str(2**60), "at most")):
        desk.type_into("units", typed)
        desk.wait(lambda words=words: words in desk.problem_of("dense"))  # type: ignore[misc]
        assert not desk.window.run_actions.train.isEnabled()
    assert encode(desk.document.project)
    desk.type_into("units", "8")
    desk.wait(lambda: not desk.problem_of("dense"))
    assert "ready" in desk.status, "the worker that was asked is alive"


# --- values that make no sense


def spoiled(path: tuple[str | int, ...], value: object, source: Path = DIGITS) -> Project:
    """An example with one value of its file replaced."""
    raw = json.loads(source.read_bytes())
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return decode(json.dumps(raw).encode())


def test_metrics_that_are_no_list_are_a_problem_and_no_crash() -> None:
    raw = json.loads(DIGITS.read_bytes())["graph"]["nodes"]
    (at,) = [place for place, node in enumerate(raw) if node["type"] == "output"]
    project = spoiled(("graph", "nodes", at, "params", "metrics"), 2**31)
    assert any("metrics" in problem.message for problem in problems(project, CATALOG))


def test_a_target_without_classes_is_refused() -> None:
    project = spoiled(("data", "targets", 0, "classes"), [], resource("examples", "wine.knet"))
    columns = (*project.data.columns, Column("grower", role="target", kind="category"))
    project = replace(project, data=replace(project.data, source=Csv("w.csv"), columns=columns))
    with pytest.raises(CannotGenerate, match="the data names none"):
        generate(project, CATALOG)


def test_a_line_break_in_a_name_makes_no_line() -> None:
    project = spoiled(("graph", "nodes", 1, "name"), "a\nimport os\x1b[2J" + "b" * 2_000)
    said = [problem.message for problem in problems(project, CATALOG)]
    assert said
    assert all(line.isprintable() and len(line) <= 1_000 for line in said)
    with pytest.raises(ProjectFileError) as refusal:
        spoiled(("graph", "wires", 0, "a\nb"), 1)
    assert str(refusal.value).isprintable()
