"""What is wrong with a layer's input although Keras itself raises nothing before it computes."""

from builder.catalog.spec import LayerSpec
from builder.document.problems import Fix
from builder.engine.worker.case import Case
from builder.engine.worker.remedies import for_rank, for_texts
from builder.engine.worker.shape_sentences import wrong_rank

_CALCULATING = {
    "Convolution",
    "Pooling",
    "Normalization",
    "Regularization",
    "Activation",
    "Recurrent",
    "Attention",
}
_CALCULATING_NAMES = {"Dense", "EinsumDense", "Embedding"}
_TOLD = {"query", "value", "key"}
_READING = {"StringLookup", "TextVectorization"}


def unfit(case: Case, spec: LayerSpec) -> str | None:
    """A sentence about an input that does not fit, or None."""
    if not case.feeds:
        return None
    rank = _least_rank(spec)
    if rank is not None and len(case.shape) < rank:
        return wrong_rank(case, rank, at_least=True)
    return _attention(case, spec) or _texts(case, spec) or _parts(case, spec)


def handed_on(case: Case) -> str:
    """The sentence for a layer that gives the very tensor that it was given.

    Keras sees a cycle in that when the model is made. Within a Pipeline it makes a new tensor.
    """
    return (
        f"{case.subject} cannot stand in a network by itself: Keras takes what it gives for what "
        f"it receives. Use a Pipeline layer with {case.layer} as its one step instead."
    )


def unfit_remedies(case: Case, spec: LayerSpec) -> tuple[Fix, ...]:
    """What would mend what `unfit` says, where that is known."""
    rank = _least_rank(spec)
    if not case.feeds:
        return ()
    if rank is not None and len(case.shape) < rank:
        return for_rank(case, rank)
    return for_texts(case) if spec.name in _READING else ()


def _least_rank(spec: LayerSpec) -> int | None:
    # Attention over an image has more axes than attention over a sequence: more are fine.
    return 3 if spec.category == "Attention" else spec.rank


def _attention(case: Case, spec: LayerSpec) -> str | None:
    if spec.category != "Attention":
        return None
    if len({len(feed.shape) for feed in case.feeds if feed.port in _TOLD}) > 1:
        return f"{case.subject} needs inputs with equally many axes; received {case.received}."
    by_port = {feed.port: feed for feed in case.feeds}
    query, key = by_port.get("query"), by_port.get("key", by_port.get("value"))
    if spec.name in ("Attention", "AdditiveAttention") and query and key:
        widths = {query.shape[-1], key.shape[-1]} - {None}
        if len(widths) > 1:
            return (
                f"{case.subject} compares query and key, so both need as many features; received "
                f"{case.received}. Insert a Dense before one of them."
            )
    return None


def _parts(case: Case, spec: LayerSpec) -> str | None:
    """Keras gives as many parts as it is told, and fails when it computes."""
    if spec.type != "keras.ops.unstack":
        return None
    axis, number = case.params.get("axis", 0), case.params.get("num")
    size = case.shape[axis] if -len(case.shape) <= axis < len(case.shape) else number
    if size in (None, number):
        return None
    return (
        f"{case.subject} parts axis {axis} into {number}, but it has {size} values; received "
        f"{case.received}. Set num to {size}."
    )


def _texts(case: Case, spec: LayerSpec) -> str | None:
    first = case.feeds[0]
    calculating = spec.category in _CALCULATING or spec.name in _CALCULATING_NAMES
    if first.dtype == "string" and calculating:
        return (
            f"{case.subject} calculates with numbers; received texts from “{first.source}”. "
            "Insert a TextVectorization or a StringLookup before it."
        )
    if first.dtype != "string" and spec.name in _READING:
        return (
            f"{case.subject} reads texts; received {first.dtype} from “{first.source}”. "
            "Set the dtype of that Input to string."
        )
    return None
