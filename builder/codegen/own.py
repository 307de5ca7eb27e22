"""What is wrong with a project's own code: names that are not there, layers that take no name."""

import ast
import re
from collections.abc import Iterator

from builder.catalog.code import code_in
from builder.catalog.custom import FILE, MODULE, read_custom
from builder.catalog.spec import Catalog
from builder.codegen.memory import Memory
from builder.document.graph import Node
from builder.document.problems import Problem
from builder.document.project import Project

_READ: Memory[Node, tuple[Catalog, frozenset[str]]] = Memory()
_PLAIN = re.compile(rf"\s*{MODULE}\.(\w+)[\w.]*\s*", re.ASCII)


def own_problems(project: Project, catalog: Catalog) -> Iterator[Problem]:
    """An error on each node that calls a function which the project does not have.

    And on each of a layer that takes no name: Keras could save it, and never read it again.
    """
    own = read_custom(project.custom)
    for node in project.graph.nodes.values():
        if node.type in own.nameless:
            yield Problem(
                "error",
                f"“{node.name}” is a {node.type.removeprefix(f'{MODULE}.')}, whose __init__ takes no "
                f"name ({FILE}, line {own.nameless[node.type]}), so Keras could not load a model "
                "with it. Let it take **kwargs, and hand them on: super().__init__(**kwargs).",
                node.id,
            )
        gone = _taken(node, catalog) - own.names
        if gone:
            yield Problem(
                "error",
                f"“{node.name}” uses {min(gone)} of {FILE}, and nothing there has that name. Write "
                "it with Model ▸ Custom layers….",
                node.id,
            )


def _taken(node: Node, catalog: Catalog) -> frozenset[str]:
    """What the code of a node takes from the project's own file; read once for a node."""

    def read(node: Node) -> tuple[Catalog, frozenset[str]]:
        pieces = code_in(node, catalog)
        return catalog, frozenset(name for text in pieces for name in _named(text))

    return _READ.of(node, read, lambda found: found[0] is catalog)[1]


def _named(text: str) -> Iterator[str]:
    """What a piece of code takes from the project's own file."""
    if MODULE not in text:
        return
    if plain := _PLAIN.fullmatch(text):
        yield plain[1]
        return
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # it is refused as it is
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module == MODULE:
                yield name
