"""The project file NAME.knet: to bytes and back, and onto the disk.

Reading trusts nothing: size, depth and number of nodes are capped, the schema is strict, and every
reference is followed before a Project is made. It never runs code. Whatever is wrong becomes one
ProjectFileError with a sentence; the file itself is never touched.
"""

import os
import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from builder.catalog.display import short
from builder.document import topology
from builder.document.plan import Csv
from builder.document.project import Project
from builder.storage import SUFFIX
from builder.storage.atomic import write_atomically
from builder.storage.graph_faults import graph_faults
from builder.storage.json_text import json_text
from builder.storage.migrations import VERSION, migrate
from builder.storage.schema import FORMAT, FileProject, json_schema, to_file, to_project

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "SUFFIX",
    "VERSION",
    "ProjectFileError",
    "decode",
    "encode",
    "json_schema",
    "load",
    "rebased",
    "save",
]

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 64
MAX_NODES = 100_000
_LONGEST_SENTENCE = 1000

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "null": "nothing (null)",
    "array": "a list",
    "object": "an object",
}


class ProjectFileError(Exception):
    """The file cannot be read or written; the message says why, where and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(short(message, _LONGEST_SENTENCE))


# --- on the disk


def load(path: Path) -> Project:
    """The project in a file. Raises ProjectFileError."""
    try:
        if path.exists() and not path.is_file():
            raise ProjectFileError(f"“{path}” is not a file. Choose a {SUFFIX} file.")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ProjectFileError(f"There is no file “{path}”.") from None
    except (OSError, ValueError) as error:
        raise ProjectFileError(f"“{path}” cannot be opened: {_reason(error)}.") from error
    try:
        return decode(data)
    except ProjectFileError as error:
        raise ProjectFileError(f"“{path.name}” cannot be read: {error}") from error


def save(path: Path, project: Project) -> Project:
    """Write a project to a file, whole or not at all. Raises ProjectFileError.

    Returns the project as written: the path of its data is relative to the file's folder where
    the data lies in or below it.
    """
    project = rebased(project, path.parent, path.parent)
    data = encode(project)
    try:
        write_atomically(path, data)
    except OSError as error:
        raise ProjectFileError(
            f"“{path}” was not saved: {_reason(error)}. The file is as it was before; "
            "make room there, or save it elsewhere."
        ) from error
    return project


def rebased(project: Project, old: Path | None, new: Path) -> Project:
    """The project as seen from another folder: the paths in it still mean the same files.

    `old` is the folder that a relative path starts from now, None for a project without one.
    """
    source, training = project.data.source, project.training
    if isinstance(source, Csv) and source.path:
        moved = replace(source, path=_rebased_path(source.path, old, new))
        project = replace(project, data=replace(project.data, source=moved))
    if training.start:
        start = _rebased_path(training.start, old, new)
        project = replace(project, training=replace(training, start=start))
    return project


def _rebased_path(text: str, old: Path | None, new: Path) -> str:
    path = Path(text)
    if not path.is_absolute():
        if old is None:
            return text
        path = old / path
    path, folder = Path(os.path.abspath(path)), Path(os.path.abspath(new))
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


# --- to bytes


def encode(project: Project) -> bytes:
    """The file's bytes: UTF-8 JSON, sorted keys, a newline at the end. Raises ProjectFileError.

    Only a value that JSON cannot hold (infinity, half a character) is refused; the sentence
    names the layer that has it.
    """
    try:
        return _bytes(to_file(project))
    except (ValueError, TypeError, RecursionError) as error:
        raise ProjectFileError(
            f"{_culprit(project)} has a value that a file cannot hold: {error}. "
            "Change that value, then save again."
        ) from error


def _bytes(value: Any) -> bytes:
    plain = msgspec.to_builtins(value)
    if _depth_exceeds(plain, MAX_DEPTH):
        raise ValueError(f"lists inside lists, more than {MAX_DEPTH} deep")
    return (json_text(plain) + "\n").encode()


def _culprit(project: Project) -> str:
    for node in project.graph.nodes.values():
        try:
            # Three lists around it, as deep as it stands in the file.
            _bytes([[[node]]])
        except (ValueError, TypeError, RecursionError):
            return f"“{node.name}”"
    return "The project"


# --- from bytes


def decode(data: bytes) -> Project:
    """The project that a file's bytes describe. Raises ProjectFileError, and nothing else."""
    if len(data) > MAX_BYTES:
        raise ProjectFileError(
            f"it is larger than {MAX_BYTES // 2**20} MiB, which no project is. "
            "Choose a project file."
        )
    raw = _migrated(_parsed(data.removeprefix(b"\xef\xbb\xbf")))
    graph = raw.get("graph")
    nodes = graph.get("nodes") if isinstance(graph, dict) else None
    if isinstance(nodes, list) and len(nodes) > MAX_NODES:
        raise ProjectFileError(
            f"it holds {len(nodes):,} layers; Keras Builder reads at most {MAX_NODES:,}."
        )
    try:
        document = msgspec.convert(raw, FileProject)
    except msgspec.ValidationError as error:
        raise ProjectFileError(_sentence(str(error), raw)) from error
    fault = next(graph_faults(document), None)
    if fault is not None:
        raise ProjectFileError(fault)
    project = to_project(document)
    circle = topology.cycle(project.graph) if project.graph.wires else ()
    if circle:
        listed = " → ".join(f"“{project.graph.nodes[id_].name}”" for id_ in circle[:6])
        raise ProjectFileError(
            f"layers feed each other in a circle ({listed}), and a Keras model runs in one "
            "direction. Remove one of the wires between them from the file."
        )
    return project


def _parsed(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise ProjectFileError("the file is empty. Open an older copy of it.")
    try:
        raw = msgspec.json.decode(data)
    except RecursionError:
        raise ProjectFileError(_too_deep()) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if not data.lstrip().startswith(b"{"):
            raise ProjectFileError(
                f"it is not a Keras Builder project. Choose a {SUFFIX} file."
            ) from error
        raise ProjectFileError(
            f"it is damaged or cut off ({error}). Open an older copy of it."
        ) from error
    if not isinstance(raw, dict) or "format" not in raw:
        raise ProjectFileError(f"it is not a Keras Builder project. Choose a {SUFFIX} file.")
    if _depth_exceeds(raw, MAX_DEPTH):
        raise ProjectFileError(_too_deep())
    return raw


def _migrated(raw: dict[str, Any]) -> dict[str, Any]:
    if raw["format"] != FORMAT:
        received = f"“{raw['format'][:40]}”" if isinstance(raw["format"], str) else "something else"
        raise ProjectFileError(
            f"it is not a Keras Builder project: expected the format “{FORMAT}”, "
            f"received {received}. Choose a {SUFFIX} file."
        )
    version = raw.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ProjectFileError(
            f"expected a version from 1 to {VERSION}, received none that makes sense. "
            "Open an older copy of it."
        )
    if version > VERSION:
        raise ProjectFileError(
            f"it was made by a newer Keras Builder (format {_shown(version)}, this one reads "
            f"{VERSION}). Update Keras Builder to open it; nothing was changed."
        )
    return migrate(raw, version)


def _shown(number: int) -> str:
    return str(number) if number < 10**6 else "over a million"


def _too_deep() -> str:
    return (
        f"it nests lists more than {MAX_DEPTH} deep, which no project does. Open an older "
        "copy of it."
    )


def _depth_exceeds(value: Any, limit: int) -> bool:
    """Whether lists and objects stand inside each other more than `limit` deep."""
    layer = [value]
    for _ in range(limit + 1):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list | tuple)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not layer:
            return False
    return True


# --- the schema's complaints in words


def _sentence(complaint: str, raw: dict[str, Any]) -> str:
    """A sentence for one of msgspec's messages, such as 'Expected `int`, got `str` - at `$.a.b`'."""
    text, _, path = complaint.partition(" - at ")
    where = _where(path.strip("`"), raw)
    kinds = re.fullmatch(r"Expected `(.+)`, got `(.+)`", text)
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", text, re.DOTALL)
    missing = re.fullmatch(r"Object missing required field `(.+)`", text)
    if re.fullmatch(r"Expected `str` of length [<>]= 1", text):
        said = "expected one sign"
    elif kinds:
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in kinds[1].split(" | "))
        said = f"expected {wanted}, received {_KINDS.get(kinds[2], kinds[2])}"
    elif unknown:
        said = f"“{unknown[1][:60]}” is not a field of a project file"
    elif missing:
        said = f"“{missing[1]}” is missing"
    else:
        said = text[:1].lower() + text[1:200].replace("`", "")
    return f"{where}: {said}. Correct it, or open an older copy of the file."


def _where(path: str, raw: dict[str, Any]) -> str:
    """The place in the user's words: the layer's name for a place inside a node."""
    inside = re.match(r"\$\.graph\.nodes\[(\d+)\](.*)", path)
    if not inside:
        return f"at {path.removeprefix('$').removeprefix('.')}" if path != "$" else "at its top"
    number, rest = int(inside[1]), inside[2].removeprefix(".")
    node = raw["graph"]["nodes"][number]
    name = node.get("name") if isinstance(node, dict) else None
    layer = f"layer “{name}”" if isinstance(name, str) else f"layer {number + 1}"
    return f"in {layer}, at {rest}" if rest else f"in {layer}"


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")
