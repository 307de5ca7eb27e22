"""Blocks as code: each is a function that returns a `keras.Model`, called where the block stands.

What a block may be is judged here as well, for the list of problems and for the writer alike.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from builder.catalog.spec import LAYERS, Catalog
from builder.codegen.expressions import Expression, call, group, keyword
from builder.codegen.fragments import check_owner, check_ports
from builder.codegen.literals import number, string
from builder.codegen.names import Names, identifier
from builder.codegen.network import Network, maker_of, network
from builder.codegen.refusal import CannotGenerate
from builder.document.blocks import (
    DICT_INPUTS,
    DICT_OUTPUTS,
    INLINE,
    KIND,
    MOST_COPIES,
    SEQUENTIAL,
    gives_dict,
    is_inline,
    kind_of,
    repeats,
    takes_dict,
)
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef
from builder.document.names import scope_name

MOST_CALLS = 20_000
_PARAMS = {"repeat", KIND, DICT_INPUTS, DICT_OUTPUTS}


class Function(Struct, frozen=True):
    """The function of a block. `shapes` names the parameter of each Input that takes its shape.

    It takes a shape for each of these Inputs, in order, and the name of the model. That of an
    inline block takes tensors and gives tensors: `tensors` names the parameter of each Input.
    """

    name: str
    block: Node
    net: Network
    shapes: Mapping[str, str]
    tensors: Mapping[str, str]

    @property
    def inline(self) -> bool:
        return is_inline(self.block)

    @property
    def sequential(self) -> bool:
        """Whether the block is written as a keras.Sequential: its layers form a plain chain."""
        dicts = takes_dict(self.block) or gives_dict(self.block)
        return kind_of(self.block) == SEQUENTIAL and not dicts and _is_chain(self.net)

    @property
    def head(self) -> Expression:
        if self.inline:
            given: list[Expression] = [(name,) for name in self.tensors.values()]
            several = len(self.net.outputs) > 1
            result = "tuple[keras.KerasTensor, ...]" if several else "keras.KerasTensor"
            brackets = group("(", given, ")", arguments=len(given) > 1)
            return (f"def {self.name}", brackets, f" -> {result}:")
        params: list[Expression] = [(name,) for name in self.shapes.values()]
        params.append(keyword("name", (string(self.block.name),)))
        # A sole parameter that needs a line of its own gets a comma behind it, as an item does.
        brackets = group("(", params, ")", arguments=len(params) > 1)
        return (f"def {self.name}", brackets, " -> keras.Model:")

    def made(self, fed: Mapping[str, Sequence[str]], name: Expression | None = None) -> Expression:
        """The call that makes the model, for the variables at each of the block's ports."""
        given: list[Expression] = [
            (f"{fed[node.name][0]}.shape[1:]",)
            for node in self.net.inputs
            if node.id in self.shapes
        ]
        if name is not None:
            given.append(keyword("name", name))
        return call(self.name, given)


def _is_chain(net: Network) -> bool:
    if len(net.inputs) != 1 or len(net.outputs) != 1 or net.shared:
        return False
    before = net.inputs[0].id
    for node in (*net.calls, *net.outputs):
        wires = net.graph.into(node.id)
        if len(wires) != 1 or wires[0].source != OutputRef(before) or node.call:
            return False
        if node.type != OUTPUT and not node.type.startswith(LAYERS):
            return False
        before = node.id
    return True


def inner_networks(graph: Graph, net: Network) -> dict[str, Network]:
    """The networks inside the blocks of a network by block, each after those inside it."""
    found: dict[str, Network] = {}
    for node in net.calls:
        owner = net.makers[node.id]
        if owner.type == BLOCK and owner.id not in found:
            level = graph.level(owner.id)
            # All ports are there for the call, an input that leads nowhere as well.
            inner = network(level, (*level.of_type(OUTPUT), *level.of_type(INPUT)))
            found.update(inner_networks(graph, inner))
            found[owner.id] = inner
    return found


def functions(graph: Graph, net: Network) -> dict[str, Function]:
    """The functions that a network calls, by block, in the order to write them."""
    names = Names()
    found: dict[str, Function] = {}
    for id_, inner in inner_networks(graph, net).items():
        block = graph.nodes[id_]
        verb = "apply" if is_inline(block) else "build"
        name = names.take(f"{verb}_{identifier(block.name) or 'block'}")
        unshaped = [node for node in inner.inputs if "shape" not in node.params]
        local = Names(("name",))
        shapes = {
            node.id: local.take("shape" if len(unshaped) == 1 else f"{node.name}_shape", "shape")
            for node in unshaped
        }
        tensors: dict[str, str] = {}
        if is_inline(block):
            local, shapes = Names(), {}
            only = len(inner.inputs) == 1
            tensors = {n.id: local.take("inputs" if only else n.name) for n in inner.inputs}
        found[id_] = Function(name, block, inner, shapes, tensors)
    return found


def judge_block(
    graph: Graph, node: Node, owner: Node, fed: Mapping[str, Sequence[str]], catalog: Catalog
) -> None:
    """Refuse a block that cannot be written, whatever is inside it. Raises CannotGenerate."""
    check_owner(node, owner)
    if node.name == "" or "/" in node.name:
        raise CannotGenerate(
            f"“{node.name}” cannot be the name of a block: Keras needs a name without “/”. "
            "Rename it.",
            node.id,
        )
    if node.call or set(owner.params) - _PARAMS:
        known = ", ".join(sorted(_PARAMS))
        raise CannotGenerate(
            f"The block “{node.name}” has parameters, and only {known} are known. Remove the "
            "others.",
            node.id,
        )
    if repeats(owner) > 1 and (takes_dict(owner) or gives_dict(owner)):
        raise CannotGenerate(
            f"The block “{node.name}” is repeated, so each copy feeds the next: it takes and gives "
            "one tensor and no dict. Set its repeat to 1, or switch its dicts off.",
            node.id,
        )
    if kind_of(owner) == INLINE and (owner is not node or repeats(owner) > 1):
        raise CannotGenerate(
            f"“{owner.name}” is no model of its own but a part of the one around it, so it stands "
            "there once. Make it a model of its own (its kind in the inspector) to use it again.",
            node.id,
        )
    _check_copies(graph, node, owner)
    calls = calls_inside(graph, owner)
    if calls > MOST_CALLS:
        raise CannotGenerate(
            f"The block “{node.name}” stands for {calls:,} layers with all its copies; at most "
            f"{MOST_CALLS:,} can be built. Repeat it, or the blocks inside it, fewer times.",
            node.id,
        )
    ports = graph.ports(node, catalog.ports_of)
    check_ports(node, ports.inputs, {name: tuple(names) for name, names in fed.items()})


def calls_inside(graph: Graph, owner: Node) -> int:
    """How many layers are called when a block is, in all copies of it and of blocks inside it."""
    known: dict[str, int] = {}

    def count(block: Node) -> int:
        if block.id not in known:
            inner = 0
            for node in graph.children.get(block.id, ()):
                made = maker_of(graph, node)
                inner += count(made) if made.type == BLOCK else 1
            known[block.id] = inner * repeats(block)
        return known[block.id]

    return count(owner)


def _check_copies(graph: Graph, node: Node, owner: Node) -> None:
    count = owner.params.get("repeat", 1)
    whole = isinstance(count, int) and not isinstance(count, bool)
    if not whole or not 1 <= count <= MOST_COPIES:
        raise CannotGenerate(
            f"The block “{node.name}” is repeated 1 to {MOST_COPIES:,} times. Change its repeat.",
            node.id,
        )
    level = graph.level(owner.id)
    ends = (len(level.of_type(INPUT)), len(level.of_type(OUTPUT)))
    if count > 1 and ends != (1, 1):
        raise CannotGenerate(
            f"The block “{node.name}” is repeated {count} times, so each copy feeds the next: it "
            f"needs one input and one output; it has {ends[0]} and {ends[1]}. Set its repeat to 1, "
            "or take ports away.",
            node.id,
        )


def copy_prefix(taken: set[str], owner: Node) -> str:
    """How the names of a block's copies begin, so that none of them is another layer's."""
    prefix = scope_name(owner.name, "block")
    while any(f"{prefix}_{place}" in taken for place in range(1, repeats(owner) + 1)):
        prefix += "_copy"
    taken.update(f"{prefix}_{place}" for place in range(1, repeats(owner) + 1))
    return prefix


def copies_loop(counter: str, owner: Node) -> str:
    return f"for {counter} in range(1, {number(repeats(owner) + 1)}):"
