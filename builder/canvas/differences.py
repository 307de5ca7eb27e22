"""What of a graph's wires is another than before: for the scene to touch only that."""

from builder.document.graph import Graph


def rewired(was: Graph, now: Graph) -> set[str]:
    """Nodes at which other wires end or start than before."""
    if was.wires is now.wires:
        return set()
    ends = set()
    for before, after in ((was.incoming, now.incoming), (was.outgoing, now.outgoing)):
        ends |= {id_ for id_ in after if after[id_] != before.get(id_)}
        ends |= {id_ for id_ in before if id_ not in after}
    return ends
