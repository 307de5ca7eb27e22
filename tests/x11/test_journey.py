"""The main job, and what only real events prove, with a real mouse on a real display."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.x11.in_the_dark import darken

NONE: Mapping[str, str] = {}
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.x11, pytest.mark.slow]


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual display of our own; it says its number once it is up."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.fail("Xvfb and xdotool are missing: sudo apt-get install xvfb xauth xdotool")
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1440x900x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as stream:
        number = stream.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(PATIENCE)


def run(script: str, display: str, folder: Path, system: Mapping[str, str] = NONE) -> None:
    """Run a person's session on the display; what went wrong is in its output.

    `system` is what the environment says of the system around.
    """
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_DATA_HOME": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
        **system,
    }
    done = subprocess.run(
        [sys.executable, "-m", f"tests.x11.{script}", str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.keras
def test_a_person_drags_wires_trains_and_exports(display: str, tmp_path: Path) -> None:
    run("journey", display, tmp_path)
    source = (tmp_path / "exported.py").read_text()
    compile(source, "exported.py", "exec")
    assert "layers.Dropout(" in source


def test_a_person_takes_the_tour_sets_preferences_and_works_by_keys(
    display: str, tmp_path: Path
) -> None:
    run("by_hand", display, tmp_path)


@pytest.mark.keras
def test_a_person_imports_a_network_that_keras_ships(display: str, tmp_path: Path) -> None:
    run("importing", display, tmp_path)


def test_a_person_edits_the_code(display: str, tmp_path: Path) -> None:
    run("coding", display, tmp_path)


@pytest.mark.keras
def test_a_person_writes_a_layer_and_trusts_it(display: str, tmp_path: Path) -> None:
    run("own_layers", display, tmp_path)


def test_in_a_dark_system_the_window_is_dark(display: str, tmp_path: Path) -> None:
    run("in_the_dark", display, tmp_path, darken(tmp_path))
