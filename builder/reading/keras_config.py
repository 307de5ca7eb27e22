"""A Keras model's config, as `to_json` and .keras files hold it, as a project.

A Functional model lists its layers, and for each of them the calls (`inbound_nodes`) with the
tensors that they were given. Each call becomes a node: the first is the layer, the others share it.
Nested models become blocks. Nothing is run and no class is looked up: types come from the catalogue.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.document.graph import DEEPEST, Graph, Node, Wire, told_apart
from builder.document.names import scope_name
from builder.document.project import Project
from builder.reading.keras2 import as_keras3, is_keras2
from builder.reading.keras_level import LevelReader
from builder.reading.refusal import CannotImport, Remark
from builder.reading.sequential import functional_of
from builder.reading.values import short

MOST_NODES = 20_000
MOST_WIRES = 100_000


class Reading(Struct, frozen=True):
    """A project without places, and what was read in another way than it was written."""

    project: Project
    remarks: tuple[Remark, ...] = ()


def read_config(config: Any, catalog: Catalog, name: str = "") -> Reading:
    """The project of a model's JSON: `{"class_name": "Functional", "config": {...}}`.

    Raises CannotImport with a sentence.
    """
    if is_keras2(config):
        config = as_keras3(config)
    reader = _Reader(catalog)
    body = reader.read(config, "", 0)
    project = Project(
        name=scope_name(name or str(body.get("name", "")), "model"),
        graph=Graph(reader.nodes, told_apart(reader.wires)),
        dict_inputs=isinstance(body.get("input_layers"), Mapping),
    )
    return Reading(project, tuple(reader.remarks))


class _Reader:
    """Collects the nodes of all levels; ids are numbers in the order of reading."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self.remarks: list[Remark] = []

    def read(self, model: Any, parent: str, depth: int) -> Mapping[str, Any]:
        """Read the layers of one model into a level. Returns its config."""
        if depth >= DEEPEST:
            raise CannotImport(f"Models stand inside each other at most {DEEPEST - 1} deep.")
        config = functional_of(model)
        LevelReader(self, config, parent, depth).read()
        return config

    def add(self, node: Node) -> None:
        if len(self.nodes) >= MOST_NODES:
            raise CannotImport(
                f"The model has more than {MOST_NODES:,} layers; fewer can be shown."
            )
        self.nodes[node.id] = node

    def join(self, wires: Sequence[Wire]) -> None:
        self.wires += wires
        if len(self.wires) > MOST_WIRES:
            raise CannotImport(f"The model has more than {MOST_WIRES:,} connections.")

    def free_id(self) -> str:
        return f"n{len(self.nodes) + 1}"

    def remark(self, message: str, node: str | None = None) -> None:
        if len(self.remarks) < 100:
            self.remarks.append(Remark(short(message) if len(message) > 400 else message, node))
