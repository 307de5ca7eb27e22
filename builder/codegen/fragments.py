"""One node as code: the expression that makes its layer, and the call that feeds it.

The worker evaluates these very texts to learn shapes, and `generate` writes them into the
module, so that what is checked is what is exported.
"""

import keyword as python
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.custom import FILE, class_of
from builder.catalog.display import display, short
from builder.catalog.indexing import NoIndex, parse
from builder.catalog.indexing import spelled as index_text
from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.catalog.validate import validate_call, validate_params
from builder.codegen.expressions import Expression, call, flat, keyword, listing, mapping
from builder.codegen.literals import literal, string
from builder.codegen.memory import Memory
from builder.codegen.objects import arguments, layer_constructor, spelled, value_of
from builder.codegen.refusal import CannotGenerate, Unwritable, blaming
from builder.document.graph import INDEX, INPUT, OPS, OUTPUT, Node, Port, Wire

# Operands that Keras takes as a list, and saves as nothing else.
_LISTED = frozenset({"x_min", "x_max", "start_indices", "fill_value"})

_makers: Memory[Node, tuple[Catalog, Expression]] = Memory()


class Fragment(Struct, frozen=True):
    """`maker` makes the layer, `arguments` calls it; behind each other they are the tensor.

    An Input has no arguments; an Output has no maker and its argument is the tensor itself; an
    op's maker is the function. An Index has no maker; its argument is the tensor and its brackets.
    A node that shares a layer has no maker: the owner's is called.
    """

    maker: str
    arguments: str


def fragment(node: Node, inputs: Mapping[str, Sequence[str]], catalog: Catalog) -> Fragment:
    """The code of one node, given the variables that reach each of its ports.

    The names in scope are `keras`, `layers` (keras.layers) and `ops` (keras.ops).
    Raises CannotGenerate, naming the node.
    """
    return Fragment(flat(maker(node, catalog)), flat(called(node, inputs, catalog)))


def judge(node: Node, owner: Node, wires: Sequence[Wire], catalog: Catalog) -> None:
    """Refuse a node that cannot be written, whatever is around it. Raises CannotGenerate.

    `owner` is the node whose layer it calls (mostly itself), `wires` end at it.
    """
    check_owner(node, owner)
    maker(node, catalog)
    called(node, fed_by(wires), catalog)


def fed_by(wires: Sequence[Wire]) -> dict[str, tuple[str, ...]]:
    """A variable for each wire, by the port that it ends at: to judge a call by."""
    fed: dict[str, tuple[str, ...]] = {}
    for wire in wires:
        fed[wire.target.port] = (*fed.get(wire.target.port, ()), "x")
    return fed


def check_owner(node: Node, owner: Node) -> None:
    if owner.shares is not None:
        raise CannotGenerate(
            f"“{node.name}” calls the layer of another node that is gone. Delete it, or put a "
            "layer in its place.",
            node.id,
        )


def maker(node: Node, catalog: Catalog) -> Expression:
    """The expression that makes a node's layer; kept for as long as the node stays the same."""
    _, made = _makers.of(
        node,
        lambda node: (catalog, _maker(node, catalog)),
        lambda kept: kept[0] is catalog,
    )
    return made


def _maker(node: Node, catalog: Catalog) -> Expression:
    spec = spec_of(node, catalog)
    if node.shares is not None:
        return ()
    unshaped = node.type == INPUT and node.parent != "" and "shape" not in node.params
    params = {**spec.example_params(), **node.params} if unshaped else node.params
    if said := validate_params(params, spec, catalog):
        raise CannotGenerate(f"“{node.name}”: {said}", node.id)
    if node.type in (OUTPUT, INDEX):
        return ()
    if not node.name or "/" in node.name:
        raise CannotGenerate(
            f"“{node.name}” cannot be the name of a layer: Keras needs a name without “/”. "
            "Rename it.",
            node.id,
        )
    with blaming(f"“{node.name}”", node.id):
        if node.type.startswith(OPS):
            return (spelled(node.type),)
        if unshaped:
            return entry(node, "shape", catalog)
        return layer_constructor(spec, node.params, catalog, node.name)


def entry(node: Node, shape: str, catalog: Catalog) -> Expression:
    """An Input of a block that takes the shape of what is connected outside, from a variable."""
    spec = spec_of(node, catalog)
    rest = {name: value for name, value in node.params.items() if name != "shape"}
    given = arguments(spec, rest, catalog, bare=False)
    name = keyword("name", (string(node.name),))
    return call(spelled(node.type), [keyword("shape", (shape,)), *given, name])


def called(node: Node, inputs: Mapping[str, Sequence[str]], catalog: Catalog) -> Expression:
    """The call's brackets with the tensors in the order of the spec's ports."""
    spec = spec_of(node, catalog)
    if node.type == INPUT:
        return ()
    # Which ports exist depends on parameters; those of a shared layer stand at its owner.
    ports = spec.inputs if node.shares is not None else catalog.ports_of(node).inputs
    if said := validate_call(node.call, spec, catalog):
        raise CannotGenerate(f"“{node.name}”: {said}", node.id)
    fed = {name: tuple(variables) for name, variables in inputs.items() if variables}
    check_ports(node, ports, fed)
    if node.type == OUTPUT:
        return (fed[ports[0].name][0],)
    if node.type == INDEX:
        return (f"{fed[ports[0].name][0]}[{_index(node)}]",)
    with blaming(f"“{node.name}”", node.id):
        if node.type.startswith(OPS):
            return call("", _operands(node, spec, ports, fed, catalog))
        values = _placed(ports, _tensors(ports, fed))
        return call("", [*values, *_constants(node, spec, catalog)])


def spec_of(node: Node, catalog: Catalog) -> LayerSpec:
    """What the catalogue says of a node's type. Raises CannotGenerate for one that it lacks."""
    spec = catalog.layer(node.type)
    if spec is None and (name := class_of(node.type)) is not None:
        raise CannotGenerate(
            f"“{node.name}” is a {short(name)} of {FILE}, and no such class is there. Write it "
            "with Model ▸ Custom layers…, or replace the layer.",
            node.id,
        )
    if spec is None:
        raise CannotGenerate(
            f"“{node.name}” is a {display(node.type)}, which Keras {catalog.keras} does not offer. "
            "Replace it by a layer of the palette, or install the Keras that has it.",
            node.id,
        )
    return spec


def check_ports(node: Node, ports: Sequence[Port], fed: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse wires at ports that are not there, and ports without theirs. Raises CannotGenerate."""
    known = {port.name: port for port in ports}
    for name, variables in fed.items():
        if name not in known:
            raise CannotGenerate(
                f"“{node.name}” has no input called “{name}” with its present parameters. "
                "Remove the wire that ends there.",
                node.id,
            )
        if len(variables) > 1 and not known[name].variadic:
            raise CannotGenerate(
                f"“{node.name}” takes one wire at “{name}”; received {len(variables)}. "
                "Remove all but one.",
                node.id,
            )
    for port in ports:
        if not port.optional and port.name not in fed and not (node.shares and port.when):
            raise CannotGenerate(
                f"“{node.name}” still needs a wire at “{port.name}”. Connect a layer to it"
                + (", or type a number there." if port.constant else "."),
                node.id,
            )
    if not fed and any(port.constant for port in ports):
        raise CannotGenerate(
            f"“{node.name}” still needs a wire: with numbers alone it is no part of the network. "
            "Connect a layer to it.",
            node.id,
        )


def _placed(ports: Sequence[Port], values: Mapping[str, Expression]) -> list[Expression]:
    """Values in the order of a call; behind a positional port without one, the others are named."""
    written: list[Expression] = []
    items: list[Expression] = []
    entries: list[tuple[str, Expression]] = []
    gap = False
    for port in ports:
        value = values.get(port.name)
        if value is None:
            gap = gap or port.passing == "positional"
        elif port.passing == "item":
            items.append(value)
        elif port.passing == "entry":
            entries.append((string(port.name), value))
        elif gap or port.passing == "keyword":
            written.append(keyword(port.name, value))
        else:
            written.append(value)
    if entries:
        return [mapping(entries), *written]
    return [listing(items), *written] if items else written


def _tensors(ports: Sequence[Port], fed: Mapping[str, tuple[str, ...]]) -> dict[str, Expression]:
    """What the wires bring to the ports: a variable, or a list of them."""
    return {
        port.name: listing((name,) for name in fed[port.name])
        if port.variadic
        else (fed[port.name][0],)
        for port in ports
        if port.name in fed
    }


def _operands(
    node: Node,
    spec: LayerSpec,
    ports: Sequence[Port],
    fed: Mapping[str, tuple[str, ...]],
    catalog: Catalog,
) -> list[Expression]:
    """The arguments of an op: tensors, numbers in their place, and then the other constants.

    Where tensors stand loose (`*operands`), what is required stands before them, without its name.
    """
    given, values = dict(node.params), _tensors(ports, fed)
    loose: list[Expression] = []
    for star in (port for port in ports if port.passing == "star"):
        before = [param for param in spec.params if param.required]
        loose += [value_of(given.pop(param.name), param, catalog) for param in before]
        loose += [(variable,) for variable in fed[star.name]]
        del values[star.name]
    for port in ports:
        constant, param = given.pop(port.name, None), spec.param(port.name)
        if port.name not in fed and constant is not None and param is not None:
            values[port.name] = _constant(constant, param, catalog)
    return [*loose, *_placed(ports, values), *arguments(spec, given, catalog, bare=False)]


def _constant(value: Any, param: ParamSpec, catalog: Catalog) -> Expression:
    """A number in place of a tensor; several as a tensor, since most ops take no list."""
    written = value_of(value, param, catalog)
    if isinstance(value, list | tuple) and param.name not in _LISTED:
        return call("ops.array", [written])
    return written


def _index(node: Node) -> str:
    try:
        return index_text(parse(node.params["index"]))
    except NoIndex as refusal:
        raise CannotGenerate(f"“{node.name}”: {refusal}", node.id) from None


def _constants(node: Node, spec: LayerSpec, catalog: Catalog) -> tuple[Expression, ...]:
    """Constant arguments of the call, without those at their default."""
    if not node.call:
        return ()
    known = arguments(replace(spec, params=spec.call_params), node.call, catalog, bare=False)
    others = {name: value for name, value in node.call.items() if spec.call_param(name) is None}
    for name in others:
        if not name.isascii() or not name.isidentifier() or python.iskeyword(name):
            raise Unwritable(f"has a call argument that is no name in Python: {string(name)}")
    return (*known, *(keyword(name, literal(value)) for name, value in others.items()))
