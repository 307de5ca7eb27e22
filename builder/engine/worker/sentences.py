"""Keras's words for what is wrong with a layer, turned into the user's.

A rule is a pattern for Keras's text and a function that says it anew: what was expected, what was
received and from whom, what to do. A text that no rule knows is shortened and shown as it is.
"""

import traceback

from builder.document.problems import Fix
from builder.engine.messages import Fault
from builder.engine.worker.case import Case
from builder.engine.worker.faults import plain
from builder.engine.worker.op_sentences import OP_RULES
from builder.engine.worker.parameter_sentences import PARAMETER_RULES
from builder.engine.worker.shape_sentences import SHAPE_RULES, no_such_axis

_RULES = (*SHAPE_RULES, *PARAMETER_RULES, *OP_RULES)

# Raised by accident inside Keras: their texts mean nothing to anybody.
_ACCIDENTS = (IndexError, TypeError, AttributeError, KeyError, AssertionError)


def keras_fault(error: BaseException, case: Case) -> Fault:
    """The fault on a node whose constructor or call raised."""
    detail = "".join(traceback.format_exception(error))
    return Fault(sentence(error, case), case.node, detail, fixes=remedies(error, case))


def remedies(error: BaseException, case: Case) -> tuple[Fix, ...]:
    """What would mend what Keras raised, where that is known."""
    whole = plain(str(error), 10_000)
    for one in _RULES:
        if found := one.pattern.search(whole):
            return one.remedies(found, case)
    return ()


def sentence(error: BaseException, case: Case) -> str:
    """What to tell the user for what Keras raised."""
    text = plain(str(error))
    whole = plain(str(error), 10_000)
    for one in _RULES:
        if found := one.pattern.search(whole):
            return one.words(found, case)
    kind = type(error).__name__
    if isinstance(error, _ACCIDENTS):
        axis = case.params.get("axis")
        if isinstance(axis, int) and not -len(case.shape) <= axis < len(case.shape):
            return no_such_axis(case)
        to = f" to {case.received}" if case.feeds else ""
        return (
            f"Keras cannot apply {case.subject} with its present settings{to}. Check its axes and "
            f"sizes. Keras says: {kind}: {text}"
        )
    said = text if isinstance(error, ValueError) else f"{kind}: {text}"
    return f"{case.subject}: {said}{'' if said.endswith(('.', '!', '…')) else '.'}"
