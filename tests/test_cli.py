"""The command line: what it prints, where, and how it ends."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.cli import main, session
from builder.cli.arguments import command_names, parser
from builder.cli.output import number, plain
from builder.document import blocks, edits
from builder.document.graph import INPUT, OUTPUT, Graph
from builder.resources import resource
from builder.storage.project_file import load, save
from builder.storage.runs import list_runs
from tests.build import chain
from tests.kept import Kept
from tests.window.far import IRIS

README = Path(__file__).resolve().parent.parent / "README.md"
COMMAND = [sys.executable, "-m", "builder"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without data: four layers in a row."""
    path = tmp_path / "small.knet"
    save(path, chain("Input", "Flatten", ("Dense", {"units": 3}), "Output"))
    return path


def run(*words: str | Path) -> int:
    return main([str(word) for word in words])


# --- usage


def test_every_command_is_listed_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run("--help")
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(f"\n    {name} " in text for name in command_names())


def test_the_names_of_commands_are_those_of_the_parser() -> None:
    (commands,) = (action.choices for action in parser()._actions if action.dest == "command")
    assert commands is not None
    assert tuple(commands) == command_names()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["trian"], "There is no file or command “trian”. Did you mean “train”?"),
        (["nowhere.knet"], "There is no file or command “nowhere.knet”."),
        (["train"], "The following arguments are required: FILE. See:  keras-builder train --help"),
        (["train", "a.knet", "--epochs", "0"], "expected a whole number from 1, received '0'"),
        (["check", "nowhere.knet"], "There is no file “"),
        (["export", "a.knet", "--to", "pdf", "-o", "b"], "Argument --to: invalid choice: 'pdf'"),
        (["new", "nothing", "-o", "a.knet"], "There is no example “nothing”. There are: "),
        (["runs", "a.knet", "--colour"], "--colour"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_code_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_damaged_file_is_exit_code_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.write_bytes(project.read_bytes()[:100])
    assert run("check", project, "--json") == 2
    captured = capsys.readouterr()
    assert "“small.knet” cannot be read: it is damaged or cut off" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("words", [["--debug", "runs", "{}"], ["runs", "{}", "--debug"]])
def test_debug_adds_the_traceback_and_keeps_the_exit_code(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word.format(tmp_path / "no.knet") for word in words]) == 2
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert error.splitlines()[-1].startswith("There is no file")


def test_control_characters_never_reach_the_terminal() -> None:
    assert plain("a\x1b]0;title\x07\nb\u202e") == "a\\x1b]0;title\\x07\nb\\u202e"


def test_numbers_keep_four_places_that_matter() -> None:
    assert [number(v) for v in (0.98765, 58.41239, 0.0, 1e-7, 1e9, None)] == [
        "0.9877",
        "58.4124",
        "0.0000",
        "1e-07",
        "1e+09",
        "–",
    ]


# --- what needs no Keras


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


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as it:
        assert it.stdout is not None
        assert it.stderr is not None
        it.stdout.close()
        assert it.stderr.read() == b""
        assert it.wait() == 0


# --- with Keras


@pytest.fixture(scope="module")
def keras(kept: Kept) -> Iterator[None]:
    """All commands that run in this process talk to one worker; those of `COMMAND` start theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "Worker", kept.serve)
        yield


@pytest.fixture(scope="module")
def trained(keras: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The diabetes example, trained for two epochs by the command."""
    del keras
    path = tmp_path_factory.mktemp("trained") / "diabetes.knet"
    assert run("new", "diabetes", "-o", path) == 0
    assert run("train", path, "--epochs", "2") == 0
    return path


@pytest.mark.keras
def test_check_says_that_all_is_well(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", trained, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["ok"]
    assert result["parameters"] == sum(layer["parameters"] for layer in result["layers"]) > 0
    assert run("check", trained) == 0
    assert "no problems" in capsys.readouterr().out


@pytest.mark.keras
@pytest.mark.usefixtures("keras")
def test_check_counts_a_block_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = chain(("Input", {"shape": [4]}), ("Dense", {"units": 4}), "Output")
    nested, block = blocks.group(row, {"n2"})
    save(tmp_path / "nested.knet", blocks.repeat(nested, block, 3))
    assert run("check", tmp_path / "nested.knet") == 0
    assert "60 parameters, no problems" in capsys.readouterr().out


def test_a_terminal_without_our_signs_is_no_obstacle() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "builder", "examples"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0, done.stderr
    assert rb"8 \xd7 8" in done.stdout


@pytest.mark.keras
@pytest.mark.usefixtures("keras")
def test_check_names_the_layer_that_keras_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.knet"
    save(path, chain("Input", "Flatten", "Conv2D", "Output"))
    assert run("check", path, "--json") == 1
    result = json.loads(capsys.readouterr().out)
    assert not result["ok"]
    assert [p["name"] for p in result["problems"] if p["severity"] == "error"] == ["conv2d"]
    assert run("check", path) == 1
    assert "error: “conv2d”" in capsys.readouterr().out


@pytest.mark.keras
def test_train_in_a_log_has_one_line_per_epoch(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", trained, "--epochs", "3") == 0
    captured = capsys.readouterr()
    assert [f"epoch {n}/3  loss" in captured.out for n in (1, 2, 3, 4)] == [True] * 3 + [False]
    assert "Trained 3 epochs in" in captured.out
    assert run("runs", trained, "--json") == 0
    newest = json.loads(capsys.readouterr().out)["runs"][0]
    assert (newest["status"], newest["epochs"], newest["has_model"]) == ("completed", 3, True)


@pytest.mark.keras
def test_train_with_json_prints_one_object_and_nothing_else(trained: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "train", str(trained), "--epochs", "2", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert (result["status"], result["epochs"]) == ("completed", 2)
    assert len(result["history"]["loss"]) == len(result["history"]["val_loss"]) == 2
    assert Path(result["model"]).is_file()
    assert done.stderr == ""


@pytest.mark.keras
def test_evaluate(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate", trained, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["rows"] > 0
    (target,) = result["targets"]
    assert set(target["scores"]) == set(target["baseline"])
    assert run("evaluate", trained, "--run", result["run"]) == 0
    assert "test rows, loss" in capsys.readouterr().out


@pytest.mark.keras
def test_predict(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
    rows = tmp_path / "rows.csv"
    with rows.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*columns, "shoe size"])
        writer.writerows([[0.01] * (len(columns) + 1), [-0.02] * (len(columns) + 1)])
    assert run("predict", trained, "--input", rows, "-o", tmp_path / "out.csv") == 0
    told = capsys.readouterr()
    assert "Wrote 2 predictions" in told.out
    assert "no such column: “shoe size”" in told.err
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3


@pytest.mark.keras
@pytest.mark.parametrize("format_", ["keras", "keras-json", "png", "svg"])
def test_export(
    format_: str, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beginnings = {"keras": b"PK", "keras-json": b"{", "png": b"\x89PNG", "svg": b"<?xml"}
    suffix = {"keras-json": "json"}.get(format_, format_)
    output = tmp_path / f"out.{suffix}"
    assert run("export", trained, "--to", format_, "-o", output) == 0
    assert capsys.readouterr().err == ""
    assert output.read_bytes().lstrip().startswith(beginnings[format_])


@pytest.mark.keras
def test_export_with_the_weights_of_a_run(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.onnx"
    assert run("export", trained, "--to", "svg", "-o", output, "--run", "latest") == 2
    assert "holds no weights of a run; these do: keras" in capsys.readouterr().err
    pytest.importorskip("onnxruntime")
    assert run("export", trained, "--to", "onnx", "-o", output, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["rows"], result["sample"]) == (16, "test rows")
    assert result["difference"] < 1e-3
    assert result["bytes"] == output.stat().st_size
    changed = trained.with_name("changed.knet")
    project = load(trained)
    dense = next(node for node in project.graph.nodes.values() if node.type.endswith("Dense"))
    save(changed, edits.set_params(project, {dense.id: {"units": 3}}))
    shutil.copytree(trained.with_suffix(".runs"), changed.with_suffix(".runs"))
    assert run("export", changed, "--to", "onnx", "-o", output) == 0
    told = capsys.readouterr().out
    assert "ONNX: " in told
    assert "fresh, untrained weights: the network has changed since the run" in told
    assert run("export", changed, "--to", "onnx", "-o", output, "--run", result["run"]) == 1
    assert "do not fit this network" in capsys.readouterr().err


@pytest.mark.keras
@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process on Windows")
def test_ctrl_c_stops_and_keeps_the_model(trained: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "train", str(trained), "--epochs", "100000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as training:
        assert training.stdout is not None
        assert training.stderr is not None
        lines: Iterator[str] = iter(training.stdout.readline, "")
        assert any(line.startswith("epoch 1/") for line in lines)
        training.send_signal(signal.SIGINT)
        rest = "".join(lines)
        assert "Stopping after this batch" in rest
        assert "Stopped after" in rest
        assert training.wait() == 0
        assert training.stderr.read() == ""


@pytest.mark.keras
@pytest.mark.slow
def test_without_a_display_the_whole_job_is_done_in_the_terminal(tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    done = subprocess.run(
        COMMAND,
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "has no display" in done.stderr
    folder = tmp_path / "keras-builder-demo"
    for name in ("digits-curves.png", "digits-diagram.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert str(folder / name) in done.stdout
    compile((folder / "digits.py").read_text(), "digits.py", "exec")
    assert "test rows, loss" in done.stdout
    assert load(folder / "digits.knet").graph.nodes


def test_a_script_is_imported_without_running_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path(__file__).parent / "codegen" / "golden" / "digits.py"
    assert run("import", script, "-o", tmp_path / "net.knet") == 0
    assert load(tmp_path / "net.knet").name == "digits"
    unread = tmp_path / "loop.py"
    unread.write_text("import keras\nx = keras.Input((1,))\nwhile x:\n    m = keras.Model(x, x)\n")
    assert run("import", unread, "-o", tmp_path / "other.knet") == 1
    said = capsys.readouterr().err
    assert "Line 3: `while x:`" in said
    assert "--run" in said
    assert not (tmp_path / "other.knet").exists()


@pytest.mark.keras
@pytest.mark.usefixtures("keras")
def test_an_imported_model_is_scored_before_any_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from keras import Input, Model, layers

    rows = Input((4,), name="features")
    model = Model(rows, layers.Dense(3, "softmax", name="species")(rows))
    model.save(tmp_path / "net.h5")
    path = tmp_path / "mine.knet"
    assert run("import", tmp_path / "net.h5", "-o", path) == 0
    project = load(path)
    assert project.training.start == "mine.keras"
    ends = {node.id: {"feature": "features"} for node in project.graph.of_type(INPUT)}
    ends |= {node.id: {"target": "species"} for node in project.graph.of_type(OUTPUT)}
    save(path, replace(edits.set_params(project, ends), data=IRIS))
    capsys.readouterr()
    assert run("evaluate", path, "--json") == 0
    (kept,) = list_runs(path)
    assert json.loads(capsys.readouterr().out)["run"] == kept.id
    assert kept.epochs == 0
    assert run("import", tmp_path / "gone.keras", "-o", tmp_path / "no.knet") == 2
    assert "There is no file" in capsys.readouterr().err
