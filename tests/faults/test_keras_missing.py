"""TensorFlow missing or broken: the window opens, all but shapes and training works, and it says
what to do."""

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from builder.cli import session
from builder.document import edits
from builder.engine.kernel import Worker
from builder.engine.pool import Pool
from builder.resources import resource
from builder.storage.project_file import load
from builder.window.analyst import KernelState
from tests.faults.conftest import Terminal
from tests.faults.desk import Desk, opened_window

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for Python")

DIGITS = resource("examples", "digits.knet")

MISSING = "raise ModuleNotFoundError(\"No module named '{0}'\", name='{0}')"
BROKEN = "raise ImportError('libcudart.so.12: cannot open shared object file')"
DEAD = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"


def python_without(folder: Path, module: str, instead: str) -> str:
    """A Python whose `module` does `instead` when it is imported."""
    shim = folder / "shim"
    shim.mkdir()
    (shim / f"{module}.py").write_text(instead)
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{shim}:$PYTHONPATH" exec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    return str(program)


CASES = [
    ("tensorflow", MISSING.format("tensorflow"), "TensorFlow is not installed", "pip install"),
    ("keras", MISSING.format("keras"), "Keras is not installed", "pip install keras"),
    ("tensorflow", BROKEN, "fails to import (ImportError: libcudart", "--force-reinstall"),
    ("tensorflow", DEAD, "crashed inside Keras or its backend", "see the log"),
]
NAMES = ["tensorflow-missing", "keras-missing", "broken", "dies"]


@pytest.fixture
def python(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return python_without(tmp_path, request.param[0], request.param[1])


@pytest.fixture
def lame_desk(python: str, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    with opened_window(tmp_path, lambda: Pool(python=python)) as desk:
        desk.use(qtbot)
        yield desk


@pytest.mark.parametrize(
    ("python", "what", "to_do"),
    [((case[0], case[1]), case[2], case[3]) for case in CASES],
    indirect=["python"],
    ids=NAMES,
)
def test_the_window_works_on_without_keras(
    lame_desk: Desk, what: str, to_do: str, tmp_path: Path
) -> None:
    desk = lame_desk
    desk.wait(lambda: desk.app.analyst.kernel.state is KernelState.BROKEN)
    assert what in desk.banner
    assert to_do in desk.banner
    assert "Building and saving work without it; shapes and training do not." in desk.banner
    assert "Traceback" not in desk.banner
    assert "Keras does not start" in desk.status
    # Building, saving, code and pictures go on.
    assert desk.open(DIGITS)
    assert what in desk.banner, "still said with another project"
    project = desk.document.project
    assert desk.problems == ()
    desk.palette.chosen.emit("keras.layers.LSTM")
    assert len(desk.document.project.graph.nodes) == len(project.graph.nodes) + 1
    node = next(node for node in project.graph.nodes.values() if node.type.endswith(".Dense"))
    desk.apply(edits.set_params(project, {node.id: {"units": -1}}))
    assert "units" in desk.problem_of(node.name), "what can be said without Keras is said"
    desk.apply(project)
    assert desk.window.files.save_to(tmp_path / "mine.knet")
    assert load(tmp_path / "mine.knet") == project
    desk.wait(lambda: "def build_model" in desk.code)
    train = desk.window.run_actions.train
    assert not train.isEnabled()
    assert what in train.toolTip()


@pytest.mark.parametrize(
    ("python", "what"),
    [((case[0], case[1]), case[2]) for case in (CASES[0], CASES[2])],
    indirect=["python"],
)
def test_the_terminal_says_one_sentence(
    python: str,
    what: str,
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "digits.knet"
    path.write_bytes(DIGITS.read_bytes())
    monkeypatch.setattr(session, "Worker", partial(Worker, python=python))
    for words in (["train", path], ["check", path]):
        code, said = terminal.run(*words)
        assert code == 1
        assert what in said
        assert said.count("\n") == 1
        assert terminal.out == ""
    code, said = terminal.run("export", path, "--to", "python", "-o", tmp_path / "digits.py")
    assert (code, said) == (0, "")
    code, said = terminal.run("export", path, "--to", "svg", "-o", tmp_path / "digits.svg")
    assert code == 0
    assert said.startswith("The picture is without shapes: ")


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("python", [("keras", MISSING.format("keras"))], indirect=True)
def test_try_again_is_enough_once_it_is_installed(lame_desk: Desk, tmp_path: Path) -> None:
    desk = lame_desk
    desk.wait(lambda: desk.app.analyst.kernel.state is KernelState.BROKEN)
    assert desk.open(DIGITS)
    (tmp_path / "shim" / "keras.py").unlink()
    desk.window.banner._button.click()
    desk.wait_settled()
    assert desk.banner == ""
    assert desk.window.run_actions.train.isEnabled()
