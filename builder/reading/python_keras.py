"""What calls into Keras mean, by their paths, and what is asked of layers, tensors and models."""

import ast
from collections.abc import Mapping, Sequence

from builder.catalog.custom import MODULE
from builder.reading import python_known as known
from builder.reading.keras2_ops import of_tensorflow, renamed
from builder.reading.python_ends import calls_of, tensors_of
from builder.reading.python_expressions import flat
from builder.reading.python_models import ModelCalls
from builder.reading.python_values import (
    Bound,
    Configured,
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
from builder.reading.refusal import CannotImport

_INPUTS = ("keras.Input", "keras.layers.Input", "keras.layers.InputLayer")
_MODELS = ("keras.Model", "keras.models.Model", "keras.Functional")
_STACKS = ("keras.Sequential", "keras.models.Sequential")
_AS_FUNCTIONS = {
    f"keras.layers.{name.lower()}": f"keras.layers.{name}"
    for name in (
        "Add",
        "Average",
        "Concatenate",
        "Dot",
        "Maximum",
        "Minimum",
        "Multiply",
        "Subtract",
    )
}
_SIZES = ("keras.ops.shape", "keras.backend.int_shape")
_POLICIES = (
    "keras.config.set_dtype_policy",
    "keras.mixed_precision.set_dtype_policy",
    "keras.mixed_precision.set_global_policy",
)
_SETTINGS = {
    "epsilon": 1e-7,
    "floatx": "float32",
    "image_data_format": "channels_last",
}
"""What Keras answers about itself unless it was told otherwise."""


class KerasCalls(ModelCalls):
    """Answers the reader's questions about Keras from the catalogue."""

    def call(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        if path in _INPUTS:
            return self._input(values, keywords, at)
        if path in _MODELS:
            return self._model(values, keywords, at)
        if path in _STACKS:
            return self._sequential(values, keywords, at)
        if path in _SIZES and len(values) == 1 and isinstance(values[0], Tensor):
            return self.attribute(values[0], "shape", at)
        if path.startswith("keras.ops."):
            return self._op(path, values, keywords, at)
        if path in _AS_FUNCTIONS:
            return self._layer_as_function(path, values, keywords, at)
        if path.startswith(("keras.layers.", f"{MODULE}.")):
            spec = self._layer_spec(path, at)
            if spec is not None:
                return self.layer(spec, values, keywords, at)
        elif (group := self._group(path)) and group != "activations":
            found = self._params.found(group, path)
            if found is not None:
                given = {name: value for name, value in keywords.items() if name != "name"}
                return Configured(group, found.type, self._params.bound(found, values, given, at))
        room, _, name = path.rpartition(".")
        if room in ("keras.config", "keras.backend") and name in _SETTINGS and not values:
            return _SETTINGS[name]
        has_tensors = any(isinstance(v, Tensor) for v in flat((*values, *keywords.values())))
        if has_tensors and path.startswith("keras.activations."):
            return self._op(f"keras.ops.{path.rpartition('.')[2]}", values, keywords, at)
        if has_tensors and (old := self._of_keras_2(path, values, keywords, at)) is not None:
            return old
        if has_tensors:
            raise self._sources.fault(
                at,
                f"{{words}} hands a tensor to {path[:60]}, which is no part of Keras that can be "
                "read. Use a layer of Keras or keras.ops.",
            )
        return self._elsewhere(path, values, keywords, at)

    def _layer_as_function(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        """`layers.add([a, b])`: a layer made and called at once."""
        given = dict(keywords)
        inputs = values[0] if values else given.pop("inputs", None)
        spec = self._catalog.layers[_AS_FUNCTIONS[path]]
        return self._call_layer(self.layer(spec, values[1:], given, at), [inputs], {}, at)

    def _of_keras_2(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.AST
    ) -> Value:
        """A function of TensorFlow or of the old backend, as Keras 2 took them, as an op; or None."""
        name = path.removeprefix("keras.backend.")
        if name != path:
            spec = self._catalog.layer(f"keras.ops.{name}")
            return None if spec is None else self._op(spec.type, values, keywords, at)
        found = of_tensorflow(path) if path.startswith("tensorflow.") else None
        if found is None:
            return None
        function, op = found
        given = {**dict(zip(op.names, values[1:], strict=False)), **keywords}
        try:
            given = renamed(given, op, function, name)
        except CannotImport as refusal:
            raise self._sources.fault(at, f"{{words}}: {refusal}") from None
        return self._op(f"keras.ops.{op.op}", values[:1], given, at)

    def _elsewhere(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        """What makes no part of the network; some of it tells about the project."""
        first = values[0] if values else None
        if path in _POLICIES and first is not None:
            self.policy = self._params.plain(first, "policy", at)
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
            if name != "shape":
                return Method(owner, name, at)
            return SizeOf(owner, at, self.shapes.of(owner))
        if isinstance(owner, Model) and name in ("input", "inputs", "output", "outputs", "layers"):
            return self._of_model(owner, name)
        if isinstance(owner, Layer) and name in ("input", "output") and owner.calls:
            call = owner.calls[0]
            ends = [t for _, t in call.fed] if name == "input" else tensors_of(call)
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
