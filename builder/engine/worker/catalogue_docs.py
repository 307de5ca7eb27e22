"""Docstrings read: the first sentence, the description, and what is said of each argument."""

import inspect
import re
import textwrap

DESCRIPTION = 500
ARGUMENT = 320

_SECTION = re.compile(r"^[A-Z][\w ]{2,40}:\s*$")
_ARGUMENTS = re.compile(r"^(Args|Arguments):?\s*$")
_ENTRY = re.compile(r"^([*\w][\w`*, ]*?)\s*(?:\([^)]*\))?\s*:(?:\s+(.*))?$")


def summary(doc: str | None) -> str:
    """The first sentence, as plain text without its full stop kept or lost: as written."""
    first = next(iter(_paragraphs(doc)), "")
    match = re.match(r".+?[.!?](?=\s|$)", first)
    return match[0] if match else first


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
    text = re.sub(r"`+", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _shortened(text: str, limit: int) -> str:
    """Cut after the last sentence that fits, or between words with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    end = max(head.rfind(". "), head.rfind(".\n"))
    if end > limit // 3:
        return head[: end + 1]
    return head[: head.rfind(" ")] + " …"
