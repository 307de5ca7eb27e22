"""Docstrings read: the first sentence, the description, and what is said of each argument."""

import inspect
import re
import textwrap

DESCRIPTION = 500
ARGUMENT = 320

_SECTION = re.compile(r"^[A-Z][\w ]{2,40}:\s*$")
_ARGUMENTS = re.compile(r"^(Args|Arguments):?\s*$")
# Full stops that end no sentence.
_ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|a\.k\.a|et al|etc|vs|cf)\.", re.IGNORECASE)
_STOP = "\u2024"  # stands for such a full stop while sentences are told apart
# Words for arguments that Keras takes and does not describe.
UNDESCRIBED = {
    "call_training_endpoint": "Name of the endpoint to call while training, if it is another one.",
    "antialias": "Whether to smooth before shrinking, so that fine patterns do not turn into false ones.",
    "call_fn": "The function to call: call_fn(params, state, rng, inputs, training) or a part of these.",
    "data_format": (
        "Where the channels are: channels_last (batch, height, width, channels) or channels_first. "
        "None takes what Keras is set to."
    ),
    "dilation_rate": "Steps between the points that one window looks at. Must be 1 where strides are not.",
    "axis": "The axis, or axes, to go along; None takes all but the batch.",
    "callbacks": "The callbacks to call, in this order.",
    "fill_value": "What fills up missing bounding boxes.",
    "gptq_unpacked_column_size": "Number of columns before packing, when quantized by GPTQ.",
    "ignore_class": "A class whose rows do not count, such as that of unlabelled pixels.",
    "init_fn": "The function that makes params and state: init_fn(rng, inputs, training).",
    "input_axes": "Axes that count as inputs, where they are not the last but one.",
    "layers": "The layers to apply, one after the other.",
    "lora_alpha": "Scales the low-rank change that lora_rank adds: by lora_alpha / lora_rank.",
    "mask_value": "A timestep is skipped when all its values equal this one.",
    "output_axes": "Axes that count as outputs, where they are not the last.",
    "output_padding": "Extra rows or columns at one side of the output; less than the strides.",
    "output_shape": "The shape of the output, if it cannot be found out by calling.",
    "quantization_config": "How quantize() should quantize this layer.",
    "save_weights_only": "Whether to save the weights without the optimizer's state.",
    "seed": "A whole number makes the random choices repeatable.",
    "value_range": "The lowest and the highest value that pixels can have.",
    "weights": "Values for the weights to start from.",
}

_ENTRY = re.compile(r"^([*\w][\w`*, ]*?)\s*(?:\([^)]*\))?\s*:(?:\s+(.*))?$")


def summary(doc: str | None) -> str:
    """The first sentence, as plain text."""
    first = next(iter(_paragraphs(doc)), "")
    marked = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", _STOP), first)
    match = re.match(r".+?[.!?](?=\s|$)", marked)
    return (match[0] if match else marked).replace(_STOP, ".").replace("..", ".")


def description(doc: str | None) -> str:
    """What a class does, without its arguments, shapes and examples, at most `DESCRIPTION` long."""
    return _shortened("\n\n".join(_paragraphs(doc)), DESCRIPTION)


def arguments(doc: str | None) -> dict[str, str]:
    """What the docstring says of each argument, as plain text of at most `ARGUMENT` letters."""
    lines = _dedented(doc).splitlines()
    start = next((i for i, line in enumerate(lines) if _ARGUMENTS.match(line)), None)
    if start is None:
        return {}
    body = []
    for line in lines[start + 1 :]:
        if line.strip() and not line.startswith(" "):
            break
        body.append(line)
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in textwrap.dedent("\n".join(body)).splitlines():
        if (match := _ENTRY.match(line)) and not line.startswith(" "):
            names = [name.strip(" `*") for name in match[1].split(",")]
            for name in names:
                found[name] = [match[2] or ""]
        else:
            for name in names:
                found[name].append(line)
    return {name: _shortened(_plain("\n".join(said)), ARGUMENT) for name, said in found.items()}


def _paragraphs(doc: str | None) -> list[str]:
    """The paragraphs before the first section (Args, Example ...), each as one plain line."""
    kept: list[str] = []
    for block in re.split(r"\n\s*\n", _dedented(doc)):
        lines = block.splitlines()
        if not lines or _SECTION.match(lines[0]) or lines[0].lstrip().startswith(("```", ">>>")):
            break
        if lines[0].startswith(("**Note", "Note:", "References")):
            continue
        if kept and re.match(r"\s*([-*]|\d+\.)\s", lines[0]):
            kept[-1] = re.sub(r"(^|(?<=\.)\s)[^.]*:$", "", kept[-1])  # what leads to the list
            break
        cut = next((i for i, line in enumerate(lines) if _SECTION.match(line)), None)
        kept.append(_plain("\n".join(lines[:cut])))
        if cut is not None:
            break
    return [paragraph for paragraph in kept if paragraph]


def _dedented(doc: str | None) -> str:
    """As inspect.cleandoc, but code pasted in without indentation does not keep the rest indented."""
    lines = (doc or "").expandtabs().splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    margin = indents[0] if indents else 0
    if not margin:
        return inspect.cleandoc(doc or "")
    parted = [line[margin:] if not line[:margin].strip() else line for line in lines[1:]]
    return "\n".join([lines[0].strip(), *parted]).strip()


def _plain(text: str) -> str:
    """Markdown as plain text on one line: no back-quotes, links by their words."""
    text = re.sub(r"\[([^\]]+)\]\s*\([^)]*\)", r"\1", text)
    text = re.sub(r"`+|\*\*", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _shortened(text: str, limit: int) -> str:
    """Cut after the last sentence that fits, or between words with an ellipsis."""
    if len(text) <= limit:
        return text
    head = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", _STOP), text[: limit + 1])
    ends = [match.end() for match in re.finditer(r"(?<!\d)[.](?=\s)", head)]
    if ends and ends[-1] > limit // 3:
        return head[: ends[-1]].replace(_STOP, ".")
    return text[: text.rfind(" ", 0, limit)] + " …"
