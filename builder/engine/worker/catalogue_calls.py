"""What a layer's call takes beside its inputs: masks as ports, constants as parameters.

Read from the signature of `call`; what Keras leaves unsaid about them stands in the tables here.
"""

import inspect
from collections.abc import Mapping

from builder.catalog.spec import ParamSpec
from builder.document.graph import Port

# Tensors, by name. `mask` of Attention is a list, one for the query and one for the value.
TENSORS: Mapping[str, str] = {
    "attention_mask": "True where a place of the query may attend to one of the key.",
    "key_mask": "True where a place of the key counts.",
    "mask": "True where a step counts. Without a wire, Keras passes on the mask of what comes before.",
    "query_mask": "True where a place of the query counts.",
    "value_mask": "True where a place of the value counts.",
}
_MASKS = "Masks of the query and of the value, in this order: True where a place counts."
_LISTS = {"AdditiveAttention", "Attention"}

CONSTANTS: Mapping[str, ParamSpec] = {
    spec.name: spec
    for spec in (
        ParamSpec(
            "training",
            "bool",
            nullable=True,
            doc=(
                "Whether this call acts as in training, always. None follows the model: in fit() "
                "as in training, else not. False keeps a layer still while others learn."
            ),
        ),
        ParamSpec(
            "return_attention_scores",
            "bool",
            default=False,
            doc="Whether the attention scores are a second output.",
        ),
        ParamSpec(
            "use_causal_mask",
            "bool",
            default=False,
            doc="Whether each place sees only those before it, as in a decoder.",
        ),
        ParamSpec(
            "reverse",
            "bool",
            default=False,
            doc="Whether to go back from vectors to scores of the words.",
        ),
    )
}
# What a call takes in first place, and the cells' states: those are no extras.
_FIRST = {"inputs", "sequences", "sequence", "data", "x", "query", "value", "key", "states"}
_KNOWN = {"initial_state", "count_weights"}  # ports of the layers that take them


def arguments_of(layer: type) -> list[str]:
    """The names of what a layer's call takes beside its inputs, in order."""
    taken = list(inspect.signature(layer.call).parameters.values())[1:]  # type: ignore[attr-defined]
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in taken if p.kind not in variable and p.name not in _FIRST]


def ports_of(layer: type, name: str) -> tuple[Port, ...]:
    """The optional ports of a layer's masks."""
    listed = name in _LISTS
    return tuple(
        Port(
            argument,
            variadic=listed,
            optional=True,
            passing="keyword",
            rare=True,
            doc=_MASKS if listed else TENSORS[argument],
        )
        for argument in arguments_of(layer)
        if argument in TENSORS
    )


def params_of(layer: type) -> tuple[ParamSpec, ...]:
    """The constants of a layer's call."""
    return tuple(CONSTANTS[name] for name in arguments_of(layer) if name in CONSTANTS)


def unknown(layer: type) -> list[str]:
    """The arguments that no table names: a newer Keras has them, and they are not offered."""
    return [
        name
        for name in arguments_of(layer)
        if name not in TENSORS and name not in CONSTANTS and name not in _KNOWN
    ]
