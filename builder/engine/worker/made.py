"""What Keras makes of one node: codegen's own text for it, evaluated on symbolic tensors."""

import builtins
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import keras
from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.code import runs_code
from builder.catalog.spec import Catalog
from builder.codegen import Fragment
from builder.codegen.fragments import spec_of
from builder.codegen.literals import string
from builder.document.graph import INDEX, INPUT, Node
from builder.engine.messages import Fault, NodeReport, TensorSpec
from builder.engine.worker import limits
from builder.engine.worker.case import Case, Feed
from builder.engine.worker.custom_code import Permit, other_outputs, own_fault
from builder.engine.worker.flops import flops
from builder.engine.worker.levels import Tensor
from builder.engine.worker.sentences import keras_fault
from builder.engine.worker.symbolic import bare, counts, judge_initializers
from builder.engine.worker.unfit import handed_on, unfit, unfit_remedies

WAITING = NodeReport()

# All that an expression can see. It is text from codegen, which writes every string as data.
_SCOPE = {"__builtins__": {}, "keras": keras, "layers": keras.layers, "ops": keras.ops}


class Signature(Struct, frozen=True):
    """All that decides what Keras makes of a node: equal signatures, equal reports.

    `maker` is without the node's name. `inputs` are the specs of the tensors in the order of the
    call. `layer` is the identity of the layer that another node has made and this one calls again.
    `custom` is the source of the project's own layers, for a node that runs code.
    """

    maker: str
    arguments: str
    inputs: tuple[tuple[Any, ...], ...]
    layer: int | None = None
    custom: str = ""


class Made(Struct):
    """What came of one node, and all that it came from."""

    report: NodeReport
    node: Node | None = None
    owner: Node | None = None
    feeds: tuple[Feed, ...] = ()
    text: Fragment | None = None
    signature: Signature | None = None
    layer: Any = None
    tensors: Mapping[str, Tensor] = {}

    def fits(self, node: Node, feeds: tuple[Feed, ...]) -> bool:
        """Whether the report is true of a node with the same signature: a fault tells names."""
        return self.report.fault is None or (self.feeds == feeds and self.node == node)


def make(
    result: Made,
    node: Node,
    owner: Node,
    tensors: Sequence[Tensor],
    catalog: Catalog,
    code: Permit,
) -> None:
    """Evaluate a node's text and fill in what comes of it."""
    assert result.text is not None
    spec = spec_of(owner, catalog)
    case = Case(node.id, node.name, spec.name, result.feeds, owner.params)
    again = result.layer is not None
    own = runs_code(owner, catalog)
    message = limits.refusal(owner, trusted=code.trusted or not own) or unfit(case, spec)
    if message is not None:
        result.report = NodeReport(fault=Fault(message, node.id, fixes=unfit_remedies(case, spec)))
        result.layer = None
        return
    scope = {**_SCOPE, **{f"x{place}": tensor for place, tensor in enumerate(tensors)}}
    if own:
        scope["__builtins__"] = builtins
    if owner.type == INPUT and tensors:
        scope["shape"] = tensors[0].shape[1:]  # of an Input of a block
    try:
        with code.running(scope) if own else nullcontext():
            if owner.type == INDEX:
                layer, made = None, _evaluated(result.text.arguments, scope)
            else:
                layer = result.layer if again else _evaluated(result.text.maker, scope)
                scope["layer"] = layer
                call = "layer" + result.text.arguments
                made = layer if owner.type == INPUT else _evaluated(call, scope)
                judge_initializers(layer)
    except Exception as error:  # noqa: BLE001 - whatever a layer raises is its fault's reason
        result.report = NodeReport(
            fault=own_fault(error, case) if own else keras_fault(error, case)
        )
        result.layer = None
        return
    if any(given is tensor for given in keras.tree.flatten(made) for tensor in tensors):
        result.report = NodeReport(fault=Fault(handed_on(case), node.id))
        result.layer = None
        return
    names = [port.name for port in catalog.ports_of(calling(node, owner)).outputs]
    if own and (message := other_outputs(case, made, names)):
        result.report = NodeReport(fault=Fault(message, node.id))
        result.layer = None
        return
    outputs = dict(zip(names, map(bare, keras.tree.flatten(made)), strict=False))
    weights = counts(layer)
    shapes = [tensor.shape for tensor in outputs.values()]
    message = limits.too_big(node.name, weights[0], shapes)
    if message is not None:
        result.report = NodeReport(fault=Fault(message, node.id))
        result.layer = None
        return
    counted = weights if owner is node else (0, 0)
    result.layer = None if owner.type == INPUT else layer
    result.tensors = outputs
    result.report = NodeReport(
        {name: TensorSpec(tensor.shape, tensor.dtype) for name, tensor in outputs.items()},
        *counted,
        flops(layer, [tensor.shape for tensor in tensors], shapes),
    )


def calling(node: Node, owner: Node) -> Node:
    """The owner of a layer as the node that calls it: with the arguments of that call."""
    return owner if owner is node else replace(owner, id=node.id, call=node.call)


def entered(tensor: Tensor | None) -> Made:
    """What comes of an Input that stands for a tensor from outside of its block."""
    if tensor is None:
        return Made(WAITING)
    report = NodeReport({"output": TensorSpec(tensor.shape, tensor.dtype)})
    return Made(report, tensors={"output": bare(tensor)})


def nameless(maker: str, name: str) -> str:
    """A constructor's text without the layer's name, by which alike layers are found."""
    return maker.replace(f"name={string(name)}", "name", 1)


def _evaluated(text: str, scope: dict[str, Any]) -> Any:
    """What an expression of codegen's gives; in it every string of the project is data."""
    return eval(text, scope)  # noqa: S307 - see the sentence above
