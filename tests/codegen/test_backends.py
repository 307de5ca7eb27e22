"""What a backend cannot compute is said of the node, with a way out, and is never written."""

import pytest
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.codegen.module import generate
from builder.codegen.problems import problems
from builder.codegen.refusal import CannotGenerate
from builder.document import edits
from builder.document.mending import mend
from builder.document.project import Backend, Project
from tests.build import chain

CATALOG = load_catalog()


def texts(layer: str, dtype: str, backend: Backend) -> Project:
    project = chain("Input", layer, "Dense", "Output", catalog=CATALOG)
    params = {"shape": [1], "dtype": dtype}
    project = edits.set_params(project, {project.graph.by_name["input"].id: params})
    return replace(project, backend=backend)


def blamed(project: Project) -> set[str]:
    nodes = project.graph.nodes
    found = problems(project, CATALOG)
    return {nodes[p.node].type.rpartition(".")[2] for p in found if p.node and p.fixes}


@pytest.mark.parametrize(
    ("layer", "dtype", "backend", "expected"),
    [
        ("TextVectorization", "string", "tensorflow", set()),
        ("TextVectorization", "string", "jax", {"Input", "TextVectorization"}),
        ("TextVectorization", "string", "torch", {"Input", "TextVectorization"}),
        ("IntegerLookup", "int32", "jax", {"IntegerLookup"}),
        ("IntegerLookup", "int32", "torch", set()),
        ("Hashing", "int32", "jax", {"Hashing"}),
        ("Hashing", "string", "torch", {"Input"}),
    ],
)
def test_layers_that_need_tensorflow_say_so_elsewhere(
    layer: str, dtype: str, backend: Backend, expected: set[str]
) -> None:
    assert blamed(texts(layer, dtype, backend)) == expected


def test_the_remedy_is_one_edit_away() -> None:
    project = texts("TextVectorization", "string", "jax")
    with pytest.raises(CannotGenerate, match="JAX cannot compute"):
        generate(project, CATALOG)
    fix = next(p.fixes[0] for p in problems(project, CATALOG) if p.fixes)
    assert fix.title == "Use TensorFlow"
    assert mend(project, fix, CATALOG.ports_of)[0].backend == "tensorflow"
