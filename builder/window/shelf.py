"""The things that one parameter may hold: Keras objects of a group, or layers inside a layer."""

from collections.abc import Mapping
from typing import Any

from builder.catalog.inner import fitting
from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.catalog.validate import validate
from builder.document.plan import object_of

Thing = ObjectSpec | LayerSpec


class Shelf:
    """What there is to choose from for one parameter, and how it stands in a project."""

    def __init__(self, spec: ParamSpec, catalog: Catalog) -> None:
        self._group = spec.group
        self._catalog = catalog
        self.things: tuple[Thing, ...] = (
            fitting(spec, catalog)
            if spec.group is None
            else tuple(catalog.objects.get(spec.group, {}).values())
        )

    def read(self, value: Any) -> tuple[Thing | None, Mapping[str, Any]]:
        """The thing a value means, with its parameters; None for no thing or an unknown one."""
        if isinstance(value, str):
            return self._find(value), {}
        found = object_of(value)
        return (self._find(found.type), found.params) if found else (None, {})

    def write(self, thing: Thing, params: Mapping[str, Any]) -> Any:
        """The value for a thing: the short string that Keras takes where that says it all."""
        if not params and isinstance(thing, ObjectSpec) and thing.alias:
            return thing.alias
        return {"type": thing.type, "params": dict(params)}

    def fresh(self, thing: Thing, before: Mapping[str, Any] | None = None) -> Any:
        """A thing just chosen: examples for its required parameters, defaults for the others.

        Of a layer, what the one `before` it had is kept where it fits: an LSTM's units for a GRU.
        """
        params = {p.name: p.example for p in thing.params if p.required and p.example is not None}
        for name, value in (before or {}).items() if self._group is None else ():
            param = thing.param(name)
            if param is not None and validate(value, param, self._catalog) is None:
                params[name] = value
        return self.write(thing, params)

    def _find(self, name: str) -> Thing | None:
        if self._group is None:
            return self._catalog.layer(name)
        return self._catalog.object(self._group, name)


def title(thing: Thing) -> str:
    """What people call it: `relu`, `glorot_uniform`, `LSTM`."""
    return (thing.alias or thing.name) if isinstance(thing, ObjectSpec) else thing.name


def words_of(value: Any) -> str:
    """A value that is no known thing, as well as it can be said."""
    if value is None:
        return "choose"
    found = object_of(value)
    return found.type if found else str(value)
