"""Shapes of the tensors of a source, for code that asks for them: `layers.Dense(x.shape[-1])`.

Keras is not at hand here. Rules (see `shape_rules`) tell a shape, or nothing where they are not
sure; nothing is then known of what lies behind.
"""

from collections.abc import Mapping, Sequence

from builder.document.graph import INPUT
from builder.reading.python_values import Call, Layer, Model, Tensor
from builder.reading.shape_rules import Shape, shape_of

Sizes = Mapping[str, Shape | None]
"""The shapes of the outputs of a call by their names."""


class Shapes:
    """Tells the shapes of tensors. What was told once is remembered."""

    def __init__(self) -> None:
        self._known: dict[int, Sizes] = {}

    def of(self, tensor: Tensor) -> Shape | None:
        # In the order of the calls and not by recursion: a network may be thousands of layers deep.
        for call in self._unknown(tensor.call):
            self._known[call.number] = self._sizes(call)
        return self._known[tensor.call.number].get(tensor.output)

    def _unknown(self, call: Call) -> Sequence[Call]:
        """The calls that lead to one and whose shapes were not asked yet, first ones first."""
        found: dict[int, Call] = {}
        waiting = [call]
        while waiting:
            one = waiting.pop()
            if one.number in self._known or one.number in found:
                continue
            found[one.number] = one
            waiting += (tensor.call for _, tensor in one.fed)
            if isinstance(one.maker, Model):
                waiting += (tensor.call for _, tensor in one.maker.outputs)
        return [found[number] for number in sorted(found)]

    def _sizes(self, call: Call) -> Sizes:
        maker = call.maker
        if isinstance(maker, Model):
            return self._of_model(maker)
        if isinstance(maker, Layer) and maker.spec.type == INPUT:
            return {"output": _entry(maker)}
        fed = [self._known[tensor.call.number].get(tensor.output) for _, tensor in call.fed]
        if None in fed or len(call.outputs) != 1:
            return {}
        shapes = [shape for shape in fed if shape is not None]
        return {call.outputs[0]: shape_of(maker.spec, maker.params, shapes)}

    def _of_model(self, model: Model) -> Sizes:
        """What a model gives, if what it takes has the one size that it was made for."""
        for _, tensor in model.inputs:
            shape = self._known.get(tensor.call.number, {}).get(tensor.output)
            if shape is None or None in shape[1:]:
                return {}
        return {
            name: self._known[tensor.call.number].get(tensor.output)
            for name, tensor in model.outputs
        }


def _entry(maker: Layer) -> Shape | None:
    """The shape of a keras.Input: as it was given, or as the tensor has that it is a port for."""
    sizes = maker.params.get("shape", maker.shape)
    if not isinstance(sizes, list | tuple):
        return None
    if not all(size is None or isinstance(size, int) for size in sizes):
        return None
    return (maker.params.get("batch_size"), *sizes)
