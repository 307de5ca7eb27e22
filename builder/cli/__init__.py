"""The command line: the same jobs without a window.

Each command is a module with one function `run(options) -> int`, imported when it is asked for, so
that `keras-builder --help` answers at once.
"""

from builder.cli.command import main

__all__ = ["main"]
