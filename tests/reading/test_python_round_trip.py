"""Networks read from Python source: whatever is generated, read back, is generated again alike."""

import ast
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.codegen import CannotGenerate, generate
from builder.document.blocks import INLINE, KIND, SEQUENTIAL
from builder.document.graph import BLOCK, OUTPUT, Graph, Node
from builder.document.project import Project
from builder.reading.python_source import read_source
from builder.storage.examples import Example, list_examples
from builder.storage.project_file import load
from tests.codegen.graphs import CATALOG, nested_projects, projects
from tests.codegen.networks import GOLDEN
from tests.thorough import some

FEW = settings(
    max_examples=some(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def source_of(project: Project) -> str:
    return generate(project, CATALOG).source


def named(project: Project) -> Project:
    """It under a name that code can hold, on a backend that takes names of any letters."""
    nodes = {
        id_: replace(node, type="keras.layers.Flatten", params={}) if _reads_texts(node) else node
        for id_, node in project.graph.nodes.items()
    }
    graph = replace(project.graph, nodes=nodes)
    return replace(project, name="two ends", backend="jax", graph=graph)


def _reads_texts(node: Node) -> bool:
    return node.type == "keras.layers.StringLookup"


def without_comments(project: Project) -> Project:
    nodes = {id_: replace(node, comment="") for id_, node in project.graph.nodes.items()}
    return replace(project, graph=replace(project.graph, nodes=nodes))


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_exported_is_read_back(name: str) -> None:
    source = source_of(GOLDEN[name]())
    assert source_of(read_source(source, CATALOG)) == source


@pytest.mark.parametrize("example", list_examples(), ids=lambda one: one.name)
def test_examples_are_read_back_with_data_and_training(example: Example) -> None:
    project = load(example.path)
    source = generate(project, CATALOG, folder="here").source
    again = read_source(source, CATALOG)
    assert generate(again, CATALOG).source == source
    assert again.name == project.name
    for name in ("epochs", "batch_size", "seed", "compile", "fit"):
        assert getattr(again.training, name) == getattr(project.training, name)
    assert again.data.targets == project.data.targets
    assert [one.shape for one in again.data.features] == [
        one.shape for one in project.data.features
    ]


@FEW
@given(projects())
def test_any_network_is_read_back(project: Project) -> None:
    try:
        source = source_of(named(project))
    except CannotGenerate:
        return
    assert source_of(read_source(source, CATALOG)) == source


@FEW
@given(nested_projects(), st.data())
def test_blocks_of_all_kinds_are_read_back(project: Project, data: st.DataObject) -> None:
    nodes = dict(project.graph.nodes)
    for block in project.graph.of_type(BLOCK):
        if block.shares is None and data.draw(st.booleans()):
            kind = data.draw(st.sampled_from([INLINE, SEQUENTIAL]))
            nodes[block.id] = replace(block, params={**block.params, KIND: kind})
    try:
        source = source_of(named(replace(project, graph=replace(project.graph, nodes=nodes))))
    except CannotGenerate:
        return
    if "_copy_{" in source or "…" in source:
        return  # names that the source does not have in full
    read = read_source(source, CATALOG)
    assert unnamed(read_source(source_of(read), CATALOG)) == unnamed(read)


class _Renaming(ast.NodeTransformer):
    """Every variable, parameter and function under another name; what Keras is told stays."""

    def __init__(self, tree: ast.Module) -> None:
        nodes = list(ast.walk(tree))
        made = dict.fromkeys(
            [n.name for n in nodes if isinstance(n, ast.FunctionDef)]
            + [n.arg for n in nodes if isinstance(n, ast.arg)]
            + [n.id for n in nodes if isinstance(n, ast.Name) and _is_stored(n)]
        )
        self._names = {name: f"its_{place}" for place, name in enumerate(made)}
        self._functions = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self._names.get(node.id, node.id), node.ctx), node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        self.generic_visit(node)
        return ast.copy_location(ast.arg(self._names[node.arg], node.annotation), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.name = self._names[node.name]
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        own = isinstance(node.func, ast.Name) and node.func.id in self._functions
        self.generic_visit(node)
        for keyword in node.keywords:
            if own and keyword.arg is not None:
                keyword.arg = self._names[keyword.arg]
        return node


def with_other_names(source: str) -> str:
    """A source laid out anew, its names numbered as they come."""
    tree = ast.parse(source)
    return ast.unparse(_Renaming(tree).visit(tree))


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


@pytest.mark.parametrize("name", GOLDEN)
def test_names_of_variables_do_not_matter(name: str) -> None:
    """They are where the names of outputs and of second calls come from, and nothing else."""
    source = source_of(without_comments(GOLDEN[name]()))
    renamed = with_other_names(source)
    assert not set(re.findall(r"\b(?:build_\w+|load_data|parts)\b", renamed))
    assert unnamed(read_source(renamed, CATALOG)) == unnamed(read_source(source, CATALOG))


def unnamed(project: Project) -> Project:
    """A project with numbers for the names that a source takes from variables."""
    graph, nodes = project.graph, dict(project.graph.nodes)
    ports: dict[tuple[str, str], str] = {}
    for node in graph.nodes.values():
        if node.type == OUTPUT or node.shares:
            nodes[node.id] = replace(node, name=node.id)
            ports[node.parent, node.name] = node.id
    wires = []
    for wire in graph.wires:
        block = graph.nodes[wire.source.node].shares or wire.source.node
        output = ports.get((block, wire.source.output), wire.source.output)
        wires.append(replace(wire, source=replace(wire.source, output=output)))
    return replace(project, graph=Graph(nodes, tuple(wires)))


@FEW
@given(nested_projects())
def test_any_network_of_blocks_is_read_back_whatever_its_names_and_layout(project: Project) -> None:
    try:
        source = source_of(named(without_comments(project)))
    except CannotGenerate:
        return
    if "_copy_{" in source:
        return  # the name that the copies step aside for is not in the source
    read = read_source(source, CATALOG)
    assert unnamed(read_source(with_other_names(source), CATALOG)) == unnamed(read)
    assert unnamed(read_source(source_of(read), CATALOG)) == unnamed(read)
