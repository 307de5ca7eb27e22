"""A problem: what is wrong, where, and what would mend it."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from builder.document.graph import Wire
from builder.document.plan import Missing
from builder.document.project import Backend

Severity = Literal["error", "warning", "info"]


class Insertion(Struct, frozen=True):
    """A layer to put into a wire that ends at a port of the node `before`: the one at `place`."""

    type: str
    before: str
    port: str
    params: Mapping[str, Any] = {}
    place: int = 0


class End(Struct, frozen=True):
    """An Input to put before a port of a node, or an Output to put after an output of one."""

    type: str
    node: str
    port: str


class Fix(Struct, frozen=True):
    """A remedy as data (see `mending`). `title` is a verb phrase for a button.

    `params` are parameters to set, `reset` those to give their defaults back and `names` new names,
    by node id; `insertions` are layers to put in, `ends` Inputs and Outputs to add,
    `wires` are to be drawn; `backend` is the project's new one, `missing` what is done about empty cells.
    """

    title: str
    params: Mapping[str, Mapping[str, Any]] = {}
    reset: Mapping[str, tuple[str, ...]] = {}
    backend: Backend | None = None
    names: Mapping[str, str] = {}
    insertions: tuple[Insertion, ...] = ()
    missing: Missing | None = None
    ends: tuple[End, ...] = ()
    wires: tuple[Wire, ...] = ()


class Problem(Struct, frozen=True):
    """One finding. `node` is the id of the node it concerns, or None for the whole project.

    `message` is a sentence in the user's words: what, expected, received, what to do.
    """

    severity: Severity
    message: str
    node: str | None = None
    fixes: tuple[Fix, ...] = ()
