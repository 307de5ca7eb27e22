"""A project as Python: a script, a notebook, or a folder that holds all that is needed."""

import os
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.custom import FILE
from builder.catalog.spec import Catalog
from builder.codegen import generate
from builder.codegen.folder import README, REQUIREMENTS, SCRIPT, Contents, folder
from builder.codegen.notebook import notebook
from builder.document.plan import Csv
from builder.document.project import Project
from builder.storage.atomic import write_atomically
from builder.storage.placing import PlaceTaken, check_folder_place, place
from builder.storage.project_file import SUFFIX, encode
from builder.storage.scratch import scratch_folder

DATA = "data"
LARGEST_COPY = 50 * 10**6
"""Larger tables stay where they are; the folder says where."""
# What running the script leaves there; it stays when the folder is written again.
_LEFT_BEHIND = ("__pycache__", "model.keras", ".ipynb_checkpoints")


class Written(Struct, frozen=True):
    """What was written, in bytes; `note` says what it lacks, if anything."""

    bytes: int
    note: str = ""


def write_python(
    format_: str, project: Project, catalog: Catalog, output: Path, home: Path | None
) -> Written:
    """Write `python`, `notebook` or `folder` to its place, all of it or nothing.

    `home` is the folder that the project's paths start from. Raises CannotGenerate, OSError and
    ProjectFileError.
    """
    if format_ == "folder":
        return _write_folder(project, catalog, output, home)
    # A relative path stays one where it means the same file.
    elsewhere = None if home is None or home == output.parent else home
    module = generate(project, catalog, folder=elsewhere)
    data = module.source.encode()
    if format_ == "notebook":
        data = notebook(module, project.name)
    if format_ == "notebook" or not module.custom:
        write_atomically(output, data)
        return Written(len(data))
    beside = output.with_name(FILE)
    if beside == output:
        raise PlaceTaken(f"{FILE} holds the layers of its own. Choose another name")
    check_custom(beside, module.custom)
    write_atomically(beside, module.custom.encode())
    write_atomically(output, data)
    return Written(len(data) + len(module.custom.encode()), f"{FILE} stands beside it.")


def check_custom(path: Path, text: str) -> None:
    """Refuse to write over a custom_layers.py that is another one. Raises PlaceTaken."""
    try:
        there = path.read_text("utf-8") if path.exists() else text
    except (OSError, UnicodeDecodeError):
        there = ""
    if there != text:
        raise PlaceTaken(f"another {FILE} stands in “{path.parent}”. Choose another folder")


def _write_folder(project: Project, catalog: Catalog, output: Path, home: Path | None) -> Written:
    check_folder(output)
    knet = f"{output.name}{SUFFIX}"
    table = _table(project, home)
    copied = table is not None and table.is_file() and table.stat().st_size <= LARGEST_COPY
    inside, shown = project, ""
    if table is not None:
        shown = f"{DATA}/{table.name}" if copied else table.as_posix()
        inside = _reading(project, shown)
    module = generate(inside, catalog)
    contents = Contents(project.name, knet, project.data.source, shown, copied)
    with scratch_folder() as scratch:
        made = scratch / "made"
        made.mkdir()
        for name, text in folder(module, contents, catalog.keras).items():
            (made / name).write_text(text, "utf-8", newline="\n")
        (made / knet).write_bytes(encode(inside))
        sources = {output / path.name: path for path in made.iterdir()}
        if copied and table is not None:
            (made / DATA).mkdir()
            target = made / DATA / table.name
            target.write_bytes(table.read_bytes())
            sources[output / DATA / table.name] = target
        size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
        if output.is_dir():
            if copied:
                (output / DATA).mkdir(exist_ok=True)
            place(sources)
        else:
            place({output: made})
    return Written(size, _note(table, copied))


def check_folder(output: Path) -> None:
    """A folder is written into when it is new, empty, or was written by us before.

    Raises OSError, whose text says why not.
    """
    knet = f"{output.name}{SUFFIX}"
    check_folder_place(output, (README, SCRIPT, FILE, REQUIREMENTS, DATA, knet, *_LEFT_BEHIND))
    if output.is_dir() and any(output.iterdir()) and not (output / knet).is_file():
        raise PlaceTaken(f"the folder “{output}” holds files of others. Choose a new name")


def _table(project: Project, home: Path | None) -> Path | None:
    source = project.data.source
    if not isinstance(source, Csv) or not source.path:
        return None
    return Path(os.path.abspath((home or Path()) / source.path))


def _reading(project: Project, path: str) -> Project:
    assert isinstance(project.data.source, Csv)
    source = replace(project.data.source, path=path)
    return replace(project, data=replace(project.data, source=source))


def _note(table: Path | None, copied: bool) -> str:
    if table is None or copied:
        return ""
    if not table.is_file():
        return f"The data is not in it: there is no file {table}."
    return f"The data is not in it: {table} is large. The script reads it there."
