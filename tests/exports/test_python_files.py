"""Script, notebook and folder on disk: complete, where the data is found, and nothing lost."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from builder.catalog.custom import FILE
from builder.catalog.load import load_catalog
from builder.codegen import CannotGenerate
from builder.document import edits
from builder.document.plan import Csv
from builder.document.project import Project
from builder.exports import python_files
from builder.exports.python_files import write_python
from builder.resources import resource
from builder.storage.placing import PlaceTaken
from builder.storage.project_file import load
from tests.build import chain
from tests.customs import SCALE, catalog_of, with_custom

CATALOG = load_catalog()
EXAMPLES = resource("examples")
WINE = load(EXAMPLES / "wine.knet")


def constants(path: Path) -> dict[str, object]:
    """The plain constants of a script."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def test_a_folder_holds_all_that_is_needed(tmp_path: Path) -> None:
    output = tmp_path / "wine to hand on"
    written = write_python("folder", WINE, CATALOG, output, EXAMPLES)
    names = {str(path.relative_to(output)) for path in output.rglob("*") if path.is_file()}
    knet = "wine to hand on.knet"
    table = str(Path("data", "wine.csv"))
    assert names == {"README.md", "model.py", "requirements.txt", knet, table}
    assert constants(output / "model.py")["DATA"] == "data/wine.csv"
    assert (output / "data" / "wine.csv").read_bytes() == (EXAMPLES / "wine.csv").read_bytes()
    source = load(output / knet).data.source
    assert isinstance(source, Csv)
    assert source.path == "data/wine.csv"
    assert written.bytes == sum(p.stat().st_size for p in output.rglob("*") if p.is_file())
    assert written.note == ""
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_a_folder_is_written_again_and_keeps_what_its_script_made(tmp_path: Path) -> None:
    output = tmp_path / "wine"
    write_python("folder", WINE, CATALOG, output, EXAMPLES)
    (output / "model.keras").write_text("trained")
    (output / "model.py").write_text("old")
    write_python("folder", WINE, CATALOG, output, EXAMPLES)
    assert (output / "model.keras").read_text() == "trained"
    assert "def build_model" in (output / "model.py").read_text()


@pytest.mark.parametrize("name", ["README.md", "thesis.txt"])
def test_the_folder_of_somebody_else_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(PlaceTaken, match="Choose a new name"):
        write_python("folder", WINE, CATALOG, tmp_path, EXAMPLES)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_large_or_lost_table_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_files, "LARGEST_COPY", 10)
    written = write_python("folder", WINE, CATALOG, tmp_path / "large", EXAMPLES)
    assert "is large. The script reads it there" in written.note
    assert constants(tmp_path / "large" / "model.py")["DATA"] == (EXAMPLES / "wine.csv").as_posix()
    assert not (tmp_path / "large" / "data").exists()
    lost = write_python("folder", WINE, CATALOG, tmp_path / "lost", tmp_path)
    assert "there is no file" in lost.note


@pytest.mark.parametrize("format_", ["python", "notebook"])
def test_a_path_stays_relative_beside_the_project(format_: str, tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_python(format_, WINE, CATALOG, output, tmp_path)
    assert 'DATA = "wine.csv"' in output.read_text("utf-8").replace('\\"', '"')
    write_python(format_, WINE, CATALOG, output, EXAMPLES)
    assert (EXAMPLES / "wine.csv").as_posix() in output.read_text("utf-8")
    if format_ == "notebook":
        assert json.loads(output.read_text("utf-8"))["nbformat"] == 4


@pytest.mark.parametrize("format_", ["python", "notebook", "folder"])
def test_a_network_with_a_fault_leaves_what_was_there(format_: str, tmp_path: Path) -> None:
    broken = edits.disconnect(WINE, WINE.graph.wires[:1])
    with pytest.raises(CannotGenerate):
        write_python(format_, broken, CATALOG, tmp_path / "out", EXAMPLES)
    assert list(tmp_path.iterdir()) == []


# --- with layers of one's own


def scaled(custom: str = SCALE) -> Project:
    lambda_ = ("Lambda", {"function": "custom_layers.halved"})
    return with_custom(
        chain("Input", "Scale", lambda_, "Output", catalog=catalog_of(SCALE)), custom
    )


def test_layers_of_its_own_stand_beside_a_script(tmp_path: Path) -> None:
    write_python("python", scaled(), CATALOG, tmp_path / "a.py", None)
    assert (tmp_path / FILE).read_text() == SCALE
    write_python("python", scaled(), CATALOG, tmp_path / "b.py", None)
    other = with_custom(scaled(), SCALE + "\n# more\n")
    with pytest.raises(PlaceTaken, match="another custom_layers"):
        write_python("python", other, CATALOG, tmp_path / "c.py", None)
    with pytest.raises(PlaceTaken, match="Choose another name"):
        write_python("python", other, CATALOG, tmp_path / FILE, None)
    assert {path.name for path in tmp_path.iterdir()} == {"a.py", "b.py", FILE}
    assert (tmp_path / FILE).read_text() == SCALE
    plain = with_custom(chain("Input", "Dense", "Output", catalog=CATALOG))
    beside = tmp_path / "plain"
    beside.mkdir()
    write_python("python", plain, CATALOG, beside / "a.py", None)
    assert [path.name for path in beside.iterdir()] == ["a.py"], "a script that needs none has none"


def test_a_folder_and_a_notebook_take_them_along(tmp_path: Path) -> None:
    output = tmp_path / "own"
    for _ in range(2):
        write_python("folder", scaled(), CATALOG, output, None)
    assert (output / FILE).read_text() == SCALE
    assert f"| {FILE} |" in (output / "README.md").read_text()
    assert load(output / "own.knet").custom == SCALE
    write_python("notebook", scaled(), CATALOG, tmp_path / "own.ipynb", None)
    cells = json.loads((tmp_path / "own.ipynb").read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code[0] == f"%%writefile {FILE}\n{SCALE}"
    assert "import custom_layers" in code[1]
    command = [sys.executable, "-m", "ruff"]
    for words in (["format", "--check"], ["check", "--select", "E,F,W,I"]):
        for place in (output, tmp_path):
            done = subprocess.run(
                [*command, *words, "--isolated", "."], cwd=place, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout
