"""What is wrong with a layer's input although Keras itself raises nothing before it computes."""

from builder.catalog.spec import LayerSpec
from builder.engine.worker.case import Case
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
    # Attention over an image has more axes than attention over a sequence: more are fine.
    rank = 3 if spec.category == "Attention" else spec.rank
    if rank is not None and len(case.shape) < rank:
        return wrong_rank(case, rank, at_least=True)
    return _attention(case, spec) or _texts(case, spec)


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
