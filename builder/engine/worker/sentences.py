"""Keras's words for what is wrong with a layer, turned into the user's.

Each rule is a pattern for Keras's text and a function that says it anew: what was expected, what
was received and from whom, what to do. A text that no rule knows is shortened and shown.
"""

import math
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from builder.catalog.spec import LayerSpec
from builder.document.edits import snake_case
from builder.engine.messages import Fault, Shape
from builder.engine.worker.faults import plain


class Feed(Struct, frozen=True):
    """A tensor that arrives at a node: at which port, from which node (its name), its spec."""

    port: str
    source: str
    shape: Shape
    dtype: str = "float32"


class Case(Struct, frozen=True):
    """A node as a rule sees it. `layer` is the class's name."""

    node: str
    name: str
    layer: str
    feeds: Sequence[Feed] = ()
    params: Mapping[str, Any] = {}

    @property
    def subject(self) -> str:
        """“conv2d”, or “head” (Dense) where the name does not tell the layer."""
        told = snake_case(self.layer) in self.name.lower()
        return f"“{self.name}”" if told else f"“{self.name}” ({self.layer})"

    @property
    def received(self) -> str:
        """(None, 4, 3) from “a” and (None, 5, 3) from “b”."""
        listed = [f"{shown(feed.shape)} from “{feed.source}”" for feed in self.feeds]
        if len(listed) > 5:
            listed = [*listed[:4], f"{len(listed) - 4} more"]
        return " and ".join(filter(None, (", ".join(listed[:-1]), *listed[-1:])))

    @property
    def shape(self) -> Shape:
        return self.feeds[0].shape if self.feeds else ()


def keras_fault(error: BaseException, case: Case) -> Fault:
    """The fault on a node whose constructor or call raised."""
    # Keras hides its own frames and repeats itself; its text stands in front for the reader.
    detail = "".join(traceback.format_exception(error))
    return Fault(sentence(str(error), case, type(error).__name__), case.node, detail)


def sentence(text: str, case: Case, kind: str = "ValueError") -> str:
    """What to tell the user for Keras's text."""
    text = plain(text)
    for pattern, words in _RULES:
        found = pattern.search(text)
        if found:
            return words(found, case)
    said = "" if kind in ("ValueError", "TypeError") else f"{kind}: "
    if kind in ("IndexError", "TypeError", "AttributeError", "KeyError", "AssertionError"):
        # Raised by accident inside Keras: the text alone means nothing to anybody.
        after = f" to {case.received}" if case.feeds else ""
        return (
            f"Keras cannot apply {case.subject} with its present settings{after} ({kind}: "
            f"{text}). Check its axes and sizes."
        )
    end = "" if text.endswith((".", "!", "…")) else "."
    return f"{case.subject}: {said}{text}{end}"


def shown(shape: Sequence[int | None]) -> str:
    """A shape as Keras writes it: (None, 28, 28)."""
    inner = ", ".join("None" if size is None else str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def unfit(case: Case, spec: LayerSpec) -> str | None:
    """What is wrong with the input although Keras itself accepts it, as a sentence, or None."""
    if not case.feeds:
        return None
    # Attention over an image has more axes than attention over a sequence: more are fine.
    if spec.rank is not None and len(case.shape) < spec.rank:
        return wrong_rank(case, spec.rank, at_least=True)
    if case.feeds[0].dtype == "string" and spec.category in _NUMERIC:
        return (
            f"{case.subject} calculates with numbers; received texts from "
            f"“{case.feeds[0].source}”. Insert a TextVectorization or a StringLookup before it."
        )
    return None


_NUMERIC = (
    "Convolution",
    "Pooling",
    "Normalization",
    "Regularization",
    "Activation",
    "Recurrent",
    "Attention",
)

# --- what is wrong with the input


_AXES = {
    2: "batch, features",
    3: "batch, steps, features",
    4: "batch, height, width, channels",
    5: "batch, depth, height, width, channels",
}


def wrong_rank(case: Case, expected: int, *, at_least: bool = False) -> str:
    """The sentence for a first input with too few or too many axes."""
    shape = case.shape
    named = f" ({_AXES[expected]})" if expected in _AXES else ""
    least = "at least " if at_least else ""
    if len(shape) == expected - 1 and len(shape) > 1:
        inner = [-1 if size is None else size for size in shape[1:]]
        wanted = [*inner, 1] if inner.count(-1) < 2 else None
        to = f" to {shown(wanted)}" if wanted else ""
        advice = f"Insert a Reshape{to} before it."
    elif len(shape) < expected:
        advice = "Insert a Reshape before it, or connect another layer."
    elif expected == 2:
        advice = "Insert a Flatten or a global pooling layer before it."
    else:
        advice = "Insert a Reshape or a pooling layer before it, or connect another layer."
    return (
        f"{case.subject} needs an input with {least}{expected} axes{named}; "
        f"received {case.received}. {advice}"
    )


def _rank(found: re.Match[str], case: Case) -> str:
    bound, number = found[1], int(found[2])
    if bound == "max_":
        return (
            f"{case.subject} takes an input with at most {number} axes; received {case.received}."
        )
    return wrong_rank(case, number, at_least=bound == "min_" and number < 3)


def _axis_value(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} calls a layer again that was made for {found[2]} values on axis "
        f"{found[1]}; received {case.received}. A shared layer needs equal shapes everywhere."
    )


def _joined(_: re.Match[str], case: Case) -> str:
    axis = case.params.get("axis", -1)
    ranks = {len(feed.shape) for feed in case.feeds}
    if len(ranks) > 1:
        return (
            f"{case.subject} needs inputs with equally many axes; received {case.received}. "
            "Insert a Reshape or a Flatten before one of them."
        )
    return (
        f"{case.subject} needs equal shapes except on axis {axis}; received {case.received}. "
        "Insert a Reshape, choose another axis, or make the sizes equal (padding “same”)."
    )


def _merged(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} needs inputs of equal shape; received {case.received}. Insert a Dense, "
        "a 1×1 convolution or a Reshape before one of them."
    )


def _dotted(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} multiplies along axes of equal size; received {found[1]} on axis "
        f"{found[2]} and {found[3]} on axis {found[4]}, of {case.received}. Choose other axes."
    )


def _two_inputs(found: re.Match[str], case: Case) -> str:
    return f"{case.subject} takes exactly {found[1]} inputs; received {len(case.feeds)}."


def _unknown_axis(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} needs to know the size of its input's axes to make its weights; received "
        f"{case.received}. Give the Input a fixed shape, or insert a global pooling layer."
    )


def _too_small(_: re.Match[str], case: Case) -> str:
    kernel = case.params.get("kernel_size", case.params.get("pool_size"))
    size = f" ({_times(kernel)})" if kernel is not None else ""
    what = "pool" if "Pooling" in case.layer else "kernel"
    remedy = "a smaller size" if what == "pool" else "a smaller kernel, padding “same”"
    return (
        f"The {what} of {case.subject}{size} is larger than its input; received {case.received}. "
        f"Choose {remedy}, or fewer pooling layers before it."
    )


def _reshaped(found: re.Match[str], case: Case) -> str:
    target = found[2]
    numbers = [int(number) for number in re.findall(r"-?\d+", target)]
    have = math.prod(size for size in case.shape[1:] if size is not None)
    fixed = math.prod(number for number in numbers if number != -1)
    wanted = f"a multiple of {fixed}" if -1 in numbers else f"{fixed}"
    return (
        f"{case.subject} to {target} needs {wanted} values per row; received {case.received}, "
        f"which has {have}. Choose a target shape with that product; one axis may be -1."
    )


def _cropped(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} cuts off more than there is ({found[1]}); received {case.received}. "
        "Choose a smaller cropping."
    )


def _value_and_key(_: re.Match[str], case: Case) -> str:
    by_port = {feed.port: feed for feed in case.feeds}
    said = " and ".join(
        f"{shown(by_port[port].shape)} from “{by_port[port].source}” at {port}"
        for port in ("value", "key")
        if port in by_port
    )
    return f"{case.subject} needs value and key of equal length; received {said}."


def _repeated(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} repeats a layer along axis 1, so it needs an input with at least 3 axes "
        f"({_AXES[3]}); received {case.received}. Insert a Reshape before it."
    )


def _kernel_rank(found: re.Match[str], case: Case) -> str:
    needs = len(re.findall(r"\d+", found[1]))
    return (
        f"The layer inside {case.subject} needs an input with {needs} axes; it gets {found[2]}, "
        f"from {case.received}. Insert a Reshape before it."
    )


def _no_such_axis(_: re.Match[str], case: Case) -> str:
    axis = case.params["axis"]
    last = len(case.shape) - 1
    return (
        f"{case.subject} works on axis {axis}, which its input does not have; received "
        f"{case.received}. Choose an axis from 1 to {last}, or -1 for the last."
    )


# --- what is wrong with a parameter


def _missing(found: re.Match[str], case: Case) -> str:
    names = re.findall(r"'(\w+)'", found[1])
    listed = " and ".join(f"“{name}”" for name in names)
    return f"{case.subject} needs a value for {listed}. Set it in the inspector."


def _unknown_word(found: re.Match[str], case: Case) -> str:
    kind = found[1].removesuffix(" function").strip().lower()
    return (
        f"{case.subject} names {'an' if kind[:1] in 'aeiou' else 'a'} {kind} that Keras does not "
        f"have; received “{found[2].strip(' .')}”. Choose one from the list."
    )


def _unknown_argument(found: re.Match[str], case: Case) -> str:
    names = re.findall(r"'(\w+)':", found[1])
    listed = " and ".join(f"“{name}”" for name in names) or found[1]
    return f"{case.subject} has no parameter {listed} in this Keras. Reset it in the inspector."


def _bad_value(found: re.Match[str], case: Case) -> str:
    return (
        f"“{found['name']}” of {case.subject} must be {_article(found['expected'])}; "
        f"received {_short(found['received'])}."
    )


def _kernel_size(found: re.Match[str], case: Case) -> str:
    return (
        f"“{found[1]}” of {case.subject} must be one positive whole number, or {found[2]} of "
        f"them; received {_times(case.params.get(found[1], _short(found[3])))}."
    )


def _padding(found: re.Match[str], case: Case) -> str:
    choices = ", ".join(sorted(re.findall(r"\w+", found[1])))
    return f"“padding” of {case.subject} must be one of {choices}; received {_short(found[2])}."


def _groups(found: re.Match[str], case: Case) -> str:
    return (
        f"“groups” of {case.subject} must divide the number of filters; received {found[1]} groups "
        f"and {found[2]} filters."
    )


def _norm_groups(found: re.Match[str], case: Case) -> str:
    return (
        f"“groups” of {case.subject} must divide the {found[2]} channels of its input; "
        f"received {found[1]}."
    )


def _stride_and_dilation(_: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} cannot have strides and a dilation rate above 1 together. "
        "Set one of them to 1."
    )


def _permutation(found: re.Match[str], case: Case) -> str:
    return (
        f"“dims” of {case.subject} must name every axis behind the batch once, from 1 on; "
        f"received {_short(found[1])}."
    )


def _bad_shape(found: re.Match[str], case: Case) -> str:
    return (
        f"The shape of {case.subject} is a list of positive whole numbers, or None for an axis of "
        f"any size; received {_short(found[1])}."
    )


def _bad_dtype(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} has a dtype that Keras does not know; received “{found[1]}”. "
        "Choose float32 unless you know better."
    )


def _not_recurrent(found: re.Match[str], case: Case) -> str:
    return (
        f"{case.subject} runs a recurrent layer in both directions; received {found[1]}. "
        "Choose LSTM, GRU or SimpleRNN as its layer."
    )


def _article(expected: str) -> str:
    expected = (
        expected.strip(" .").replace("float value", "number").replace("integer", "whole number")
    )
    expected = expected.removeprefix("to be ")
    starts = ("a ", "an ", "one ", "in ", "positive", "between", "at ")
    return expected if expected.startswith(starts) else f"a {expected}"


def _short(value: str) -> str:
    value = value.strip(" .")
    value = re.sub(r"^\w+=", "", value)
    return value if len(value) <= 60 else value[:60] + "…"


def _times(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "×".join(str(part) for part in value)
    return str(value)


def _rule(
    pattern: str, words: Callable[[re.Match[str], Case], str]
) -> tuple[re.Pattern[str], Callable[[re.Match[str], Case], str]]:
    return re.compile(pattern, re.IGNORECASE), words


_RULES = (
    _rule(r"incompatible with the layer: expected (min_|max_)?ndim=(\d+), found ndim=\d+", _rank),
    _rule(r"expected axis (-?\d+) of input shape to have value (\d+)", _axis_value),
    _rule(r"matching shapes except for the concatenation axis", _joined),
    _rule(r"inputs have incompatible shapes", _merged),
    _rule(
        r"axis values (\d+) \(at axis (-?\d+)\) != (\d+) \(at axis (-?\d+)\)",
        _dotted,
    ),
    _rule(r"should be called on (?:exactly )?(?:a list of )?(\d+) inputs", _two_inputs),
    _rule(r"Shapes used to initialize variables must be fully-defined", _unknown_axis),
    _rule(r"values to be kept must have a known shape", _unknown_axis),
    _rule(r"unsupported operand type\(s\) for .*'NoneType'", _unknown_axis),
    _rule(r"Computed output size would be (?:zero or )?negative", _too_small),
    _rule(r"total size of the tensor must be unchanged.*target_shape=(()\([^)]*\))", _reshaped),
    _rule(r"Values in `cropping` argument should be smaller.*cropping=(.*)$", _cropped),
    _rule(r"dimensions of `value` and `key`, except the last one, must be equal", _value_and_key),
    _rule(r"should be passed an `input_shape` with at least 3 dimensions", _repeated),
    _rule(
        r"Kernel shape must have the same length as input.*shape (\([^)]*\)).*shape (\([^)]*\))",
        _kernel_rank,
    ),
    _rule(r"`axis` values must be in the range", _no_such_axis),
    _rule(r"missing \d+ required (?:positional|keyword-only) arguments?: (.*)$", _missing),
    _rule(r"Could not interpret ([\w ]+?) identifier: (.*)$", _unknown_word),
    _rule(r"Unrecognized keyword arguments? passed to \w+: (.*)$", _unknown_argument),
    _rule(r"`?(\w+)`? argument must be a tuple of (\d+) integers\. Received:? (.*)$", _kernel_size),
    _rule(r"`padding` argument must be .*?one of \{([^}]*)\}\. Received:? (.*)$", _padding),
    _rule(r"divisible by the number of groups.*groups=(\d+), filters=(\d+)", _groups),
    _rule(
        r"Number of groups \((\d+)\) must be a multiple of the number of channels \((\d+)\)",
        _norm_groups,
    ),
    _rule(
        r"`strides > 1` not supported in conjunction with `dilation_rate > 1`", _stride_and_dilation
    ),
    _rule(r"Invalid permutation argument `dims`.*Received dims=(.*)$", _permutation),
    _rule(r"Cannot convert '(.*?)' to a shape", _bad_shape),
    _rule(r"Invalid dtype: (\S+)", _bad_dtype),
    _rule(r"^(\w+) could not be deserialized properly.*backward_", _not_recurrent),
    _rule(
        r"Invalid value(?: received)? for (?:argument )?`(?P<name>\w+)`[.,] "
        r"expected (?P<expected>.*?)\. Received:? (?P<received>.*)$",
        _bad_value,
    ),
    _rule(
        r"`(?P<name>\w+)`(?: argument)? (?:must|should) be (?P<expected>.*?)\. "
        r"Received:? (?P<received>.*)$",
        _bad_value,
    ),
)
