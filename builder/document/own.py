"""Whether nodes use the layers or functions of the project's own, those of custom_layers.py."""

from collections.abc import Iterable
from typing import Any

from builder.document.graph import Node

PREFIX = "custom_layers."
"""How the types and names of the project's own begin."""


def use_own(nodes: Iterable[Node]) -> bool:
    """Whether a node is of a type of the project's own, or one of its parameters names one."""
    return any(PREFIX in node.type or _named_in(node.params) for node in nodes)


def _named_in(value: Any) -> bool:
    if isinstance(value, str):
        return PREFIX in value
    if isinstance(value, dict):
        return any(map(_named_in, value.values()))
    return isinstance(value, list | tuple) and any(map(_named_in, value))
