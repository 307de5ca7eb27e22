"""The loss of each Output node so far, thinned for a picture the size of a stamp."""

from collections.abc import Iterator, Mapping

from builder.document.graph import OUTPUT, Graph
from builder.window import numbers

MOST_POINTS = 240


class Sparks:
    """Collects losses by Output node as batches come in.

    Keras reports one `loss` for a single output, and `NAME_loss` for each of several.
    """

    def __init__(self, graph: Graph) -> None:
        outputs = graph.level().of_type(OUTPUT)
        self._names = {
            ("loss" if len(outputs) == 1 else f"{node.name}_loss"): node.id for node in outputs
        }
        self._losses: dict[str, list[float]] = {node.id: [] for node in outputs}
        self._step = {node.id: 1 for node in outputs}
        self._seen = {node.id: 0 for node in outputs}

    def add(
        self, values: Mapping[str, list[float | None]]
    ) -> Iterator[tuple[str, tuple[float, ...], str]]:
        """Take new points in; yields (node, losses so far, text) for each node they concern."""
        for name, points in values.items():
            node = self._names.get(name)
            known = [point for point in points if point is not None]
            if node is None or not known:
                continue
            for point in known:
                self._take(node, point)
            yield node, tuple(self._losses[node]), f"loss {numbers.score(known[-1])}"

    def _take(self, node: str, point: float) -> None:
        """Keep every n-th point, n doubling whenever the picture is full."""
        losses = self._losses[node]
        if self._seen[node] % self._step[node] == 0:
            losses.append(point)
        self._seen[node] += 1
        if len(losses) >= MOST_POINTS:
            del losses[1::2]
            self._step[node] *= 2
