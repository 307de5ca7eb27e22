"""What a layer can feed, what it could let go, and what could come after it: asked by name."""

from PySide6.QtWidgets import QWidget

from builder.canvas.search import search
from builder.catalog.spec import Catalog
from builder.document import edits, topology
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, OutputRef, Wire
from builder.document.project import Project
from builder.window.choice_dialog import ChoiceDialog, Row, containing

_MOST = 60
_ONCE_MORE = ", once more"


def connect_dialog(
    parent: QWidget, project: Project, source: str, catalog: Catalog
) -> ChoiceDialog:
    """The layers that one layer can feed. Those it cannot feed are not offered."""
    graph = project.graph
    level = topology.order(graph.level(graph.nodes[source].parent))
    found = ((i, _fed(project, source, i, catalog)) for i in level)
    rows = [_row(project, i, catalog, again=wire.again) for i, wire in found if wire is not None]
    return ChoiceDialog(
        parent,
        title="Connect to",
        question=f"Connect the output of {graph.nodes[source].name} to",
        verb="Connect",
        find=containing(rows),
    )


def disconnect_dialog(parent: QWidget, project: Project, node: str) -> ChoiceDialog:
    """The wires at one node, in words; the key is a wire's place in the project's order."""
    graph = project.graph
    here = {*graph.into(node), *graph.out_of(node)}
    rows = [(str(n), wire_words(project, w)) for n, w in enumerate(graph.wires) if w in here]
    return ChoiceDialog(
        parent,
        title="Disconnect",
        question=f"Take a wire off {graph.nodes[node].name}",
        verb="Disconnect",
        find=containing(rows),
    )


def add_dialog(parent: QWidget, project: Project, node: str, catalog: Catalog) -> ChoiceDialog:
    """The layers that can come after one node, the obvious hit first."""

    def find(text: str) -> list[Row]:
        found = [spec for spec in search(catalog, text) if spec.inputs]
        return [(spec.type, spec.name) for spec in found[:_MOST]]

    return ChoiceDialog(
        parent,
        title="Add after",
        question=f"Add a layer after {project.graph.nodes[node].name}",
        verb="Add",
        find=find,
    )


def wire_words(project: Project, wire: Wire) -> str:
    """A wire in words: dense → add, with the port's name where there are several."""
    nodes = project.graph.nodes
    port = "" if wire.target.port == "inputs" else f" ({wire.target.port})"
    once_more = _ONCE_MORE if wire.again else ""
    return f"{nodes[wire.source.node].name} → {nodes[wire.target.node].name}{port}{once_more}"


def _row(project: Project, id_: str, catalog: Catalog, *, again: int) -> Row:
    node = project.graph.nodes[id_]
    spec = catalog.layer(node.type)
    type_ = "Block" if node.type == BLOCK else spec.name if spec else node.type
    return id_, f"{node.name}  ({type_}){_ONCE_MORE if again else ''}"


def _fed(project: Project, source: str, target: str, catalog: Catalog) -> Wire | None:
    """The wire that would join two layers, if there can be one."""
    try:
        port = edits.best_port(project, target, catalog.ports_of)
        graph = project.graph
        output = graph.ports(graph.nodes[source], catalog.ports_of).outputs[0].name
        joined = edits.connect(project, Wire(OutputRef(source, output), port), catalog.ports_of)
    except (EditRefused, IndexError):
        return None
    return joined.graph.wires[-1]
