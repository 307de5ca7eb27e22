"""`build_model`: the network in Keras's functional API, as an engineer would write it down."""

from collections.abc import Mapping, Sequence

from builder.catalog.spec import Catalog
from builder.codegen.expressions import Expression, call, keyword, listing, mapping, width
from builder.codegen.fragments import OPS, called, check_owner, maker
from builder.codegen.literals import string
from builder.codegen.names import Names, comment_lines, one_line
from builder.codegen.network import Network, network
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate
from builder.document.graph import INPUT, OUTPUT, Graph, Node, OutputRef
from builder.document.names import problems as name_problems
from builder.document.names import scope_name
from builder.document.problems import Problem
from builder.document.project import Project

WIDEST_TARGET = 60


def write_model(page: Page, project: Project, catalog: Catalog) -> Network:
    """Write `build_model()`. Raises CannotGenerate."""
    net = network(project.graph, project.graph.of_type(OUTPUT))
    for problem in name_refusals(project, net):
        raise CannotGenerate(problem.message, problem.node)
    page.function("def build_model() -> keras.Model:", about="Return the network, untrained.")
    writer = _Writer(page, net, catalog)
    for node in (*net.inputs, *net.calls):
        writer.write(node)
    writer.finish(project.name)
    return net


def write_partial_model(page: Page, project: Project, catalog: Catalog) -> Network | None:
    """Write as much of `build_model()` as there is, with a line on each node left out.

    Returns the network if it is whole.
    """
    graph = project.graph
    ends = graph.of_type(OUTPUT)
    net = network(graph, ends or graph.nodes.values())
    page.function("def build_model() -> keras.Model:", about="Return the network, untrained.")
    writer = _Writer(page, net, catalog)
    for node in (*net.inputs, *net.calls):
        try:
            writer.write(node)
        except CannotGenerate as refusal:
            page.comment([f"Left out: {one_line(refusal.message, 66)}"], node.id)
    present = {node.id for node in (*net.inputs, *net.calls, *net.outputs)}
    for stray in graph.nodes.values():
        if stray.id not in present:
            about = f"Left out: {one_line(stray.name, 40)} leads to no output."
            page.comment([about], stray.id)
    try:
        writer.finish(project.name)
    except CannotGenerate as refusal:
        page.comment([one_line(refusal.message, 80)], refusal.node)
        page.write('    raise NotImplementedError("The network is not complete yet.")')
        return None
    return net


class _Writer:
    """Writes calls one by one; `variables` names the tensors that exist by then."""

    def __init__(self, page: Page, net: Network, catalog: Catalog) -> None:
        self._page = page
        self._net = net
        self._catalog = catalog
        self._names = Names()
        self._layers: dict[str, str] = {}
        self.variables: dict[OutputRef, str] = {}
        self._wishes = _wishes(net, self._names)

    def write(self, node: Node) -> None:
        """Write one Input or layer with its comment. Raises CannotGenerate, leaving no trace."""
        fed = _fed(self._net.graph, node, self.variables)
        owner = self._net.makers.get(node.id, node)
        check_owner(node, owner)
        made = maker(owner, self._catalog)
        arguments = called(node, fed, self._catalog)
        # Those of a shared layer depend on its owner's parameters.
        outputs = [port.name for port in self._catalog.ports_of(owner).outputs]
        names = self._target(node, outputs)
        self._page.comment(comment_lines(node.comment), node.id)
        if node.type.startswith("keras.layers."):
            self._page.imports.add("from keras import layers")
        elif node.type.startswith(OPS):
            self._page.imports.add("from keras import ops")
        target = ", ".join(names)
        unpacked: list[str] = []
        if width(target) > WIDEST_TARGET:
            target = self._names.take(f"{node.name}_outputs", class_name(node))
            used = [(place, name) for place, name in enumerate(names) if name != "_"]
            unpacked = [f"    {name} = {target}[{place}]" for place, name in used]
        self._page.statement((f"{target} = ", *self._layer(node, made), *arguments), node.id)
        self._page.write(*unpacked, node=node.id)
        for output, name in zip(outputs, names, strict=True):
            self.variables[OutputRef(node.id, output)] = name

    def finish(self, name: str) -> None:
        """Write the statement that returns the model. Raises CannotGenerate without outputs."""
        outputs: list[tuple[str, Expression]] = []
        for node in self._net.outputs:
            fed = _fed(self._net.graph, node, self.variables)
            made = maker(node, self._catalog)
            outputs.append((string(node.name), (*made, *called(node, fed, self._catalog))))
        inputs = [
            (self.variables[OutputRef(node.id)],)
            for node in self._net.inputs
            if OutputRef(node.id) in self.variables
        ]
        if not inputs or not outputs:
            missing = "input" if not inputs else "output"
            raise CannotGenerate(f"The network has no {missing} yet. Add one from the palette.")
        arguments = [
            keyword("inputs", inputs[0] if len(inputs) == 1 else listing(inputs)),
            keyword("outputs", outputs[0][1] if len(outputs) == 1 else mapping(outputs)),
            keyword("name", (string(scope_name(name, "model")),)),
        ]
        sole = self._net.outputs[0].id if len(outputs) == 1 else None
        self._page.statement(("return ", *call("keras.Model", arguments)), sole)

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
                wish = node.name if output == "output" else f"{node.name}_{output}"
                names.append(self._names.take(wish, class_name(node)))
        return names

    def _layer(self, node: Node, made: Expression) -> Expression:
        """The layer of a call: made in place, or made before the first of several calls."""
        owner = self._net.makers.get(node.id, node)
        if owner.id not in self._net.shared or owner.type.startswith(OPS):
            return made
        if owner.id not in self._layers:
            self._layers[owner.id] = self._names.take(f"{owner.name}_layer", "layer")
            self._page.statement((f"{self._layers[owner.id]} = ", *made), owner.id)
        return (self._layers[owner.id],)


def name_refusals(project: Project, net: Network) -> tuple[Problem, ...]:
    """Names that TensorFlow cannot train: it makes scopes of those of layers and several outputs."""
    outputs = net.outputs if len(net.outputs) > 1 else ()
    used = {node.id for node in (*net.makers.values(), *outputs)}
    return tuple(problem for problem in name_problems(project) if problem.node in used)


def class_name(node: Node) -> str:
    return node.type.rpartition(".")[2]


def _wishes(net: Network, names: Names) -> dict[OutputRef, str]:
    """The tensors that have a name from the start: inputs, and what an output gives back."""
    wishes = {OutputRef(node.id): names.take(node.name, "inputs") for node in net.inputs}
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
