"""Arguments as a node's parameters: bound by the signature in the catalogue, as JSON values."""

import ast
import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from builder.catalog.custom import FILE, MODULE
from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.reading import python_known as known
from builder.reading.python_faults import Sources
from builder.reading.python_values import (
    Configured,
    Function,
    Layer,
    Library,
    SizeOf,
    Tensor,
    Unknown,
    Value,
    opened,
)

NESTING = 16
_LAST = ("trainable", "dtype")
_RENAMED = {"keras.layers.LeakyReLU": (("alpha", "negative_slope"),)}
_GONE = ("implementation", "input_length")
"""What Keras takes under its old name, and what it takes and no longer heeds."""
_SHAPES = ("input_shape", "input_dim", "batch_input_shape", "batch_shape")
_DTYPES = ("numpy.", "tensorflow.", "keras.backend.")


class Params:
    """Binds arguments to the parameters of layers and other objects of the catalogue."""

    def __init__(self, catalog: Catalog, sources: Sources) -> None:
        self._catalog = catalog
        self._sources = sources

    def of_layer(
        self, spec: LayerSpec, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST
    ) -> tuple[dict[str, Any], str | None, Value]:
        """The parameters of a layer, its name, and the shape that it says its input has."""
        given = dict(keywords)
        for old, new in _RENAMED.get(spec.type, ()):
            if old in given:
                given[new] = given.pop(old)
        for gone in _GONE:
            if spec.param(gone) is None:
                given.pop(gone, None)
        name = given.pop("name", None)
        if name is not None and not isinstance(name, str):
            raise self._unknown(at, "name", name)
        shape = None
        for old in _SHAPES:
            if old in given and spec.param(old) is None:
                shape = given.pop(old)
                shape = (shape,) if old == "input_dim" else shape
                shape = shape[1:] if old.startswith("batch") and isinstance(shape, tuple) else shape
        return self.bound(spec, values, given, at), name, shape

    def of_call(
        self, spec: LayerSpec, keywords: Mapping[str, Value], at: ast.AST
    ) -> dict[str, Any]:
        """The constants of a call that the catalogue knows, without those at their default."""
        found: dict[str, Any] = {}
        for name, value in keywords.items():
            param = spec.call_param(name)
            if param is not None and not isinstance(value, Tensor):
                read = self.value(value, param, at)
                if not _same(read, param):
                    found[name] = read
        return found

    def bound(
        self,
        spec: LayerSpec | ObjectSpec,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.AST,
    ) -> dict[str, Any]:
        """Parameters by name, without those that equal their default."""
        known_params = {param.name: param for param in spec.params if param.keras}
        order = [name for name in known_params if name not in _LAST]
        order += [name for name in _LAST if name in known_params]
        if len(values) > len(order):
            raise self._sources.fault(
                at, f"{{words}}: {spec.name} takes at most {len(order)} arguments."
            )
        given = dict(zip(order, values, strict=False))
        for name, value in keywords.items():
            if name in given:
                raise self._sources.fault(at, f"{{words}}: “{name}” is given twice.")
            if name not in known_params:
                if name == "name":
                    continue
                raise self._stray(spec, name, list(known_params), at)
            given[name] = value
        found: dict[str, Any] = {}
        for name, value in given.items():
            param = known_params[name]
            read = self.value(value, param, at)
            if not _same(read, param):
                found[name] = read
        return found

    def _stray(
        self, spec: LayerSpec | ObjectSpec, name: str, names: Sequence[str], at: ast.AST
    ) -> Exception:
        written = at.keywords if isinstance(at, ast.Call) else ()
        at = next((keyword for keyword in written if keyword.arg == name), at)
        near = difflib.get_close_matches(name[:60], names, 1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        if name == "**":
            return self._sources.fault(at, "{words} gives arguments that only running tells.")
        return self._sources.fault(
            at, f"{{words}}: {spec.name} has no parameter “{name[:60]}”.{hint}"
        )

    # --- values

    def value(self, value: Value, param: ParamSpec, at: ast.AST) -> Any:
        """A value as the JSON value that a node keeps."""
        if value is None:
            return None
        if param.kind == "code":
            return self._code(value, param.name, at)
        if not known.is_small(value):
            raise self._sources.fault(at, f"{{words}}: “{param.name}” holds too many items.")
        if param.name == "cell" and isinstance(value, list | tuple):
            # Keras stacks the cells of a list by itself.
            cells = [self._object(item, param, at) for item in value]
            return {"type": "keras.layers.StackedRNNCells", "params": {"cells": cells}}
        if param.kind in ("objects", "layers") and isinstance(value, list | tuple):
            return [self._object(item, param, at) for item in value]
        if param.kind in ("object", "objects", "layer", "layers") or (
            param.group is not None and not known.is_plain(value)
        ):
            return self._object(value, param, at)
        if param.kind == "dtype" and isinstance(value, Library):
            for room in _DTYPES:
                if value.path.startswith(room):
                    return value.path.rpartition(".")[2]
        read = self.plain(value, param.name, at)
        if param.kind == "ints" and param.length > 1 and param.scalar and isinstance(read, int):
            return [read] * param.length
        return read

    def plain(self, value: Value, name: str, at: ast.AST, depth: int = 0) -> Any:
        """A plain value, list or dict as JSON."""
        if known.is_plain(value):
            return value
        if depth >= NESTING:
            raise self._sources.fault(at, f"{{words}}: “{name}” is nested too deeply.")
        value = opened(value)
        if depth == 0 and not known.is_small(value):
            raise self._sources.fault(at, f"{{words}}: “{name}” holds too many items.")
        if isinstance(value, Layer | Configured):
            return self.described(value)
        if isinstance(value, list | tuple | range):
            # What is nested in itself many times over would be written for hours.
            if depth > 2 and not known.is_flat(value):
                raise self._sources.fault(at, f"{{words}}: “{name}” is nested too deeply.")
            return [self.plain(item, name, at, depth + 1) for item in value]
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            if depth > 4:
                raise self._sources.fault(at, f"{{words}}: “{name}” is nested too deeply.")
            return {key: self.plain(item, name, at, depth + 1) for key, item in value.items()}
        raise self._unknown(at, name, value)

    def _code(self, value: Value, name: str, at: ast.AST) -> str:
        """A lambda, or a name of the module of own layers, as its text: it is not run here."""
        if isinstance(value, Function) and isinstance(value.node, ast.Lambda):
            return ast.unparse(value.node)
        if isinstance(value, Library) and value.path.startswith(f"{MODULE}."):
            return value.path
        raise self._sources.fault(
            at,
            f"{{words}}: “{name}” takes a lambda, or a function of {FILE} by its name "
            f"({MODULE}.NAME).",
        )

    def described(self, value: Layer | Configured) -> dict[str, Any]:
        type_ = value.spec.type if isinstance(value, Layer) else value.type
        params = dict(value.params)
        return {"type": type_, "params": params} if params else {"type": type_}

    def _object(self, value: Value, param: ParamSpec, at: ast.AST) -> Any:
        """An object of Keras: by its short name where it has no parameters."""
        if isinstance(value, str):
            return value
        if isinstance(value, Layer):
            return self.described(value)
        group = param.group or ""
        if isinstance(value, Library):
            spec = self.found(group, value.path)
            if spec is not None:
                return spec.alias or {"type": spec.type}
        if isinstance(value, Configured):
            spec = self._catalog.object(value.group, value.type)
            if spec is not None and spec.alias and not value.params:
                return spec.alias
            return self.described(value)
        if isinstance(value, list | tuple | Mapping):
            return self.plain(value, param.name, at)
        raise self._unknown(at, param.name, value)

    def found(self, group: str, path: str) -> ObjectSpec | None:
        """An object of the catalogue by a path, also by the old ones: `keras.regularizers.l2`."""
        room, _, name = path.rpartition(".")
        if not path.startswith(("keras.", "tensorflow.nn.")):
            return None
        spec = self._catalog.object(group, path)
        if spec is None and (room == f"keras.{group}" or room in _ROOMS.get(group, ())):
            spec = self._catalog.object(group, name)
        return spec

    def _unknown(self, at: ast.AST, name: str, value: Value) -> Exception:
        of = value.at if isinstance(value, Unknown | SizeOf) else at
        if isinstance(value, SizeOf):
            return self._sources.fault(
                of,
                f"{{words}}, for “{name}”, is a size that only Keras works out. Write the number.",
            )
        return self._sources.fault(
            of,
            f"{{words}}, for “{name}”, cannot be read without running it. Write the value itself.",
        )


_ROOMS = {
    "activations": ("keras.ops", "keras.layers", "tensorflow.nn"),
    "schedules": ("keras.optimizers.schedules",),
    "optimizers": ("keras.optimizers.legacy",),
}


def _same(value: Any, param: ParamSpec) -> bool:
    """Whether a value is the parameter's default, however it is written."""
    if param.required:
        return False
    default = param.default
    if isinstance(default, bool) != isinstance(value, bool):
        return False
    if isinstance(default, list) and isinstance(value, int | float) and param.length > 1:
        value = [value] * param.length
    if isinstance(value, list) and isinstance(default, int) and len(value) == param.length:
        default = [default] * param.length
    if isinstance(value, str) and isinstance(default, dict):
        return False
    return bool(value == default)
