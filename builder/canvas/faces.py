"""What a node shows of others: the layer that it shares, the layers that a block holds."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from builder.catalog.spec import Catalog
from builder.catalog.summary import SEPARATOR, summary
from builder.document import edits
from builder.document.blocks import repeats
from builder.document.freezing import is_frozen
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node

_LAYERS = "keras.layers."


class Face(Struct, frozen=True):
    """A node with all that its picture depends on.

    `owner` holds the layer: the node itself, or the one it shares with. `shared` is the owner's id
    for every node of several that share one layer, the owner included. `layers` are inside.
    `around` is the name of the block that the node stands in, for its inputs and outputs.
    `frozen` says that no layer of a block learns.
    """

    node: Node
    owner: Node
    shared: str | None = None
    layers: int = 0
    around: str = ""
    frozen: bool = False

    @property
    def is_block(self) -> bool:
        return self.owner.type == BLOCK

    @property
    def is_port(self) -> bool:
        """Whether it is an input or output of a block."""
        return _is_port(self.node)


def face_of(graph: Graph, node: Node) -> Face:
    owner = edits.owner_of(graph, node.id)
    shared = owner.id if owner.id in shared_layers(graph) else None
    inner = graph.children.get(owner.id, ()) if owner.type == BLOCK else ()
    layers = sum(child.type not in (INPUT, OUTPUT) for child in inner)
    around = graph.nodes[node.parent].name if _is_port(node) else ""
    return Face(node, owner, shared, layers, around, bool(layers) and _is_frozen(graph, owner.id))


def shows_others(node: Node) -> bool:
    """Whether a node's picture depends on nodes elsewhere, too."""
    return node.type == BLOCK or node.shares is not None or _is_port(node)


def shared_layers(graph: Graph) -> frozenset[str]:
    """The ids of the nodes whose layer others use again. Asked once per graph value."""
    found: frozenset[str] | None = graph.__dict__.get("_shared_layers")
    if found is None:
        found = frozenset(n.shares for n in graph.nodes.values() if n.shares is not None)
        graph.__dict__["_shared_layers"] = found
    return found


def tied_to(chosen: Collection[str], faces: Mapping[str, Face]) -> set[str]:
    """The nodes that share their layer with a chosen one."""
    owners = {faces[id_].shared for id_ in chosen if id_ in faces} - {None}
    return {id_ for id_, face in faces.items() if face.shared in owners and id_ not in chosen}


def line_of(face: Face, catalog: Catalog) -> str:
    """The line that sums a node up."""
    if face.is_block:
        line = "1 layer" if face.layers == 1 else f"{face.layers} layers"
        if repeats(face.owner) > 1:
            line += f" × {repeats(face.owner)}"
        if face.frozen:
            line += f"{SEPARATOR}frozen"
    elif face.is_port:
        free = face.node.type == INPUT and face.node.params.get("shape") is None
        said = "as connected" if free else summary(face.owner, catalog)
        line = SEPARATOR.join(part for part in (f"port of {face.around}", said) if part)
    else:
        line = summary(face.owner, catalog)
    if face.node.bypassed:
        line = SEPARATOR.join(part for part in ("bypassed", line) if part)
    if face.node.shares is not None:
        line = SEPARATOR.join(part for part in (f"shares {face.owner.name}", line) if part)
    return line


def _is_frozen(graph: Graph, block: str) -> bool:
    """Whether no layer inside learns; ops and indices have nothing to learn with."""
    inside = (graph.nodes[id_] for id_ in graph.inside((block,)))
    return is_frozen([node for node in inside if node.type.startswith(_LAYERS)])


def _is_port(node: Node) -> bool:
    return bool(node.parent) and node.type in (INPUT, OUTPUT)
