"""Finding what is there: nodes by name, type and parameters, frames and notes by their words."""

import re

from builder.catalog.display import display
from builder.catalog.spec import Catalog
from builder.document.frames import Frame, Mark
from builder.document.framing import marks_of
from builder.document.graph import BLOCK, OUTPUT, Graph, Node
from builder.document.project import Layout


def find(graph: Graph, catalog: Catalog, text: str) -> tuple[str, ...]:
    """The ids of the nodes that hold every word of the text, at any level. No text finds none.

    `relu`, `conv 32`, `filters=32` and `filters 32` are all of use.
    """
    words = text.lower().split()
    if not words:
        return ()
    return tuple(
        node.id
        for node in graph.nodes.values()
        if _holds(words, _said(graph.nodes.get(node.shares or "", node), node, catalog))
    )


def find_marks(layout: Layout, text: str) -> tuple[str, ...]:
    """The ids of the frames and notes that hold every word of the text, at any level."""
    words = text.lower().split()
    if not words:
        return ()
    return tuple(
        id_ for id_, mark in marks_of(layout).items() if _holds(words, _written(mark).lower())
    )


def _written(mark: Mark) -> str:
    return f"{mark.title} frame" if isinstance(mark, Frame) else f"{mark.text} note"


def _holds(words: list[str], said: str) -> bool:
    # A number is meant whole: "32" is not to find 320.
    return all(
        re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", said) is not None
        if word.replace(".", "", 1).isdigit()
        else word in said
        for word in words
    )


def _said(owner: Node, node: Node, catalog: Catalog) -> str:
    """All that can be read of a node, in lower case. `owner` has the layer that it calls."""
    spec = catalog.layer(owner.type)
    kind = {BLOCK: "block", OUTPUT: "output"}.get(owner.type, spec.name if spec else "")
    params = {**owner.params, **node.call}
    pairs = [f"{name}={_plain(value)} {_plain(value)}" for name, value in params.items()]
    return " ".join((node.name, kind, owner.type, node.comment, *pairs)).lower()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else display(value)
