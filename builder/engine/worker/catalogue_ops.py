"""Specs of the functions in keras.ops, and of the Index node, which stand on the canvas as layers do.

What is a tensor is a port, all else a parameter; what may be either is both, and a wire wins.
Each op is tried on symbolic tensors as the catalogue is made, so none is offered that a functional
model cannot hold.
"""

import inspect
from collections.abc import Callable
from typing import Any

import keras
from msgspec.structs import replace

from builder.catalog.spec import LayerSpec, ParamSpec
from builder.document.graph import INDEX, Port
from builder.engine.worker import catalogue_docs, catalogue_op_facts, catalogue_op_types
from builder.engine.worker.catalogue_op_trials import tried
from builder.engine.worker.catalogue_rules import Rule

ParamOf = Callable[[inspect.Parameter, Rule | None, str, str], ParamSpec]

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

# Words for what Keras takes and does not describe.
_UNDESCRIBED = {
    "compute_uv": "Whether to compute u and v beside the singular values.",
    "full_matrices": "Whether u and v are square.",
    "k": "Which diagonal: 0 is the main one, those above it are positive.",
    "lower": "Whether the matrix is lower triangular.",
    "seed": "A whole number makes the random choices repeatable.",
    "x1": "The first tensor.",
    "x2": "The second tensor.",
}


def op_names() -> list[str]:
    """The functions of keras.ops and keras.ops.image by name: `add`, `image.resize`."""
    found = [name for name, value in vars(keras.ops).items() if inspect.isfunction(value)]
    found += [f"image.{n}" for n, v in vars(keras.ops.image).items() if inspect.isfunction(v)]
    return sorted(name for name in found if not name.startswith("_"))


def function_of(name: str) -> Any:
    room: Any = keras.ops
    for part in name.split("."):
        room = getattr(room, part)
    return room


def op_specs(param_of: ParamOf) -> list[LayerSpec]:
    """A spec for every op that can be part of a functional model, and for indexing."""
    offered = [name for name in op_names() if name not in catalogue_op_facts.LEFT_OUT]
    found = (tried(_op(name, param_of)) for name in offered)
    return [_index(), *(spec for spec in found if spec is not None)]


def _op(name: str, param_of: ParamOf) -> LayerSpec:
    function = function_of(name)
    facts = catalogue_op_facts
    taken = inspect.signature(function).parameters
    first = next(iter(taken))
    inputs = facts.INPUTS.get(name, (Port(first),))
    said = {**_UNDESCRIBED, **catalogue_docs.arguments(function.__doc__)}
    ports = {port.name: port for port in inputs}
    parts = {"real", "imaginary"} & ports.keys()
    params = []
    behind = False  # a constant: what comes after it in the signature is named in a call
    for given in taken.values():
        if f"{name}.{given.name}" in facts.UNUSABLE:
            continue
        port = ports.get(given.name)
        behind = behind or port is None
        if port is not None and behind and port.passing == "positional":
            ports[port.name] = replace(port, passing="keyword")
        if (port and not port.constant) or given.kind in _VARIABLE:
            continue
        if parts and given.name == first:
            continue
        rule = catalogue_op_types.reviewed(name, given.name)
        if port is not None:
            rule = rule if rule and rule.kind == "constant" else catalogue_op_types.CONSTANT
        spec = param_of(given, rule, said.get(given.name, ""), name)
        if port is not None:  # with neither a wire nor a value, the port says what is missing
            spec = replace(spec, required=False, nullable=True, example=None)
        wanted = catalogue_op_facts.DROPPED.get(name, {}).get(given.name)
        if wanted is not None:
            spec = replace(spec, example=wanted)
        params.append(spec)
    return LayerSpec(
        type=f"keras.ops.{name}",
        name=name.rpartition(".")[2],
        category=_category(name, function),
        params=tuple(params),
        inputs=tuple(_described(port, said.get(port.name, "")) for port in ports.values()),
        outputs=facts.OUTPUTS.get(name, (Port("output"),)),
        summary=catalogue_docs.summary(function.__doc__),
        doc=catalogue_docs.description(function.__doc__),
        url=_page(name, function),
        keywords=tuple(facts.KEYWORDS.get(name, "").split()),
        common=name in facts.COMMON,
    )


def _described(port: Port, doc: str) -> Port:
    return replace(port, doc=port.doc or doc)


def _category(name: str, function: Any) -> Any:
    facts = catalogue_op_facts
    module = function.__module__.rpartition(".")[2]
    return facts.CATEGORY.get(name) or facts.CATEGORY_OF_MODULE.get(module, "Arrays")


def _page(name: str, function: Any) -> str:
    module = function.__module__.rpartition(".")[2]
    section = {"numpy": "numpy", "nn": "nn", "linalg": "linalg", "image": "image", "math": "fft"}
    room = section.get(module, "core")
    return f"https://keras.io/api/ops/{room}/#{name.rpartition('.')[2]}-function"


def _index() -> LayerSpec:
    """What stands between brackets behind a tensor: x[:, 0]."""
    params = (
        ParamSpec(
            "index",
            "index",
            required=True,
            example=":, 0",
            doc=(
                "What stands between the brackets, as in NumPy: a place for each axis, the batch "
                "first, such as “:, 0” for the first of each row. Whole numbers, slices "
                "(start:stop:step), None for a new axis and … for all axes between."
            ),
        ),
    )
    return LayerSpec(
        INDEX,
        "Index",
        "Arrays",
        params,
        summary="A part of a tensor, by indices and slices.",
        doc="A part of a tensor, as NumPy's brackets give it: x[:, 0] is the first step of each row.",
        url="https://keras.io/api/ops/numpy/",
        keywords=("slice", "slicing", "getitem", "subscript", "brackets", "get_item", "select"),
        common=True,
        operations=("get_item",),
    )
