"""Masks that Keras works out by itself: a config holds the ops that make them, a canvas does not.

`Embedding(mask_zero=True)` compares its input with 0, and what follows receives that as `mask`.
When the network is built again Keras does so again.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.reading.keras_calls import tensors_in

_MASKING = ("Embedding", "Masking")


def implicit_masks(layers: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The names of the ops that only make masks, of tensors that a masking layer receives."""
    ops = {name for name, layer in layers.items() if _is_op(layer)}
    makers = [layer for layer in layers.values() if layer["class_name"] in _MASKING]
    if not ops or not makers:
        return frozenset()
    masked = {ref for layer in makers for _, ref in _taken(layer)}
    hidden = set(ops)
    changed = True
    while changed:
        changed = False
        for name, layer in layers.items():
            for argument, ref in _taken(layer):
                if ref[0] not in hidden or name in hidden:
                    continue
                if not argument.endswith("mask"):
                    hidden.discard(ref[0])
                    changed = True
        for name in tuple(hidden):
            sources = [ref for _, ref in _taken(layers[name])]
            if not all(ref in masked or ref[0] in hidden for ref in sources) or not sources:
                hidden.discard(name)
                changed = True
    return frozenset(hidden & _used(layers))


def _used(layers: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The layers whose tensors another one takes: an op that ends the model is no mask."""
    return {ref[0] for layer in layers.values() for _, ref in _taken(layer)}


def _is_op(layer: Mapping[str, Any]) -> bool:
    module = layer.get("module")
    return isinstance(module, str) and module.startswith("keras.src.ops.")


def _taken(layer: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, int, int]]]:
    """The tensors that a layer takes, each with the name of its argument."""
    calls = layer.get("inbound_nodes")
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, Mapping):
            for _, ref in tensors_in(call.get("args")):
                yield "", ref
            kwargs = call.get("kwargs")
            for name, value in kwargs.items() if isinstance(kwargs, Mapping) else ():
                for _, ref in tensors_in(value):
                    yield str(name), ref
