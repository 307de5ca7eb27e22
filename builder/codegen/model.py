"""`build_model`: the network in Keras's functional API, as an engineer would write it down.

Before it stands a function for each block, those inside others first.
"""

import contextlib
from collections.abc import Iterable, Mapping

from builder.catalog.spec import Catalog
from builder.codegen.blocks import Function, functions
from builder.codegen.expressions import layout
from builder.codegen.layer_names import name_refusals
from builder.codegen.names import one_line
from builder.codegen.network import Network, network
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate
from builder.codegen.writer import Writer
from builder.document.graph import OUTPUT, Graph, Node
from builder.document.project import Project

_HEAD = "def build_model() -> keras.Model:"
_ABOUT = "Return the network, untrained."


def write_model(page: Page, project: Project, catalog: Catalog) -> Network:
    """Write `build_model()` and the functions it calls. Raises CannotGenerate."""
    graph = project.graph
    net = network(graph.level(), graph.level().of_type(OUTPUT))
    for problem in name_refusals(project, net, catalog):
        raise CannotGenerate(problem.message, problem.node)
    known = functions(graph, net)
    for function in known.values():
        _begin(page, function)
        _write_block(page, graph, function, catalog, known)
    page.function(_HEAD, about=_ABOUT)
    _write_calls(
        Writer(page, graph, net, catalog, known, dict_inputs=project.dict_inputs), net, project.name
    )
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
        if function.sequential:
            with contextlib.suppress(CannotGenerate):
                _write_block(page, graph, function, catalog, known)
                continue
        writer = Writer(page, graph, function.net, catalog, known, function)
        whole &= _write_partly(page, writer, graph.level(function.block.id), function.net)
    page.function(_HEAD, about=_ABOUT)
    writer = Writer(page, graph, net, catalog, known, dict_inputs=project.dict_inputs)
    whole &= _write_partly(page, writer, top, net, project.name)
    return net if whole else None


def _begin(page: Page, function: Function) -> None:
    name = one_line(function.block.name, 40)
    about = (
        f"Apply the layers of {name}."
        if function.inline
        else f"Return the block {name}, untrained."
    )
    page.function(*layout(function.head), about=about, node=function.block.id)


def _write_block(
    page: Page,
    graph: Graph,
    function: Function,
    catalog: Catalog,
    known: Mapping[str, Function],
) -> None:
    """Write the body of a block's function. Raises CannotGenerate."""
    draft = Page() if function.sequential else page
    writer = Writer(draft, graph, function.net, catalog, known, function)
    _write_calls(writer, function.net)
    if function.sequential:
        Writer(page, graph, function.net, catalog, known, function).finish_sequential()


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
