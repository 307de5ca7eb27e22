"""Ways to break a project that is in order: each makes something that may or may not be wrong."""

from collections.abc import Callable
from random import Random
from typing import Any

from msgspec.structs import replace

from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.project import Project
from tests.exactness.growing import CATALOG, Inspect, grown
from tests.exactness.values import value_of


def broken(seed: int, size: int, inspect: Inspect) -> Project:
    """A grown project with one thing or two changed."""
    project = grown(seed, size, inspect)
    chance = Random(seed)
    for _ in range(chance.randint(1, 2)):
        project = chance.choice(_BREAKS)(project, chance)
    return project


def _node(project: Project, chance: Random) -> Node | None:
    ends = (INPUT, OUTPUT, BLOCK)
    shared = {node.shares for node in project.graph.nodes.values()}  # of one type with their users
    nodes = [
        node
        for node in project.graph.nodes.values()
        if node.type not in ends and node.shares is None and node.id not in shared
    ]
    return chance.choice(nodes) if nodes else None


def _with(project: Project, node: Node) -> Project:
    graph = project.graph
    return replace(project, graph=Graph({**graph.nodes, node.id: node}, graph.wires))


def _wired(project: Project, wires: tuple[Wire, ...]) -> Project:
    return replace(project, graph=Graph(project.graph.nodes, wires))


def drop_a_wire(project: Project, chance: Random) -> Project:
    gone = chance.choice(project.graph.wires)
    return _wired(project, tuple(wire for wire in project.graph.wires if wire is not gone))


def change_an_input(project: Project, chance: Random) -> Project:
    """Another rank or size: what comes behind may no longer fit."""
    entry = chance.choice(project.graph.level().of_type(INPUT))
    shape: list[Any] = [chance.choice([1, 3, 4, 8]) for _ in range(chance.randint(0, 4))]
    return _with(project, replace(entry, params={**entry.params, "shape": shape}))


def move_a_wire(project: Project, chance: Random) -> Project:
    """A wire from another node of its level that does not come after."""
    graph = project.graph
    wire = chance.choice(graph.wires)
    level = graph.level(graph.nodes[wire.target.node].parent)
    behind, waiting = {wire.target.node}, [wire.target.node]
    while waiting:
        ends = [one.target.node for one in level.out_of(waiting.pop())]
        waiting += [id_ for id_ in ends if id_ not in behind]
        behind.update(ends)
    ports = {id_: graph.ports(n, CATALOG.ports_of).outputs for id_, n in level.nodes.items()}
    others = [
        OutputRef(id_, port.name)
        for id_, found in ports.items()
        for port in found
        if id_ not in behind
    ]
    if not others:
        return project
    moved = replace(wire, source=chance.choice(others))
    return _wired(project, tuple(moved if one is wire else one for one in graph.wires))


def add_a_wire(project: Project, chance: Random) -> Project:
    """One more wire at a port that may take one only, or at a merge that it does not fit."""
    wire = chance.choice(project.graph.wires)
    ports = [one.target for one in project.graph.into(wire.target.node)]
    added = replace(wire, target=chance.choice(ports))
    return _wired(project, (*project.graph.wires, added))


def set_a_parameter(project: Project, chance: Random) -> Project:
    """Any value of the right type, or one of no type at all."""
    node = _node(project, chance)
    spec = CATALOG.layer(node.type) if node is not None else None
    params = [one for one in spec.params if one.keras and one.kind != "code"] if spec else []
    if node is None or spec is None or not params:
        return project
    param = chance.choice(params)
    make = value_of(chance, param, spec, CATALOG)
    wrong: Any = chance.choice([-1, 0, "?", [], [1, "a"], {"type": "keras.Evil"}, 1e400, None])
    value = make() if make is not None and chance.random() < 0.7 else wrong
    return _with(project, replace(node, params={**node.params, param.name: value}))


def take_a_parameter(project: Project, chance: Random) -> Project:
    node = _node(project, chance)
    if node is None or not node.params:
        return project
    gone = chance.choice(list(node.params))
    kept = {name: value for name, value in node.params.items() if name != gone}
    return _with(project, replace(node, params=kept))


def name_alike(project: Project, chance: Random) -> Project:
    """The name of another node, one of an op, or one that no layer can have."""
    node = _node(project, chance)
    if node is None:
        return project
    others = [n.name for n in project.graph.nodes.values() if n.id != node.id]
    name = chance.choice([chance.choice(others), "add", "split", "a/b", "größer", ""])
    return _with(project, replace(node, name=name))


def make_unknown(project: Project, chance: Random) -> Project:
    node = _node(project, chance)
    return project if node is None else _with(project, replace(node, type="keras.layers.Nothing"))


def make_another(project: Project, chance: Random) -> Project:
    """A layer of another type in place of one, with its own examples."""
    node = _node(project, chance)
    if node is None:
        return project
    spec = chance.choice([one for one in CATALOG.layers.values() if one.is_layer and not one.needs])
    if spec.name == "Lambda":
        return project
    return _with(project, replace(node, type=spec.type, params=spec.example_params(), call={}))


def lose_the_owner(project: Project, chance: Random) -> Project:
    del chance
    sharing = [node for node in project.graph.nodes.values() if node.shares is not None]
    return _with(project, replace(sharing[0], shares="gone")) if sharing else project


def wire_to_nowhere(project: Project, chance: Random) -> Project:
    node = _node(project, chance)
    if node is None:
        return project
    source = chance.choice(project.graph.wires).source
    if project.graph.nodes[source.node].parent != node.parent or source.node == node.id:
        return project
    added = Wire(source, PortRef(node.id, "nowhere"))
    return _wired(project, (*project.graph.wires, added))


_BREAKS: tuple[Callable[[Project, Random], Project], ...] = (
    drop_a_wire,
    change_an_input,
    change_an_input,
    move_a_wire,
    move_a_wire,
    add_a_wire,
    set_a_parameter,
    set_a_parameter,
    take_a_parameter,
    name_alike,
    make_unknown,
    make_another,
    lose_the_owner,
    wire_to_nowhere,
)
