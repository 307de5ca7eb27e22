"""Networks read from Python source: whatever is generated, read back, is generated again alike."""

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from builder.codegen import CannotGenerate, generate
from builder.document.project import Project
from builder.reading.python_source import read_source
from tests.codegen.graphs import CATALOG, nested_projects, projects
from tests.codegen.networks import GOLDEN

FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def source_of(project: Project) -> str:
    return generate(project, CATALOG).source


def named(project: Project) -> Project:
    """It under a name that code can hold."""
    return replace(project, name="two ends")


def without_comments(project: Project) -> Project:
    nodes = {id_: replace(node, comment="") for id_, node in project.graph.nodes.items()}
    return replace(project, graph=replace(project.graph, nodes=nodes))


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_exported_is_read_back(name: str) -> None:
    source = source_of(GOLDEN[name]())
    assert source_of(read_source(source, CATALOG)) == source


@FEW
@given(projects())
def test_any_network_is_read_back(project: Project) -> None:
    try:
        source = source_of(named(project))
    except CannotGenerate:
        return
    assert source_of(read_source(source, CATALOG)) == source


@FEW
@given(nested_projects())
def test_any_network_of_blocks_is_read_back_however_it_is_laid_out(project: Project) -> None:
    try:
        source = source_of(named(without_comments(project)))
    except CannotGenerate:
        return
    if "_copy_{" in source:
        return  # the name that the copies step aside for is not in the source
    laid_out = ast.unparse(ast.parse(source))
    assert source_of(read_source(laid_out, CATALOG)) == source
