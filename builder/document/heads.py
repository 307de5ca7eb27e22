"""Last layers that give an Output's loss what it cannot learn from, which no error would tell."""

from collections.abc import Iterator
from typing import Any

from builder.document.graph import OUTPUT, Graph, Node
from builder.document.losses import from_logits, loss_of
from builder.document.plan import Target
from builder.document.problems import Fix, Problem
from builder.document.project import Project

_DENSE = "keras.layers.Dense"
_PROBABILITIES = {
    "sparsecategoricalcrossentropy": "softmax",
    "categoricalcrossentropy": "softmax",
    "binarycrossentropy": "sigmoid",
}


def head_problems(project: Project) -> Iterator[Problem]:
    """A warning on each Dense layer that gives raw scores to a loss for probabilities."""
    graph = project.graph.level()
    targets = {target.name: target for target in project.data.targets}
    for output in graph.of_type(OUTPUT):
        target = targets.get(str(output.params.get("target")))
        head = _head(graph, output)
        if target is None or head is None or from_logits(output):
            continue
        wanted = _PROBABILITIES.get(loss_of(output, target))
        if wanted is not None and head.params.get("activation") in (None, "linear"):
            yield _warning(head, output, target, wanted)


def _head(graph: Graph, output: Node) -> Node | None:
    wire = graph.main_wire(output.id)
    node = None if wire is None else graph.nodes[wire.source.node]
    return node if node is not None and node.type == _DENSE else None


def _warning(head: Node, output: Node, target: Target, activation: str) -> Problem:
    params: dict[str, Any] = {"activation": activation}
    title = f"Use {activation}"
    units = len(target.classes) if activation == "softmax" else 1
    if units and head.params.get("units") != units:
        params["units"] = units
        title += f" with {units} unit" + ("" if units == 1 else "s")
    return Problem(
        "warning",
        f"“{head.name}” gives raw scores, but the loss of “{output.name}” expects probabilities. "
        f"Set its activation to {activation}.",
        head.id,
        (Fix(title, {head.id: params}),),
    )
