"""Models of a Python source: functional ones, keras.Sequential, and what is called as a block."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from builder.document.blocks import INLINE, SEQUENTIAL
from builder.document.edits import free_name
from builder.reading.python_ends import (
    about,
    argument,
    calls_of,
    cause,
    name_outputs,
    port_name,
    variable,
    wished_name,
)
from builder.reading.python_expressions import flat
from builder.reading.python_layers import LayerCalls
from builder.reading.python_values import (
    Function,
    Layer,
    Library,
    Model,
    Operation,
    SizeOf,
    Tensor,
    Unknown,
    Value,
)


class ModelCalls(LayerCalls):
    """Puts models together, and calls them on tensors as blocks."""

    def call_maker(
        self,
        maker: Layer | Model,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value:
        """A layer or a model called on tensors."""
        if isinstance(maker, Model):
            return self._call_model(maker, values, keywords, at)
        return self._call_layer(maker, values, keywords, at)

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
        outputs = self._ends(given["outputs"], argument(at, 1, "outputs"), at)
        model = Model(
            name or self._name("Functional"),
            at,
            named=name is not None,
            inputs=self._ends(given["inputs"], argument(at, 0, "inputs"), at),
            outputs=outputs,
            keyed=isinstance(given["inputs"], Mapping),
            keys=[key for key, _ in outputs] if isinstance(given["outputs"], Mapping) else [],
        )
        name_outputs(model)
        self.models.append(model)
        self.failed_last = False
        self._reader.made.append(model)
        return model

    def _failed(self, end: Value, at: ast.AST) -> Unknown:
        """A model that cannot be read: remembered, for when there is no other."""
        if self._reader.doubt is not None:
            unknown = Unknown("statement", (), self._reader.doubt)
        else:
            assert isinstance(end, Unknown)
            unknown = cause(end)
        self.failed = self._sources.fault(
            unknown.at,
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
            pairs = [(variable(node, one), one) for node, one in zip(nodes, value, strict=True)]
        else:
            pairs = [(variable(written, value), value)]
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
            about(function),
            at,
            inputs=[(wished_name(n) or "input", tensor) for n, tensor in entries.items()],
            outputs=self._ends(ends, written, at),
            kind=INLINE,
        )
        name_outputs(model)
        found = self._call_model(model, list(given.values()), {}, at)
        return tuple(found) if isinstance(found, list) else found

    def _stack(self, model: Model, layer: Value, at: ast.AST) -> None:
        if model.stack is None or not isinstance(layer, Layer | Model | Tensor):
            raise self._sources.fault(
                at, "{words}: a Sequential holds layers of Keras, and one of these is none."
            )
        model.stack.append(layer)

    def layers_of(self, owner: Layer | Model) -> Iterator[Layer]:
        """The layers of a model and of those inside it; a layer by itself."""
        return (one for one in self.makers_in(owner) if isinstance(one, Layer))

    def makers_in(self, owner: Layer | Model) -> Iterator[Layer | Model | Operation]:
        """All layers, ops and models of a model, itself first."""
        waiting: list[Layer | Model | Operation] = [owner]
        seen: set[int] = set()
        while waiting:
            one = waiting.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            if isinstance(one, Model) and one.stack is not None:
                waiting += (layer for layer in one.stack if not isinstance(layer, Tensor))
            elif isinstance(one, Model):
                waiting += (call.maker for call in calls_of(one))

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
            given = {}
            if isinstance(first, Model):
                given["shape"] = self._taken_by(first, model.at)
            elif first.shape is not None:
                given["shape"] = first.shape
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

    def _taken_by(self, model: Model, at: ast.AST) -> SizeOf:
        """The shape that the first model of a Sequential takes."""
        self.settle(model)
        entry = model.inputs[0][1]
        shape = self.shapes.of(entry)
        return SizeOf(entry, at, None if shape is None else shape[1:])

    def _call_model(
        self, model: Model, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value:
        self.settle(model)
        given: Value = values if len(values) > 1 else None
        if given is None:
            given = values[0] if values else keywords.get("inputs")
        names = [port_name(name, tensor) for name, tensor in model.inputs]
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
