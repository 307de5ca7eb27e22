"""Why no code can be written: CannotGenerate, and how a sentence comes together."""

from collections.abc import Iterator
from contextlib import contextmanager

from builder.catalog.display import short

_LONGEST = 1000


class CannotGenerate(Exception):
    """No code can be written for a project; `message` says why, `node` is the id of the culprit."""

    def __init__(self, message: str, node: str | None = None) -> None:
        # Names in it may come from anybody: no line break of theirs becomes one of ours.
        self.message = short(message, _LONGEST)
        super().__init__(self.message)
        self.node = node


class Unwritable(Exception):
    """A value that has no place in the code. The message is the second half of a sentence."""


@contextmanager
def blaming(subject: str, node: str | None = None) -> Iterator[None]:
    """Say of an Unwritable what it is about: `“conv” holds a number that is too large.`"""
    try:
        yield
    except Unwritable as refusal:
        raise CannotGenerate(f"{subject} {refusal}.", node) from None
