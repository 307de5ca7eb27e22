"""Blocks: a part of a network as one node. Group, ungroup, repeat, and use a layer again.

A block is a `keras.Model` inside the model. Its Input and Output nodes are its ports. An inner
Input without a shape takes the shape of whatever is connected outside.
"""

from collections.abc import Callable, Collection, Iterable

from msgspec.structs import replace

from builder.document import edits, framing, topology
from builder.document.edits import EditRefused
from builder.document.graph import (
    BLOCK,
    INDEX,
    INPUT,
    OPS,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Wire,
    told_apart,
)
from builder.document.project import Point, Project

KIND = "kind"
MODEL, INLINE, SEQUENTIAL = "model", "inline", "sequential"
DICT_INPUTS, DICT_OUTPUTS = "dict_inputs", "dict_outputs"
MOST_COPIES = 1000
KINDS = (MODEL, INLINE, SEQUENTIAL)
"""What a block is to Keras: a model of its own inside the model, nothing but a way to show and
write some layers of the model around it, or a keras.Sequential."""

PITCH, COLUMN, ASIDE = 80.0, 270.0, 356.0
"""How far ports stand from the layers of a block, and from each other."""


def group(project: Project, nodes: Collection[str], name: str = "block") -> tuple[Project, str]:
    """Make a block of nodes of one level. Returns its id as well.

    Raises EditRefused when the nodes are of several levels, hold an input or output of the model,
    share a layer with one that stays outside, or when a layer outside stands between them.
    """
    graph = project.graph
    chosen = {id_: graph.nodes[id_] for id_ in graph.nodes if id_ in set(nodes)}
    parent = _level_of(chosen)
    _refuse_unfit(graph, chosen)
    entering = [w for w in graph.wires if w.target.node in chosen and w.source.node not in chosen]
    leaving = [w for w in graph.wires if w.source.node in chosen and w.target.node not in chosen]
    places = _port_places(project, chosen)
    project, block = edits.add(project, BLOCK, _middle(project, chosen), name=name, parent=parent)
    moved = {id_: replace(node, parent=block) for id_, node in chosen.items()}
    project = replace(project, graph=Graph({**project.graph.nodes, **moved}, project.graph.wires))
    inner: dict[OutputRef, tuple[str, str]] = {}
    outer: dict[OutputRef, tuple[str, str]] = {}
    for ports, type_, crossing in ((inner, INPUT, entering), (outer, OUTPUT, leaving)):
        sources = dict.fromkeys(wire.source for wire in crossing)
        for source, at in zip(sources, places(type_, len(sources)), strict=True):
            wish = _port_name(project.graph, source)
            project, id_ = edits.add(project, type_, at, name=wish, parent=block)
            ports[source] = (id_, project.graph.nodes[id_].name)
    wires = [Wire(source, PortRef(block, name)) for source, (_, name) in inner.items()]
    wires += [Wire(source, PortRef(id_)) for source, (id_, _) in outer.items()]
    # In their old places, so that a merge keeps the order of its inputs.
    for wire in project.graph.wires:
        goes_in = wire.target.node in chosen and wire.source in inner
        comes_out = wire.source.node in chosen and wire.target.node not in chosen
        if goes_in:
            wires.append(Wire(OutputRef(inner[wire.source][0]), wire.target))
        elif comes_out:
            wires.append(Wire(OutputRef(block, outer[wire.source][1]), wire.target))
        else:
            wires.append(wire)
    edits.check_depth(project.graph)
    return replace(project, graph=Graph(project.graph.nodes, told_apart(wires))), block


def ungroup(project: Project, block: str) -> tuple[Project, tuple[str, ...]]:
    """Dissolve a block: its nodes come out where it stood. Returns their ids as well.

    Raises EditRefused for what is no block, for one whose weights another node shares, and for a
    repeated one.
    """
    graph = project.graph
    node = graph.nodes[block]
    if node.type != BLOCK or node.shares is not None:
        raise EditRefused(f"“{node.name}” is no block of its own.")
    if any(other.shares == block for other in graph.nodes.values()):
        raise EditRefused(f"Another node shares “{node.name}”. Delete that one first.")
    if repeats(node) > 1:
        raise EditRefused(
            f"“{node.name}” stands for {repeats(node)} copies. Set repeat to 1 first."
        )
    inner = graph.level(block)
    ports = {n.id for n in (*inner.of_type(INPUT), *inner.of_type(OUTPUT))}
    freed = [n for n in inner.nodes.values() if n.id not in ports]
    taken = {n.name for n in graph.children.get(node.parent, ()) if n.id != block}
    nodes = {i: n for i, n in graph.nodes.items() if i != block and i not in ports}
    for child in freed:
        name = edits.free_name(taken, child.name)
        taken.add(name)
        nodes[child.id] = replace(child, parent=node.parent, name=name)
    old = _middle(project, {n.id: n for n in freed})
    at = project.layout.positions.get(block, old)
    shift = (at[0] - old[0], at[1] - old[1])
    positions = {i: p for i, p in project.layout.positions.items() if i in nodes}
    for child in freed:
        x, y = positions.get(child.id, old)
        positions[child.id] = (x + shift[0], y + shift[1])
    layout = replace(project.layout, positions=positions)
    result = replace(
        project,
        graph=Graph(nodes, told_apart(_passed_through(graph, block, inner))),
        layout=framing.lifted(layout, block, node.parent, shift),
    )
    return result, tuple(child.id for child in freed)


def _passed_through(graph: Graph, block: str, inner: Graph) -> list[Wire]:
    """All wires as they are without the edge of a block: what came by its ports comes straight."""
    inputs, outputs = inner.of_type(INPUT), inner.of_type(OUTPUT)
    feeding = {
        OutputRef(port.id): wire.source for port in inputs for wire in graph.into(block, port.name)
    }
    giving = {port.name: wire.source for port in outputs for wire in graph.into(port.id)}
    edge = {block, *(port.id for port in (*inputs, *outputs))}
    wires = []
    for wire in graph.wires:
        source: OutputRef | None = wire.source
        if wire.target.node in edge:
            continue
        if wire.source.node == block:
            source = giving.get(wire.source.output)
        if source is not None and source.node in edge:
            source = feeding.get(source)
        if source is not None:
            wires.append(Wire(source, wire.target))
    return wires


def repeats(node: Node) -> int:
    """How many copies of a block stand in a row."""
    count = node.params.get("repeat", 1)
    return count if isinstance(count, int) and count > 0 else 1


def kind_of(block: Node) -> str:
    """What a block is to Keras; one of KINDS."""
    kind = block.params.get(KIND, MODEL)
    return kind if kind in KINDS else MODEL


def takes_dict(block: Node) -> bool:
    """Whether the model of a block takes its inputs as a dict, by the names of its Inputs."""
    return block.params.get(DICT_INPUTS) is True


def gives_dict(block: Node) -> bool:
    """Whether the model of a block gives its outputs as a dict, by the names of its Outputs."""
    return block.params.get(DICT_OUTPUTS) is True


def is_inline(block: Node) -> bool:
    """Whether the layers of a block belong to the model around it."""
    return kind_of(block) == INLINE


def repeat(project: Project, block: str, count: int) -> Project:
    """Let a block stand for `count` copies in a row, each with weights of its own.

    Raises EditRefused unless the block has one input and one output and the count is 1 to 1000.
    """
    graph = project.graph
    node = edits.owner_of(graph, block)
    inner = graph.level(node.id)
    if node.type != BLOCK:
        raise EditRefused(f"“{node.name}” is no block. Make one of it first.")
    if count != 1 and (len(inner.of_type(INPUT)), len(inner.of_type(OUTPUT))) != (1, 1):
        raise EditRefused(
            f"“{node.name}” needs one input and one output to be repeated, so that each copy can "
            "feed the next."
        )
    if not 1 <= count <= 1000:
        raise EditRefused(f"A block is repeated 1 to 1,000 times; received {count:,}.")
    if count == 1:
        return edits.reset_params(project, [node.id], {"repeat"})
    return edits.set_params(project, {node.id: {"repeat": count}})


def has_layer(node: Node) -> bool:
    """Whether a node calls a layer, which another one can call again."""
    return node.type not in (INPUT, OUTPUT, INDEX) and not node.type.startswith(OPS)


def use_again(project: Project, node: str, at: Point) -> tuple[Project, str]:
    """A second node that calls the same layer with the same weights. Returns its id as well."""
    owner = edits.owner_of(project.graph, node)
    if not has_layer(owner):
        raise EditRefused(f"“{owner.name}” has no weights to share.")
    project, again = edits.add(
        project, owner.type, at, name=owner.name, parent=project.graph.nodes[node].parent
    )
    shared = replace(project.graph.nodes[again], shares=owner.id, params={})
    nodes = {**project.graph.nodes, again: shared}
    return replace(project, graph=Graph(nodes, project.graph.wires)), again


def _level_of(chosen: dict[str, Node]) -> str:
    parents = {node.parent for node in chosen.values()}
    if not chosen:
        raise EditRefused("Select the layers that should become a block.")
    if len(parents) > 1:
        raise EditRefused("A block is made of layers that stand side by side.")
    return parents.pop()


def _refuse_unfit(graph: Graph, chosen: dict[str, Node]) -> None:
    for node in chosen.values():
        if node.type in (INPUT, OUTPUT):
            raise EditRefused(
                f"“{node.name}” is an input or output of the model and stays outside a block."
            )
    for node in graph.nodes.values():
        if node.shares is not None and (node.id in chosen) != (node.shares in chosen):
            name = graph.nodes[node.shares].name
            raise EditRefused(
                f"“{node.name}” and “{name}” share their weights, so a block holds both or none."
            )
    between = topology.descendants(graph, chosen) & topology.ancestors(graph, chosen)
    for id_ in between - chosen.keys():
        name = graph.nodes[id_].name
        raise EditRefused(f"“{name}” stands between these layers. Select it as well.")


def _port_name(graph: Graph, source: OutputRef) -> str:
    node = graph.nodes[source.node]
    return node.name if source.output == "output" else f"{node.name}_{source.output}"


def _middle(project: Project, chosen: dict[str, Node]) -> Point:
    """Where a block stands for nodes: the middle between their outermost corners."""
    places = [project.layout.positions[i] for i in chosen if i in project.layout.positions]
    if not places:
        return (0.0, 0.0)
    across, down = zip(*places, strict=True)
    return ((min(across) + max(across)) / 2, (min(down) + max(down)) / 2)


def _port_places(
    project: Project, chosen: dict[str, Node]
) -> Callable[[str, int], Iterable[Point]]:
    """Where so many inputs or outputs of a block stand: side by side before or after its layers."""
    places = [project.layout.positions[i] for i in chosen if i in project.layout.positions]
    across, down = zip(*(places or [(0.0, 0.0)]), strict=True)
    left, top = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2

    def below(type_: str, count: int) -> Iterable[Point]:
        y = min(down) - PITCH if type_ == INPUT else max(down) + PITCH
        return [(left + (place - (count - 1) / 2) * COLUMN, y) for place in range(count)]

    def beside(type_: str, count: int) -> Iterable[Point]:
        x = min(across) - ASIDE if type_ == INPUT else max(across) + ASIDE
        return [(x, top + (place - (count - 1) / 2) * PITCH) for place in range(count)]

    return below if project.layout.direction == "down" else beside
