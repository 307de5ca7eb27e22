"""Layers and ops of a Python source: made by the catalogue, and called on tensors."""

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from builder.catalog.custom import MODULE
from builder.catalog.spec import Catalog, LayerSpec
from builder.document.edits import snake_case
from builder.document.graph import INDEX, INPUT, Node, Port
from builder.reading.python_ends import tensors_of
from builder.reading.python_expressions import flat
from builder.reading.python_faults import CannotRead, Sources
from builder.reading.python_params import Params
from builder.reading.python_shapes import Shapes
from builder.reading.python_statements import Statements
from builder.reading.python_values import (
    Call,
    Layer,
    Library,
    Model,
    Operation,
    SizeOf,
    Tensor,
    Unknown,
    Value,
)

MOST_CALLS = 20_000
_OLD_NAMES = {
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "Convolution1DTranspose": "Conv1DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
}
_OPERATORS = {
    "Add": "add",
    "Sub": "subtract",
    "Mult": "multiply",
    "Div": "true_divide",
    "FloorDiv": "floor_divide",
    "Mod": "mod",
    "Pow": "power",
    "MatMult": "matmul",
    "USub": "negative",
    "Invert": "logical_not",
    "BitAnd": "logical_and",
    "BitOr": "logical_or",
    "BitXor": "logical_xor",
    "Gt": "greater",
    "GtE": "greater_equal",
    "Lt": "less",
    "LtE": "less_equal",
    "Eq": "equal",
    "NotEq": "not_equal",
}


class LayerCalls:
    """Makes layers and calls them. The state that all of the reading of Keras shares is here.

    `backend`, `seed` and `policy` (a dtype for all layers) are what the source says of them, `models`
    are its models. `failed` says
    why one could not be read; `failed_last` if that was the last one, `failed_learns` if it is
    compiled or fitted.
    """

    def __init__(self, catalog: Catalog, sources: Sources, reader: Statements) -> None:
        self._catalog = catalog
        self._sources = sources
        self._reader = reader
        self._params = Params(catalog, sources)
        self._automatic: Counter[str] = Counter()
        self._groups = {type_: group for group, specs in catalog.objects.items() for type_ in specs}
        self.backend = ""
        self.seed: Value = None
        self.policy: Value = None
        self.models: list[Model] = []
        self.shapes = Shapes()
        self.failed: CannotRead | None = None
        self.failed_last = False
        self.failed_learns = False
        self._unread: list[Unknown] = []

    def _layer_spec(self, path: str, at: ast.AST) -> LayerSpec | None:
        if path.startswith(f"{MODULE}."):
            return self._catalog.layer(path)
        room, _, name = path.removeprefix("keras.layers.").rpartition(".")
        if room and not room.islower():
            name = path
        spec = self._catalog.layer(f"keras.layers.{_OLD_NAMES.get(name, name)}")
        if spec is None and name[:1].isupper() and name != "Layer":
            raise self._sources.fault(
                at, f"{{words}}: Keras {self._catalog.keras} has no layer {name[:60]}."
            )
        return spec

    def layer(
        self,
        spec: LayerSpec,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.AST,
    ) -> Layer:
        params, name, shape = self._params.of_layer(spec, values, keywords, at)
        if self.policy and spec.param("dtype") is not None:
            params.setdefault("dtype", self.policy)
        made = Layer(
            spec, params, name or self._name(spec.name), at, named=name is not None, shape=shape
        )
        self._reader.made.append(made)
        return made

    def _name(self, class_name: str) -> str:
        """The name that Keras gives to a layer without one: dense, dense_1..."""
        stem = snake_case(class_name)
        self._automatic[stem] += 1
        return stem if self._automatic[stem] == 1 else f"{stem}_{self._automatic[stem] - 1}"

    def _input(self, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST) -> Value:
        if self._reader.doubt is not None:
            return Unknown("statement", (), self._reader.doubt)
        given = dict(keywords)
        whole = given.pop("batch_shape", given.pop("batch_input_shape", None))
        if "input_shape" in given:
            given["shape"] = given.pop("input_shape")
        if isinstance(whole, list | tuple) and whole:
            given["shape"] = tuple(whole[1:])
            if whole[0] is not None:
                given["batch_size"] = whole[0]
        shape = values[0] if values else given.get("shape")
        sizes = None
        if isinstance(shape, SizeOf):
            values, given = values[1:], {k: v for k, v in given.items() if k != "shape"}
            sizes = shape.sizes
        elif isinstance(shape, int) and not isinstance(shape, bool):
            raise self._sources.fault(at, "{words}: a shape is a tuple, such as (8,).")
        spec = self._catalog.layers[INPUT]
        params, name, _ = self._params.of_layer(spec, values, given, at)
        made = Layer(
            spec,
            params,
            name or self._name("InputLayer"),
            at,
            named=name is not None,
            shape=sizes,
        )
        return self._called(made, (), {}, ("output",), at)

    def _called(
        self,
        maker: Layer | Operation | Model,
        fed: tuple[tuple[str, Tensor], ...],
        constants: Mapping[str, Any],
        outputs: tuple[str, ...],
        at: ast.AST,
    ) -> Value:
        """The tensor that a call gives, or the tensors; unknown where the call is in doubt."""
        reader = self._reader
        if reader.doubt is not None:
            return Unknown("statement", (), reader.doubt)
        made = Call(
            maker, fed, constants, outputs, at, tuple(reader.loops), number=len(reader.made)
        )
        if len(reader.made) > 3 * MOST_CALLS:
            raise self._sources.fault(at, f"{{words}}: at most {MOST_CALLS:,} layers are read.")
        if isinstance(maker, Layer):
            maker.calls.append(made)
        if isinstance(maker, Layer | Model) and maker.comment:
            made.comment, maker.comment = maker.comment, ""
        reader.made.append(made)
        tensors = tensors_of(made)
        if not isinstance(maker, Model) and maker.spec.keyed:
            return dict(zip(outputs, tensors, strict=True))
        listed = not isinstance(maker, Model) and any(port.counted for port in maker.spec.outputs)
        return tensors[0] if len(tensors) == 1 and not listed else tensors

    def _call_layer(
        self,
        maker: Layer,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value:
        if not any(isinstance(v, Tensor) for v in flat((*values, *keywords.values()))):
            if any(isinstance(v, Unknown) for v in flat((*values, *keywords.values()))):
                return Unknown("call", (maker, *values), at, keywords)  # called on data
            raise self._sources.fault(at, "{words}: the layer is called on no tensor.")
        constants = self._params.of_call(maker.spec, keywords, at)
        node = Node("", maker.name, maker.spec.type, maker.params, constants)
        ports = self._catalog.ports_of(node)
        fed, rest = self._feed(maker.spec, ports.inputs, values, keywords, at)
        for name, value in rest.items():
            if maker.spec.call_param(name) is None and value is not None:
                constants[name] = self._params.plain(value, name, at)
        outputs = tuple(port.name for port in ports.outputs)
        return self._called(maker, fed, constants, outputs, at)

    def _feed(
        self,
        spec: LayerSpec,
        ports: Sequence[Port],
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.AST,
    ) -> tuple[tuple[tuple[str, Tensor], ...], dict[str, Value]]:
        """The tensors by port, and what else is given by name."""
        fed: list[tuple[str, Tensor]] = []
        rest: dict[str, Value] = {}
        items = [port for port in ports if port.passing == "item"]
        others = [port for port in ports if port.passing not in ("item", "entry")]
        if spec.keyed and values and isinstance(values[0], Mapping):
            entries = {port.name: port for port in ports if port.passing == "entry"}
            for name, value in values[0].items():
                if name not in entries:
                    raise self._sources.fault(
                        at, f"{{words}}: {spec.name} takes nothing as “{str(name)[:60]}” here."
                    )
                self._put(fed, entries[name], value, at)
            values = values[1:]
        if items and values:
            first = values[0]
            listed = list(first) if isinstance(first, list | tuple) else [first]
            if len(listed) > len(items):
                raise self._sources.fault(
                    at, f"{{words}}: {spec.name} takes {len(items)} tensors in its list."
                )
            for port, value in zip(items, listed, strict=False):
                self._put(fed, port, value, at)
            values = values[1:]
        if len(values) > len(others):
            raise self._sources.fault(
                at, f"{{words}}: {spec.name} takes {len(others)} tensors; received {len(values)}."
            )
        for port, value in zip(others, values, strict=False):
            self._put(fed, port, value, at)
        by_name = {port.name: port for port in ports}
        for name, value in keywords.items():
            if name in by_name:
                self._put(fed, by_name[name], value, at)
            elif any(isinstance(one, Tensor) for one in flat((value,))):
                raise self._sources.fault(
                    at, f"{{words}}: {spec.name} takes no tensor as “{name[:60]}” here."
                )
            else:
                rest[name] = value
        order = [port.name for port in ports]
        return tuple(sorted(fed, key=lambda pair: order.index(pair[0]))), rest

    def _put(self, fed: list[tuple[str, Tensor]], port: Port, value: Value, at: ast.AST) -> None:
        if value is None:
            return
        tensors = list(value) if isinstance(value, list | tuple) else [value]
        several = port.variadic or isinstance(value, Tensor)
        if not several or not all(isinstance(one, Tensor) for one in tensors):
            raise self._sources.fault(
                at, f"{{words}}: “{port.name}” takes a tensor, and this is none that can be read."
            )
        fed += [(port.name, tensor) for tensor in tensors]

    def _op(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST
    ) -> Value:
        if not any(isinstance(v, Tensor) for v in flat((*values, *keywords.values()))):
            # Numbers in place of a tensor, as the code that this program writes has them.
            listed = len(values) == 1 and isinstance(values[0], list | tuple) and not keywords
            if path == "keras.ops.array" and listed:
                return Unknown("array", (values[0],), at)
            return Unknown("call", (Library(path), *values), at, keywords)
        spec = self._catalog.layer(path)
        if spec is None:
            raise self._sources.fault(
                at,
                f"{{words}}: {path[:60]} is no op that this program offers. Use a layer instead.",
            )
        given = self._of_op(spec, values, keywords, at)
        ports = {port.name for port in spec.inputs}
        tensors = {
            name: value
            for name, value in given.items()
            if name in ports and any(isinstance(one, Tensor) for one in flat((value,)))
        }
        constants = {name: value for name, value in given.items() if name not in tensors}
        params = self._params.bound(spec, (), constants, at)
        fed, _ = self._feed(spec, spec.inputs, (), tensors, at)
        made = Operation(spec, params, self._name(spec.name), at)
        outputs = tuple(port.name for port in spec.ports(params).outputs)
        return self._called(made, fed, {}, outputs, at)

    def _of_op(
        self,
        spec: LayerSpec,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.AST,
    ) -> dict[str, Value]:
        """The arguments of an op by name. Its ports come first in its signature, constants behind.

        Of two tensors in a list each has a port of its own. What takes loose tensors takes its
        required constants before them.
        """
        given: dict[str, Value] = {}
        left = list(values)
        items = [port.name for port in spec.inputs if port.passing == "item"]
        if items and left and isinstance(left[0], list | tuple):
            given.update(zip(items, left.pop(0), strict=False))
        names = [port.name for port in spec.inputs if port.name not in items]
        for port in spec.inputs:
            if port.passing == "star":
                before = [param.name for param in spec.params if param.required]
                given[port.name] = left[len(before) :]
                left, names = left[: len(before)], before
        names += [param.name for param in spec.params if param.name not in names]
        if len(left) > len(names):
            raise self._sources.fault(at, f"{{words}}: {spec.name} takes fewer arguments.")
        return {**given, **dict(zip(names, left, strict=False)), **keywords}

    def operator(self, name: str, values: Sequence[Value], at: ast.AST) -> Value:
        op = _OPERATORS.get(name)
        if op is None:
            raise self._sources.fault(at, "{words} is no operation on tensors that can be read.")
        return self._op(f"keras.ops.{op}", values, {}, at)

    def index(self, tensor: Tensor, text: str, at: ast.AST) -> Value:
        spec = self._catalog.layer(INDEX)
        if spec is None:
            raise self._sources.fault(at, "{words}: an index cannot be a node yet.")
        made = Operation(spec, {"index": text}, self._name("get_item"), at)
        return self._called(made, (("inputs", tensor),), {}, ("output",), at)
