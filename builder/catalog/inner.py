"""Layers inside a layer: which types fit a parameter that holds one, or several."""

from builder.catalog.spec import Catalog, LayerSpec, ParamSpec


def fitting(param: ParamSpec, catalog: Catalog) -> tuple[LayerSpec, ...]:
    """The layers that a parameter may hold: its choices, or else all that take one tensor."""
    if param.choices:
        found = (catalog.layer(type_) for type_ in param.choices)
        return tuple(spec for spec in found if spec is not None)
    return tuple(spec for spec in catalog.layers.values() if _takes_one(spec))


def _takes_one(spec: LayerSpec) -> bool:
    needed = [port for port in spec.inputs if not port.optional]
    return spec.is_layer and not spec.needs and len(needed) == 1 and not needed[0].variadic
