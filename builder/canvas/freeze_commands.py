"""Freezing what is selected, with all that its blocks hold, as one undo step."""

from collections.abc import Collection
from functools import cache

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.document.freezing import TRAINABLE, freezable, freeze, is_frozen
from builder.document.graph import Node


class FreezeCommands:
    """Edits of one document that keep layers from learning."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        self._document = document
        self._catalog = catalog

    def layers(self, nodes: Collection[str]) -> tuple[Node, ...]:
        """Those of the nodes, and of all inside them, whose weights can be kept from learning."""
        if not nodes:
            return ()
        catalog = self._document.including(self._catalog)

        @cache  # thousands of layers are of a few types
        def learns(type_: str) -> bool:
            spec = catalog.layer(type_)
            return spec is not None and any(param.name == TRAINABLE for param in spec.params)

        return freezable(self._document.project, nodes, lambda node: learns(node.type))

    def freeze(self, nodes: Collection[str]) -> None:
        """Keep layers from learning, or let them learn if all of them are kept from it."""
        layers = self.layers(nodes)
        if not layers:
            return
        on = not is_frozen(layers)
        many = f"{len(layers):,} layers" if len(layers) > 1 else layers[0].name
        title = "Freeze" if on else "Unfreeze"
        self._document.apply(f"{title} {many}", freeze(self._document.project, layers, on))
