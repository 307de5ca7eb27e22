"""A layered layout of one level: every layer stands below all that feed it.

fast_sugiyama ranks nodes and orders them with few crossings; long wires reserve a lane between
nodes. It is given DAGs only, and only what is wired: the rest stands in a row underneath.
"""

from collections.abc import Collection, Iterable, Mapping

from builder.document import topology
from builder.document.graph import Graph
from builder.document.project import Point
from builder.document.sizes import BRANCH_GAP, COLUMN_GAP, HEIGHT, ROW_GAP, WIDTH

_LANE = 60.0
_RIGHT_GAP = 120.0
_PART_GAP = 120.0


def layered(graph: Graph, chosen: Collection[str], down: bool) -> dict[str, Point]:
    """Places by node, in rows (`down`) or columns, from wherever the layout puts its corner.

    The same graph always gets the same layout.
    """
    breadth = WIDTH + COLUMN_GAP if down else HEIGHT + COLUMN_GAP
    across: dict[str, float] = {}
    rank: dict[str, int] = {}
    edge = 0.0
    for part in _parts(graph, set(chosen), breadth):
        least = min(x for x, _ in part.values())
        for id_, (x, row) in part.items():
            across[id_], rank[id_] = edge + x - least, row
        edge = max(across[id_] for id_ in part) + breadth + _PART_GAP
    alone = [id_ for id_ in graph.nodes if id_ in chosen and id_ not in across]
    last = max(rank.values(), default=-1) + 1
    for number, id_ in enumerate(alone):
        across[id_], rank[id_] = (number * breadth, last) if down else (edge, number)
    if down:
        rows = _rows(graph, across, rank)
        return {id_: (across[id_], rows[rank[id_]]) for id_ in across}
    return {id_: (rank[id_] * (WIDTH + _RIGHT_GAP), across[id_]) for id_ in across}


def _rows(graph: Graph, across: Mapping[str, float], rank: Mapping[str, int]) -> list[float]:
    """The height of every row: close together, further apart where a wire has to turn."""
    turning: set[int] = set()
    for wire in graph.wires:
        source, target = wire.source.node, wire.target.node
        if source in across and target in across and abs(across[source] - across[target]) > 1:
            turning |= {rank[source], rank[target] - 1}
    rows = [0.0]
    for row in range(max(rank.values(), default=0)):
        rows.append(rows[-1] + HEIGHT + (BRANCH_GAP if row in turning else ROW_GAP))
    return rows


def _parts(
    graph: Graph, chosen: set[str], breadth: float
) -> Iterable[dict[str, tuple[float, int]]]:
    """For each connected part: the place across and the row of every node, top row 0."""
    import fast_sugiyama

    order = topology.order(graph)
    rank = {id_: i for i, id_ in enumerate(order)}
    joined = {
        (rank[wire.source.node], rank[wire.target.node])
        for wire in graph.wires
        if {wire.source.node, wire.target.node} <= chosen & rank.keys()
    }
    # Numbers without gaps: the layout numbers its own lane points on from the last of ours.
    used = sorted({end for edge in joined for end in edge})
    number = {old: new for new, old in enumerate(used)}
    edges_ = sorted((number[a], number[b]) for a, b in joined)
    parts = []
    for positions, *_ in fast_sugiyama.from_edges(
        edges_, vertex_spacing=breadth, dummy_vertices=True, dummy_size=_LANE
    ):
        found = {order[used[i]]: at for i, at in positions if isinstance(i, int) and i < len(used)}
        top = max(y for _, y in found.values())
        parts.append({id_: (x, round((top - y) / breadth)) for id_, (x, y) in found.items()})
    return sorted(parts, key=lambda part: min(rank[id_] for id_ in part))
