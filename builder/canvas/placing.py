"""Places for nodes that came from elsewhere: below what feeds them, and all others stay in order."""

from collections.abc import Collection

from builder.canvas.arrange import arrange
from builder.canvas.geometry import COLUMN_GAP, HEIGHT, ROW_GAP, WIDTH, position_of
from builder.canvas.room import make_room
from builder.document import edits, topology
from builder.document.project import Point, Project


def place(project: Project, new: Collection[str]) -> Project:
    """Give new nodes their places. A level with nothing but new nodes is laid out as a whole."""
    for level, nodes in project.graph.children.items():
        came = [node.id for node in nodes if node.id in new]
        if len(came) == len(nodes):
            project = arrange(project, came)
        elif came:
            project = _between(project, level, set(came))
    return project


def _between(project: Project, level: str, came: set[str]) -> Project:
    """Put nodes among others, each behind what feeds it."""
    graph = project.graph.level(level)
    waiting = set(came)
    for node in topology.order(graph):
        if node in came:
            # What comes after makes room; only what stands beside is stepped aside for.
            after = topology.descendants(graph, (node,)) if graph.into(node) else set()
            spot = _free(project, level, _spot(project, node, waiting), {*waiting, *after})
            waiting.discard(node)
            project = make_room(edits.move(project, {node: spot}), node)
    return project


def _spot(project: Project, node: str, waiting: set[str]) -> Point:
    """Where a node would stand if it were alone: behind what feeds it, or before what it feeds."""
    graph = project.graph
    down = project.layout.direction == "down"
    step = (0.0, HEIGHT + ROW_GAP) if down else (WIDTH + COLUMN_GAP, 0.0)
    before = [w.source.node for w in graph.into(node) if w.source.node not in waiting]
    if before:
        feeding = [position_of(project, id_) for id_ in before]
        x, y = max(feeding, key=lambda at: at[1] if down else at[0])
        return (x + step[0], y + step[1])
    behind = [w.target.node for w in graph.out_of(node) if w.target.node not in waiting]
    if behind:
        x, y = position_of(project, behind[0])
        return (x - step[0], y - step[1])
    beside = [position_of(project, one.id) for one in graph.children[graph.nodes[node].parent]]
    return (max(x for x, _ in beside) + WIDTH + COLUMN_GAP, min(y for _, y in beside))


def _free(project: Project, level: str, spot: Point, others: set[str]) -> Point:
    """The spot, or the next one across that no node of the level but these stands at."""
    down = project.layout.direction == "down"
    step = (WIDTH + COLUMN_GAP, 0.0) if down else (0.0, HEIGHT + ROW_GAP)
    taken = [
        position_of(project, node.id)
        for node in project.graph.children[level]
        if node.id not in others
    ]
    while any(abs(x - spot[0]) < WIDTH and abs(y - spot[1]) < HEIGHT for x, y in taken):
        spot = (spot[0] + step[0], spot[1] + step[1])
    return spot
