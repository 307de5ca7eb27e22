"""Layers by category, for the palette and the Insert menu."""

from typing import get_args

from builder.catalog.spec import Catalog, Category, LayerSpec


def by_category(catalog: Catalog) -> dict[str, list[LayerSpec]]:
    """Layers by category, in the order of the categories; those without layers are left out."""
    groups: dict[str, list[LayerSpec]] = {category: [] for category in get_args(Category)}
    for spec in catalog.layers.values():
        groups.setdefault(spec.category, []).append(spec)
    return {category: specs for category, specs in groups.items() if specs}
