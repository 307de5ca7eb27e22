"""The project file's own shape: the document that NAME.knet holds, and its JSON Schema.

It differs from the Project value where a file is read by people and by git: nodes are a list (so
that their order is kept while keys are sorted), and a wire is four short words. Everything else
is the Project's own values. A field that is not listed here is refused, never dropped.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from builder.document.frames import Frame, Note
from builder.document.graph import Graph, Node, OutputRef, PortRef, Wire, told_apart
from builder.document.plan import DataPlan, TrainingPlan
from builder.document.project import Backend, Layout, Point, Project

FORMAT: Final = "keras-builder"


class FileWire(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A wire: from a node's `output` to a node's `port`."""

    from_: str = msgspec.field(name="from")
    to: str
    output: str = "output"
    port: str = "inputs"


class FileGraph(Struct, frozen=True, forbid_unknown_fields=True):
    """Nodes in the order they were made, wires in the order they were drawn."""

    nodes: tuple[Node, ...] = ()
    wires: tuple[FileWire, ...] = ()


class FileLayout(Struct, frozen=True, forbid_unknown_fields=True):
    """A Layout; frames and notes are there only if there are any."""

    positions: Mapping[str, Point] = {}
    direction: Literal["down", "right"] = "down"
    frames: Mapping[str, Frame] | UnsetType = UNSET
    notes: Mapping[str, Note] | UnsetType = UNSET


class FileProject(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole project file."""

    format: Literal["keras-builder"]
    version: Literal[1]
    name: str = "model"
    graph: FileGraph = FileGraph()
    layout: FileLayout = FileLayout()
    data: DataPlan = DataPlan()
    training: TrainingPlan = TrainingPlan()
    backend: Backend = "tensorflow"
    dict_inputs: bool | UnsetType = UNSET
    custom_layers: tuple[str, ...] | UnsetType = UNSET


def to_file(project: Project) -> FileProject:
    """The project as its file holds it, in the newest version."""
    wires = tuple(
        FileWire(w.source.node, w.target.node, w.source.output, w.target.port)
        for w in project.graph.wires
    )
    return FileProject(
        FORMAT,
        1,
        project.name,
        FileGraph(tuple(project.graph.nodes.values()), wires),
        FileLayout(
            project.layout.positions,
            project.layout.direction,
            project.layout.frames or UNSET,
            project.layout.notes or UNSET,
        ),
        project.data,
        project.training,
        project.backend,
        project.dict_inputs or UNSET,
        # Line by line, so that a change reads well in git.
        tuple(project.custom.split("\n")) if project.custom else UNSET,
    )


def to_project(document: FileProject) -> Project:
    """The project that a file describes. Its parts must have been found to fit together."""
    wires = told_apart(
        Wire(OutputRef(w.from_, w.output), PortRef(w.to, w.port)) for w in document.graph.wires
    )
    return Project(
        document.name,
        Graph({node.id: node for node in document.graph.nodes}, wires),
        Layout(
            document.layout.positions,
            document.layout.direction,
            document.layout.frames or {},
            document.layout.notes or {},
        ),
        document.data,
        document.training,
        document.backend,
        document.dict_inputs is True,
        "\n".join(document.custom_layers or ()),
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a project file, for editors and other programs."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Keras Builder project",
        **msgspec.json.schema(FileProject),
    }
