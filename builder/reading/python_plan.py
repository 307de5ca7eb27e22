"""How a network learns, told from the calls of `compile` and `fit`: the training plan and the data."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from builder.catalog.fitting import COMPILE, FIT
from builder.catalog.spec import Catalog, ParamSpec
from builder.document.graph import INPUT, Graph
from builder.document.losses import LOSSES, METRICS
from builder.document.plan import KerasObject, TrainingPlan
from builder.document.project import Project
from builder.reading.python_data import Data, Fed, origins, read_data
from builder.reading.python_faults import CannotRead, Sources
from builder.reading.python_keras import KerasCalls
from builder.reading.python_params import Params
from builder.reading.python_statements import Statements
from builder.reading.python_values import (
    Bound,
    Configured,
    Function,
    Model,
    Unknown,
    Value,
)

_OPTIMIZER = ParamSpec("optimizer", "object", group="optimizers")
_LOSS = ParamSpec("loss", "object", group="losses")
_METRIC = ParamSpec("metrics", "object", group="metrics")
_COMPILE = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly")
_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split")


class Plans:
    """Reads the plans of one model."""

    def __init__(
        self, catalog: Catalog, sources: Sources, reader: Statements, keras: KerasCalls
    ) -> None:
        self._catalog = catalog
        self._sources = sources
        self._reader = reader
        self._keras = keras
        self._params = Params(catalog, sources)
        self._ends: dict[str, str] = {}

    def planned(
        self,
        project: Project,
        model: Model,
        outputs: Mapping[str, str],
        functions: Sequence[Function],
    ) -> Project:
        """The project with its data and how to train it. `outputs` are ids by the model's names."""
        ends = [project.graph.nodes[id_].name for id_ in outputs.values()]
        # Keras calls an output by its key, or else by the layer that gives it.
        called = model.keys or [tensor.call.maker.name for _, tensor in model.outputs]
        self._ends = dict(zip(called, ends, strict=True))
        training = self._training(model)
        data = self._data(model, project.graph, outputs, functions)
        nodes = dict(project.graph.nodes)
        tasks = {target.name: target.task for target in data.plan.targets}
        said = self._losses(model, [nodes[id_].name for id_ in outputs.values()])
        for id_ in outputs.values():
            node = nodes[id_]
            target = data.targets.get(node.name)
            task = tasks.get(target or "")
            params = {} if target is None else {"target": target}
            for name, value in said.get(node.name, {}).items():
                usual: Any = None
                if task is not None:
                    usual = LOSSES[task] if name == "loss" else [METRICS[task]]
                if value != usual or name == "loss_weight":
                    params[name] = value
            nodes[id_] = replace(node, params=params)
        for node in project.graph.level().of_type(INPUT):
            if node.name in data.features:
                feature = data.features[node.name]
                nodes[node.id] = replace(node, params={**node.params, "feature": feature})
        graph = Graph(nodes, project.graph.wires)
        return replace(project, graph=graph, data=data.plan, training=training)

    # --- training

    def _training(self, model: Model) -> TrainingPlan:
        plan = TrainingPlan()
        if isinstance(self._keras.seed, int) and not isinstance(self._keras.seed, bool):
            plan = replace(plan, seed=self._keras.seed)
        if model.compiled is not None:
            given = _given(model.compiled, _COMPILE)
            if given.get("optimizer") is not None:
                value = self._params.value(given["optimizer"], _OPTIMIZER, model.compiled.at)
                plan = replace(plan, optimizer=self._object(value, "optimizers", model.compiled.at))
            options = {n: v for n, v in given.items() if COMPILE.param(n)}
            found = self._params.bound(COMPILE, (), options, model.compiled.at)
            plan = replace(plan, compile=found)
        if model.fitted is not None:
            plan = self._fitted(plan, model.fitted)
        return plan

    def _fitted(self, plan: TrainingPlan, fitted: Bound) -> TrainingPlan:
        given = _given(fitted, _FIT)
        for name in ("epochs", "batch_size"):
            value = given.get(name)
            if value is not None:
                number = self._params.plain(value, name, fitted.at)
                if isinstance(number, int) and not isinstance(number, bool):
                    plan = replace(plan, **{name: number})
        options = {n: v for n, v in given.items() if FIT.param(n) and n != "class_weight"}
        found = self._params.bound(FIT, (), options, fitted.at)
        weights = given.get("class_weight")
        if isinstance(weights, Unknown):
            found["class_weight"] = "balanced"
        listed = given.get("callbacks")
        callbacks = [
            KerasObject(one.type, one.params)
            for one in (listed if isinstance(listed, list | tuple) else ())
            if isinstance(one, Configured) and one.group == "callbacks"
        ]
        return replace(plan, callbacks=tuple(callbacks), fit=found)

    def _object(self, value: Any, group: str, at: ast.AST) -> KerasObject:
        if isinstance(value, str):
            spec = self._catalog.object(group, value)
            if spec is None:
                raise self._sources.fault(
                    at, f"{{words}}: there is no {group.removesuffix('s')} “{value[:60]}”."
                )
            return KerasObject(spec.type)
        return KerasObject(value["type"], value.get("params", {}))

    # --- losses and metrics

    def _losses(self, model: Model, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What each output learns with, by its name."""
        if model.compiled is None:
            return {}
        at = model.compiled.at
        given = _given(model.compiled, _COMPILE)
        found: dict[str, dict[str, Any]] = {name: {} for name in names}
        for name, value in self._by_output(given.get("loss"), names).items():
            if value is not None:
                found[name]["loss"] = self._params.value(value, _LOSS, at)
        for name, value in self._by_output(given.get("loss_weights"), names).items():
            weight = self._params.plain(value, "loss_weights", at)
            if isinstance(weight, int | float) and weight != 1:
                found[name]["loss_weight"] = weight
        nested = given.get("metrics")
        lone = len(names) == 1 and isinstance(nested, list | tuple)
        for name, value in ({names[0]: nested} if lone else self._by_output(nested, names)).items():
            listed = value if isinstance(value, list | tuple) else [] if value is None else [value]
            found[name]["metrics"] = [self._params.value(one, _METRIC, at) for one in listed]
        for name in names:
            found[name].setdefault("metrics", [])
        return found

    # --- data

    def _data(
        self,
        model: Model,
        graph: Graph,
        outputs: Mapping[str, str],
        functions: Sequence[Function],
    ) -> Data:
        if model.fitted is None:
            return read_data(Fed({}, {}, {}))
        given = _given(model.fitted, _FIT)
        entries = [node.name for node in graph.level().of_type(INPUT)]
        ends = [graph.nodes[id_].name for id_ in outputs.values()]
        answers = self._answers(model, functions)
        classes = {}
        for name, value in self._by_output(answers, ends).items():
            for one in origins(value):
                if one.what == "array" and all(isinstance(t, str) for t in one.parts[0]):
                    classes[name] = tuple(one.parts[0])
                    break
        return read_data(
            Fed(
                _by_name(given.get("x"), entries),
                self._by_output(given.get("y"), ends),
                classes,
            )
        )

    def _by_output(self, value: Value, names: Sequence[str]) -> dict[str, Value]:
        """A value for each Output; a dict may name it as Keras does."""
        if isinstance(value, Mapping):
            value = {self._ends.get(str(name), name): one for name, one in value.items()}
        return _by_name(value, names)

    def _answers(self, model: Model, functions: Sequence[Function]) -> Value:
        """What a function of the source makes of the model's predictions."""
        for function in functions:
            node = function.node
            arguments = node.args.args
            asks = any(isinstance(n, ast.Attribute) and n.attr == "predict" for n in ast.walk(node))
            if not asks or len(arguments) != 2 or function.defaults:
                continue
            at = ast.copy_location(ast.Call(ast.Name("predict"), [], []), node)
            try:
                return self._reader.invoke(function, [model, Unknown("argument", (), node)], {}, at)
            except CannotRead:
                continue
        return None


def _given(bound: Bound, names: Sequence[str]) -> dict[str, Value]:
    return {**dict(zip(names, bound.positional, strict=False)), **bound.keywords}


def _by_name(value: Value, names: Sequence[str]) -> dict[str, Value]:
    """A value for each name: of a dict, of a list, or the sole one."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {name: one for name, one in value.items() if name in names}
    if isinstance(value, list | tuple):
        return dict(zip(names, value, strict=False))
    return {names[0]: value} if len(names) == 1 else {}
