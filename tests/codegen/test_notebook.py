"""Notebook and folder: the script's own parts laid out otherwise, clean, and executable as they are."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from msgspec.structs import replace

from builder.codegen import Module, generate
from builder.codegen.backends import backend_problems
from builder.codegen.folder import Contents, folder
from builder.codegen.names import markdown
from builder.codegen.notebook import notebook
from builder.document.project import Project
from builder.storage.examples import list_examples
from builder.storage.project_file import load
from tests.codegen.graphs import CATALOG
from tests.codegen.networks import GOLDEN
from tests.codegen.test_module import HERE, ruff
from tests.codegen.test_running import CHURN

EVERY: dict[str, Project] = {name: make() for name, make in GOLDEN.items()} | {
    f"example_{example.name}": load(example.path) for example in list_examples()
}
# Executes the code of every notebook of the folder, cell by cell, in one namespace for each.
DRIVER = """
import json
from pathlib import Path

for path in sorted(Path.cwd().glob("*.ipynb")):
    names = {"__name__": "__main__"}
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.stem}:{cell['id']}", "exec"), names)
    Path("model.keras").rename(f"{path.stem}.keras")
"""


def module(project: Project, **changes: Any) -> Module:
    return generate(replace(project, **changes), CATALOG)


def cells(project: Project) -> list[Any]:
    book = nbformat.reads(notebook(module(project), project.name).decode(), as_version=4)
    nbformat.validate(book)
    return list(book.cells)


@pytest.mark.parametrize("name", EVERY)
def test_the_parts_are_the_script(name: str) -> None:
    made = module(EVERY[name])
    lines = [line for part in made.parts for line in part.lines]
    assert "\n".join(lines) + "\n" == made.source
    assert tuple(node for part in made.parts for node in part.nodes) == made.nodes
    assert all(len(part.lines) == len(part.nodes) for part in made.parts)


def test_a_part_is_one_function() -> None:
    named = [(part.kind, part.name) for part in module(EVERY["nested"]).parts if part.name]
    assert named == [
        ("block", "build_body"),
        ("block", "build_residual"),
        ("block", "build_twins"),
        ("model", "build_model"),
        ("data", "load_data"),
        ("train", "train"),
        ("evaluate", "evaluate"),
        ("predict", "predict"),
    ]


@pytest.mark.parametrize("name", EVERY)
def test_a_notebook_is_valid_and_holds_the_script(name: str) -> None:
    made = module(EVERY[name])
    written = cells(EVERY[name])
    code = [cell.source for cell in written if cell.cell_type == "code"]
    for part in made.parts:
        if part.kind in ("settings", "block", "model", "data", "train", "evaluate", "predict"):
            assert part.text in code
    assert not any("argparse" in text or "def main" in text for text in code)
    assert len({cell.id for cell in written}) == len(written)


def test_a_golden_notebook() -> None:
    """Set UPDATE_GOLDEN=1 to accept what is written now; read the difference before committing."""
    written = notebook(module(EVERY["digits"]), "digits")
    golden = HERE / "digits.ipynb"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(written)
    assert written == golden.read_bytes()


def test_all_of_it_is_clean_under_ruff(tmp_path: Path) -> None:
    for name, project in EVERY.items():
        for backend in ("tensorflow", "jax"):
            if any(backend_problems(replace(project, backend=backend), CATALOG)):
                continue
            made = module(project, backend=backend)
            (tmp_path / f"{name}_{backend}.ipynb").write_bytes(notebook(made, name))
            inner = tmp_path / f"{name}_{backend}"
            inner.mkdir()
            for file, text in folder(made, Contents(name, "a.knet"), "3").items():
                (inner / file).write_text(text, "utf-8")
    assert ruff("format", "--isolated", "--diff", str(tmp_path)) == ""
    assert "All checks passed" in ruff("check", "--isolated", "--extend-select", "I", str(tmp_path))


def test_a_folder_says_what_is_in_it() -> None:
    project = EVERY["churn_csv"]
    contents = Contents("churn", "churn.knet", project.data.source, "data/churn.csv", copied=True)
    texts = folder(module(project), contents, CATALOG.keras)
    assert texts["model.py"] == module(project).source
    assert texts["requirements.txt"].splitlines() == [
        f"keras>={CATALOG.keras}",
        "tensorflow",
        "scikit-learn",
        "pandas",
    ]
    assert "data/churn.csv, in this folder" in texts["README.md"]
    elsewhere = replace(contents, data="/far/churn.csv", copied=False)
    assert "--data FILE" in folder(module(project), elsewhere, "3")["README.md"]
    bundled = Contents("digits", "digits.knet", EVERY["digits"].data.source)
    assert "comes with scikit-learn" in folder(module(EVERY["digits"]), bundled, "3")["README.md"]
    plain = folder(module(EVERY["plain"]), Contents("plain", "plain.knet"), "3")["README.md"]
    assert "gives `build_model`." in plain


@pytest.mark.parametrize("hostile", ["# a\n## b", "[x](javascript:1)", "<script>", "`a` **b** _c_"])
def test_a_hostile_name_is_only_words(hostile: str) -> None:
    title = cells(replace(EVERY["plain"], name=hostile))[0].source.splitlines()[0]
    assert title == f"# {markdown(hostile)}"
    assert not any(sign in title.replace(f"\\{sign}", "") for sign in "[<`*") or "(" in title


def test_names_of_files_stay_as_they_are() -> None:
    assert markdown("data/breast_cancer-2.csv") == "data/breast_cancer-2.csv"


@pytest.mark.keras
@pytest.mark.slow
def test_notebooks_execute_top_to_bottom(tmp_path: Path) -> None:
    """In a fresh process: one input and many, blocks, a CSV file, and none at all."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "churn.csv").write_text(CHURN, "utf-8")
    names = ("digits", "nested", "churn_csv", "two_ends")
    for name in names:
        project = EVERY[name]
        short = replace(project, training=replace(project.training, epochs=1))
        (tmp_path / f"{name}.ipynb").write_bytes(notebook(module(short), name))
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert all((tmp_path / f"{name}.keras").is_file() for name in names)
    assert json.loads((tmp_path / "digits.ipynb").read_text("utf-8"))["nbformat"] == 4
