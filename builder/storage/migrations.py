"""Migrations: how a project file of an older version becomes one of the present version.

Each function takes the document as plain JSON values from one version to the next; the n-th one
starts at version n. A file is folded over those it still needs.
"""

from collections.abc import Callable, Sequence
from typing import Any

Document = dict[str, Any]
Migration = Callable[[Document], Document]

MIGRATIONS: tuple[Migration, ...] = ()
VERSION = 1 + len(MIGRATIONS)


def migrate(
    document: Document, version: int, migrations: Sequence[Migration] = MIGRATIONS
) -> Document:
    """The document in the present version. `version` is the one it has, from 1."""
    for number, migration in enumerate(migrations[version - 1 :], start=version + 1):
        document = {**migration(document), "version": number}
    return document
