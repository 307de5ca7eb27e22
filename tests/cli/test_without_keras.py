"""The commands that need no Keras."""

import json
from pathlib import Path

import pytest

from builder.document.graph import Graph
from builder.resources import resource
from builder.storage.project_file import load, save
from tests.cli.running import run

README = Path(__file__).resolve().parents[2] / "README.md"


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Keras Builder project"


def test_catalog(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("catalog") == 0
    assert "Conv2D" in capsys.readouterr().out
    assert run("catalog", "--json") == 0
    catalog = json.loads(capsys.readouterr().out)
    assert "keras.layers.Conv2D" in catalog["layers"]
    assert "keras.optimizers.Adam" in catalog["objects"]["optimizers"]


def test_examples_are_listed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("examples") == 0
    assert "digits" in capsys.readouterr().out
    assert run("examples", "--json") == 0
    names = [e["name"] for e in json.loads(capsys.readouterr().out)["examples"]]
    assert {"digits", "breast_cancer", "diabetes"} <= set(names)
    for name in names:
        assert run("new", name, "-o", tmp_path / f"{name}.knet") == 0
        assert load(tmp_path / f"{name}.knet").graph.nodes
    assert run("new", names[0], "-o", tmp_path / f"{names[0]}.knet") == 2
    assert "is there already" in capsys.readouterr().err


def test_runs_of_a_project_never_trained(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("runs", project) == 0
    assert "was not trained yet" in capsys.readouterr().out
    assert run("runs", project, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"runs": []}
    assert run("evaluate", project) == 1
    assert "has no trained model yet" in capsys.readouterr().err
    assert run("evaluate", project, "--run", "monday") == 2
    assert "There is no run “monday”" in capsys.readouterr().err


def test_python_is_written_without_keras(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", project, "--to", "python", "-o", tmp_path / "small.py") == 0
    text = (tmp_path / "small.py").read_text()
    compile(text, "small.py", "exec")
    assert "def build_model()" in text
    assert run("export", project, "--to", "folder", "-o", tmp_path / "small") == 0
    assert (tmp_path / "small" / "README.md").is_file()
    capsys.readouterr()
    assert run("export", project, "--to", "folder", "-o", tmp_path) == 1
    assert "holds other things" in capsys.readouterr().err
    assert run("export", project, "--to", "python", "-o", tmp_path / "no" / "small.py") == 2
    assert "There is no folder" in capsys.readouterr().err


def test_the_readme_shows_what_is_exported(tmp_path: Path) -> None:
    assert (
        run(
            "export", resource("examples", "digits.knet"), "--to", "python", "-o", tmp_path / "d.py"
        )
        == 0
    )
    text = (tmp_path / "d.py").read_text()
    function = text[text.index("def build_model") : text.index("def load_data")].rstrip()
    assert function in README.read_text(encoding="utf-8")


def test_a_project_with_an_error_is_not_trained_and_the_layer_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = load(project)
    cut = Graph(sound.graph.nodes, sound.graph.wires[1:])
    save(project, type(sound)(graph=cut))
    assert run("train", project) == 1
    assert "“flatten” has no input" in capsys.readouterr().err
    assert not project.with_suffix(".runs").exists()


def test_a_project_without_data_is_not_trained(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", project) == 1
    assert "names no data to train on" in capsys.readouterr().err


def test_a_script_is_imported_without_running_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path(__file__).parents[1] / "codegen" / "golden" / "digits.py"
    assert run("import", script, "-o", tmp_path / "net.knet") == 0
    assert load(tmp_path / "net.knet").name == "digits"
    unread = tmp_path / "loop.py"
    unread.write_text("import keras\nx = keras.Input((1,))\nwhile x:\n    m = keras.Model(x, x)\n")
    assert run("import", unread, "-o", tmp_path / "other.knet") == 1
    said = capsys.readouterr().err
    assert "Line 3: `while x:`" in said
    assert "--run" in said
    assert not (tmp_path / "other.knet").exists()
