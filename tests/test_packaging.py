"""What is shipped: the pins, the command's start, and a wheel that has all it needs inside."""

import contextlib
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PINS = (ROOT / "constraints.txt").read_text().splitlines()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_are_names_and_versions_only() -> None:
    for line in PINS:
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.+]*", line), line
    assert len({canonical(line.partition("==")[0]) for line in PINS}) == len(PINS)


def test_every_dependency_is_pinned() -> None:
    """Those of the project and, as far as they are installed here, those of its dependencies."""
    pinned = {canonical(line.partition("==")[0]) for line in PINS}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    for package in pinned:
        with contextlib.suppress(PackageNotFoundError):
            wanted += [need for need in requires(package) or [] if ";" not in need]
    names = {canonical(re.split(r"[\s;<>=!~(\[]", need, maxsplit=1)[0]) for need in wanted}
    assert names - {canonical(project["name"])} <= pinned


def test_the_command_answers_without_loading_what_is_slow() -> None:
    code = (
        "import sys\n"
        "from builder.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    slow = {'msgspec', 'rich', 'networkx', 'numpy', 'PySide6', 'keras'}\n"
        "    print(sorted(slow & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_the_wheel_holds_the_resources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("keras_builder-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
        entries = archive.read(next(n for n in shipped if n.endswith("entry_points.txt"))).decode()
    assert "keras-builder = builder.cli:main" in entries
    resources = {
        f"builder/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file()
    }
    assert {"builder/resources/catalog.json"} <= resources <= shipped
    assert any(name.endswith("LICENSE") for name in shipped)
    assert not {name for name in shipped if name.startswith(("tests/", "benchmarks/"))}
