"""Places for all nodes of a network that was read: each level laid out on its own."""

from msgspec.structs import replace

from builder.document.graph import BLOCK
from builder.document.layered import layered
from builder.document.project import Layout, Point, Project


def laid_out(project: Project) -> Project:
    """The project with a place for every node."""
    graph, down = project.graph, project.layout.direction == "down"
    positions: dict[str, Point] = {}
    for level in ("", *(node.id for node in graph.of_type(BLOCK))):
        part = graph.level(level)
        for id_, (x, y) in layered(part, part.nodes, down).items():
            positions[id_] = (round(x), round(y))
    return replace(project, layout=Layout(positions, project.layout.direction))
