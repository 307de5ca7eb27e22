"""One copy of one level of a network, as the Inspector walks it, and what comes of a block.

A block is walked once for each copy and each call: its Inputs stand for the tensors that arrive.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from builder.document.graph import BLOCK, INPUT, Graph, Node
from builder.engine.messages import Fault, NodeReport
from builder.engine.worker.case import shown

Key = tuple[str | int, ...]
Tensor = Any  # a keras.KerasTensor; Keras comes without types


class Level(Struct, frozen=True):
    """`graph` holds its nodes only. `key` is where it stands: the calls and copies around it.

    `layers` is the same for all calls of one block: there its layers are kept, if it is `kept` for
    others to call. `given` are the tensors that arrive, by the name of the Input; with `direct`
    they are taken as they are, as Keras does when a finished model is called.
    """

    graph: Graph
    key: Key = ()
    layers: Key = ()
    given: Mapping[str, Tensor] = {}
    inner: bool = False
    kept: bool = False
    direct: bool = False

    def key_of(self, node: str) -> Key:
        return (*self.key, node)


class Total(Struct):
    """What the nodes of a level come to, and its first fault. Blocks in it hold their own sums."""

    parameters: int = 0
    trainable: int = 0
    flops: int = 0

    def add(self, reports: Iterable[NodeReport], times: int = 1) -> None:
        for report in reports:
            self.parameters += times * report.parameters
            self.trainable += times * report.trainable
            self.flops += times * report.flops


def takes_shape(node: Node) -> bool:
    """Whether an Input of a block takes the shape of what arrives."""
    return "shape" not in node.params


def fault_inside(block: Node, copy: int, level: Graph, reports: Mapping[str, NodeReport]) -> Fault:
    """What to say of a block whose inside does not work out."""
    faulty = next(((id_, r.fault) for id_, r in reports.items() if r.fault is not None), None)
    if faulty is None:
        return Fault(
            f"Inside “{block.name}” not all outputs can be reached yet. Enter it and connect them.",
            block.id,
        )
    id_, fault = faulty
    if copy > 1:
        return Fault(f"Copy {copy} of “{block.name}” has a problem: {fault.message}", block.id)
    if level.nodes[id_].type == BLOCK:
        return Fault(fault.message, block.id)  # it says where inside
    name = level.nodes[id_].name
    return Fault(f"“{name}” inside “{block.name}” has a problem: {fault.message}", block.id)


def unfit_shape(block: Node, inside: Level, made: Mapping[str, Tensor]) -> Fault | None:
    """What to say where an Input was made for another shape than the one that arrives."""
    for node in inside.graph.of_type(INPUT):
        expected, received = made.get(node.name), inside.given.get(node.name)
        if expected is None or received is None:
            continue
        wanted, found = tuple(expected.shape)[1:], tuple(received.shape)[1:]
        fits = len(wanted) == len(found) and all(
            one is None or other is None or one == other
            for one, other in zip(wanted, found, strict=True)
        )
        if not fits:
            reason = "where it is used first" if takes_shape(node) else "the shape set inside it"
            return Fault(
                f"“{block.name}” expects {shown((None, *wanted))} at “{node.name}”, {reason}; "
                f"received {shown((None, *found))}. Change that, or what comes before.",
                block.id,
            )
    return None
