"""What each Input receives and each Output learns: the plan's features and targets, found."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from builder.catalog.display import display, short
from builder.codegen.network import Network
from builder.codegen.refusal import CannotGenerate
from builder.document.graph import Node
from builder.document.losses import from_logits, loss_of
from builder.document.plan import Csv, DataPlan, Feature, Split, Target, TrainingPlan, split_fault

# What numpy and scikit-learn take as a seed.
LARGEST = 2**32 - 1


class BoundInput(Struct, frozen=True):
    node: Node
    feature: Feature


class BoundOutput(Struct, frozen=True):
    """`by_number` says that the network scores every class, so that targets are class numbers."""

    node: Node
    target: Target

    @property
    def loss(self) -> str:
        return loss_of(self.node, self.target)

    @property
    def by_number(self) -> bool:
        return self.target.task == "multiclass" or self.loss.startswith("sparsecategorical")

    @property
    def from_logits(self) -> bool:
        return from_logits(self.node)


class Bindings(Struct, frozen=True):
    """The data plan and what of it the network uses. One of each kind travels as an array."""

    plan: DataPlan
    inputs: tuple[BoundInput, ...]
    outputs: tuple[BoundOutput, ...]

    @property
    def with_classes(self) -> tuple[BoundOutput, ...]:
        return tuple(bound for bound in self.outputs if bound.target.task != "regression")


def check_numbers(training: TrainingPlan, split: Split) -> None:
    """Refuse numbers that no training could follow. Raises CannotGenerate."""
    for what, number, least in (
        ("number of epochs", training.epochs, 1),
        ("batch size", training.batch_size, 1),
        ("seed of the training", training.seed, 0),
        ("seed of the split", split.seed, 0),
    ):
        if not least <= number <= LARGEST:
            raise CannotGenerate(
                f"The {what} is a number from {least} to {LARGEST:,}; received {number:,}. "
                "Change it in the training panel or the data panel."
            )
    if said := split_fault(split):
        raise CannotGenerate(said)


def bind(plan: DataPlan, net: Network) -> Bindings:
    """Find the feature of every Input and the target of every Output.

    Raises CannotGenerate, naming the node, where there is none and no single choice either.
    """
    features = {feature.name: feature for feature in plan.features}
    targets = {target.name: target for target in plan.targets}
    lone_input, lone_output = len(net.inputs) == 1, len(net.outputs) == 1
    inputs = tuple(
        BoundInput(node, _found(node, "feature", features, lone_input)) for node in net.inputs
    )
    outputs = tuple(
        BoundOutput(node, _found(node, "target", targets, lone_output)) for node in net.outputs
    )
    for entry in inputs:
        _check_dtype(entry)
    for bound in outputs:
        _check(bound)
    if isinstance(plan.source, Csv):
        _check_columns(plan, outputs)
    return Bindings(plan, inputs, outputs)


def _found(node: Node, param: str, known: Mapping[str, Any], lone: bool) -> Any:
    wish = node.params.get(param)
    if isinstance(wish, str) and wish in known:
        return known[wish]
    if len(known) == 1 and lone and wish is None:
        return next(iter(known.values()))
    listed = ", ".join(f"“{short(name)}”" for name in known) or "nothing yet"
    asked = "is bound to no" if wish is None else f"is bound to “{short(str(wish))}”, which is no"
    raise CannotGenerate(
        f"“{node.name}” {asked} {param} of the data; there is {listed}. "
        f"Choose its {param} in the inspector.",
        node.id,
    )


def _check_dtype(bound: BoundInput) -> None:
    """Texts and numbers are two things, and neither is read as the other."""
    dtype = bound.node.params.get("dtype") or "float32"
    if (dtype == "string") != (bound.feature.dtype == "string"):
        given = "texts" if bound.feature.dtype == "string" else "numbers"
        raise CannotGenerate(
            f"“{bound.node.name}” is of dtype {display(dtype)}, but its feature "
            f"“{bound.feature.name}” gives {given}. Set its dtype to {bound.feature.dtype}, or "
            "choose another feature.",
            bound.node.id,
        )


def _check(bound: BoundOutput) -> None:
    """Losses that want something else than what load_data gives are refused with the way out."""
    task, name = bound.target.task, bound.node.name
    if task == "binary" and len(bound.target.classes) != 2:
        raise CannotGenerate(
            f"“{name}” learns two classes; the data names {len(bound.target.classes)}. "
            "Choose the target again in the data panel.",
            bound.node.id,
        )
    if task == "multiclass" and bound.loss.startswith("categorical"):
        raise CannotGenerate(
            f"“{name}” learns class numbers, but its loss expects one column per class. "
            "Choose SparseCategoricalCrossentropy.",
            bound.node.id,
        )


def _check_columns(plan: DataPlan, outputs: Sequence[BoundOutput]) -> None:
    names = {column.name for column in plan.columns}
    for bound in outputs:
        if bound.target.name not in names:
            raise CannotGenerate(
                f"“{bound.node.name}” learns “{bound.target.name}”, which is no column of the "
                "file. Choose its target in the inspector.",
                bound.node.id,
            )
        if bound.target.task == "multiclass" and not bound.target.classes:
            raise CannotGenerate(
                f"“{bound.node.name}” learns classes, and the data names none. Choose the target "
                "again in the data panel.",
                bound.node.id,
            )
