"""`build_model`: the network in Keras's functional API, as an engineer would write it down.

Before it stands a function for each block, those inside others first.
"""

from collections.abc import Iterable, Iterator

from builder.catalog.spec import Catalog
from builder.codegen.blocks import Function, functions, inner_networks
from builder.codegen.expressions import layout
from builder.codegen.fragments import OPS
from builder.codegen.names import one_line
from builder.codegen.network import Network, network
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate
from builder.codegen.writer import Writer
from builder.document.blocks import is_inline
from builder.document.graph import BLOCK, OUTPUT, Graph, Node
from builder.document.names import problems as name_problems
from builder.document.problems import Problem
from builder.document.project import Project

_HEAD = "def build_model() -> keras.Model:"
_ABOUT = "Return the network, untrained."


def write_model(page: Page, project: Project, catalog: Catalog) -> Network:
    """Write `build_model()` and the functions it calls. Raises CannotGenerate."""
    graph = project.graph
    net = network(graph.level(), graph.level().of_type(OUTPUT))
    for problem in name_refusals(project, net):
        raise CannotGenerate(problem.message, problem.node)
    known = functions(graph, net)
    for function in known.values():
        _begin(page, function)
        _write_calls(Writer(page, graph, function.net, catalog, known, function), function.net)
    page.function(_HEAD, about=_ABOUT)
    _write_calls(Writer(page, graph, net, catalog, known), net, project.name)
    return net


def write_partial_model(page: Page, project: Project, catalog: Catalog) -> Network | None:
    """Write as much of `build_model()` as there is, with a line on each node left out.

    Returns the network if it is whole.
    """
    graph = project.graph
    top = graph.level()
    net = network(top, top.of_type(OUTPUT) or top.nodes.values())
    known = functions(graph, net)
    whole = True
    for function in known.values():
        _begin(page, function)
        writer = Writer(page, graph, function.net, catalog, known, function)
        whole &= _write_partly(page, writer, graph.level(function.block.id), function.net)
    page.function(_HEAD, about=_ABOUT)
    writer = Writer(page, graph, net, catalog, known)
    whole &= _write_partly(page, writer, top, net, project.name)
    return net if whole else None


def name_refusals(project: Project, net: Network) -> tuple[Problem, ...]:
    """Names that TensorFlow cannot train: it makes scopes of those of layers and several outputs."""
    outputs = net.outputs if len(net.outputs) > 1 else ()
    used = {node.id for node in (*net.makers.values(), *outputs)}
    for inner in inner_networks(project.graph, net).values():
        used.update(node.id for node in inner.makers.values())
    bad = tuple(problem for problem in name_problems(project) if problem.node in used)
    return (*bad, *_named_twice(project.graph, net))


def _named_twice(graph: Graph, net: Network) -> Iterator[Problem]:
    """Layers of one model with one name, which stand in different blocks of it."""
    inner = inner_networks(graph, net)

    def layers_of(part: Network) -> Iterator[Node]:
        for node in dict.fromkeys(made.id for made in part.makers.values()):
            made = graph.nodes[node]
            if made.type == BLOCK and is_inline(made):
                yield from layers_of(inner[made.id])
            elif not made.type.startswith(OPS):
                yield made

    models = [net, *(part for id_, part in inner.items() if not is_inline(graph.nodes[id_]))]
    for model in models:
        if not any(made.type == BLOCK for made in model.makers.values()):
            continue
        seen: dict[str, Node] = {}
        for node in layers_of(model):
            other = seen.setdefault(node.name, node)
            if other is not node:
                yield Problem(
                    "error",
                    f"“{node.name}” is the name of two layers of one model, which stand in "
                    "different blocks. Rename one of them.",
                    node.id,
                )


def _begin(page: Page, function: Function) -> None:
    name = one_line(function.block.name, 40)
    about = (
        f"Apply the layers of {name}."
        if function.inline
        else f"Return the block {name}, untrained."
    )
    page.function(*layout(function.head), about=about, node=function.block.id)


def _write_calls(writer: Writer, net: Network, name: str = "") -> None:
    for node in (*net.inputs, *net.calls):
        writer.write(node)
    writer.finish(name)


def _write_partly(page: Page, writer: Writer, level: Graph, net: Network, name: str = "") -> bool:
    """Write what can be written of a function's body. False if it returns no model."""
    for node in (*net.inputs, *net.calls):
        try:
            writer.write(node)
        except CannotGenerate as refusal:
            page.comment([f"Left out: {one_line(refusal.message, 66)}"], node.id)
    _name_strays(
        page, level.nodes.values(), {n.id for n in (*net.inputs, *net.calls, *net.outputs)}
    )
    try:
        writer.finish(name)
    except CannotGenerate as refusal:
        page.comment([one_line(refusal.message, 80)], refusal.node)
        page.write('    raise NotImplementedError("The network is not complete yet.")')
        return False
    return True


def _name_strays(page: Page, nodes: Iterable[Node], present: set[str]) -> None:
    for stray in nodes:
        if stray.id not in present:
            about = f"Left out: {one_line(stray.name, 40)} leads to no output."
            page.comment([about], stray.id)
