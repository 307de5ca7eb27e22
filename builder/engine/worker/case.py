"""A node that went wrong, as those who write the sentence about it see it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from builder.document.edits import snake_case
from builder.document.problems import Fix
from builder.engine.messages import Shape


class Feed(Struct, frozen=True):
    """A tensor that arrives at a node: at which port, from which node (its name), its spec.

    `node` is that node's id and `layer` the class of what it calls.
    """

    port: str
    source: str
    shape: Shape
    dtype: str = "float32"
    node: str = ""
    layer: str = ""


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


Words = Callable[[re.Match[str], Case], str]
Remedies = Callable[[re.Match[str], Case], tuple[Fix, ...]]


class Rule(Struct, frozen=True):
    """A pattern for Keras's text, what to say instead of it, and what would mend it."""

    pattern: re.Pattern[str]
    words: Words
    remedies: Remedies


def rule(pattern: str, words: Words, remedies: Remedies = lambda *_: ()) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), words, remedies)


def shown(shape: Sequence[int | None]) -> str:
    """A shape as Keras writes it: (None, 28, 28)."""
    inner = ", ".join("None" if size is None else str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def times(value: Any) -> str:
    """Sizes as people say them: 3×3."""
    if isinstance(value, list | tuple):
        return "×".join(str(part) for part in value)
    return str(value)
