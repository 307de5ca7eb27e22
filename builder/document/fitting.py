"""An existing network made to fit other data: shapes, losses and heads, and nothing else."""

from typing import Any

from msgspec.structs import replace

from builder.document import edits
from builder.document.graph import (
    BLOCK,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Wire,
    told_apart,
)
from builder.document.losses import LOSSES, METRICS, plain_loss
from builder.document.plan import Target
from builder.document.project import Project

PITCH = 80.0

_DENSE = "keras.layers.Dense"
_NORMALIZATION = "keras.layers.Normalization"

_ACTIVATIONS = {"multiclass": "softmax", "binary": "sigmoid", "regression": None}


def fit_to_data(project: Project) -> Project:
    """Make a network suit its data plan, leaving its inner layers as they are.

    Inputs get the shape of their feature, outputs their target with loss and metrics, and the
    last Dense layer before each output the units and activation that the target asks for. An
    input or output without a binding, or with one that the plan does not know, takes the first
    one that is free, texts where texts are read. Nodes that the plan has nothing for stay unbound.
    """
    plan = project.data
    inputs = project.graph.level().of_type(INPUT)
    features = {feature.name: feature for feature in plan.features}
    for texts in (True, False):
        wanting = tuple(node for node in inputs if (node.params.get("dtype") == "string") == texts)
        own = tuple(name for name, f in features.items() if (f.dtype == "string") == texts)
        for id_, name in _bindings(wanting, "feature", own).items():
            values = {"feature": name, "shape": list(features[name].shape)}
            project = edits.set_params(project, {id_: values})
    targets = {target.name: target for target in plan.targets}
    outputs = project.graph.level().of_type(OUTPUT)
    for id_, name in _bindings(outputs, "target", tuple(targets)).items():
        project = _with_target(project, id_, targets[name])
    return project


def first_params(project: Project, type_: str) -> dict[str, Any]:
    """What a new Input or Output takes from the data: what no other has yet, if there is any."""
    nodes = project.graph.level().of_type(type_)
    if type_ == INPUT:
        taken = {node.params.get("feature") for node in nodes}
        for feature in project.data.features:
            if feature.name not in taken:
                text = {"dtype": "string"} if feature.dtype == "string" else {}
                return {"feature": feature.name, "shape": list(feature.shape), **text}
    elif type_ == OUTPUT:
        taken = {node.params.get("target") for node in nodes}
        for target in project.data.targets:
            if target.name not in taken:
                return output_params(target)
    return {}


def output_params(target: Target) -> dict[str, Any]:
    """The loss and metrics that an Output node needs for a target."""
    return {
        "target": target.name,
        "loss": LOSSES[target.task],
        "metrics": [METRICS[target.task]],
    }


def head_params(target: Target) -> dict[str, Any]:
    """Units and activation of the Dense layer that predicts a target."""
    units = len(target.classes) if target.task == "multiclass" else 1
    return {"units": units, "activation": _ACTIVATIONS[target.task]}


# --- inner parts


def _bindings(nodes: tuple[Node, ...], param: str, names: tuple[str, ...]) -> dict[str, str]:
    """Which node gets which name: those it has first, then the free ones in order."""
    kept: dict[str, str] = {}
    for node in nodes:
        name = node.params.get(param)
        if name in names and name not in kept.values():
            kept[node.id] = name
    free = [name for name in names if name not in kept.values()]
    wanting = [node.id for node in nodes if node.id not in kept]
    return kept | dict(zip(wanting, free, strict=False))


def _with_target(project: Project, output: str, target: Target) -> Project:
    graph = project.graph
    head, between = _head_of(graph, output)
    suits = _suits(graph.nodes[output], target)
    if not suits or graph.nodes[output].params.get("target") != target.name:
        wanted = output_params(target)
        if suits:
            wanted = {"target": target.name}
        project = edits.set_params(project, {output: wanted})
    if head is None:
        return project
    params = head_params(target)
    if any(node.type != _NORMALIZATION for node in between):
        del params["activation"]  # a layer after the Dense one has the last word on it
    unset = [name for name, value in params.items() if value is None]
    given = {name: value for name, value in params.items() if value is not None}
    project = edits.reset_params(edits.set_params(project, {head.id: given}), {head.id}, unset)
    restoring = [node for node in between if node.params.get("invert")]
    if target.task == "regression" and not between:
        return _restoring(project, output)
    if target.task != "regression":
        for node in restoring:
            project = _without(project, node.id)
    return project


def _suits(output: Node, target: Target) -> bool:
    """Whether an Output node's loss is one for this task, so that the user's choice stands."""
    families = {
        "multiclass": ("sparsecategorical",),
        "binary": ("binary",),
        "regression": ("mean", "huber", "logcosh", "poisson", "mse", "mae"),
    }
    return plain_loss(output.params.get("loss")).startswith(families[target.task])


def _head_of(graph: Graph, output: str) -> tuple[Node | None, list[Node]]:
    """The last Dense layer before an output and the nodes between, as long as it is a chain."""
    between: list[Node] = []
    at = output
    while len(wires := graph.into(at)) == 1:
        node = graph.nodes[wires[0].source.node]
        at = node.id
        if node.type == BLOCK:
            break
        if node.type == _DENSE:
            return node, between
        between.append(node)
    return None, []


def _restoring(project: Project, output: str) -> Project:
    """Put a layer that gives the target its own units back between a head and its output."""
    x, y = project.layout.positions.get(output, (0.0, 0.0))
    project, node = edits.add(
        project, _NORMALIZATION, (x, y), name="restore_units", params={"invert": True}
    )
    cut = project.graph.into(output)
    wires = tuple(w for w in project.graph.wires if w not in cut)
    wires += (Wire(cut[0].source, PortRef(node)), Wire(OutputRef(node), cut[0].target))
    project = replace(project, graph=Graph(project.graph.nodes, wires))
    return edits.move(project, {output: (x, y + PITCH)})


def _without(project: Project, node: str) -> Project:
    """Take a layer of one input out of its chain."""
    (feeding,) = project.graph.into(node)
    fed = tuple(Wire(feeding.source, wire.target) for wire in project.graph.out_of(node))
    project = edits.remove(project, {node})
    return replace(project, graph=Graph(project.graph.nodes, told_apart(project.graph.wires + fed)))
