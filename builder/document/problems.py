"""A problem: what is wrong, where, and what would mend it."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]


class Fix(Struct, frozen=True):
    """A remedy as data: parameters to set, by node id. `title` is a verb phrase for a button."""

    title: str
    params: Mapping[str, Mapping[str, Any]]


class Problem(Struct, frozen=True):
    """One finding. `node` is the id of the node it concerns, or None for the whole project.

    `message` is a sentence in the user's words: what, expected, received, what to do.
    """

    severity: Severity
    message: str
    node: str | None = None
    fixes: tuple[Fix, ...] = ()
