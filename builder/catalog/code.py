"""The Python code that a project carries: what must be trusted before it may run.

Editing the canvas does not change it, so trust in it lasts until the code itself changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from builder.catalog.custom import FILE, MODULE
from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.document.graph import Graph, Node
from builder.document.plan import object_of
from builder.document.project import Project

_OWN = f"{MODULE}."

Code = tuple[tuple[str, str], ...]
"""Pieces of code, each with its place in words."""


def code_of(project: Project, catalog: Catalog) -> Code:
    """Each piece of code with its place: the file of custom layers, and parameters of nodes."""
    return code_among(project.graph, project.custom, catalog)


def code_among(graph: Graph, custom: str, catalog: Catalog) -> Code:
    """The code of a graph and of the source of custom layers (see `code_of`)."""
    found = [(FILE, custom)] if custom.strip() else []
    for node in graph.nodes.values():
        found += [(f"“{node.name}”", text) for text in code_in(node, catalog)]
    return tuple(found)


def code_in(node: Node, catalog: Catalog) -> tuple[str, ...]:
    """The pieces of code among a node's parameters, also those of layers inside it."""
    spec = catalog.layer(node.type) if node.type in catalog.may_hold_code else None
    if spec is None:
        return ()
    return tuple(_in_params(node.params, spec, catalog))


def types_in(node: Node, catalog: Catalog) -> tuple[str, ...]:
    """The type of a node and those of the layers inside it."""
    spec = catalog.layer(node.type) if node.type in catalog.may_hold_layers else None
    if spec is None:
        return (node.type,)
    return (node.type, *_types(node.params, spec, catalog))


def runs_code(node: Node, catalog: Catalog) -> bool:
    """Whether making the layer of a node runs code of the project's own."""
    if node.type.startswith(_OWN) or code_in(node, catalog):
        return True
    return any(type_.startswith(_OWN) for type_ in types_in(node, catalog)[1:])


def fingerprint(code: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of the pieces, whatever nodes hold them; empty where there is no code."""
    pieces = sorted({text for _, text in code})
    return _digest(pieces) if pieces else ""


def fingerprints(code: Iterable[tuple[str, str]]) -> frozenset[str]:
    """A fingerprint of each piece, so that taking one away leaves the others trusted."""
    return frozenset(_digest([text]) for _, text in code)


def _digest(pieces: Iterable[str]) -> str:
    import hashlib  # where there is code: the first paint need not wait for OpenSSL

    digest = hashlib.sha256()
    for text in pieces:
        data = text.encode(errors="surrogatepass")
        digest.update(b"%d\n%b\n" % (len(data), data))
    return digest.hexdigest()


def _in_params(params: Mapping[str, Any], spec: LayerSpec, catalog: Catalog) -> Iterator[str]:
    for param, value in _given(params, spec):
        # What a fresh layer is given is the catalogue's own.
        if param.kind == "code" and isinstance(value, str) and value != param.example:
            yield value
        for described, inner in _layers(value, catalog):
            yield from _in_params(described, inner, catalog)


def _types(params: Mapping[str, Any], spec: LayerSpec, catalog: Catalog) -> Iterator[str]:
    for _, value in _given(params, spec):
        for described, inner in _layers(value, catalog):
            yield inner.type
            yield from _types(described, inner, catalog)


def _given(params: Mapping[str, Any], spec: LayerSpec) -> Iterator[tuple[ParamSpec, Any]]:
    for name, value in params.items():
        if value is None or isinstance(value, int | float):
            continue  # most are numbers: neither code nor a layer
        param = spec.param(name)
        if param is not None:
            yield param, value


def _layers(value: Any, catalog: Catalog) -> Iterator[tuple[Mapping[str, Any], LayerSpec]]:
    """The layers that a parameter's value describes, with their parameters."""
    if isinstance(value, str):
        return
    for item in value if isinstance(value, list | tuple) else (value,):
        described = object_of(item)
        inner = catalog.layer(described.type) if described is not None else None
        if described is not None and inner is not None:
            yield described.params, inner
