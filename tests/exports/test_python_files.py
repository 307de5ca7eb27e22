"""Script, notebook and folder on disk: complete, where the data is found, and nothing lost."""

import ast
import json
from pathlib import Path

import pytest

from builder.catalog.load import load_catalog
from builder.codegen import CannotGenerate
from builder.document import edits
from builder.document.plan import Csv
from builder.exports import python_files
from builder.exports.python_files import write_python
from builder.resources import resource
from builder.storage.placing import PlaceTaken
from builder.storage.project_file import load

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
