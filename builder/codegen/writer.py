"""The body of one function: the calls of one level of a network, line by line."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from builder.catalog.code import code_in, types_in
from builder.catalog.custom import MODULE, class_of
from builder.catalog.spec import Catalog
from builder.codegen.blocks import Function, copies_loop, copy_prefix, judge_block
from builder.codegen.code import imports_of
from builder.codegen.expressions import (
    STEP,
    WIDTH,
    Expression,
    call,
    keyword,
    listing,
    mapping,
    subscript,
    tuple_of,
    width,
)
from builder.codegen.fragments import called, check_owner, entry, maker, spec_of
from builder.codegen.literals import string
from builder.codegen.names import Names, comment_lines
from builder.codegen.network import Network
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate
from builder.document.blocks import gives_dict, repeats, takes_dict
from builder.document.graph import BLOCK, INPUT, OPS, Graph, Node, OutputRef
from builder.document.names import scope_name

WIDEST_TARGET = 60


class Writer:
    """Writes calls one by one; `variables` names the tensors that exist by then.

    `net` is of one level of `graph`; `functions` are those of the blocks; `block` is the function
    whose body this is, None for `build_model`; that takes its inputs as a dict if `dict_inputs`.
    """

    def __init__(
        self,
        page: Page,
        graph: Graph,
        net: Network,
        catalog: Catalog,
        functions: Mapping[str, Function],
        block: Function | None = None,
        *,
        dict_inputs: bool = False,
    ) -> None:
        self._page = page
        self._dict_inputs = dict_inputs
        self._graph = graph
        self._net = net
        self._catalog = catalog
        self._functions = functions
        self._block = block
        own = () if block is None else ("name", *block.shapes.values(), *block.tensors.values())
        self._names = Names((*own, *(function.name for function in functions.values())))
        self._layers: dict[str, str] = {}
        self._counter = ""
        self._in_level = {node.name for node in net.graph.nodes.values()}
        self.variables: dict[OutputRef, str] = {}
        self._inline = block is not None and block.inline
        self._wishes = _wishes(net, self._names, block.tensors if block is not None else {})

    def write(self, node: Node) -> None:
        """Write one Input, layer or block with its comment. Raises CannotGenerate, leaving no trace."""
        if self._block is not None and node.id in self._block.tensors:
            self.variables[OutputRef(node.id)] = self._block.tensors[node.id]
            return
        fed = _fed(self._net.graph, node, self.variables)
        owner = self._net.makers.get(node.id, node)
        if owner.type == BLOCK:
            self._write_block(node, owner, fed)
            return
        check_owner(node, owner)
        made = maker(owner, self._catalog)
        if self._block is not None and node.id in self._block.shapes:
            made = entry(node, self._block.shapes[node.id], self._catalog)
        arguments = called(node, fed, self._catalog)
        # Those of a shared layer depend on its owner's parameters, and on this call's arguments.
        calling = owner if owner is node else replace(owner, call=node.call)
        outputs = [port.name for port in self._catalog.ports_of(calling).outputs]
        self._page.comment(comment_lines(node.comment), node.id)
        self._import(node)
        names = self._target(node, outputs)
        given = (*self._layer(node, made), *arguments)
        if spec_of(owner, self._catalog).keyed:
            self._assign_items(node, names, outputs, given)
        else:
            self._assign(node, names, given)
        for output, name in zip(outputs, names, strict=True):
            self.variables[OutputRef(node.id, output)] = name

    def finish(self, name: str) -> None:
        """Write the statement that returns the model. Raises CannotGenerate without outputs."""
        outputs: list[tuple[str, Expression]] = []
        for node in self._net.outputs:
            fed = _fed(self._net.graph, node, self.variables)
            made = maker(node, self._catalog)
            outputs.append((string(node.name), (*made, *called(node, fed, self._catalog))))
        entries = [node for node in self._net.inputs if OutputRef(node.id) in self.variables]
        inputs: list[Expression] = [(self.variables[OutputRef(node.id)],) for node in entries]
        if not inputs or not outputs:
            missing = "input" if not inputs else "output"
            raise CannotGenerate(f"The network has no {missing} yet. Add one from the palette.")
        if self._inline and self._block is not None:
            values = [value for _, value in outputs]
            given = values[0] if len(values) == 1 else tuple_of(values)
            self._page.statement(("return ", *given), self._block.block.id)
            return
        if self._block is None:
            several: Expression = mapping(outputs)
            named: Expression = (string(scope_name(name, "model")),)
            of = self._net.outputs[0].id if len(outputs) == 1 else None
        else:
            several = listing(value for _, value in outputs)
            named, of = ("name",), self._block.block.id
        owner = None if self._block is None else self._block.block
        plain = len(outputs) == 1
        if owner is not None and gives_dict(owner):
            several, plain = mapping(outputs), False
        arguments = [
            keyword("inputs", self._given(entries, inputs, owner)),
            keyword("outputs", outputs[0][1] if plain else several),
            keyword("name", named),
        ]
        self._page.statement(("return ", *call("keras.Model", arguments)), of)

    def finish_sequential(self) -> None:
        """Write the body of a block that is a keras.Sequential, in place of all its calls."""
        assert self._block is not None
        made = [maker(node, self._catalog) for node in self._net.calls]
        for node in self._net.calls:
            self._import(node)
        for node in self._net.inputs:
            shape = self._block.shapes.get(node.id)
            made.insert(
                0,
                maker(node, self._catalog) if shape is None else entry(node, shape, self._catalog),
            )
        self._page.imports.add("from keras import layers")
        arguments = [listing(made), keyword("name", ("name",))]
        self._page.statement(
            ("return ", *call("keras.Sequential", arguments)), self._block.block.id
        )

    # --- inner parts

    def _import(self, node: Node) -> None:
        """Note which modules a node's own text speaks of."""
        if node.type.startswith("keras.layers."):
            self._page.imports.add("from keras import layers")
        elif node.type.startswith(OPS):
            self._page.imports.add("from keras import ops")
        for type_ in types_in(node, self._catalog):
            if class_of(type_) is not None:
                self._page.imports.add(f"import {MODULE}")
            elif type_.startswith("keras.layers."):
                self._page.imports.add("from keras import layers")
        for text in code_in(node, self._catalog):
            self._page.imports.update(imports_of(text))

    def _write_block(self, node: Node, owner: Node, fed: Mapping[str, Sequence[str]]) -> None:
        """A call of a block: its function makes the model, once for each copy and sharing."""
        judge_block(self._graph, node, owner, fed, self._catalog)
        function = self._functions[owner.id]
        outputs = [output.name for output in function.net.outputs]
        if not outputs or not function.net.inputs:
            raise CannotGenerate(
                f"Inside the block “{owner.name}” no input leads to an output yet. Enter it and "
                "connect them.",
                node.id,
            )
        given: list[Expression] = [(fed[entry.name][0],) for entry in function.net.inputs]
        self._page.comment(comment_lines(node.comment), node.id)
        names = self._target(node, outputs)
        if function.inline:
            self._assign(node, names, (function.name, *call("", given)))
        elif repeats(owner) > 1:
            self._write_copies(node, owner, function, names[0], given[0][0])
        else:
            made = self._shared(owner, lambda: function.made(fed)) or function.made(fed)
            arguments = call("", [self._given(function.net.inputs, given, owner)])
            if gives_dict(owner):
                self._assign_items(node, names, outputs, (*made, *arguments))
            else:
                self._assign(node, names, (*made, *arguments))
        for output, name in zip(outputs, names, strict=True):
            self.variables[OutputRef(node.id, output)] = name

    def _given(
        self, inputs: Sequence[Node], values: Sequence[Expression], block: Node | None
    ) -> Expression:
        """What a model is made of and called with: a tensor, a list, or a dict by name."""
        named = self._dict_inputs if block is None else takes_dict(block)
        if named:
            return mapping(
                (string(node.name), value) for node, value in zip(inputs, values, strict=True)
            )
        return values[0] if len(values) == 1 else listing(values)

    def _write_copies(
        self, node: Node, owner: Node, function: Function, target: str, source: object
    ) -> None:
        """A loop over the copies of a block, which are kept in a list when they are used again."""
        if target != source:
            self._page.write(f"    {target} = {source}", node=node.id)
        here = call("", [(target,)])
        known = self._layers.get(owner.id)
        if known is not None:
            layer = self._names.take("layer")
            self._page.write(f"    for {layer} in {known}:", node=node.id)
            self._page.statement((f"{target} = {layer}", *here), node.id, 2)
            return
        self._counter = self._counter or self._names.take("i")
        (port,) = function.net.inputs
        text = string(f"{copy_prefix(self._in_level, owner)}_")
        name: Expression = (f"f{text[:-1]}{{{self._counter}}}{text[-1]}",)
        made = function.made({port.name: (target,)}, name)
        loop = f"    {copies_loop(self._counter, owner)}"
        if owner.id not in self._net.shared:
            self._page.write(loop, node=node.id)
            self._page.statement((f"{target} = ", *made, *here), node.id, 2)
            return
        copies = self._layers[owner.id] = self._names.take(f"{owner.name}_layers", "layers")
        self._page.write(f"    {copies} = []", loop, node=node.id)
        self._page.statement((f"{copies}.append", *call("", [made])), node.id, 2)
        self._page.statement((f"{target} = {copies}[-1]", *here), node.id, 2)

    def _assign(self, node: Node, names: Sequence[str], value: Expression) -> None:
        """Write `names = value`; where the names are too many, take them from a list one by one."""
        spec = self._catalog.layer(node.type)
        counted = spec is not None and any(port.counted for port in spec.outputs)
        # What gives as many tensors as it is told gives a list of one, too.
        target = f"({names[0]},)" if counted and len(names) == 1 else ", ".join(names)
        unpacked: list[str] = []
        opening = f"{target} = {value[0]}("
        if width(target) > WIDEST_TARGET or (names[1:] and STEP + width(opening) > WIDTH):
            target = self._names.take(f"{node.name}_outputs", class_name(node))
            used = [(place, name) for place, name in enumerate(names) if name != "_"]
            unpacked = [f"    {name} = {target}[{place}]" for place, name in used]
        self._page.statement((f"{target} = ", *value), node.id)
        self._page.write(*unpacked, node=node.id)

    def _assign_items(
        self, node: Node, names: Sequence[str], outputs: Sequence[str], value: Expression
    ) -> None:
        """Write what takes the items of a dict of outputs."""
        if len(names) == 1:
            taken = subscript("", (string(outputs[0]),))
            self._page.statement((f"{names[0]} = ", *value, *taken), node.id)
            return
        target = self._names.take(f"{node.name}_outputs", class_name(node))
        self._page.statement((f"{target} = ", *value), node.id)
        for name, output in zip(names, outputs, strict=True):
            if name != "_":
                taken = subscript(target, (string(output),))
                self._page.statement((f"{name} = ", *taken), node.id)

    def _target(self, node: Node, outputs: Sequence[str]) -> list[str]:
        """The variables that a call's outputs go to.

        `x` where only the next line uses it, and nothing else; or else a name of its own; `_`
        for one of several outputs that nobody uses.
        """
        names: list[str] = []
        following = self._net.steps.get(node.id, -1) + 1
        chained = following not in self._net.merging
        for output in outputs:
            ref = OutputRef(node.id, output)
            users = self._net.users.get(ref, ())
            if ref in self._wishes:
                names.append(self._wishes[ref])
            elif not users and len(outputs) > 1:
                names.append("_")
            elif chained and "x" not in names and all(user == following for user in users):
                names.append("x")
            else:
                sole = len(outputs) == 1 or output == "output"
                wish = node.name if sole else f"{node.name}_{output}"
                names.append(self._names.take(wish, class_name(node)))
        return names

    def _layer(self, node: Node, made: Expression) -> Expression:
        """The layer of a call: made in place, or made before the first of several calls."""
        owner = self._net.makers.get(node.id, node)
        if owner.type.startswith(OPS):
            return made
        return self._shared(owner, lambda: made) or made

    def _shared(self, owner: Node, made: Callable[[], Expression]) -> Expression | None:
        """The variable that holds a layer of several calls, written before the first of them."""
        if owner.id not in self._net.shared:
            return None
        if owner.id not in self._layers:
            self._layers[owner.id] = self._names.take(f"{owner.name}_layer", "layer")
            self._page.statement((f"{self._layers[owner.id]} = ", *made()), owner.id)
        return (self._layers[owner.id],)


def class_name(node: Node) -> str:
    return node.type.rpartition(".")[2]


def _wishes(net: Network, names: Names, given: Mapping[str, str]) -> dict[OutputRef, str]:
    """The tensors that have a name from the start: inputs, and what an output gives back.

    `given` names the inputs that are parameters of the function.
    """
    wishes = {
        OutputRef(node.id): given.get(node.id) or names.take(node.name, "inputs")
        for node in net.inputs
    }
    for node in net.outputs:
        for wire in net.graph.into(node.id):
            source = net.graph.nodes[wire.source.node]
            if wire.source not in wishes and source.type != INPUT:
                wish = source.name if net.users.get(wire.source) else node.name
                wishes[wire.source] = names.take(wish, class_name(source))
    return wishes


def _fed(
    graph: Graph, node: Node, variables: Mapping[OutputRef, str]
) -> dict[str, tuple[str, ...]]:
    """The variables that reach a node, by port. Raises CannotGenerate if one does not exist."""
    fed: dict[str, tuple[str, ...]] = {}
    for wire in graph.into(node.id):
        variable = variables.get(wire.source)
        if variable is None:
            source = graph.nodes.get(wire.source.node)
            name = source.name if source is not None else wire.source.node
            raise CannotGenerate(
                f"“{node.name}” waits for “{name}”, which gives nothing yet. Mend “{name}” first.",
                node.id,
            )
        fed[wire.target.port] = (*fed.get(wire.target.port, ()), variable)
    return fed
