"""What a project's outputs are made of, whatever its ids, places and names of variables.

Two projects mean the same where each Output has the same meaning: the same text of its layer or
op, called with tensors of the same meaning. Inline blocks are only a way to write; they vanish.
"""

from collections.abc import Mapping

from builder.codegen.blocks import Function, copy_prefix
from builder.codegen.expressions import flat
from builder.codegen.fragments import called, maker
from builder.codegen.network import maker_of, network
from builder.document.blocks import gives_dict, is_inline, repeats, takes_dict
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef
from builder.document.project import Project
from tests.exactness.growing import CATALOG

Meaning = int
Entries = Mapping[str, Meaning]


class Meanings:
    """Numbers for meanings: equal ones get the same, also when they are of two projects."""

    def __init__(self) -> None:
        self._numbers: dict[object, Meaning] = {}

    def of(self, project: Project) -> tuple[object, ...]:
        """The meanings of all Outputs, and what the model takes."""
        graph = project.graph
        ends = self._outputs(graph, "", {})
        net = network(graph.level(), graph.level().of_type(OUTPUT))
        inputs = tuple(sorted(node.name for node in net.inputs))
        if len(ends) == 1:  # the name of a sole Output is in no code
            return project.dict_inputs, inputs, tuple(ends.values())
        return project.dict_inputs, inputs, tuple(sorted(ends.items()))

    def _number(self, key: object) -> Meaning:
        return self._numbers.setdefault(key, len(self._numbers))

    def _outputs(self, graph: Graph, block: str, entries: Entries) -> dict[str, Meaning]:
        """By name, for given meanings of the Inputs; without them, those stand for themselves."""
        level = graph.level(block)
        known: dict[OutputRef, Meaning] = {}

        def visit(ref: OutputRef) -> Meaning:
            if ref not in known:
                node = level.nodes[ref.node]
                fed: dict[str, list[str]] = {}
                for wire in level.into(node.id):
                    fed.setdefault(wire.target.port, []).append(f"t{visit(wire.source)}")
                known.update(self._called(graph, node, fed, entries))
            return known[ref]

        return {
            node.name: visit(wire.source)
            for node in level.of_type(OUTPUT)
            for wire in level.into(node.id)
        }

    def _called(
        self, graph: Graph, node: Node, fed: Mapping[str, list[str]], entries: Entries
    ) -> dict[OutputRef, Meaning]:
        """The meanings of all outputs of a node."""
        owner = maker_of(graph, node)
        if node.type == INPUT and node.name in entries:
            return {OutputRef(node.id): entries[node.name]}
        if owner.type == BLOCK:
            return self._block(graph, node, owner, fed)
        ports = graph.ports(node, CATALOG.ports_of)
        key = (flat(maker(owner, CATALOG)), flat(called(node, fed, CATALOG)))
        return {
            OutputRef(node.id, port.name): self._number((*key, port.name)) for port in ports.outputs
        }

    def _block(
        self, graph: Graph, node: Node, owner: Node, fed: Mapping[str, list[str]]
    ) -> dict[OutputRef, Meaning]:
        level = graph.level(owner.id)
        if is_inline(owner):
            given = {port: int(variables[0][1:]) for port, variables in fed.items()}
            ends = self._outputs(graph, owner.id, given)
            return {OutputRef(node.id, name): meaning for name, meaning in ends.items()}
        inside = tuple(self._outputs(graph, owner.id, {}).values())
        taken = {one.name for one in graph.level(owner.parent).nodes.values()}
        name = owner.name if repeats(owner) == 1 else copy_prefix(taken, owner)
        arguments = tuple(fed.get(entry.name, [""])[0] for entry in level.of_type(INPUT))
        net = network(level, (*level.of_type(OUTPUT), *level.of_type(INPUT)))
        sequential = Function("", owner, net, {}, {}).sequential  # or else it is written as a model
        told = (sequential, takes_dict(owner), gives_dict(owner))
        dicts = tuple(entry.name for entry in level.of_type(INPUT)) if takes_dict(owner) else ()
        key = ("block", name, repeats(owner), told, dicts, inside, arguments)
        return {
            OutputRef(node.id, end.name): self._number((*key, place))
            for place, end in enumerate(level.of_type(OUTPUT))
        }
