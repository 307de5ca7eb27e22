"""What a project's backend cannot compute: layers and inputs that need TensorFlow.

Measured with Keras 3.15: JAX and PyTorch have no texts at all; layers that hash or look up are
TensorFlow inside, which PyTorch can call and JAX cannot compile for training.
"""

from collections.abc import Iterator

from builder.catalog.spec import Catalog
from builder.document.graph import INPUT, Node
from builder.document.problems import Fix, Problem
from builder.document.project import BACKENDS, Project

_OF_TEXTS = frozenset({"keras.layers.StringLookup", "keras.layers.TextVectorization"})
_FIX = Fix("Use TensorFlow", backend="tensorflow")


def backend_problems(project: Project, catalog: Catalog) -> Iterator[Problem]:
    """An error for each node that the project's backend cannot train."""
    if project.backend == "tensorflow":
        return
    for node in project.graph.nodes.values():
        if what := _needs_tensorflow(node, project.backend, catalog):
            yield Problem(
                "error",
                f"“{node.name}” {what}, which {BACKENDS[project.backend]} cannot compute. Choose "
                "TensorFlow as the project’s backend, or take the layer out.",
                node.id,
                (_FIX,),
            )


def _needs_tensorflow(node: Node, backend: str, catalog: Catalog) -> str:
    """What a node does that needs TensorFlow, as the middle of a sentence, or nothing."""
    if node.type == INPUT:
        return "takes texts" if node.params.get("dtype") == "string" else ""
    spec = catalog.layer(node.type)
    if spec is None or not spec.tensorflow_only:
        return ""
    if node.type in _OF_TEXTS:
        return "reads texts"
    return "hashes or looks up values" if backend == "jax" else ""
