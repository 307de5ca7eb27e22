"""Makes the catalogue of the installed Keras: every layer and other object, every parameter typed.

Signatures and docstrings are read from Keras; what they do not say (kinds, ports, categories)
comes from the tables beside this module. The same Keras gives the same bytes.

    python -m builder.engine.worker.catalogue resources/catalog.json
"""

import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import keras
import msgspec

from builder.catalog.spec import Catalog, Group, LayerSpec, ObjectSpec, ParamSpec
from builder.document.graph import INPUT, OUTPUT, Port
from builder.engine.worker import (
    catalogue_calls,
    catalogue_docs,
    catalogue_layers,
    catalogue_object_types,
    catalogue_objects,
    catalogue_ops,
    catalogue_pages,
    catalogue_types,
)
from builder.engine.worker.catalogue_rules import Rule

# Bases that stand for no layer of their own. `InputLayer` is offered as keras.Input.
ABSTRACT = {"Layer", "Wrapper"}
# Parameters that every layer takes from Layer itself. Its `name` is the node's.
SHARED = ("trainable", "dtype")

_encoder = msgspec.json.Encoder(order="sorted")


def make_catalog() -> Catalog:
    """The catalogue of the Keras that is installed here."""
    own = (_input(), _output(), *map(_layer, layer_classes()))
    layers = {spec.type: spec for spec in (*own, *catalogue_ops.op_specs(_param))}
    return Catalog(
        keras=keras.__version__,
        layers=dict(sorted(layers.items())),
        objects={group: _group(group) for group in sorted(catalogue_objects.HOMES)},
    )


def write_catalog(path: Path) -> None:
    """Write the catalogue as JSON, one object to a line so that changes read well in a diff.

    The file appears whole or not at all; its folder is made if need be.
    """
    catalog = msgspec.to_builtins(make_catalog())
    lines = [b'{"keras":' + _encoder.encode(catalog["keras"]) + b',"layers":{']
    lines += _lines(catalog["layers"])
    lines.append(b'},"objects":{')
    for place, (group, specs) in enumerate(catalog["objects"].items()):
        lines.append((b"," if place else b"") + _encoder.encode(group) + b":{")
        lines += _lines(specs)
        lines.append(b"}")
    lines.append(b"}}\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_bytes(b"\n".join(lines))
    unfinished.replace(path)


def _lines(specs: Mapping[str, Any]) -> list[bytes]:
    last = len(specs) - 1
    return [
        _encoder.encode(name) + b":" + _encoder.encode(spec) + (b"," if place < last else b"")
        for place, (name, spec) in enumerate(specs.items())
    ]


# --- layers


def layer_classes() -> list[type]:
    """The concrete layers of keras.layers, each once however many names it has, by name.

    With InputLayer, which is offered as keras.Input, Keras 3.15.1 has 141.
    """
    found = {
        value
        for value in vars(keras.layers).values()
        if inspect.isclass(value) and issubclass(value, keras.layers.Layer)
    }
    kept = (c for c in found if c.__name__ not in ABSTRACT and c is not keras.layers.InputLayer)
    return sorted(kept, key=public_name)


def public_name(layer: type) -> str:
    """The name in keras.layers: the class's own, or the only public one."""
    names = [name for name, value in vars(keras.layers).items() if value is layer]
    return layer.__name__ if layer.__name__ in names else min(names)


def _layer(layer: type) -> LayerSpec:
    name = public_name(layer)
    module = layer.__module__.removeprefix("keras.src.layers.").split(".")[0]
    facts = catalogue_layers
    category = facts.CATEGORY.get(name) or facts.CATEGORY_OF_MODULE.get(module, "Core")
    return LayerSpec(
        type=f"keras.layers.{name}",
        name=name,
        category=category,
        params=_layer_params(layer, name),
        call_params=catalogue_calls.params_of(layer),
        inputs=(
            *facts.INPUTS.get(name, (Port("inputs"),)),
            *catalogue_calls.ports_of(layer, name),
        ),
        outputs=facts.OUTPUTS.get(name, (Port("output"),)),
        summary=catalogue_docs.summary(layer.__doc__),
        doc=catalogue_docs.description(layer.__doc__),
        url=catalogue_pages.layer_page(name, module),
        keywords=tuple(facts.KEYWORDS.get(name, "").split()),
        rank=facts.RANK.get(name),
        adapts=name in facts.ADAPTS,
        common=name in facts.COMMON,
        tensorflow_only=name in facts.TENSORFLOW_ONLY,
        needs=facts.NEEDS.get(name, ""),
    )


def _layer_params(layer: type, name: str) -> tuple[ParamSpec, ...]:
    """The class's own parameters, then those of every layer; never what its parents take."""
    said = {
        **catalogue_docs.UNDESCRIBED,
        **catalogue_docs.arguments(keras.layers.Layer.__doc__),
        **catalogue_docs.arguments(layer.__doc__),
    }
    given = {p.name: p for p in parameters(layer) if p.name != "name"}
    if takes_more(layer):
        for p in parameters(keras.layers.Layer):
            if p.name in SHARED:
                given.setdefault(p.name, p)
    return tuple(
        _param(p, catalogue_types.reviewed(name, p.name), said.get(p.name, ""), name)
        for p in given.values()
    )


def _input() -> LayerSpec:
    """keras.Input: what the network is given. Its layer is InputLayer."""
    kinds = {
        "shape": Rule("shape", [8, 8, 1], minimum=1),
        "batch_size": Rule("int", minimum=1, rare=True),
        "dtype": Rule("dtype"),
        "sparse": Rule("bool", rare=True),
        "ragged": Rule("bool", rare=True),
        "optional": Rule("bool", rare=True),
    }
    said = catalogue_docs.arguments(keras.Input.__doc__)
    given = inspect.signature(keras.Input).parameters
    params = [
        _param(given[name], rule, said.get(name, ""), "Input") for name, rule in kinds.items()
    ]
    params[0] = msgspec.structs.replace(params[0], required=True, nullable=False, example=[8, 8, 1])
    feature = ParamSpec(
        "feature",
        "feature",
        nullable=True,
        keras=False,
        doc="The feature of the data that this input receives. None takes the only one.",
    )
    return LayerSpec(
        INPUT,
        "Input",
        "Input and output",
        (params[0], feature, *params[1:]),
        inputs=(),
        summary="Where data enters the network.",
        doc=(
            "An input of the network: one array per row of the data, of the given shape without "
            "the batch axis. None in the shape stands for any length."
        ),
        url="https://keras.io/api/layers/core_layers/input/",
        keywords=("data", "feature", "placeholder", "InputLayer"),
        common=True,
    )


def _output() -> LayerSpec:
    """What the network answers, the loss that judges it and the metrics that describe it."""
    params = (
        ParamSpec(
            "target",
            "target",
            nullable=True,
            keras=False,
            doc="The target of the data that this output learns. None takes the only one.",
        ),
        ParamSpec(
            "loss",
            "object",
            group="losses",
            nullable=True,
            keras=False,
            doc="What training makes small. None leaves this output untrained.",
        ),
        ParamSpec(
            "metrics",
            "objects",
            group="metrics",
            default=[],
            keras=False,
            doc="Scores that are computed beside the loss and never trained on.",
        ),
        ParamSpec(
            "loss_weight",
            "number",
            default=1.0,
            minimum=0,
            rare=True,
            keras=False,
            doc="How much this output's loss counts where there are several.",
        ),
    )
    return LayerSpec(
        OUTPUT,
        "Output",
        "Input and output",
        params,
        outputs=(),
        summary="What the network answers, and how the answer is judged.",
        doc=(
            "An output of the model. It learns a target of the data by its loss; without one the "
            "output is only computed."
        ),
        url="https://keras.io/api/models/model/",
        keywords=("target", "loss", "result", "label", "head"),
        common=True,
    )


# --- other objects


def _group(group: Group) -> dict[str, ObjectSpec]:
    if group == "activations":
        specs = [_activation(name) for name in catalogue_objects.activation_names()]
    else:
        specs = [_object(group, name) for name in catalogue_objects.class_names(group)]
    return {spec.type: spec for spec in sorted(specs, key=lambda spec: spec.type)}


def _activation(name: str) -> ObjectSpec:
    function = getattr(keras.activations, name)
    return ObjectSpec(
        type=f"keras.activations.{name}",
        name=name,
        alias=name,
        summary=catalogue_docs.summary(function.__doc__),
        doc=catalogue_docs.description(function.__doc__),
        url=catalogue_pages.object_page("activations", name),
        common=name in catalogue_objects.COMMON["activations"],
    )


def _object(group: Group, name: str) -> ObjectSpec:
    home = catalogue_objects.HOMES[group]
    class_ = getattr(catalogue_objects.module_of(group), name)
    shared = keras.optimizers.SGD.__doc__ if group == "optimizers" else ""
    said = {
        **catalogue_docs.UNDESCRIBED,
        **catalogue_docs.arguments(shared),
        **catalogue_docs.arguments(class_.__doc__),
    }
    named = group == "metrics"
    alias, aliases = catalogue_objects.aliases_of(group, name)
    return ObjectSpec(
        type=f"{home}.{name}",
        name=name,
        params=tuple(
            _param(
                p, catalogue_object_types.reviewed(group, name, p.name), said.get(p.name, ""), name
            )
            for p in parameters(class_)
            if p.name != "name" or named
        ),
        alias=alias,
        aliases=aliases,
        needs=catalogue_objects.NEEDS.get(f"{group}.{name}", ""),
        summary=catalogue_docs.summary(class_.__doc__),
        doc=catalogue_docs.description(class_.__doc__),
        url=catalogue_pages.object_page(group, name),
        common=name in catalogue_objects.COMMON.get(group, ()),
    )


# --- parameters


def takes_more(class_: type) -> bool:
    """Whether a constructor hands further keywords to its parents."""
    taken = inspect.signature(class_.__init__).parameters.values()  # type: ignore[misc]
    return any(p.kind is inspect.Parameter.VAR_KEYWORD for p in taken)


def parameters(class_: type) -> Iterable[inspect.Parameter]:
    """The named parameters of a class's own constructor."""
    taken = list(inspect.signature(class_.__init__).parameters.values())[1:]  # type: ignore[misc]
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p for p in taken if p.kind not in variable]


def _param(given: inspect.Parameter, rule: Rule | None, doc: str, owner: str) -> ParamSpec:
    without_default = given.default is inspect.Parameter.empty
    default = None if without_default else as_json(given.default)
    if rule is None:
        rule = catalogue_types.guessed(default)
    required = without_default or rule.required
    length = _axes(owner) if rule.length < 0 else rule.length
    example = rule.example
    if rule.length < 0 and length > 1 and isinstance(example, int):
        example = [example] * length
    return ParamSpec(
        name=given.name,
        kind=rule.kind,
        default=default,
        required=required,
        example=example if required else None,
        nullable=rule.nullable or (not required and default is None),
        choices=rule.choices,
        group=rule.group,
        length=length,
        scalar=rule.scalar,
        decimal=rule.decimal,
        minimum=rule.minimum,
        maximum=rule.maximum,
        rare=rule.rare,
        doc=doc,
    )


def _axes(class_name: str) -> int:
    """The number of spatial axes in a class's name; 2 where it names none."""
    match = re.search(r"(\d)D", class_name)
    return int(match[1]) if match else 2


def as_json(value: Any) -> Any:
    """A default as the JSON value that stands for it: tuples become lists."""
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    return value


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m builder.engine.worker.catalogue OUTPUT", file=sys.stderr)
        return 2
    write_catalog(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
