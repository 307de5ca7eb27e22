"""Judges whether a tensor can go past a layer: only if the layer would not change its shape."""

from collections.abc import Callable

from builder.canvas.shapes import short_shape
from builder.document.edits import EditRefused
from builder.document.graph import Graph
from builder.engine.messages import NodeReport


def refuse_other_shape(
    graph: Graph, node: str, report_of: Callable[[str], NodeReport | None]
) -> None:
    """Raise EditRefused for a layer that gives another shape than it is given.

    What is not known yet is no reason: a wrong shape then shows where it matters.
    """
    feeding = graph.main_wire(node)
    if feeding is None:
        return
    before = report_of(feeding.source.node)
    given = before.outputs.get(feeding.source.output) if before else None
    after = report_of(node)
    if given is None or after is None:
        return
    for tensor in after.outputs.values():
        if tensor.shape != given.shape:
            raise EditRefused(
                f"“{graph.nodes[node].name}” makes {short_shape(tensor.shape)} of "
                f"{short_shape(given.shape)}, so what comes after it cannot do without it. "
                "Only a layer that keeps the shape can be bypassed."
            )
