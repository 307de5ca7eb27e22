"""What calls into Keras mean: layers are made, called on tensors, and put together to models."""

import ast
import builtins
import keyword as python
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.catalog.custom import MODULE
from builder.catalog.spec import Catalog, LayerSpec
from builder.document.blocks import INLINE, SEQUENTIAL
from builder.document.edits import free_name, snake_case
from builder.document.graph import INPUT, Node, Port
from builder.reading import python_known as known
from builder.reading.python_expressions import flat
from builder.reading.python_faults import CannotRead, Sources
from builder.reading.python_params import Params
from builder.reading.python_statements import Statements
from builder.reading.python_values import (
    Bound,
    Call,
    Configured,
    Function,
    Layer,
    Library,
    Method,
    Model,
    Operation,
    SizeOf,
    Tensor,
    Unknown,
    Value,
)

MOST_CALLS = 20_000
INDEX = "index"
_INPUTS = ("keras.Input", "keras.layers.Input", "keras.layers.InputLayer")
_MODELS = ("keras.Model", "keras.models.Model", "keras.Functional")
_STACKS = ("keras.Sequential", "keras.models.Sequential")
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
# Names that a variable cannot have beside Python and Keras: they get a number behind them.
_TAKEN = frozenset((*python.kwlist, *python.softkwlist, *dir(builtins), "l", "keras", "layers"))


class KerasCalls:
    """Answers the reader's questions about Keras from the catalogue.

    `backend` and `seed` are what the source says of them, `models` are its models. `failed` says
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
        self.models: list[Model] = []
        self.failed: CannotRead | None = None
        self.failed_last = False
        self.failed_learns = False
        self._unread: list[Unknown] = []

    # --- calls by path

    def call(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        if path in _INPUTS:
            return self._input(values, keywords, at)
        if path in _MODELS:
            return self._model(values, keywords, at)
        if path in _STACKS:
            return self._sequential(values, keywords, at)
        if path.startswith("keras.ops."):
            return self._op(path, values, keywords, at)
        if path.startswith(("keras.layers.", f"{MODULE}.")):
            spec = self._layer_spec(path, at)
            if spec is not None:
                return self.layer(spec, values, keywords, at)
        elif (group := self._group(path)) and group != "activations":
            found = self._params.found(group, path)
            if found is not None:
                given = {name: value for name, value in keywords.items() if name != "name"}
                return Configured(group, found.type, self._params.bound(found, values, given, at))
        has_tensors = any(isinstance(v, Tensor) for v in flat((*values, *keywords.values())))
        if has_tensors and path.startswith("keras.activations."):
            return self._op(f"keras.ops.{path.rpartition('.')[2]}", values, keywords, at)
        if has_tensors:
            raise self._sources.fault(
                at,
                f"{{words}} hands a tensor to {path[:60]}, which is no part of Keras that can be "
                "read. Use a layer of Keras or keras.ops.",
            )
        return self._elsewhere(path, values, keywords, at)

    def _elsewhere(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        """What makes no part of the network; some of it tells about the project."""
        first = values[0] if values else None
        if path in ("keras.utils.set_random_seed", "tensorflow.random.set_seed"):
            self.seed = first
        elif path == "os.environ.setdefault" and first == "KERAS_BACKEND" and len(values) == 2:
            self.backend = values[1] if isinstance(values[1], str) else ""
        elif path in ("numpy.array", "numpy.asarray") and isinstance(first, list | tuple):
            return Unknown("array", (first,), at)
        return Unknown("call", (Library(path), *values), at, keywords)

    def _group(self, path: str) -> str:
        if path in self._groups:
            return self._groups[path]
        parts = path.split(".")
        if len(parts) < 3 or parts[0] != "keras":
            return ""
        group = "schedules" if parts[-2] == "schedules" else parts[1]
        return group if group in self._catalog.objects else ""

    def _layer_spec(self, path: str, at: ast.AST) -> LayerSpec | None:
        if path.startswith(f"{MODULE}."):
            return self._catalog.layer(path)
        name = path.removeprefix("keras.layers.")
        spec = self._catalog.layer(f"keras.layers.{_OLD_NAMES.get(name, name)}")
        if spec is None and name[:1].isupper() and name != "Layer":
            raise self._sources.fault(
                at, f"{{words}}: Keras {self._catalog.keras} has no layer {name[:60]}."
            )
        return spec

    # --- layers

    def layer(
        self,
        spec: LayerSpec,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.AST,
    ) -> Layer:
        params, name, shape = self._params.of_layer(spec, values, keywords, at)
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
        if isinstance(shape, SizeOf):
            values, given = values[1:], {k: v for k, v in given.items() if k != "shape"}
        elif isinstance(shape, int) and not isinstance(shape, bool):
            raise self._sources.fault(at, "{words}: a shape is a tuple, such as (8,).")
        spec = self._catalog.layers[INPUT]
        params, name, _ = self._params.of_layer(spec, values, given, at)
        made = Layer(spec, params, name or self._name("InputLayer"), at, named=name is not None)
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
        tensors = _tensors(made)
        return tensors[0] if len(tensors) == 1 else tensors

    def call_maker(
        self,
        maker: Layer | Model,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value:
        if isinstance(maker, Model):
            return self._call_model(maker, values, keywords, at)
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
        others = [port for port in ports if port.passing != "item"]
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

    # --- ops

    def _op(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST
    ) -> Value:
        if not any(isinstance(v, Tensor) for v in flat((*values, *keywords.values()))):
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

    # --- models

    def _model(self, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call) -> Value:
        given = {**dict(zip(("inputs", "outputs", "name"), values, strict=False)), **keywords}
        name = given.get("name")
        if "inputs" not in given or "outputs" not in given:
            raise self._sources.fault(at, "{words} needs inputs and outputs.")
        for end in flat((given["inputs"], given["outputs"])):
            if isinstance(end, Unknown) or self._reader.doubt is not None:
                return self._failed(end, at)
        if name is not None and not isinstance(name, str):
            raise self._sources.fault(at, "{words}: its name is not known before it is run.")
        outputs = self._ends(given["outputs"], _argument(at, 1, "outputs"), at)
        model = Model(
            name or self._name("Functional"),
            at,
            named=name is not None,
            inputs=self._ends(given["inputs"], _argument(at, 0, "inputs"), at),
            outputs=outputs,
            keyed=isinstance(given["inputs"], Mapping),
            keys=[key for key, _ in outputs] if isinstance(given["outputs"], Mapping) else [],
        )
        _name_outputs(model)
        self.models.append(model)
        self.failed_last = False
        self._reader.made.append(model)
        return model

    def _failed(self, end: Value, at: ast.AST) -> Unknown:
        """A model that cannot be read: remembered, for when there is no other."""
        if self._reader.doubt is not None:
            cause = Unknown("statement", (), self._reader.doubt)
        else:
            assert isinstance(end, Unknown)
            cause = _cause(end)
        self.failed = self._sources.fault(
            cause.at,
            "{words} cannot be read without running it, and the network depends on it. Write it "
            "with plain assignments, functions and loops over ranges or lists.",
        )
        self.failed_last = True
        self._unread.append(Unknown("call", (Library("keras.Model"),), at))
        return self._unread[-1]

    def unknown_called(self, called: Unknown) -> None:
        """Note that something unknown is called: a model that cannot be read may learn."""
        if called.what == "attribute" and called.parts[1] in ("compile", "fit"):
            owner = called.parts[0]
            self.failed_learns |= any(owner is one for one in self._unread)

    def _ends(self, value: Value, written: ast.AST | None, at: ast.AST) -> list[tuple[str, Tensor]]:
        """Tensors at an end of a model, each with the name that the source has for it."""
        if isinstance(value, Mapping):
            pairs = [(str(key), one) for key, one in value.items()]
        elif isinstance(value, list | tuple):
            nodes: Sequence[ast.AST | None] = [None] * len(value)
            if isinstance(written, ast.List | ast.Tuple) and len(written.elts) == len(value):
                nodes = written.elts
            pairs = [(_variable(node, one), one) for node, one in zip(nodes, value, strict=True)]
        else:
            pairs = [(_variable(written, value), value)]
        if not pairs or not all(isinstance(one, Tensor) for _, one in pairs):
            raise self._sources.fault(
                at, "{words}: the ends of a model are tensors, and one of these is none."
            )
        return pairs

    def _sequential(
        self, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST
    ) -> Value:
        given = {**dict(zip(("layers", "trainable", "name"), values, strict=False)), **keywords}
        name = given.get("name")
        listed = given.get("layers") or []
        model = Model(
            name if isinstance(name, str) else self._name("Sequential"),
            at,
            named=isinstance(name, str),
            kind=SEQUENTIAL,
            stack=[],
        )
        listed = listed if isinstance(listed, list | tuple) else [listed]
        for one in listed:
            if isinstance(one, Unknown) or self._reader.doubt is not None:
                return self._failed(one, at)
            self._stack(model, one, at)
        self.models.append(model)
        self.failed_last = False
        self._reader.made.append(model)
        return model

    def inline(
        self,
        function: Function,
        given: Mapping[str, Tensor],
        walk: Callable[[Mapping[str, Value]], Value],
        at: ast.Call,
    ) -> Value:
        """A function from tensors to tensors: a block whose layers belong to the model around it.

        `walk` gives what the function returns for its arguments.
        """
        entries: dict[str, Tensor] = {}
        for name in given:
            entries[name] = self._input((), {"name": wished_name(name) or "input"}, at)
        ends = walk(entries)
        last = function.node.body[-1] if isinstance(function.node, ast.FunctionDef) else None
        written = last.value if isinstance(last, ast.Return) else None
        for end in flat((ends,)):
            if not isinstance(end, Tensor):
                raise self._sources.fault(at, "{words}: the function gives no tensors.")
        model = Model(
            _about(function),
            at,
            inputs=[(wished_name(n) or "input", tensor) for n, tensor in entries.items()],
            outputs=self._ends(ends, written, at),
            kind=INLINE,
        )
        _name_outputs(model)
        found = self._call_model(model, list(given.values()), {}, at)
        return tuple(found) if isinstance(found, list) else found

    def _stack(self, model: Model, layer: Value, at: ast.AST) -> None:
        if model.stack is None or not isinstance(layer, Layer | Model | Tensor):
            raise self._sources.fault(
                at, "{words}: a Sequential holds layers of Keras, and one of these is none."
            )
        model.stack.append(layer)

    def settle(self, model: Model) -> Model:
        """A Sequential as layers that feed each other; it takes no more layers afterwards."""
        if model.stack is None:
            return model
        stack, model.stack = model.stack, None
        if not stack:
            raise self._sources.fault(model.at, "{words} holds no layers.")
        first = stack[0]
        if isinstance(first, Tensor):
            start, stack = first, stack[1:]
        else:
            shape = first.shape if isinstance(first, Layer) else None
            given = {} if shape is None else {"shape": shape}
            start = self._input((), given, model.at)
            if not isinstance(start, Tensor):
                raise self._sources.fault(model.at, "{words} is used where it may not be run.")
        tensor: Value = start
        for layer in stack:
            at = ast.copy_location(ast.Call(ast.Name("layer"), [], []), layer.at)
            tensor = self.call_maker(layer, [tensor], {}, at)
            if not isinstance(tensor, Tensor):
                raise self._sources.fault(
                    layer.at, "{words}: a layer of a Sequential gives one tensor."
                )
        assert isinstance(start.call.maker, Layer)
        model.inputs = [(start.call.maker.name, start)]
        model.outputs = [
            (free_name({call.maker.name for call in calls_of(model)}, "output"), tensor)
        ]
        return model

    def _call_model(
        self, model: Model, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        self.settle(model)
        given: Value = values if len(values) > 1 else None
        if given is None:
            given = values[0] if values else keywords.get("inputs")
        names = [_port_name(name, tensor) for name, tensor in model.inputs]
        if isinstance(given, Mapping):
            by_key = dict(zip((key for key, _ in model.inputs), names, strict=True))
            fed = [(by_key.get(str(key), str(key)), value) for key, value in given.items()]
        else:
            listed = list(given) if isinstance(given, list | tuple) else [given]
            if len(listed) != len(names):
                raise self._sources.fault(
                    at, f"{{words}}: the model takes {len(names)} tensors; received {len(listed)}."
                )
            fed = list(zip(names, listed, strict=True))
        if not all(isinstance(tensor, Tensor) and name in names for name, tensor in fed):
            if any(isinstance(value, Unknown) for _, value in fed):
                return Unknown("call", (model, *values), at, keywords)  # asked on data
            raise self._sources.fault(at, "{words}: the model is called on something unknown.")
        outputs = tuple(name for name, _ in model.outputs)
        found = self._called(model, tuple(fed), {}, outputs, at)
        if model.keys and not isinstance(found, Unknown):
            listed = found if isinstance(found, list) else [found]
            return dict(zip(model.keys, listed, strict=True))
        return found

    # --- attributes and methods

    def is_a(self, value: Layer | Model | Tensor | Operation, type_: Value) -> Value:
        """What `isinstance` says of a part of the network."""
        wanted = type_ if isinstance(type_, tuple) else (type_,)
        paths = {one.path for one in wanted if isinstance(one, Library)}
        own = {"keras.layers.Layer", "keras.Layer"} if isinstance(value, Layer | Model) else set()
        if isinstance(value, Layer):
            own.add(value.spec.type)
        elif isinstance(value, Model):
            own.update(_MODELS)
        return bool(paths & own)

    def attribute(self, owner: Layer | Model | Tensor, name: str, at: ast.AST) -> Value:
        if isinstance(owner, Tensor):
            return SizeOf(owner, at) if name == "shape" else Method(owner, name, at)
        if isinstance(owner, Model) and name in ("input", "inputs", "output", "outputs", "layers"):
            return self._of_model(owner, name)
        if isinstance(owner, Layer) and name in ("input", "output") and owner.calls:
            call = owner.calls[0]
            ends = [t for _, t in call.fed] if name == "input" else _tensors(call)
            return ends[0] if len(ends) == 1 else ends
        if name == "name":
            return owner.name
        return Method(owner, name, at)

    def _of_model(self, model: Model, name: str) -> Value:
        self.settle(model)
        if name == "layers":
            return [call.maker for call in calls_of(model)]
        ends = model.inputs if name.startswith("input") else model.outputs
        tensors = [tensor for _, tensor in ends]
        return tensors[0] if len(tensors) == 1 and not name.endswith("s") else tensors

    def method(
        self,
        owner: Layer | Model | Tensor,
        name: str,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value:
        if isinstance(owner, Tensor):
            raise self._sources.fault(
                at, "{words}: a tensor of Keras has no methods. Use keras.ops instead."
            )
        if isinstance(owner, Model):
            if name == "add" and values:
                self._reader.certain()
                self._stack(owner, values[0], at)
                return None
            if name in ("compile", "fit") and self._reader.doubt is None:
                bound = Bound(at, tuple(values), keywords)
                if name == "compile":
                    owner.compiled = bound
                else:
                    owner.fitted = bound
            if name == "get_layer":
                return self._get_layer(owner, values, keywords, at)
        return Unknown("call", (owner, name, *values), at, keywords)

    def _get_layer(
        self, model: Model, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST
    ) -> Value:
        self.settle(model)
        makers = [call.maker for call in calls_of(model)]
        index = keywords.get("index", values[1] if len(values) > 1 else None)
        if isinstance(index, int) and -len(makers) <= index < len(makers):
            return makers[index]
        name = keywords.get("name", values[0] if values else None)
        for maker in makers:
            if known.is_plain(name) and maker.name == name:
                return maker
        return Unknown("call", (model, "get_layer", name), at)


def _tensors(call: Call) -> list[Tensor]:
    return [Tensor(call, name) for name in call.outputs]


def _about(function: Function) -> str:
    """The name of the block that a function from tensors to tensors is: in its docstring's words."""
    assert isinstance(function.node, ast.FunctionDef)
    said = re.match(r"Apply the layers of (.{1,80})\.\Z", ast.get_docstring(function.node) or "")
    name = said.group(1) if said else ""
    return name if name and not name.endswith("…") else function.node.name.removeprefix("apply_")


def _cause(value: Unknown) -> Unknown:
    """Where an unknown value became one: what it was made of that was unknown already."""
    for _ in range(1000):
        inner = next((part for part in value.parts if isinstance(part, Unknown)), None)
        if inner is None or value.what == "statement":
            break
        value = inner
    return value


def calls_of(model: Model) -> list[Call]:
    """The calls between a model's inputs and outputs, both included, in the order of the source."""
    ends = {tensor.call.number for _, tensor in model.inputs}
    found = {tensor.call.number: tensor.call for _, tensor in (*model.inputs, *model.outputs)}
    found.update({call.number: call for call in model.calls})
    waiting = list(found.values())
    while waiting:
        call = waiting.pop()
        if call.number in ends:
            continue
        for _, tensor in call.fed:
            if tensor.call.number not in found:
                found[tensor.call.number] = tensor.call
                waiting.append(tensor.call)
    return [found[number] for number in sorted(found)]


def _argument(at: ast.Call, place: int, name: str) -> ast.AST | None:
    """The expression that was written for an argument."""
    for keyword in at.keywords:
        if keyword.arg == name:
            return keyword.value
    return at.args[place] if place < len(at.args) else None


def _variable(node: ast.AST | None, value: Value) -> str:
    """What the source calls a tensor: the variable that is written, or the one it was put into."""
    if isinstance(node, ast.Name):
        return node.id
    return value.call.variable if isinstance(value, Tensor) else ""


def _name_outputs(model: Model) -> None:
    """Give each output a name that no layer of the model has: its key, or that of its variable."""
    taken = {call.maker.name for call in calls_of(model)}
    found: list[tuple[str, Tensor]] = []
    for written, tensor in model.outputs:
        wish = written if model.keys else wished_name(written)
        name = free_name(taken, wish or "output")
        taken.add(name)
        found.append((name, tensor))
    model.outputs = found


def wished_name(variable: str) -> str:
    """What a variable was called for: `outputs` is output, `sum_2` is sum, `x` says nothing."""
    stem = re.sub(r"_\d+\Z", "", variable)
    name = stem if stem in _TAKEN else variable
    return {"x": "", "inputs": "input", "outputs": "output"}.get(name, name)


def _port_name(name: str, tensor: Tensor) -> str:
    """An input of a model has the name of its Input; `name` is what a dict calls it."""
    maker = tensor.call.maker
    return maker.name if isinstance(maker, Layer) and maker.spec.type == INPUT else name
