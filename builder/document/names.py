"""Names of layers: which ones every backend takes, and the nearest one to a wish.

Keras itself refuses only the slash, but TensorFlow makes scopes of layer names when it trains
and takes only letters A to Z, digits and `_.-` there (measured: spaces, umlauts and quotes fail in
`fit`). A name that is refused while it is typed cannot fail an hour later.
"""

import re
import unicodedata

from builder.document.problems import Problem
from builder.document.project import Project


def is_scope_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.-]+", text) is not None


def scope_name(text: str, otherwise: str) -> str:
    """The text in the signs that every backend takes; `otherwise` if none of them is in it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", plain).strip("_.-") or otherwise


def problems(project: Project) -> tuple[Problem, ...]:
    """Names that the project's backend cannot train, as a file from elsewhere may hold them."""
    if project.backend != "tensorflow":
        return ()
    return tuple(
        Problem(
            "error",
            f"“{_short(node.name)}” is a name that TensorFlow does not accept: expected letters "
            "A to Z, digits and _ . - only. Rename it, for example to "
            f"“{scope_name(node.name, 'layer')}”.",
            node.id,
        )
        for node in project.graph.nodes.values()
        if not is_scope_name(node.name)
    )


def _short(name: str) -> str:
    line = "".join(sign if sign.isprintable() else " " for sign in name)
    return line if len(line) <= 40 else line[:39] + "…"
