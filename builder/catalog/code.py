"""The Python code that a project carries: what must be trusted before it may run.

Editing the canvas does not change it, so trust in it lasts until the code itself changes.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from builder.catalog.custom import FILE
from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.document.plan import object_of
from builder.document.project import Project


def code_of(project: Project, catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """Each piece of code with its place: the file of custom layers, and parameters of nodes."""
    found = [(FILE, project.custom)] if project.custom.strip() else []
    for node in project.graph.nodes.values():
        spec = catalog.layer(node.type)
        if spec is not None and node.params:
            found += [(f"“{node.name}”", text) for text in _in_params(node.params, spec, catalog)]
    return tuple(found)


def fingerprint(code: tuple[tuple[str, str], ...]) -> str:
    """SHA-256 of the pieces, whatever nodes hold them; empty where there is no code."""
    if not code:
        return ""
    pieces = sorted({text for _, text in code})
    digest = hashlib.sha256()
    for text in pieces:
        digest.update(f"{len(text)}\n{text}\n".encode())
    return digest.hexdigest()


def _in_params(
    params: Mapping[str, Any], spec: LayerSpec | ObjectSpec, catalog: Catalog
) -> Iterator[str]:
    for name, value in params.items():
        param = spec.param(name)
        if param is not None and value is not None:
            yield from _in_value(value, param, catalog)


def _in_value(value: Any, param: ParamSpec, catalog: Catalog) -> Iterator[str]:
    if param.kind == "code" and isinstance(value, str):
        yield value
    for item in value if isinstance(value, list | tuple) else (value,):
        described = object_of(item)
        inner = catalog.layer(described.type) if described is not None else None
        if described is not None and inner is not None:
            yield from _in_params(described.params, inner, catalog)
