"""What is wrong with a project, as far as it can be told without Keras: the one list of it.

The window shows it after each edit and the command line before it starts Keras, so it holds all
that `generate` would refuse, on every node at once, and it is quick: of a thousand layers only
those that an edit touched are written anew (see `memory`).
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.code import code_of, fingerprint, runs_code
from builder.catalog.custom import read_custom
from builder.catalog.display import short
from builder.catalog.spec import Catalog
from builder.catalog.validate import validate
from builder.codegen.backends import backend_problems
from builder.codegen.blocks import judge_block
from builder.codegen.fragments import fed_by, judge
from builder.codegen.layer_names import name_refusals
from builder.codegen.memory import Memory
from builder.codegen.module import judge_training
from builder.codegen.network import maker_of, network
from builder.codegen.own import own_problems
from builder.codegen.refusal import CannotGenerate
from builder.document import topology
from builder.document.bypass import in_effect
from builder.document.graph import BLOCK, OUTPUT, Graph, Node, Wire
from builder.document.heads import head_problems
from builder.document.plan_checks import complaints
from builder.document.problems import Fix, Problem
from builder.document.project import Project

_LONGEST = 1000
_WORST_FIRST = {"error": 0, "warning": 1, "info": 2}


class _Judged(Struct, frozen=True):
    """What was found of a node, and all that it was found from."""

    owner: Node
    wires: Sequence[Wire]
    catalog: Catalog
    problem: Problem | None

    def fits(self, owner: Node, wires: Sequence[Wire], catalog: Catalog) -> bool:
        return self.owner is owner and self.catalog is catalog and self.wires == wires


_nodes: Memory[Node, _Judged] = Memory()


def problems(project: Project, catalog: Catalog) -> tuple[Problem, ...]:
    """All problems, worst first and one for each node at the most.

    Without an error among them, `generate` writes the project.
    """
    project = in_effect(project)
    catalog = catalog.including(project.custom)
    graph = project.graph
    net = network(graph.level(), graph.level().of_type(OUTPUT))
    found = merged(
        topology.problems(graph, catalog.ports_of),
        _of_nodes(graph, catalog),
        name_refusals(project, net, catalog),
        backend_problems(project, catalog),
        own_problems(project, catalog),
    )
    refusals: list[Problem] = []
    if not has_error(found):
        try:
            judge_training(project, catalog, net)
        except CannotGenerate as refusal:
            refusals.append(_problem(refusal))
    plan = (Problem("warning", sentence) for sentence in complaints(project))
    custom = (Problem("warning", said) for said in read_custom(project.custom).faults)
    listed = merged(found, refusals, custom, head_problems(project), plan)
    return tuple(map(_on_a_line, listed))


def _on_a_line(problem: Problem) -> Problem:
    """The problem as a line of a list, whatever the names in it hold."""
    message = short(problem.message, _LONGEST)
    return problem if message == problem.message else replace(problem, message=message)


def merged(*groups: Iterable[Problem]) -> tuple[Problem, ...]:
    """Groups of problems as one list, worst first: for each node the worst, of equals the first."""
    of_project: list[Problem] = []
    of_nodes: dict[str, Problem] = {}
    for group in groups:
        for problem in group:
            if problem.node is None:
                of_project.append(problem)
                continue
            known = of_nodes.get(problem.node)
            if known is None or _rank(problem) < _rank(known):
                of_nodes[problem.node] = problem
    return tuple(sorted((*of_project, *of_nodes.values()), key=_rank))


def untrusted(project: Project, catalog: Catalog, trusted: str, advice: str) -> Iterator[Problem]:
    """A warning on each node that is not run until the user trusts its code.

    `trusted` is the fingerprint of the code that is trusted.
    """
    catalog = catalog.including(project.custom)
    if fingerprint(code_of(project, catalog)) in ("", trusted):
        return
    for node in project.graph.nodes.values():
        if runs_code(node, catalog):
            said = f"“{node.name}” runs Python code, which is not run until you trust it."
            yield Problem("warning", f"{said} {advice}", node.id)


def has_error(found: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in found)


def _of_nodes(graph: Graph, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with single nodes: types, parameters, wires at ports that are not there."""
    for node in graph.nodes.values():
        owner, wires = maker_of(graph, node), graph.into(node.id)
        if BLOCK in (node.type, owner.type):
            found = _of_block(graph, node, owner, wires, catalog)
        else:
            found = _judged(node, owner, wires, catalog)
        found = found or _of_sources(graph, node, wires, catalog)
        if found is not None:
            yield found


def _of_sources(
    graph: Graph, node: Node, wires: Sequence[Wire], catalog: Catalog
) -> Problem | None:
    """What a node is to receive from an output that its source has no more: a parameter tells."""
    for wire in wires:
        source = graph.nodes.get(wire.source.node)
        if source is None:
            continue
        if graph.ports(source, catalog.ports_of).output(wire.source.output) is None:
            return Problem(
                "error",
                f"“{node.name}” is to receive “{wire.source.output}” of “{source.name}”, which "
                "gives no such output with its present parameters. Remove the wire.",
                node.id,
            )
    return None


def _of_block(
    graph: Graph, node: Node, owner: Node, wires: Sequence[Wire], catalog: Catalog
) -> Problem | None:
    try:
        judge_block(graph, node, owner, fed_by(wires), catalog)
    except CannotGenerate as refusal:
        return _problem(refusal)
    return None


def _judged(node: Node, owner: Node, wires: Sequence[Wire], catalog: Catalog) -> Problem | None:
    """What is wrong with a node; one that an edit left alone is not judged again."""

    def made(node: Node) -> _Judged:
        found = None
        try:
            judge(node, owner, wires, catalog)
        except CannotGenerate as refusal:
            found = replace(_problem(refusal), fixes=_fixes(owner, catalog))
        return _Judged(owner, wires, catalog, found)

    return _nodes.of(node, made, lambda known: known.fits(owner, wires, catalog)).problem


def _fixes(owner: Node, catalog: Catalog) -> tuple[Fix, ...]:
    """What would mend a layer's parameters that do not fit: a default, or an example."""
    spec = catalog.layer(owner.type)
    if spec is None:
        return ()
    examples = spec.example_params()
    missing = {name: value for name, value in examples.items() if name not in owner.params}
    unfit = [
        name
        for name, value in owner.params.items()
        if (param := spec.param(name)) is None or validate(value, param, catalog)
    ]
    replaced = {name: examples[name] for name in unfit if name in examples}
    reset = tuple(name for name in unfit if name not in examples)
    if not (missing or unfit):
        return ()
    title = f"Reset {', '.join(unfit)}" if unfit else f"Set {', '.join(missing)}"
    params = {owner.id: {**missing, **replaced}} if missing or replaced else {}
    return (Fix(title, params, {owner.id: reset} if reset else {}),)


def _problem(refusal: CannotGenerate) -> Problem:
    return Problem("error", refusal.message, refusal.node)


def _rank(problem: Problem) -> int:
    return _WORST_FIRST[problem.severity]
