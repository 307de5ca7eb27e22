"""What Keras makes of one node: codegen's own text for it, evaluated on symbolic tensors."""

import builtins
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import keras
from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.spec import Catalog
from builder.codegen import Fragment
from builder.codegen.fragments import spec_of
from builder.codegen.literals import string
from builder.document.graph import INDEX, INPUT, Node
from builder.document.problems import Fix
from builder.engine.messages import Fault, NodeReport, TensorSpec
from builder.engine.worker import limits
from builder.engine.worker.case import Case, Feed
from builder.engine.worker.custom_code import Permit, other_outputs, own_fault
from builder.engine.worker.flops import flops
from builder.engine.worker.levels import Tensor
from builder.engine.worker.sentences import keras_fault
from builder.engine.worker.symbolic import bare, counts, judge_initializers
from builder.engine.worker.unfit import handed_on, unfit, unfit_remedies

# All that an expression can see. It is text from codegen, which writes every string as data.
_SCOPE = {"__builtins__": {}, "keras": keras, "layers": keras.layers, "ops": keras.ops}


class Signature(Struct, frozen=True):
    """All that decides what Keras makes of a node: equal signatures, equal outcomes.

    `maker` is without the node's name. `inputs` are the specs of the tensors in the order of the
    call. `layer` is the identity of the layer that another node has made and this one calls again.
    `custom` is the source of the project's own layers, for a node that runs code.
    """

    maker: str
    arguments: str
    inputs: tuple[tuple[Any, ...], ...]
    layer: int | None = None
    custom: str = ""


class Call(Struct, frozen=True):
    """A node as it is called: codegen's text for it, and the tensors that it is fed.

    `owner` is the node whose layer is called, mostly the node itself; `layer` is that layer, where
    another node has made it already. `runs_code`: the text names code of the project's own.
    """

    node: Node
    owner: Node
    text: Fragment
    feeds: tuple[Feed, ...]
    tensors: tuple[Tensor, ...]
    layer: Any = None
    runs_code: bool = False


class Outcome(Struct, frozen=True):
    """What Keras made of a node: the report, and where it has no fault, its tensors and layer."""

    report: NodeReport
    tensors: Mapping[str, Tensor] = {}
    layer: Any = None


WAITING = Outcome(NodeReport())
"""Of a node that cannot be called yet."""


def outcome_of(call: Call, catalog: Catalog, code: Permit) -> Outcome:
    """Evaluate the text of a node."""
    spec = spec_of(call.owner, catalog)
    case = Case(call.node.id, call.node.name, spec.name, call.feeds, call.owner.params)
    trusted = code.trusted or not call.runs_code
    message = limits.refusal(call.owner, trusted=trusted) or unfit(case, spec)
    if message is not None:
        return _refused(case, message, unfit_remedies(case, spec))
    try:
        layer, made = _evaluated(call, code)
    except Exception as error:  # noqa: BLE001 - whatever a layer raises is its fault's reason
        fault = own_fault(error, case) if call.runs_code else keras_fault(error, case)
        return Outcome(NodeReport(fault=fault))
    tensors = keras.tree.flatten(made)
    if any(given is tensor for given in tensors for tensor in call.tensors):
        return _refused(case, handed_on(case))
    names = [port.name for port in catalog.ports_of(calling(call.node, call.owner)).outputs]
    if call.runs_code and (message := other_outputs(case, made, names)):
        return _refused(case, message)
    outputs = dict(zip(names, map(bare, tensors), strict=False))
    weights = counts(layer)
    shapes = [tensor.shape for tensor in outputs.values()]
    message = limits.too_big(call.node.name, weights[0], shapes)
    if message is not None:
        return _refused(case, message)
    counted = weights if call.owner is call.node else (0, 0)
    report = NodeReport(
        {name: TensorSpec(tensor.shape, tensor.dtype) for name, tensor in outputs.items()},
        *counted,
        flops(layer, [tensor.shape for tensor in call.tensors], shapes),
    )
    return Outcome(report, outputs, None if call.owner.type == INPUT else layer)


def _refused(case: Case, message: str, fixes: tuple[Fix, ...] = ()) -> Outcome:
    return Outcome(NodeReport(fault=Fault(message, case.node, fixes=fixes)))


def _evaluated(call: Call, code: Permit) -> tuple[Any, Any]:
    """The layer of a call, None for an indexing, and what it gives. Raises what Keras raises."""
    scope = {**_SCOPE, **{f"x{place}": tensor for place, tensor in enumerate(call.tensors)}}
    if call.runs_code:
        scope["__builtins__"] = builtins
    if call.owner.type == INPUT and call.tensors:
        scope["shape"] = call.tensors[0].shape[1:]  # of an Input of a block
    with code.running(scope) if call.runs_code else nullcontext():
        if call.owner.type == INDEX:
            return None, _value(call.text.arguments, scope)
        layer = call.layer if call.layer is not None else _value(call.text.maker, scope)
        scope["layer"] = layer
        given = layer if call.owner.type == INPUT else _value("layer" + call.text.arguments, scope)
        judge_initializers(layer)
        return layer, given


def _value(text: str, scope: dict[str, Any]) -> Any:
    """What an expression of codegen's gives; in it every string of the project is data."""
    return eval(text, scope)  # noqa: S307 - see the sentence above


def calling(node: Node, owner: Node) -> Node:
    """The owner of a layer as the node that calls it: with the arguments of that call."""
    return owner if owner is node else replace(owner, id=node.id, call=node.call)


def entered(tensor: Tensor | None) -> Outcome:
    """What comes of an Input that stands for a tensor from outside of its block."""
    if tensor is None:
        return WAITING
    report = NodeReport({"output": TensorSpec(tensor.shape, tensor.dtype)})
    return Outcome(report, {"output": bare(tensor)})


def nameless(maker: str, name: str) -> str:
    """A constructor's text without the layer's name, by which alike layers are found."""
    return maker.replace(f"name={string(name)}", "name", 1)
