"""The commands that run Keras: check, train, evaluate, predict, export, and a model imported."""

import csv
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.cli import session
from builder.document import blocks, edits
from builder.document.graph import INPUT, OUTPUT
from builder.storage.project_file import load, save
from builder.storage.runs import list_runs
from tests.build import chain
from tests.cli.running import COMMAND, run
from tests.kept import Kept
from tests.patience import ENDLESS
from tests.window.far import IRIS

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def worker(kept: Kept) -> Iterator[None]:
    """All commands that run in this process talk to one worker; those of `COMMAND` start theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "Worker", kept.serve)
        yield


@pytest.fixture(scope="module")
def trained(worker: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The diabetes example, trained for two epochs by the command."""
    del worker
    path = tmp_path_factory.mktemp("trained") / "diabetes.knet"
    assert run("new", "diabetes", "-o", path) == 0
    assert run("train", path, "--epochs", "2") == 0
    return path


def test_check_says_that_all_is_well(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", trained, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["ok"]
    assert result["parameters"] == sum(layer["parameters"] for layer in result["layers"]) > 0
    assert run("check", trained) == 0
    assert "no problems" in capsys.readouterr().out


@pytest.mark.usefixtures("worker")
def test_check_counts_a_block_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = chain(("Input", {"shape": [4]}), ("Dense", {"units": 4}), "Output")
    nested, block = blocks.group(row, {"n2"})
    save(tmp_path / "nested.knet", blocks.repeat(nested, block, 3))
    assert run("check", tmp_path / "nested.knet") == 0
    assert "60 parameters, no problems" in capsys.readouterr().out


@pytest.mark.usefixtures("worker")
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


def test_evaluate(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate", trained, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["rows"] > 0
    (target,) = result["targets"]
    assert set(target["scores"]) == set(target["baseline"])
    assert run("evaluate", trained, "--run", result["run"]) == 0
    assert "test rows, loss" in capsys.readouterr().out


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


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process on Windows")
def test_ctrl_c_stops_and_keeps_the_model(trained: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "train", str(trained), "--epochs", str(ENDLESS)],
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


@pytest.mark.usefixtures("worker")
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
