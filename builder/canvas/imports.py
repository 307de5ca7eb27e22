"""Imports as Python does them.

PySide puts a step of its own before every import, to find modules that write `snake_case` for Qt's
names (`from __feature__ import`). For that it reads the source of each module that is imported and
keeps it: a twelfth of what the start takes beyond Qt's own, for something that nothing here uses.
"""

import builtins

import PySide6.QtCore  # noqa: F401  # from here on PySide's step is there


def restore() -> None:
    """Take PySide's step out; it keeps the original where it can be found."""
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
